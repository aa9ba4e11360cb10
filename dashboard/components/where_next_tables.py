"""The words, table and map classes of the page Which wards next?; no page, no store."""

import math
from collections.abc import Mapping

import pandas as pd

from dashboard.components.classes import Classes
from dashboard.components.ward_maps import WardMarks
from dashboard.messages import NO_FIGURE, say_chance, say_count, say_range
from dashboard.services.where_next import WhereNext
from dashboard.theme import BLUE, INK, PAPER, PLUM, TURQUOISE

KINDS = ("A", "W", "A+W")
NOT_LISTED = "Not on the list"
KIND_WORDS = {
    "A": "High ASB (plain)",
    "W": "High worry and low confidence (lines one way)",
    "A+W": "High ASB, high worry and low confidence (lines the other way)",
}
SHORT_WORDS = {"A": "ASB", "W": "Worry and confidence", "A+W": "ASB, worry and confidence"}
PLAIN_WORDS = {
    "A": "much ASB",
    "W": "much worry, little confidence",
    "A+W": "much ASB, much worry, little confidence",
}
CHANCES = {
    "p_asb_high": "ASB high",
    "p_worry_high": "worry high",
    "p_confidence_low": "confidence low",
}
"""Chances of a ward, each of one condition, with the words that say which."""

EITHER = "Chance that at least one reason holds"
FIRST_NAMED = 3
COLOURS = {"A": BLUE, "W": TURQUOISE, "A+W": PLUM}
HATCHES = {"W": (45.0, INK), "A+W": (135.0, PAPER)}
MOST_NUMBERS = 20
BANNER = (
    "The list is for talking about resources and engagement: it is no ground to enforce against "
    "anybody, and it never feeds the forecast."
)
MODELLED = ("worry", "confidence")
NO_PLANS = (
    "Wardlight holds no live plan for a ward, so no ward is left out because somebody is at work "
    "there already. Ask before you act."
)
NO_PLAN_YET = "An open action is no plan: a ward with one stays on the list and says so."
ORDER = (
    "Order: wards with two reasons first, then by the chance that at least one reason holds, then "
    "the higher rate of ASB. The download holds every ward of the list."
)


def kind_of(because: tuple[str, ...]) -> str:
    """Give the letters of a ward's reasons: A for ASB, W for worry and confidence, or both."""
    if len(because) > 1:
        return "A+W"
    return "A" if because and "ASB" in because[0] else "W"


def say_finding(found: WhereNext, place: str, district: str | None) -> str:
    """Say which wards come first and why, how many qualify, and how many are too close to call."""
    table = within(found, district)
    kinds = [kind_of(because) for because in table["because"]]
    counts = {kind: kinds.count(kind) for kind in KINDS}
    if table.empty:
        said = f"**No ward of {place} qualifies.**"
    else:
        verb = "qualifies" if len(table) == 1 else "qualify"
        said = f"{_say_first(table)} {say_count(len(table), 'ward')} of {place} {verb}"
        if found.unjudged:
            said += " by high ASB."
        else:
            said += (
                f": {counts['A']:,} by high ASB, {counts['W']:,} by high worry and low confidence, "
                f"{counts['A+W']:,} by both."
            )
    if found.unjudged:
        said += (
            f" {' and '.join(found.unjudged).capitalize()} cannot be judged here, so nobody knows "
            "which wards high worry and low confidence would add."
        )
    return (
        f"{said} Each condition holds with a chance of {found.certainty:.0%} or more. Of the "
        f"{found.places:,} wards of the county {found.unsure:,} may qualify and are too close to "
        "call, so they are not listed."
    )


def _say_first(table: pd.DataFrame) -> str:
    """Name the first wards, those with the same reasons together.

    Commas stand between wards, so one whose name is not its own is "Town in Dartford".
    """
    first = table.head(FIRST_NAMED)
    apart = first["name"].str.cat(first["district"], sep=" in ")
    first = first.assign(said=first["name"].where(first["called"] == first["name"], apart))
    kinds = first["because"].map(kind_of)
    groups = (kinds != kinds.shift()).cumsum()
    said = [
        f"{', '.join(rows['said'])} ({PLAIN_WORDS[kind_of(rows['because'].iloc[0])]})"
        for _, rows in first.groupby(groups)
    ]
    return f"**First: {'; '.join(said)}.**"


def say_notes(found: WhereNext, at_work: Mapping[str, int] | None = None) -> str:
    """Say the rule, what it is measured by, what could not be judged, and about plans.

    Parameters
    ----------
    found : WhereNext
    at_work : mapping of str to int, optional
        Open actions of each ward, by its code; None for whoever may not see actions.
    """
    period = f", {found.period.label}" if found.period else ""
    notes = [
        "The rule: high ASB, or high worry and low confidence, and no live plan.",
        ORDER,
        f"ASB: incidents per 1,000 residents{period}, drawn towards the county's rate as far as "
        "chance explains it. High and low are above and below the median of the county's wards.",
    ]
    if found.worry_from:
        notes.append(f"Worry: {found.worry_from}, {found.worry_unit}.")
    if found.confidence_from:
        notes.append(f"Confidence: {found.confidence_from}, {found.confidence_unit}.")
    if found.without:
        notes.append(f"Only high ASB qualifies here. {found.without}")
    if found.unknown:
        notes.append(f"{say_count(found.unknown, 'ward')} without a rate of ASB.")
    notes.append(_say_plans(found))
    if at_work:
        notes.append(NO_PLAN_YET)
    return " ".join(notes)


def _say_plans(found: WhereNext) -> str:
    if not found.plans:
        return NO_PLANS
    verb = "has" if found.plans == 1 else "have"
    return (
        f"{say_count(found.plans, 'ward')} {verb} a live plan and cannot be on the list; "
        f"{len(found.planned):,} of them would qualify."
    )


def kinds_of(found: WhereNext) -> tuple[str, ...]:
    """Give the letters of the reasons that can be judged here."""
    return KINDS[:1] if found.unjudged else KINDS


def say_banner(found: WhereNext) -> str:
    """Say what the list is not, and what of it is modelled here."""
    modelled = [what for what in MODELLED if what not in found.unjudged]
    if not modelled:
        return BANNER
    are = "are modelled estimates" if len(modelled) > 1 else "is a modelled estimate"
    return f"{' and '.join(modelled).capitalize()} {are}, not a ward survey. {BANNER}"


def within(found: WhereNext, district: str | None) -> pd.DataFrame:
    """Give the wards of a district, in their order of the county; of all without one."""
    table = found.table
    if district:
        table = table[table["district_code"] == district]
    return table.reset_index(drop=True)


def list_table(table: pd.DataFrame, at_work: Mapping[str, int] | None = None) -> pd.DataFrame:
    """Give the list as a reader sees it, figures with their likely range.

    Parameters
    ----------
    table : DataFrame
        Of `within`.
    at_work : mapping of str to int, optional
        Open actions of each ward, by its code; without any of these wards there is no column.
    """
    listed = pd.DataFrame(
        {
            "#": table["rank"],
            "Ward": table["called"],
            "District": table["district"],
            "Because": [SHORT_WORDS[kind_of(because)] for because in table["because"]],
            "Actions": [_say_at_work((at_work or {}).get(code, 0)) for code in table["code"]],
            **{
                f"{words[0].upper()}{words[1:]}": table[name].map(_say_known)
                for name, words in CHANCES.items()
            },
            "ASB per 1,000": _with_range(table, "asb", 1),
            "Worry": _with_range(table, "worry", 0),
            "Confidence": _with_range(table, "confidence", 0),
            "Code": table["code"],
        }
    )
    empty = [] if listed["Actions"].any() else ["Actions"]
    # A list of one district says so in its title.
    alike = ["District"] if table["district_code"].nunique() < 2 else []
    return listed.drop(columns=[*empty, *alike])


def download_table(
    found: WhereNext, district: str | None, at_work: Mapping[str, int] | None = None
) -> pd.DataFrame:
    """Give the list to take away, figures as numbers and each range in columns of its own.

    Chances are words, as on the page: a number such as 1 would say that one is certain.
    """
    table = within(found, district)
    units = {"asb": "ASB per 1,000 residents"}
    for what, unit in (("worry", found.worry_unit), ("confidence", found.confidence_unit)):
        if unit:
            units[what] = f"{what.capitalize()}, modelled, {unit}"
    figures = {
        f"{label}{said}": table[f"{name}{end}"].round(2)
        for name, label in units.items()
        for end, said in (("", ""), ("_low", ", low"), ("_high", ", high"))
    }
    taken = pd.DataFrame(
        {
            "Rank": table["rank"], "Code": table["code"], "Ward": table["name"],
            "District": table["district"],
            "Because": ["; ".join(because) for because in table["because"]],
            EITHER: table["certainty"].map(_say_known),
            **{f"Chance: {words}": table[name].map(_say_known) for name, words in CHANCES.items()},
            **figures,
        }
    )  # fmt: skip
    if at_work is not None:
        taken["Open actions"] = [at_work.get(code, 0) for code in table["code"]]
    return taken


def _say_at_work(count: int) -> str:
    return f"{count:,} open" if count else ""


def _say_known(chance: float) -> str:
    return say_chance(chance) if math.isfinite(chance) else NO_FIGURE


def describe_ward(found: WhereNext, row: pd.Series, count: int = 0) -> str:
    """Say of one ward why it is on the list, with what is known of it here.

    Parameters
    ----------
    found : WhereNext
    row : Series
        Of its table.
    count : int, default 0
        Open actions about the ward.
    """
    why = " and ".join(row["because"])
    work = f" **{say_count(count, 'open action')}** about it." if count else ""
    return (
        f"**{row['name']}, {row['district']}: number {row['rank']:,}.** It qualifies by {why}. "
        f"Chances: {_say_chances(row)}. ASB per 1,000 residents "
        f"{_say(row, 'asb', 1)}{_say_modelled(found, row)}.{work}"
    )


def _say_chances(row: pd.Series) -> str:
    """Say the chance of each condition by itself, of those that can be judged."""
    return "; ".join(
        f"{words}: {say_chance(row[name])}"
        for name, words in CHANCES.items()
        if math.isfinite(row[name])
    )


def _say_modelled(found: WhereNext, row: pd.Series) -> str:
    units = {"worry": found.worry_unit, "confidence": found.confidence_unit}
    return "".join(
        f"; {what} {_say(row, what, 0)}, modelled, {unit}" for what, unit in units.items() if unit
    )


def classify(found: WhereNext, wards: pd.DataFrame, district: str | None) -> Classes:
    """Give the class of each ward on the map: its reasons, or none."""
    kinds = dict(zip(found.table["code"], map(kind_of, found.table["because"]), strict=True))
    outside = (wards["district_code"] != district) if district else [False] * len(wards)
    judged = kinds_of(found)
    classes = (NOT_LISTED, *judged)
    of_area = pd.Series(
        [
            -2 if out else classes.index(kinds.get(code, NOT_LISTED))
            for code, out in zip(wards["code"], outside, strict=True)
        ],
        dtype="int64",
    )
    return Classes(
        colours=(PAPER, *(COLOURS[kind] for kind in judged)),
        labels=(NOT_LISTED, *(KIND_WORDS[kind] for kind in judged)),
        sizes=tuple(int((of_area == place).sum()) for place in range(len(classes))),
        of_area=of_area.to_numpy(),
    )


def mark_wards(
    found: WhereNext, wards: pd.DataFrame, district: str | None, focus: str | None
) -> WardMarks:
    """Give numbers, lines and tooltips of the map; they say what table and colours say."""
    table = within(found, district)
    rows = found.table.set_index("code")
    tips = []
    for code, name, of in zip(wards["code"], wards["name"], wards["district"], strict=True):
        head = f"{name}, {of}" if of else name
        if code in rows.index:
            row = rows.loc[code]
            tips.append(
                [f"{row['rank']}. {head}", _say_chances(row),
                 f"ASB per 1,000: {_say(row, 'asb', 1)}",
                 *([f"Worry, modelled, {found.worry_unit}: {_say(row, 'worry', 0)}"]
                   if found.worry_unit else [])]
            )  # fmt: skip
        else:
            tips.append([head, NOT_LISTED])
    return WardMarks(
        tips=tips,
        ranks=dict(zip(table["code"][:MOST_NUMBERS], table["rank"][:MOST_NUMBERS], strict=True)),
        focus=focus,
        hatches={
            (NOT_LISTED, *KINDS).index(kind): look
            for kind, look in HATCHES.items()
            if kind in kinds_of(found)
        },
    )


def title_action(row: pd.Series) -> str:
    """Propose what an action about a ward of the list could say."""
    return f"Scan {row['called']}: {' and '.join(row['because'])}"


def _with_range(table: pd.DataFrame, name: str, digits: int) -> list[str]:
    return [_say(row, name, digits) for _, row in table.iterrows()]


def _say(row: pd.Series, name: str, digits: int) -> str:
    if not math.isfinite(row[name]):
        return NO_FIGURE
    return f"{row[name]:,.{digits}f} ({say_range(row[f'{name}_low'], row[f'{name}_high'], digits)})"
