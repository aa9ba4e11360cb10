"""Survey figures: what did people say, in the county and each district, and how sure is that?

Figures here are direct: weighted answers of the people asked, for districts and above. A ward has
none; modelled figures of wards are on another page. Nothing is pooled between surveys.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields

import numpy as np
import pandas as pd

from analytics.worry.against_all import compare_with_all
from analytics.worry.direct import DISTRICT, Figure, compare_estimates, estimate_direct
from analytics.worry.drivers import contrast_by_driver
from analytics.worry.measures import (
    WORRY,
    YES,
    Measure,
    list_measures,
    value_of,
)
from analytics.worry.quarters import (
    RollingYear,
    last_day_of,
    rolling_year,
    year_before,
    years_back,
)
from dashboard.permissions import Permission, handed, needs
from geodata.store.database import Database
from geodata.store.surveys import (
    SurveyHead,
    read_answers,
    read_respondents,
    read_survey_estimates,
)

MICRODATA, ESTIMATES = "microdata", "estimates"
AREA, SHAPE_ONLY, INDICATIVE = "area", "shape only", "indicative"
RANGE = ["low", "high", "margin"]
VALUE = ["value", "low", "high"]


@dataclass(frozen=True)
class SurveyData:
    """One survey as it is held.

    Attributes
    ----------
    head : SurveyHead
    respondents, answers : DataFrame
        As `geodata.store.surveys` reads them; empty for a table of ready figures.
    estimates : DataFrame
        Ready figures; empty for microdata.
    """

    head: SurveyHead
    respondents: pd.DataFrame
    answers: pd.DataFrame
    estimates: pd.DataFrame


@dataclass(frozen=True)
class DirectFigures:
    """Direct figures of one measure of one survey, whichever place is looked at.

    Attributes
    ----------
    survey : SurveyHead
    measure : Measure
    year : RollingYear or None
        The last four quarters in which the measure should have been asked. None for a survey
        that states no quarters: all its respondents count.
    before : RollingYear or None
        The same quarters a year earlier; None if too few answered in one of them.
    county : DataFrame
        One row, of all respondents: code (''), n, n_eff, deff, points, value, low, high, margin,
        refused, before, before_low, before_high, change ('' if there is nothing to compare).
        Empty if the year is incomplete.
    districts : DataFrame
        The same by district, with apart, apart_low, apart_high and standing against all
        respondents (see `analytics.worry.against_all`); empty if the survey names none.
    asked, unanswered : int
        Respondents of the year, and those of them without a value.
    before_lacks : str
        Why there is no year before, in words; '' if there is one or the survey has no quarters.
    """

    survey: SurveyHead
    measure: Measure
    year: RollingYear | None
    before: RollingYear | None
    county: pd.DataFrame
    districts: pd.DataFrame
    asked: int
    unanswered: int
    before_lacks: str = field(default="", kw_only=True)

    @property
    def is_incomplete(self) -> bool:
        """Whether too few answered in one of its quarters, so that there is no figure."""
        return self.year is not None and not self.year.complete


@dataclass(frozen=True)
class SurveyFigures(DirectFigures):
    """Direct figures of a measure with what stands beside them on the page.

    Attributes
    ----------
    years : DataFrame
        Rolling years of the place looked at: label, last, value, low, high, complete, missing.
    everything : DataFrame
        Every measure in the place looked at: key, label, role, is_share, n, value, low, high,
        refused (why it has no figure, such as an incomplete year of its own).
    contrasts : DataFrame
        Worry of those who see a problem beside that of those who do not, all respondents: label,
        n_yes, n_no, yes, no, difference, low, high, is_clear, refused.
    """

    years: pd.DataFrame
    everything: pd.DataFrame
    contrasts: pd.DataFrame


@handed
def order_surveys(surveys: Sequence[SurveyHead]) -> list[SurveyHead]:
    """Order surveys: those of here first, microdata before ready figures, then by name."""
    order = {AREA: 0, SHAPE_ONLY: 1, INDICATIVE: 2}
    return sorted(
        surveys, key=lambda one: (order.get(one.reach, 3), one.kind != MICRODATA, one.name)
    )


@handed
def list_places(data: SurveyData) -> list[str]:
    """List the codes of the districts that the respondents of a survey live in."""
    return sorted({str(code) for code in data.respondents["district_code"] if code})


@needs(Permission.SEE_WORRY)
def load_survey(database: Database, survey: SurveyHead) -> SurveyData:
    """Load the answers or the ready figures of a survey."""
    return SurveyData(
        head=survey,
        respondents=read_respondents(database, survey.id),
        answers=read_answers(database, survey.id),
        estimates=read_survey_estimates(database, survey.id),
    )


@handed
def find_year(data: SurveyData, measure: str) -> RollingYear | None:
    """Find the rolling year of a measure: four quarters, in each of which enough answered it.

    A survey that does not say to which day it is complete is complete to the end of its newest
    quarter of interviews. None for a survey that states no quarters.
    """
    interviewed = _name_quarters(data.respondents)
    if not interviewed:
        return None
    complete_to = data.head.complete_to or last_day_of(interviewed[-1])
    return rolling_year(_count_quarters(data, measure), complete_to)


@handed
def say_missing(year: RollingYear) -> str:
    """Say why a year that is incomplete has no figure."""
    return f"Incomplete year: {year.gaps_label}."


@needs(Permission.SEE_WORRY)
def find_figures(data: SurveyData, measure: str, district: str | None = None) -> SurveyFigures:
    """Find the direct figures of a measure, with everything that stands beside them.

    Parameters
    ----------
    data : SurveyData
        Microdata.
    measure : str
        Key of a measure; of an unknown one the first is taken.
    district : str, optional
        Place of the rolling years and of the list of every measure; None for all respondents.

    Raises
    ------
    ValueError
        If the survey has no item.
    """
    return join_figures(
        find_direct(data, measure),
        list_years(data, measure, district),
        list_everything(data, district),
        list_contrasts(data),
    )


@handed
def join_figures(
    direct: DirectFigures, years: pd.DataFrame, everything: pd.DataFrame, contrasts: pd.DataFrame
) -> SurveyFigures:
    """Join what is found on its own, so that one choice on the page finds only its part anew."""
    own = {each.name: getattr(direct, each.name) for each in fields(direct)}
    return SurveyFigures(**own, years=years, everything=everything, contrasts=contrasts)


@needs(Permission.SEE_WORRY)
def find_direct(data: SurveyData, measure: str) -> DirectFigures:
    """Find the figures of a measure of all respondents and of each district, and their change."""
    chosen = _pick(data, measure)
    year = find_year(data, chosen.key)
    quarters = year.quarters if year else None
    before = year_before(_count_quarters(data, chosen.key), year) if year else None
    before_lacks = before.gaps_label if before is not None else ""
    before = None if before_lacks else before
    asked = data.respondents
    if quarters is not None:
        asked = asked[asked["quarter"].isin(quarters)]
    values = _value(data, chosen, quarters)
    empty = estimate_direct(values.iloc[:0], is_share=chosen.is_share)
    county, districts = empty, empty
    if year is None or year.complete:
        county = _compare(data, chosen, None, year, before)
        districts = _compare(data, chosen, DISTRICT, year, before)
        if len(districts):
            apart = compare_with_all(values, is_share=chosen.is_share)
            if data.head.reach == INDICATIVE:
                apart = apart.assign(apart=np.nan, apart_low=np.nan, apart_high=np.nan, standing="")
            districts = districts.merge(apart, on="code", how="left")
    return DirectFigures(
        survey=data.head,
        measure=chosen,
        year=year,
        before=before,
        county=county,
        districts=districts,
        asked=len(asked),
        unanswered=len(asked) - len(values),
        before_lacks=before_lacks,
    )


@needs(Permission.SEE_WORRY)
def list_years(data: SurveyData, measure: str, district: str | None) -> pd.DataFrame:
    """List the rolling years of a measure in a place, as `SurveyFigures` holds them."""
    chosen = _pick(data, measure)
    newest = find_year(data, chosen.key)
    rows = []
    for year in years_back(_count_quarters(data, chosen.key), newest.last) if newest else []:
        found = _of_place(data, chosen, year.quarters, district) if year.complete else None
        figure = {name: found[name] if found else np.nan for name in VALUE}
        rows.append(
            {"label": year.label, "last": year.last, **figure, "complete": year.complete,
             "missing": year.gaps_label}
        )  # fmt: skip
    columns = ["label", "last", *VALUE, "complete", "missing"]
    return pd.DataFrame(rows, columns=columns)


@needs(Permission.SEE_WORRY)
def list_everything(data: SurveyData, district: str | None) -> pd.DataFrame:
    """List every measure in a place, each in its own year, as `SurveyFigures` holds them."""
    columns = ["key", "label", "role", "is_share", "n", *VALUE, "refused"]
    rows = []
    for measure in list_measures(data.head.items, with_others=True):
        year = find_year(data, measure.key)
        found: dict[str, object] | None
        if year is not None and not year.complete:
            found = {"n": 0, **dict.fromkeys(VALUE, np.nan), "refused": say_missing(year)}
        else:
            found = _of_place(data, measure, year.quarters if year else None, district)
        if found is not None:
            rows.append({"key": measure.key, "label": measure.label, "role": measure.role,
                         "is_share": measure.is_share} | found)  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


@needs(Permission.SEE_WORRY)
def list_contrasts(data: SurveyData) -> pd.DataFrame:
    """List how worry goes with each driver in the year of worry, as `SurveyFigures` holds it."""
    columns = ["label", "n_yes", "n_no", "yes", "no", "difference", "low", "high", "is_clear",
               "refused"]  # fmt: skip
    measures = list_measures(data.head.items, with_others=True)
    drivers = [one for one in measures if one.role == "driver" and one.key.startswith(YES)]
    worry = next((one for one in measures if one.key == WORRY), None)
    year = find_year(data, WORRY) if worry is not None else None
    incomplete = year is not None and not year.complete
    if worry is None or incomplete or data.head.reach == INDICATIVE:
        return pd.DataFrame(columns=columns)
    quarters = year.quarters if year else None
    values = _value(data, worry, quarters)
    rows = []
    for driver in drivers:
        own = find_year(data, driver.key)
        if own is not None and not own.complete:
            rows.append({"label": driver.label, "n_yes": 0, "n_no": 0, "is_clear": False,
                         "refused": say_missing(own)})  # fmt: skip
            continue
        found = contrast_by_driver(values, _value(data, driver, quarters))
        rows.append(
            {"label": driver.label, "n_yes": found.n_yes, "n_no": found.n_no,
             "yes": found.yes.value, "no": found.no.value, "difference": found.difference.value,
             "low": found.difference.low, "high": found.difference.high,
             "is_clear": found.is_clear, "refused": found.refused}
        )  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values("difference", ascending=False, na_position="last", ignore_index=True)


def _pick(data: SurveyData, key: str) -> Measure:
    measures = list_measures(data.head.items, with_others=True)
    if not measures:
        raise ValueError("the survey has no item")
    return next((one for one in measures if one.key == key), measures[0])


def _name_quarters(respondents: pd.DataFrame) -> list[str]:
    return sorted({str(quarter) for quarter in respondents["quarter"].unique() if quarter})


def _count_quarters(data: SurveyData, measure: str) -> dict[str, int]:
    """Count who answered a measure in each quarter."""
    quarter = value_of(data.respondents, data.answers, measure, data.head.items)["quarter"]
    counts = quarter[quarter.ne("")].astype(str).value_counts()
    return {str(one): int(count) for one, count in counts.items()}


def _value(data: SurveyData, measure: Measure, quarters: tuple[str, ...] | None) -> pd.DataFrame:
    return value_of(data.respondents, data.answers, measure.key, data.head.items, quarters)


def _estimate(
    data: SurveyData, measure: Measure, by: str | None, quarters: tuple[str, ...] | None
) -> pd.DataFrame:
    table = estimate_direct(_value(data, measure, quarters), by, is_share=measure.is_share)
    if data.head.reach == INDICATIVE:
        table[RANGE] = np.nan
    return table


def _compare(
    data: SurveyData,
    measure: Measure,
    by: str | None,
    year: RollingYear | None,
    before: RollingYear | None,
) -> pd.DataFrame:
    now = _estimate(data, measure, by, year.quarters if year else None)
    then = pd.DataFrame(columns=["code", *VALUE])
    if before is not None:
        then = _estimate(data, measure, by, before.quarters)
    then = then.set_index("code")[VALUE].reindex(now["code"]).astype(float)
    table = now.assign(
        **{name: then[name.removeprefix("before_") if name != "before" else "value"].to_numpy()
           for name in ("before", "before_low", "before_high")}
    )  # fmt: skip
    table["change"] = [
        compare_estimates(Figure(*first), Figure(*second))
        if np.isfinite([*first, *second]).all() else ""
        for first, second in zip(
            table[VALUE].to_numpy(dtype=float), then.to_numpy(dtype=float), strict=True
        )
    ]  # fmt: skip
    return table


def _of_place(
    data: SurveyData, measure: Measure, quarters: tuple[str, ...] | None, district: str | None
) -> dict[str, object] | None:
    table = _estimate(data, measure, DISTRICT if district else None, quarters)
    rows = table[table["code"] == (district or "")]
    return None if rows.empty else rows.iloc[0].to_dict()
