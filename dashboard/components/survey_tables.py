"""Tables and sentences of the Survey page, in the words a reader sees."""

import math
from collections.abc import Mapping

import pandas as pd
from pandas.io.formats.style import Styler

from analytics.worry.direct import (
    LEAST_N_EFF,
    LESS,
    MORE,
    NO_CLEAR_CHANGE,
    TOO_FEW_POINTS,
    margin_of_error,
)
from analytics.worry.measures import WORRY, Measure
from dashboard.messages import NO_FIGURE, say_count, say_list
from dashboard.services.survey import (
    AREA,
    ESTIMATES,
    INDICATIVE,
    SHAPE_ONLY,
    SurveyFigures,
    SurveyHead,
)
from geodata.calendar import say_date

ALL = "All respondents"
NUMBER_UNKNOWN = "number not known"
CHANGES = {MORE: "Higher", LESS: "Lower", NO_CLEAR_CHANGE: "No clear change", "": "Not compared"}
AGAINST_ALL = "Against all respondents"
APART = ["apart", "apart_low", "apart_high", "standing"]
STANDINGS = {MORE: "Higher", LESS: "Lower", NO_CLEAR_CHANGE: "No clear difference"}
REACHES = {
    AREA: "",
    SHAPE_ONLY: (
        "**A survey of other places or times.** It says how worry goes with kinds of area among "
        "the people it asked, and nothing of this county or its wards. No figure here is one of "
        "this county."
    ),
    INDICATIVE: (
        "**Indicative only.** People chose for themselves to take part, so nobody knows how far "
        "the figures hold for all residents: they have no likely range, show no change, and are "
        "never pooled with another survey."
    ),
}
ROLES = {
    "worry": "Worry", "safety": "Feeling safe", "experience": "Experience",
    "driver": "Local problem", "confidence": "Confidence", "other": "Other",
}  # fmt: skip
WARD_NOTES = {
    AREA: (
        "**Wards have no figure here.** Too few people are asked in a ward for its own figure. "
        "The page Crime and worry shows modelled figures of wards, with wider ranges."
    ),
    SHAPE_ONLY: (
        "**Wards have no figure here.** The page Crime and worry can carry the shape of this "
        "survey to wards, and says there what that is not."
    ),
}
METHOD_NOTE = (
    "Effective number: how many people of equal weight, drawn one by one, would tell as much. "
    "Design effect: how many times the variance of this figure is that of so many drawn one by "
    f"one. From fewer than {LEAST_N_EFF} effective respondents there is no figure. A figure counts "
    "as higher or lower than a year before only if the likely range of the difference leaves out "
    "0; otherwise there is no clear change."
)


def say_value(value: float, *, is_share: bool) -> str:
    """Say a percentage such as '42.3%', or a score such as '42.3'."""
    if not math.isfinite(value):
        return NO_FIGURE
    return f"{value:.1f}%" if is_share else f"{value:.1f}"


def say_range_of(low: float, high: float, *, is_share: bool) -> str:
    """Say a likely range, such as '40.1% to 44.5%'; '' if there is none."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    return f"{say_value(low, is_share=is_share)} to {say_value(high, is_share=is_share)}"


def say_items(survey: SurveyHead, measure: Measure) -> str:
    """Say what was asked: the question, or the items of the worry score."""
    chosen = [item for item in survey.items if item.name in measure.items]
    if measure.key == WORRY:
        labels = "; ".join(item.label for item in chosen)
        return (
            f"The worry score, from 0 (not at all) to 100 (most), is the mean of "
            f"{say_count(len(chosen), 'question')}: {labels}. "
            "Whoever answered at least half of them counts."
        )
    asked = f"Asked: “{chosen[0].question.rstrip('.')}” " if chosen and chosen[0].question else ""
    scale = (
        "The figure is the per cent of those who answered."
        if measure.is_share
        else "Mean score from 0 to 100; 100 is the most worry, the biggest problem or the most "
        "confidence."
    )
    return asked + scale


def say_method(survey: SurveyHead) -> str:
    """Say what the ranges of a survey know of its design, and how the figures are to be read."""
    known = f"it knows of {survey.ranges_from}"
    if not survey.has_points:
        known += ", and is too narrow for a survey that asks neighbours in clusters"
    return (
        "Every answer counts by its weight. The likely range holds the true figure in 95 of 100 "
        f"such surveys, as far as chance goes; {known}. {METHOD_NOTE}"
    )


def say_about(survey: SurveyHead) -> str:
    """Say what the survey is: who was asked, how far it is whole, whether it is invented."""
    kind = " A table of ready figures." if survey.kind == ESTIMATES else ""
    about = f" {survey.about}" if survey.about else ""
    whole = f" Fieldwork whole to {say_date(survey.complete_to)}." if survey.complete_to else ""
    invented = " Synthetic: invented answers." if survey.is_synthetic else ""
    licence = f" {survey.licence}" if survey.licence else ""
    return f"{survey.name}.{about}{kind}{whole}{invented}{licence}"


def say_chance(found: SurveyFigures) -> str:
    """Say how many changes look clear by chance alone; '' if none is compared."""
    compared = found.districts["change"].ne("").sum() if len(found.districts) else 0
    if not compared:
        return ""
    clear = int(found.districts["change"].isin([MORE, LESS]).sum())
    return (
        f"{clear} of {compared} districts changed clearly on the year; about 1 in 20 would look "
        "so by chance alone."
    )


def say_year(found: SurveyFigures) -> str:
    """Say which answers count."""
    if found.year is None:
        return "All answers of the survey; it states no quarters."
    said = f"Rolling year: {found.year.label}, the last four complete quarters."
    if found.before_lacks:
        said += f" Nothing is compared with the year before: {found.before_lacks}."
    return said


def say_incomplete(found: SurveyFigures) -> str:
    """Say why an incomplete year has no figure."""
    lacks = found.year.gaps_label if found.year else ""
    return (
        f"**Incomplete year: no figure.** Lacking: {lacks}. A rolling year needs all four of its "
        "quarters, each with at least half as many answers as the middle one of the eight newest. "
        f"{_say_short(found)}".rstrip()
    )


def _say_short(found: SurveyFigures) -> str:
    """Say what a quarter with few answers may come from, and when it heals; '' if none is short."""
    if found.year is None or not found.year.short:
        return ""
    return (
        "Is a file of that quarter still to be imported? If fewer were really asked, as in the "
        "first quarter of a new survey, there are figures again once the year no longer has it."
    )


def say_finding(found: SurveyFigures, district: str | None, place: str) -> str:
    """Say the figure of the place looked at in one sentence, with how sure it is."""
    table = found.districts if district else found.county
    rows = table[table["code"] == (district or "")]
    what = found.measure.label
    if rows.empty:
        return f"**{what}: nobody in {place} was asked.**"
    row = rows.iloc[0]
    if row["refused"]:
        told = row["points"] if row["refused"] == TOO_FEW_POINTS else math.floor(row["n_eff"])
        return f"**{what}: no figure for {place}.** {row['refused']} ({told:,.0f})."
    is_share = found.measure.is_share
    said = f"**{what}, {place}: {say_value(row['value'], is_share=is_share)}**"
    spread = say_range_of(row["low"], row["high"], is_share=is_share)
    said += f" (likely range {spread}, plus or minus {row['margin']:.1f})." if spread else "."
    if row["change"]:
        then = say_value(row["before"], is_share=is_share)
        change = CHANGES[row["change"]]
        said += f" A year before: {then}; **{change.lower()}**."
    return said


def say_sample(found: SurveyFigures, district: str | None) -> str:
    """Say how many answers stand behind the figure, and how much they tell."""
    table = found.districts if district else found.county
    rows = table[table["code"] == (district or "")]
    if rows.empty:
        return ""
    row = rows.iloc[0]
    effect = "" if math.isnan(row["deff"]) else f", design effect {row['deff']:.2f}"
    told = math.floor(row["n_eff"])
    points = row["points"]
    drawn = "" if math.isnan(points) else f" at {say_count(int(points), 'sampling point')}"
    said = f"{say_count(row['n'], 'respondent')}{drawn}, effective number {told:,}{effect}."
    if found.unanswered and not district:
        said += f" {found.unanswered:,} more gave no answer that counts."
    if found.measure.is_share and found.survey.reach != INDICATIVE and not drawn:
        margin = margin_of_error(row["n_eff"])
        said += f" Widest margin of a percentage from so many: plus or minus {margin:.2f} points."
    return said


def district_table(found: SurveyFigures, names: Mapping[str, str]) -> pd.DataFrame:
    """Give all respondents first, then the districts, highest first, the refused ones last."""
    rows = found.districts.sort_values(
        ["value", "code"], ascending=[False, True], na_position="last"
    )
    rows = pd.concat([found.county, rows]) if len(rows) else found.county
    is_share = found.measure.is_share
    ranges = zip(rows["low"], rows["high"], strict=True)
    table = pd.DataFrame(
        {
            "Place": [names.get(code, code) if code else ALL for code in rows["code"]],
            "Figure": [say_value(value, is_share=is_share) for value in rows["value"]],
            "Likely range": [say_range_of(*ends, is_share=is_share) for ends in ranges],
            "Year before": [
                say_value(value, is_share=is_share) if math.isfinite(value) else ""
                for value in rows["before"]
            ],
            "Change": [CHANGES[change] for change in rows["change"]],
            AGAINST_ALL: [
                _say_apart(*row) for row in rows.reindex(columns=APART).itertuples(index=False)
            ],
            "Respondents": rows["n"].to_numpy(),
            "Effective": rows["n_eff"].astype(int).to_numpy(),
            "Design effect": rows["deff"].astype(float).round(2).to_numpy(),
            "Why no figure": rows["refused"].to_numpy(),
        }
    )
    return _drop_unused(table)


def grey_refused(table: pd.DataFrame) -> Styler:
    """Grey the rows without a figure; the reason stands in the row in words."""
    grey = "color: #505A5F; background-color: #F3F2F1; font-style: italic"
    return table.style.apply(
        lambda row: [grey if row.get("Why no figure") else ""] * len(row), axis=1
    ).format({"Design effect": "{:.2f}"}, na_rep="", subset=_present(table, "Design effect"))


def everything_table(found: SurveyFigures) -> pd.DataFrame:
    """Give every measure of the survey in one place, each with its range."""
    rows = found.everything
    table = pd.DataFrame(
        {
            "About": [ROLES.get(role, role) for role in rows["role"]],
            "Measure": rows["label"],
            "Figure": [
                say_value(value, is_share=share)
                for value, share in zip(rows["value"], rows["is_share"], strict=True)
            ],
            "Likely range": [
                say_range_of(row.low, row.high, is_share=row.is_share) for row in rows.itertuples()
            ],
            "Respondents": rows["n"],
            "Why no figure": rows["refused"],
        }
    )
    return _drop_unused(table.reset_index(drop=True))


def contrast_table(found: SurveyFigures) -> pd.DataFrame:
    """Give how much more those worry who see a problem, biggest difference first."""
    rows = found.contrasts
    table = pd.DataFrame(
        {
            "Problem": rows["label"],
            "Worry of those who say so": [
                say_value(value, is_share=False) for value in rows["yes"]
            ],
            "Worry of the others": [say_value(value, is_share=False) for value in rows["no"]],
            "Difference": [_say_points(value) for value in rows["difference"]],
            "Likely range": [
                f"{row.low:+.1f} to {row.high:+.1f}" if math.isfinite(row.low) else ""
                for row in rows.itertuples()
            ],
            "Clear?": [
                "" if row.refused else "Yes" if row.is_clear else "No clear difference"
                for row in rows.itertuples()
            ],
            "Why no figure": rows["refused"],
        }
    )
    return _drop_unused(table.reset_index(drop=True))


def say_contrasts(found: SurveyFigures) -> str:
    """Say which problem goes with most worry, and that it need not be the cause."""
    clear = found.contrasts[found.contrasts["is_clear"].astype(bool)]
    if clear.empty:
        return "No problem in the area goes clearly with more or less worry."
    row = clear.iloc[0]
    return (
        f"{row['label']}: those who say so score {row['difference']:.1f} points higher on worry "
        f"(likely range {row['low']:.1f} to {row['high']:.1f}). What goes together need not be "
        "cause and effect."
        if row["difference"] > 0
        else f"Clear differences: {say_list(clear['label'].tolist())}."
    )


def ready_table(ready: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Give the ready figures of a survey that came as a table; refused ones say why."""
    table = pd.DataFrame(
        {
            "Measure": ready["label"],
            "Kind of area": ready["kind"].str.capitalize(),
            "Place": [names.get(code, code) or ALL for code in ready["code"]],
            "Period": ready["period"],
            "Figure": [NO_FIGURE if math.isnan(value) else f"{value:,.1f}" for value in
                       ready["value"]],
            "Likely range": [say_range_of(row.low, row.high, is_share=False) for row in
                             ready.itertuples()],
            "Change": [CHANGES[change] for change in ready["change"]],
            "Respondents": [
                "" if row.refused else NUMBER_UNKNOWN if math.isnan(row.respondents)
                else f"{row.respondents:,.0f}" for row in ready.itertuples()
            ],
            "Why no figure": ready["refused"],
        }
    )  # fmt: skip
    unused = {"Change": "Not compared", "Likely range": ""}
    return table.drop(
        columns=[name for name, word in unused.items() if (table[name] == word).all()]
    )


def file_name(found: SurveyFigures) -> str:
    """Name the file after the survey's number and the measure."""
    return f"wardlight-survey-{found.survey.id}-{found.measure.key.replace(':', '-')}.csv"


def say_against_all(found: SurveyFigures) -> str:
    """Say what the comparison with all respondents is of; '' if there is none."""
    if "standing" not in found.districts or not found.districts["standing"].ne("").any():
        return ""
    clear = int(found.districts["standing"].isin([MORE, LESS]).sum())
    compared = int(found.districts["standing"].ne("").sum())
    return (
        f"{AGAINST_ALL}: a district's own answers are part of all answers, so it is set against "
        "the other respondents, and the difference is made smaller by its own share. "
        f"{clear} of {say_count(compared, 'district')} clearly higher or lower; about 1 in 20 "
        "would look so by chance alone."
    )


def _say_apart(apart: float, low: float, high: float, standing: object) -> str:
    if not isinstance(standing, str) or not standing:
        return ""
    return f"{STANDINGS[standing]}: {apart:+.1f} ({low:+.1f} to {high:+.1f})"


def _drop_unused(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out columns that say nothing in any row."""
    unused = {"Change": CHANGES[""], "Year before": "", AGAINST_ALL: "", "Likely range": "",
              "Why no figure": ""}  # fmt: skip
    empty = [name for name, word in unused.items() if name in table and (table[name] == word).all()]
    return table.drop(columns=empty)


def _present(table: pd.DataFrame, name: str) -> list[str]:
    return [name] if name in table.columns else []


def _say_points(value: float) -> str:
    return NO_FIGURE if math.isnan(value) else f"{value:+.1f}"
