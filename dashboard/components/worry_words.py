"""Sentences of the Crime and worry page: what the figures are, how sure, and what they are not."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analytics.worry.checking import Gain
from analytics.worry.estimators import METHODS
from analytics.worry.matrix import Matrix
from analytics.worry.measures import WORRY, Measure
from analytics.worry.sample import Method
from dashboard.components.plain_words import plain
from dashboard.components.quadrant_style import LOOKS
from dashboard.components.worry_axis import BY_KIND, PLACES, Axis
from dashboard.components.worry_tables import say_points, say_span
from dashboard.messages import say_chance, say_list
from dashboard.services.ward_mix import Segments
from dashboard.services.worry import (
    NO_CLASS,
    EstimatesFound,
    MatrixFound,
    SurveyHead,
    WardAsb,
)
from geodata.calendar import say_date
from geodata.errors import UserFacingError

NO_SURVEY = UserFacingError(
    "No survey is held that can be carried to wards.",
    "Worry comes from a survey with answers that can be linked to kinds of area.",
    "Run 'wardlight import survey FILE --mapping MAPPING', or 'wardlight demo' for the synthetic "
    "county.",
)
NO_WORRY = UserFacingError(
    "This survey does not ask about worry.",
    "None of its items has the role worry.",
    "Choose another survey at the side, or give an item that role in the survey's mapping.",
)
NO_ASKED = UserFacingError(
    "This survey does not ask for it.",
    "No item of it is about ASB that people saw or suffered.",
    "Choose another survey at the side.",
)
NO_SIDE = UserFacingError(
    "This survey asks nothing that could stand beside worry.",
    "No item of it has the role experience, driver, safety or confidence.",
    "Choose another survey at the side.",
)
ORDER_ONLY = UserFacingError(
    "This survey was of other places or times, so it has no answer to this.",
    "It puts wards in order by the kinds of area they hold. What people meet, report or feel in "
    "a ward of this county cannot be known from it.",
    "Look at how ASB and worry compare, or choose a survey of this county at the side.",
)
BANNER = "Modelled estimate, not a ward survey."
SHAPE_ONLY = "Shape only: not figures of here"
MOST_MISSING = 8
MOSTLY = 0.6
"""Share of a ward's doubt from which one source is named alone."""

WHOLE_YEAR = 12
"""Months below which a rate is said not to be of a year."""


def title_worry(measure: Measure, *, shape_only: bool = False) -> str:
    """Say what the axis of worry measures, and in what."""
    if shape_only:
        return "By kind of area: points from the middle"
    return f"{measure.label}, {name_unit(measure)}"


def name_unit(measure: Measure) -> str:
    """Name what a measure is in: per cent, or a score."""
    return "per cent" if measure.is_share else "0 to 100"


def say_finding(matrix: Matrix, place: str, axis: Axis, *, shape_only: bool = False) -> str:
    """Say in a sentence or two how many wards are where, and how many cannot be told.

    Parameters
    ----------
    matrix : Matrix
        Of the wards looked at.
    place : str
        Where these are.
    axis : Axis
        What worry is set beside.
    shape_only : bool, default False
        True if the survey is of other places or times.
    """
    counts, total = matrix.counts, len(matrix.table)
    if not total:
        return f"No ward is held for {place}."
    high = "worry above the middle" if shape_only else "high worry"
    said = (
        f"{f'{BY_KIND}, not by answers from here: of' if shape_only else 'Of'} "
        f"**{total:,} ward{'' if total == 1 else 's'}** in {place}, **{counts['act']:,}** "
        f"{'has' if counts['act'] == 1 else 'have'} {axis.high} and {high}, "
        f"**{counts['reassure']:,}** only {high}, **{counts['quiet']:,}** only {axis.high}, "
        f"**{counts['keep']:,}** neither. "
    )
    return said + say_close(matrix, axis)


def say_answer(matrix: Matrix, place: str, axis: Axis, *, shape_only: bool = False) -> str:
    """Say in a line how many wards have a place and how many cannot be told.

    How many each place has stands beside its name.
    """
    placed = sum(matrix.counts[each] for each in PLACES)
    total = len(matrix.table)
    if not total:
        return f"No ward is held for {place}."
    by = f" {BY_KIND.lower()}, not by answers from here" if shape_only else ""
    return (
        f"**{placed:,} of {total:,} wards** of {place} have a place{by}. {say_close(matrix, axis)}"
    )


def say_close(matrix: Matrix, axis: Axis) -> str:
    """Say how many wards are too close to call, on which side, and how many lack a figure."""
    counts, said = matrix.counts, []
    if counts["close"]:
        reasons = [f"{matrix.close_because[key]:,} {word}" for key, word in axis.why.items()
                   if matrix.close_because[key]]  # fmt: skip
        known = f"{matrix.share_close:.0%}"
        known += " of those with both figures" if counts["unknown"] else ""
        said.append(
            f"**{counts['close']:,}** ({known}) are too close to call: {say_list(reasons)}."
        )
    if counts["unknown"]:
        said.append(f"{counts['unknown']:,} lack a figure.")
    return " ".join(said)


def say_banner(found: MatrixFound) -> str:
    """Say what the estimates are, of which months each figure is and, if so, what they are not."""
    made = found.estimates
    if made.shape_only:
        return (
            f"**{SHAPE_ONLY}.** {made.survey.name} asked people in other "
            "places or years. Wards are put in order by the kinds of area they hold, and nothing "
            f"here says how worried anybody in this county is. {_say_asb(found.asb)}"
        )
    size = f"{made.survey.name}, {made.respondents:,} respondents"
    year = made.year.label if made.year is not None else ""
    months = found.asb.period.label if found.asb.period is not None else ""
    if year and year == months:
        released = ", as released" if found.asb.released else ""
        return f"**{BANNER}** Worry ({size}) and ASB{released}: {year}."
    apart = " These are not the same months." if year and months else ""
    dated = f": {year}" if year else ""
    return f"**{BANNER}** Worry ({size}){dated}. {_say_asb(found.asb)}{apart}"


def _say_asb(asb: WardAsb) -> str:
    """Say of which months recorded ASB is, and whether these are less than a year."""
    if asb.period is None:
        return "ASB: nothing held."
    said = f"ASB: {asb.period.label}{', as released' if asb.released else ''}."
    if len(asb.period) < WHOLE_YEAR:
        count = f"{len(asb.period)} month{'' if len(asb.period) == 1 else 's'}"
        said += f" **Only {count} of ASB: rates are of that time and not of a year.**"
    return said


def say_changes(changed: int, total: int, usual: bool) -> str:
    """Say how many wards the settings put elsewhere than the usual ones do."""
    if usual:
        return "The usual setting: 80% sure, cuts at the county's medians."
    return (
        f"**{changed:,} of {total:,} wards** stand elsewhere than with the usual setting (80%, "
        "medians)."
    )


def say_legend(matrix: Matrix, measure: Measure, axis: Axis, *, shape_only: bool = False) -> str:
    """Say where high begins and how chart and map are read."""
    worry = (
        "worry is counted from the middle of the wards by the kinds of area they hold"
        if shape_only
        else f"high worry at {matrix.worry_cut:,.1f} ({title_worry(measure)})"
    )
    return (
        f"Dashed lines: {axis.high} begins at {matrix.asb_cut:,.1f} ({axis.title}), {worry}. "
        "Lines through a mark are its likely ranges. On the map ▲ is plain dark, ■ has level "
        "lines, ◆ slanted lines, ● is plain, ○ is white with grey lines. Numbers are the first "
        "ten of the list, left out where one would cover another."
    )


def name_ward(row: pd.Series, axis: Axis) -> str:
    """Name a ward with its quadrant."""
    place = plain(f"{row['name']}, {row['district']}" if row["district"] else str(row["name"]))
    return f"**{place}: {LOOKS[row['quadrant']].sign} {axis.names[row['quadrant']]}.**"


def say_focus(row: pd.Series, measure: Measure, axis: Axis, *, shape_only: bool = False) -> str:
    """Answer for the ward in focus in one line: its place, both figures and both chances."""
    along = upright = "no figure"
    if np.isfinite(row["x"]):
        along = f"**{row['x']:,.1f}** (high: {say_chance(row['p_x_high'])} likely)"
    if np.isfinite(row["worry"]):
        value = say_points(row["worry"], signed=shape_only)
        middle = "above the middle" if shape_only else "high"
        upright = f"**{value}** ({middle}: {say_chance(row['p_worry_high'])} likely)"
    word = "points from the middle" if shape_only else f"Worry, {name_unit(measure)}"
    return f"{name_ward(row, axis)} {axis.short}: {along}. {word.capitalize()}: {upright}."


def say_ward(
    row: pd.Series, measure: Measure, axis: Axis, *, released: bool, shape_only: bool = False
) -> str:
    """Say the figures of one ward with their ranges and chances."""
    if np.isfinite(row["x"]):
        along = (
            f"{axis.title}: **{row['x']:,.1f}** (likely range "
            f"{say_span(row['x_low'], row['x_high'])}); chance that it is high "
            f"**{say_chance(row['p_x_high'])}**."
        )
    else:
        is_withheld = released and not axis.from_survey
        along = f"{axis.short}: {'no released figure' if is_withheld else 'no figure'}."
    if not np.isfinite(row["worry"]):
        return f"{along}  \nWorry: no estimate, since the ward has no mix of segments."
    span = say_span(row["worry_low"], row["worry_high"], signed=shape_only)
    chance = say_chance(row["p_worry_high"])
    if shape_only:
        worry = (
            f"{BY_KIND}, **{say_points(row['worry'], signed=True)} points from the middle of the "
            f"wards** (likely range {span}); chance that it is above the middle **{chance}**. "
            "How worried people are here is not known from this survey."
        )
    else:
        unit = "per cent" if measure.is_share else "of 100"
        worry = (
            f"Worry **{say_points(row['worry'])}** {unit} (likely range {span}); chance that it "
            f"is high **{chance}**. {say_model_share(row['model_share'])}"
        )
    return f"{along}  \n{worry}"


def say_model_share(share: float) -> str:
    """Say in plain words how much of a range is there because few were asked in the ward."""
    if share >= MOSTLY:
        return "The range is wide mostly because the ward itself is estimated, not asked."
    if share <= 1 - MOSTLY:
        return "The range is wide mostly because few people of the whole survey answered."
    return (
        "The range is wide both because the ward itself is estimated, not asked, and because few "
        "people of the whole survey answered."
    )


def say_model(found: EstimatesFound, segments: Segments, names: Mapping[str, str]) -> list[str]:
    """Say how the estimates were made, how sure they are and what is missing, line by line.

    Parameters
    ----------
    found : EstimatesFound
    segments : Segments
    names : dict of str to str
        Name of each ward by code.
    """
    estimates = found.estimates
    assert estimates is not None
    share = float(np.nanmean(estimates.table["model_share"]))
    lines = [
        f"**How.** {METHODS[estimates.method]}, with segments of {segments.classification}. "
        f"On average {share:.0%} of what is unsure of a ward is so because wards are estimated and "
        "not asked, and the rest because few people were asked at all; each range holds both.",
    ]
    if found.gain is not None:
        lines.append(say_gain(found.gain))
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
    if estimates.method is Method.MULTILEVEL:
        lines.append(
            "**Few answers.** A segment with few answers is drawn towards the mean of all "
            "segments, the more so the fewer it has."
        )
    elif len(pooled):
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
        lines += _say_partial(segments, names)
    else:
        lines.append("**Complete:** the classification has every small area of these wards.")
    return lines


def _say_partial(segments: Segments, names: Mapping[str, str]) -> list[str]:
    """Say which wards rest on a part of their areas, and which have no estimate for want of any."""
    wards = segments.missing.groupby("ward_code")["code"].size().sort_values(ascending=False)
    has_mix = wards.index.isin(segments.mix["ward_code"])
    lines = []
    for title, found in (
        ("Resting on a part of their areas", wards[has_mix]),
        (f"No estimate ({NO_CLASS})", wards[~has_mix]),
    ):
        listed = [f"{names.get(code, code)} ({count:,} missing)"
                  for code, count in found.head(MOST_MISSING).items()]  # fmt: skip
        more = len(found) - len(listed)
        if listed:
            rest = f"; and {more:,} more" if more else ""
            lines.append(f"**{title}:** {len(found):,} of the wards: {'; '.join(listed)}{rest}.")
    return lines


def say_gain(gain: Gain) -> str:
    """Say what the check on answers held back is and what it found."""
    return (
        f"**Tried.** {gain.respondents:,} answers were held back and predicted: the estimate does "
        "better at that than the figure of the district, which chance alone does one time in ten. "
        f"By how much is less sure: the squared error of an answer falls by {gain.gain:,.1f} (90% "
        f"range {gain.low:,.1f} to {gain.high:,.1f} squared points). Where it does no better, no "
        "figure is shown."
    )


def say_sources(found: MatrixFound) -> str:
    """Say of what time both figures are and what they must not be used for."""
    period = found.asb.period
    asb = f"ASB: {period.label}" if period is not None else "ASB: nothing held"
    released = " as released, with small counts withheld" if found.asb.released else ""
    survey = found.estimates.survey
    to = f", answers to {say_date(survey.complete_to)}" if survey.complete_to else ""
    score = f" {say_score(survey)}" if found.estimates.measure.key == WORRY else ""
    return (
        f"{asb}{released}. Rates are drawn towards the county's as far as chance explains them. "
        f"Survey: {survey.name}{to}; its ranges know of {survey.modelled_from}.{score} "
        "Worry is a reason to listen, tidy up and explain, "
        f"never a ground to enforce. {found.quadrants.sentence}"
    )


def say_score(survey: SurveyHead) -> str:
    """Say which questions the worry score is made of."""
    items = [item.label for item in survey.items if item.in_score]
    if len(items) == 1:
        return f"The worry score is the one question: {items[0]}."
    return f"The worry score is the mean of {len(items)} questions: {'; '.join(items)}."


def describe(found: MatrixFound, place: str, axis: Axis) -> dict[str, str]:
    """Give what goes into a file beside the figures: method, cuts, certainty, times."""
    matrix, estimates = found.matrix, found.estimates
    assert matrix is not None and estimates.estimates is not None
    return {
        "What": SHAPE_ONLY if estimates.shape_only else BANNER,
        "Area": place,
        "Beside worry": axis.title,
        "ASB period": found.asb.period.label if found.asb.period else "",
        "Survey": estimates.survey.name,
        "Measure": title_worry(estimates.measure, shape_only=estimates.shape_only),
        "Method": METHODS[estimates.estimates.method],
        "Certainty": f"{matrix.certainty:.0%}",
        f"{axis.short} cut": f"{matrix.asb_cut:.2f}",
        "Worry cut": "the middle of the wards" if estimates.shape_only
        else f"{matrix.worry_cut:.2f}",
        "Words": found.quadrants.status,
    }  # fmt: skip
