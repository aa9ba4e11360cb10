"""The words, table and map classes of the page Where next; no page, no store."""

import math

import pandas as pd

from dashboard.components.classes import Classes
from dashboard.components.ward_maps import WardMarks
from dashboard.messages import NO_FIGURE, say_count, say_range
from dashboard.services.where_next import WhereNext
from dashboard.theme import BLUE, INK, PAPER, PLUM, TURQUOISE

KINDS = ("A", "W", "A+W")
NOT_LISTED = "Not on the list"
KIND_WORDS = {
    "A": "High ASB (plain)",
    "W": "High worry and low confidence (lines one way)",
    "A+W": "Both (lines the other way)",
}
SHORT_WORDS = {"A": "High ASB", "W": "Worry, low confidence", "A+W": "Both"}
COLOURS = {"A": BLUE, "W": TURQUOISE, "A+W": PLUM}
HATCHES = {"W": (45.0, INK), "A+W": (135.0, PAPER)}
MOST_NUMBERS = 20
BANNER = (
    "Worry and confidence are modelled estimates, not a ward survey. The list is for talking "
    "about resources and engagement: it is no ground to enforce against anybody, and it never "
    "feeds the forecast."
)
NO_PLANS = (
    "Wardlight holds no live plan for a ward, so no ward is left out because somebody is at work "
    "there already. Ask before you act."
)
ORDER = (
    "Order: wards with two reasons first, then the surer, then the higher rate of ASB. The "
    "download holds every ward of the list."
)


def kind_of(because: tuple[str, ...]) -> str:
    """Give the letters of a ward's reasons: A for ASB, W for worry and confidence, or both."""
    if len(because) > 1:
        return "A+W"
    return "A" if because and "ASB" in because[0] else "W"


def say_finding(found: WhereNext, place: str, district: str | None) -> str:
    """Say in sentences how many wards qualify, why, and how many are too close to call."""
    table = within(found, district)
    kinds = [kind_of(because) for because in table["because"]]
    counts = {kind: kinds.count(kind) for kind in KINDS}
    if table.empty:
        said = f"**No ward of {place} qualifies.**"
    else:
        verb = "qualifies" if len(table) == 1 else "qualify"
        said = (
            f"**{say_count(len(table), 'ward')} of {place} {verb}**: {counts['A']:,} by high ASB, "
            f"{counts['W']:,} by high worry and low confidence, {counts['A+W']:,} by both."
        )
    return (
        f"{said} Each condition holds with a chance of {found.certainty:.0%} or more. Of the "
        f"{found.places:,} wards of the county {found.unsure:,} may qualify and are too close to "
        "call, so they are not listed."
    )


def say_notes(found: WhereNext) -> str:
    """Say the rule, what it is measured by, what could not be judged, and about plans."""
    period = f", {found.period.label}" if found.period else ""
    notes = [
        "The rule: high ASB, or high worry and low confidence, and no live plan.",
        ORDER,
        f"ASB: incidents per 1,000 residents{period}, drawn towards the county's rate as far as "
        "chance explains it. High and low are above and below the median of the county's wards.",
    ]
    if found.worry_from:
        notes.append(f"Worry: {found.worry_from}.")
    if found.confidence_from:
        notes.append(f"Confidence: {found.confidence_from}.")
    if found.without:
        notes.append(f"Only high ASB qualifies here. {found.without}")
    if found.unknown:
        notes.append(f"{say_count(found.unknown, 'ward')} without a rate of ASB.")
    return " ".join([*notes, _say_plans(found)])


def _say_plans(found: WhereNext) -> str:
    if not found.plans:
        return NO_PLANS
    verb = "has" if found.plans == 1 else "have"
    return (
        f"{say_count(found.plans, 'ward')} {verb} a live plan and cannot be on the list; "
        f"{len(found.planned):,} of them would qualify."
    )


def within(found: WhereNext, district: str | None) -> pd.DataFrame:
    """Give the wards of a district, in their order of the county; of all without one."""
    table = found.table
    if district:
        table = table[table["district_code"] == district]
    return table.reset_index(drop=True)


def list_table(table: pd.DataFrame) -> pd.DataFrame:
    """Give the list as a reader sees it, figures with their likely range."""
    return pd.DataFrame(
        {
            "#": table["rank"],
            "Ward": table["name"],
            "Because": [SHORT_WORDS[kind_of(because)] for because in table["because"]],
            "ASB per 1,000": _with_range(table, "asb", 1),
            "Worry": _with_range(table, "worry", 0),
            "Confidence": _with_range(table, "confidence", 0),
            "Chance": [f"{chance:.0%}" for chance in table["certainty"]],
            "District": table["district"],
            "Code": table["code"],
        }
    )


def download_table(table: pd.DataFrame) -> pd.DataFrame:
    """Give the list to take away, figures as numbers and each range in columns of its own."""
    figures = table[[name for name in table.columns if name not in ("because", "district_code")]]
    why = ["; ".join(because) for because in table["because"]]
    return figures.assign(because=why).round(2)


def describe_ward(row: pd.Series) -> str:
    """Say of one ward why it is on the list."""
    why = " and ".join(row["because"])
    return (
        f"**{row['name']}, {row['district']}: number {row['rank']:,}.** It qualifies by {why}, "
        f"with a chance of {row['certainty']:.0%}. ASB per 1,000 residents "
        f"{_say(row, 'asb', 1)}; worry {_say(row, 'worry', 0)} and confidence "
        f"{_say(row, 'confidence', 0)} of 100, modelled."
    )


def classify(found: WhereNext, wards: pd.DataFrame, district: str | None) -> Classes:
    """Give the class of each ward on the map: its reasons, or none."""
    kinds = dict(zip(found.table["code"], map(kind_of, found.table["because"]), strict=True))
    outside = (wards["district_code"] != district) if district else [False] * len(wards)
    classes = (NOT_LISTED, *KINDS)
    of_area = pd.Series(
        [
            -2 if out else classes.index(kinds.get(code, NOT_LISTED))
            for code, out in zip(wards["code"], outside, strict=True)
        ],
        dtype="int64",
    )
    return Classes(
        colours=(PAPER, *(COLOURS[kind] for kind in KINDS)),
        labels=(NOT_LISTED, *(KIND_WORDS[kind] for kind in KINDS)),
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
                [f"{row['rank']}. {head}", "; ".join(row["because"]).capitalize(),
                 f"ASB per 1,000: {_say(row, 'asb', 1)}",
                 f"Worry, modelled: {_say(row, 'worry', 0)}"]
            )  # fmt: skip
        else:
            tips.append([head, NOT_LISTED])
    return WardMarks(
        tips=tips,
        ranks=dict(zip(table["code"][:MOST_NUMBERS], table["rank"][:MOST_NUMBERS], strict=True)),
        focus=focus,
        hatches={(NOT_LISTED, *KINDS).index(kind): look for kind, look in HATCHES.items()},
    )


def title_action(row: pd.Series) -> str:
    """Propose what an action about a ward of the list could say."""
    return f"Scan {row['name']}: {' and '.join(row['because'])}"


def _with_range(table: pd.DataFrame, name: str, digits: int) -> list[str]:
    return [_say(row, name, digits) for _, row in table.iterrows()]


def _say(row: pd.Series, name: str, digits: int) -> str:
    if not math.isfinite(row[name]):
        return NO_FIGURE
    return f"{row[name]:,.{digits}f} ({say_range(row[f'{name}_low'], row[f'{name}_high'], digits)})"
