"""Tables and sentences of the Crime and worry page, built from findings."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analytics.worry.configuration import Quadrants
from analytics.worry.estimators import METHODS
from analytics.worry.matrix import Matrix, Quadrant
from dashboard.components.quadrant_style import LOOKS
from dashboard.messages import NO_FIGURE, say_list
from dashboard.services.ward_mix import Segments
from dashboard.services.worry import EstimatesFound, MatrixFound
from geodata.calendar import say_date
from geodata.errors import UserFacingError

NO_SURVEY = UserFacingError(
    "No survey is held that can be carried to wards.",
    "Worry comes from a survey with answers that can be linked to kinds of area.",
    "Run 'wardlight import survey FILE --mapping MAPPING', or 'wardlight demo' for the synthetic "
    "county.",
)
NO_ASKED = UserFacingError(
    "This survey does not ask for it.",
    "No item of it is about ASB that people saw or suffered.",
    "Choose another survey at the side.",
)
BANNER = "Modelled estimate, not a ward survey."
PLACES = ("act", "quiet", "reassure", "keep")
MOST_MISSING = 8
WHY = {"ASB": "on ASB", "worry": "on worry", "both": "on both"}


def name_quadrants(words: Quadrants) -> dict[str, str]:
    """Give the name of each quadrant."""
    return {each: words.advice_of(each).name for each in LOOKS}


def gather(
    found: MatrixFound, wards: pd.DataFrame, district: str | None, quadrant: str | None
) -> pd.DataFrame:
    """Gather what chart, map and list show of each ward, in the order of the wards.

    Returns
    -------
    DataFrame
        The matrix's columns with name, district, district_code, model_share, chance (that the
        ward is where it is put; NaN for those that are not put anywhere), shown, rank (1 for the
        surest of those shown, by quadrant).
    """
    assert found.matrix is not None and found.estimates.estimates is not None
    table = found.matrix.table.set_index("code").reindex(wards["code"]).reset_index()
    model = found.estimates.estimates.table.set_index("code")["model_share"]
    high_asb, high_worry = table["p_asb_high"], table["p_worry_high"]
    right = table["quadrant"].isin([Quadrant.ACT, Quadrant.QUIET])
    top = table["quadrant"].isin([Quadrant.ACT, Quadrant.REASSURE])
    chance = high_asb.where(right, 1 - high_asb) * high_worry.where(top, 1 - high_worry)
    rows = table.assign(
        name=wards["name"].to_numpy(),
        district=wards["district"].to_numpy(),
        district_code=wards["district_code"].to_numpy(),
        model_share=table["code"].map(model),
        chance=chance.where(table["quadrant"].isin(PLACES)),
    )
    shown = np.ones(len(rows), dtype=bool)
    if district:
        shown &= (rows["district_code"] == district).to_numpy()
    if quadrant:
        shown &= (rows["quadrant"] == quadrant).to_numpy()
    rows["shown"] = shown
    order = rows["quadrant"].map({each: place for place, each in enumerate(LOOKS)})
    by = rows.assign(order=order, sure=rows["chance"].fillna(0), both=high_asb * high_worry)
    sorted_rows = by[shown].sort_values(["order", "sure", "both"], ascending=[True, False, False])
    rank = pd.Series(np.arange(1, len(sorted_rows) + 1), index=sorted_rows.index)
    return rows.assign(rank=rank.reindex(rows.index))


def count_shown(rows: pd.DataFrame, district: str | None) -> dict[str, int]:
    """Count the wards of each quadrant, of the district looked at."""
    inside = rows[rows["district_code"] == district] if district else rows
    counts = inside["quadrant"].value_counts()
    return {each: int(counts.get(each, 0)) for each in LOOKS}


def say_finding(
    rows: pd.DataFrame, counts: dict[str, int], place: str, district: str | None
) -> str:
    """Say in a sentence or two how many wards are where, and how many cannot be told."""
    total = sum(counts.values())
    if not total:
        return f"No ward is held for {place}."
    inside = rows[rows["district_code"] == district] if district else rows
    why = inside.loc[inside["quadrant"] == Quadrant.CLOSE, "why"].value_counts()
    reasons = [f"{int(why[key]):,} {word}" for key, word in WHY.items() if key in why]
    close = counts["close"]
    said = (
        f"Of **{total:,} ward{'' if total == 1 else 's'}** in {place}, **{counts['act']:,}** "
        f"{'has' if counts['act'] == 1 else 'have'} high ASB and high worry, "
        f"**{counts['reassure']:,}** only high worry, **{counts['quiet']:,}** only high ASB, "
        f"**{counts['keep']:,}** neither. "
    )
    if close:
        said += f"**{close:,}** ({close / total:.0%}) are too close to call: {say_list(reasons)}."
    if counts["unknown"]:
        said += f" {counts['unknown']:,} lack a figure."
    return said


def say_banner(found: EstimatesFound) -> str:
    """Say what the estimates are and, for a survey of elsewhere, what they are not."""
    if found.shape_only:
        return (
            f"**Shape only: not figures of here.** {found.survey.name} asked people in other "
            "places or years. Wards are put in order by the kinds of area they hold, and nothing "
            "here says how worried anybody in this county is."
        )
    size = f"{found.respondents:,} respondents"
    year = f", {found.year.label}" if found.year is not None else ""
    return f"**{BANNER}** {found.survey.name}: {size}{year}."


def say_changes(changed: int, total: int, usual: bool) -> str:
    """Say how many wards the settings put elsewhere than the usual ones do."""
    if usual:
        return "The usual setting: 80% sure, cuts at the county's medians."
    return (
        f"**{changed:,} of {total:,} wards** stand elsewhere than with the usual setting (80%, "
        "medians)."
    )


def say_legend(matrix: Matrix, measure: str) -> str:
    """Say where high begins and how chart and map are read."""
    return (
        f"Dashed lines: high ASB begins at {matrix.asb_cut:,.1f} per 1,000 residents, high worry "
        f"at {matrix.worry_cut:,.1f} ({measure}). Lines through a mark are its likely ranges. On "
        "the map ▲ is plain dark, ■ has level lines, ◆ slanted lines, ● is plain, ○ is white with "
        "grey lines. Numbers are those of the list."
    )


def label_quadrants(names: dict[str, str], counts: dict[str, int]) -> dict[str, str]:
    """Label the button of each quadrant with its shape, name and number of wards."""
    return {
        each: f"{look.sign} {names[each]} ({counts[each]:,})"
        for each, look in LOOKS.items()
        if counts[each] or each != "unknown"
    }


def list_wards(rows: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """List the wards shown, the surest of each quadrant first."""
    shown = rows[rows["shown"]].sort_values("rank")
    close = [f" ({WHY[why]})" if why else "" for why in shown["why"]]
    return pd.DataFrame(
        {
            "#": shown["rank"].astype(int),
            "Ward": shown["name"],
            "District": shown["district"],
            "Quadrant": [
                f"{LOOKS[quadrant].sign} {names[quadrant]}{extra}"
                for quadrant, extra in zip(shown["quadrant"], close, strict=True)
            ],
            "ASB per 1,000": shown["asb"].round(1),
            "ASB, likely range": _say_ranges(shown, "asb"),
            "Chance ASB is high": _chances(shown["p_asb_high"]),
            "Worry": shown["worry"].round(1),
            "Worry, likely range": _say_ranges(shown, "worry"),
            "Chance worry is high": _chances(shown["p_worry_high"]),
            "From the model": _percent(shown["model_share"]),
            "Code": shown["code"],
        }
    ).reset_index(drop=True)


def tips(rows: pd.DataFrame, names: dict[str, str]) -> list[list[str]]:
    """Give the tooltip of each ward on the map."""
    return [
        [
            f"{row.name}, {row.district}" if row.district else str(row.name),
            f"{LOOKS[row.quadrant].sign} {names[row.quadrant]}",
            f"ASB {_say_figure(row.asb, row.asb_low, row.asb_high)} per 1,000",
            f"Worry {_say_figure(row.worry, row.worry_low, row.worry_high)}",
        ]
        for row in rows.itertuples(index=False)
    ]


def first_ranks(rows: pd.DataFrame, most: int) -> dict[str, int]:
    """Give the number of the first wards of the list, by code."""
    first = rows[rows["rank"] <= most]
    return {code: int(rank) for code, rank in zip(first["code"], first["rank"], strict=True)}


def name_wards(rows: pd.DataFrame, district: str | None) -> dict[str, str]:
    """Name the wards that can be chosen, by code, in the order of their names."""
    inside = rows[rows["district_code"] == district] if district else rows
    named = {
        code: f"{name}, {home}" if home else name
        for code, name, home in zip(inside["code"], inside["name"], inside["district"], strict=True)
    }
    return dict(sorted(named.items(), key=lambda pair: pair[1]))


def say_ward(row: pd.Series, released: bool) -> str:
    """Say the figures of one ward with their ranges and chances."""
    if np.isfinite(row["asb"]):
        asb = (
            f"Recorded ASB **{row['asb']:,.1f} per 1,000 residents** (likely range "
            f"{row['asb_low']:,.1f} to {row['asb_high']:,.1f}); chance that it is high "
            f"**{say_chance(row['p_asb_high'])}**."
        )
    else:
        asb = "Recorded ASB: no released figure." if released else "Recorded ASB: no figure."
    if np.isfinite(row["worry"]):
        worry = (
            f"Worry **{row['worry']:,.1f}** of 100 (likely range {row['worry_low']:,.1f} to "
            f"{row['worry_high']:,.1f}); chance that it is high "
            f"**{say_chance(row['p_worry_high'])}**. "
            f"{row['model_share']:.0%} of the doubt comes from the model."
        )
    else:
        worry = "Worry: no estimate, since the ward has no mix of segments."
    return f"{asb}  \n{worry}"


def mix_table(
    segments: Segments, words: Quadrants, ward: str, quadrant: str
) -> tuple[pd.DataFrame, str]:
    """List the kinds of area of a ward with tactics and channels, and say what is left out."""
    mine = segments.mix[segments.mix["ward_code"] == ward]
    shares = dict(zip(mine["segment_code"], mine["share"], strict=True))
    advice = words.advise_mix(shares, segments.classification, quadrant)
    table = pd.DataFrame(
        {
            "Kind of area": [segments.names.get(one.segment_code, one.segment_code)
                             for one in advice],
            "Residents": [f"{one.share:.0%}" for one in advice],
            "What fits": ["; ".join(one.tactics) or "No suggestion is held" for one in advice],
            "Ways to tell people": ["; ".join(one.channels) or "No suggestion is held"
                                    for one in advice],
        }
    )  # fmt: skip
    rest = 1 - sum(one.share for one in advice)
    missing = int((segments.missing["ward_code"] == ward).sum())
    said = [f"{segments.classification}: kinds of area, never kinds of people."]
    if rest > 0.005 and len(table):
        said.append(f"Kinds with under 10% of residents, together {rest:.0%}, are left out.")
    if missing:
        said.append(f"{missing:,} small areas of this ward are not in the classification.")
    return table, " ".join(said)


def say_model(found: EstimatesFound, segments: Segments) -> list[str]:
    """Say how the estimates were made, how sure they are and what is missing, line by line."""
    estimates = found.estimates
    assert estimates is not None
    share = float(np.nanmean(estimates.table["model_share"]))
    lines = [
        f"**How.** {METHODS[estimates.method]}, with segments of {segments.classification}. "
        f"On average {share:.0%} of a ward's doubt comes from the model and the rest from the "
        "sample; each range holds both.",
    ]
    if found.gain is not None:
        lines.append(
            f"**Tried.** It was asked to predict {found.gain.respondents:,} answers held back "
            f"from it, and tells wards apart by about {found.gain.spread:.1f} points better than "
            "the figure of their district does. Where it does no better, no figure is shown."
        )
    held = estimates.districts[estimates.districts["benchmarked"].astype(bool)]
    moved = held["shift"].abs().max() if len(held) else 0.0
    lines.append(
        f"**Held to the districts.** Wards weighed by residents reproduce the survey's own figure "
        f"of {len(held):,} of {len(estimates.districts):,} districts; that moved wards by at most "
        f"{moved:.1f} points."
        if len(held)
        else "**Not held to any district:** the survey has no district figure of its own here."
    )
    pooled = estimates.pooled[estimates.pooled["pooled_into"].astype(str) != ""]
    if len(pooled):
        named = [
            f"{segments.names.get(code, code)} ({size:,}, with "
            f"{'all others' if into == 'all' else segments.names.get(into, into)})"
            for code, size, into in zip(
                pooled["segment_code"], pooled["n"], pooled["pooled_into"], strict=True
            )
        ]
        lines.append(f"**Few respondents, pooled:** {say_list(named[:6])}.")
    if len(segments.missing):
        codes = [str(code) for code in segments.missing["code"].head(MOST_MISSING)]
        more = len(segments.missing) - len(codes)
        lines.append(
            f"**Not in the classification:** {len(segments.missing):,} small areas with "
            f"{segments.missing['residents'].sum():,.0f} residents: {', '.join(codes)}"
            f"{f' and {more:,} more' if more else ''}. They are left out, not counted as zero."
        )
    else:
        lines.append("**Complete:** the classification has every small area of these wards.")
    return lines


def number_signals(signals: pd.DataFrame, district_wards: set[str] | None) -> pd.DataFrame:
    """Give the signal events of the wards looked at, newest first, with numbers; None: all."""
    kept = signals
    if district_wards is not None:
        kept = signals[signals["ward_code"].isin(district_wards)]
    ordered = kept.sort_values("happened_on", ascending=False, kind="stable")
    return ordered.assign(number=np.arange(1, len(ordered) + 1))


def signal_table(signals: pd.DataFrame) -> pd.DataFrame:
    """List signal events by the numbers that the map shows."""
    return pd.DataFrame(
        {
            "On the map": [f"S{number}" for number in signals["number"]],
            "What": signals["title"].to_numpy(),
            "Kind": signals["kind"].to_numpy(),
            "Happened": [say_date(pd.Timestamp(day).date()) for day in signals["happened_on"]],
            "Reaches": [f"{radius:,.0f} m" for radius in signals["radius_m"]],
        }
    )


def say_sources(found: MatrixFound) -> str:
    """Say of what time both figures are and what they must not be used for."""
    period = found.asb.period
    asb = f"ASB: {period.label}" if period is not None else "ASB: nothing held"
    released = " as released, with small counts withheld" if found.asb.released else ""
    survey = found.estimates.survey
    to = f", answers to {say_date(survey.complete_to)}" if survey.complete_to else ""
    items = [item.label for item in survey.items if item.in_score]
    score = (
        f" The worry score is the mean of {len(items)} items: {'; '.join(items)}."
        if found.estimates.measure.key == "worry"
        else ""
    )
    return (
        f"{asb}{released}. Rates are drawn towards the county's as far as chance explains them. "
        f"Survey: {survey.name}{to}.{score} Worry is a reason to listen, tidy up and explain, "
        f"never a ground to enforce. {found.quadrants.sentence}"
    )


def describe(found: MatrixFound, place: str) -> dict[str, str]:
    """Give what goes into a file beside the figures: method, cuts, certainty, times."""
    matrix, estimates = found.matrix, found.estimates
    assert matrix is not None and estimates.estimates is not None
    note = "Shape only: not figures of here" if estimates.shape_only else BANNER
    return {
        "What": note,
        "Area": place,
        "ASB period": found.asb.period.label if found.asb.period else "",
        "Survey": estimates.survey.name,
        "Measure": estimates.measure.label,
        "Method": METHODS[estimates.estimates.method],
        "Certainty": f"{matrix.certainty:.0%}",
        "ASB cut": f"{matrix.asb_cut:.2f}",
        "Worry cut": f"{matrix.worry_cut:.2f}",
        "Words": found.quadrants.status,
    }


def say_chance(chance: float) -> str:
    """Say a chance in per cent, never as certain."""
    if chance > 0.99:
        return "over 99%"
    return "under 1%" if chance < 0.01 else f"{chance:.0%}"


def _chances(values: pd.Series) -> list[str]:
    return [say_chance(value) if np.isfinite(value) else NO_FIGURE for value in values]


def _percent(values: pd.Series) -> list[str]:
    return [f"{value:.0%}" if np.isfinite(value) else NO_FIGURE for value in values]


def _say_ranges(rows: pd.DataFrame, name: str) -> Sequence[str]:
    return [
        f"{low:,.1f} to {high:,.1f}" if np.isfinite(low) else NO_FIGURE
        for low, high in zip(rows[f"{name}_low"], rows[f"{name}_high"], strict=True)
    ]


def _say_figure(value: float, low: float, high: float) -> str:
    if not np.isfinite(value):
        return NO_FIGURE
    return f"{value:,.1f} ({low:,.1f} to {high:,.1f})"
