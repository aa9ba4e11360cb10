"""Survey figures: what did people say, in the county and each district, and how sure is that?

Figures here are direct: weighted answers of the people asked, for districts and above. A ward has
none; modelled figures of wards are on another page. Nothing is pooled between surveys.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.worry.direct import (
    DISTRICT,
    TOO_FINE,
    Figure,
    compare_estimates,
    estimate_direct,
)
from analytics.worry.drivers import contrast_by_driver
from analytics.worry.measures import WORRY, YES, Measure, list_measures, value_of
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
COARSE = ("county", "all", "district", "country", "force")
"""Kinds of area that a ready figure may be shown for; anything finer is refused."""
RANGE = ["low", "high", "margin"]


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
class SurveyFigures:
    """Direct figures of one measure of one survey.

    Attributes
    ----------
    survey : SurveyHead
    measure : Measure
    year : RollingYear or None
        None for a survey that states no quarters: all its respondents count.
    before : RollingYear or None
        The same quarters a year earlier; None if not all were asked.
    county : DataFrame
        One row, of all respondents: code (''), n, n_eff, deff, value, low, high, margin,
        refused, before, before_low, before_high, change ('' if there is nothing to compare).
        Empty if the year is incomplete.
    districts : DataFrame
        The same by district; empty if the survey names none.
    years : DataFrame
        Rolling years of the place looked at: label, last, value, low, high, complete, missing.
    everything : DataFrame
        Every measure in the place looked at: key, label, role, is_share, n, value, low, high,
        refused.
    contrasts : DataFrame
        Worry of those who see a problem beside that of those who do not, all respondents: label,
        n_yes, n_no, yes, no, difference, low, high, is_clear, refused.
    asked, unanswered : int
        Respondents of the year, and those of them without a value.
    """

    survey: SurveyHead
    measure: Measure
    year: RollingYear | None
    before: RollingYear | None
    county: pd.DataFrame
    districts: pd.DataFrame
    years: pd.DataFrame
    everything: pd.DataFrame
    contrasts: pd.DataFrame
    asked: int
    unanswered: int

    @property
    def is_incomplete(self) -> bool:
        """Whether a quarter is missing, so that there is no figure."""
        return self.year is not None and not self.year.complete


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


@needs(Permission.SEE_WORRY)
def find_figures(data: SurveyData, measure: str, district: str | None = None) -> SurveyFigures:
    """Find the direct figures of a measure, by district and for all respondents.

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
    measures = list_measures(data.head.items)
    if not measures:
        raise ValueError("the survey has no item")
    chosen = next((one for one in measures if one.key == measure), measures[0])
    year, before = _find_years(data)
    quarters = year.quarters if year else None
    asked = data.respondents
    if quarters is not None:
        asked = asked[asked["quarter"].isin(quarters)]
    values = _value(data, chosen, quarters)
    empty = estimate_direct(values.iloc[:0], is_share=chosen.is_share)
    county, districts = empty, empty
    if year is None or year.complete:
        county = _compare(data, chosen, None, year, before)
        districts = _compare(data, chosen, DISTRICT, year, before)
    return SurveyFigures(
        survey=data.head,
        measure=chosen,
        year=year,
        before=before,
        county=county,
        districts=districts,
        years=_list_years(data, chosen, district),
        everything=_list_everything(data, measures, year, district),
        contrasts=_list_contrasts(data, measures, year),
        asked=len(asked),
        unanswered=len(asked) - len(values),
    )


@needs(Permission.SEE_WORRY)
def find_ready(data: SurveyData) -> pd.DataFrame:
    """Find the ready figures of a survey, each against the one before it where ranges allow.

    Returns
    -------
    DataFrame
        kind, code, item, label, period, value, low, high, respondents, refused, change. Figures
        of a self-selected survey have no range; figures finer than districts are refused.
    """
    labels = {item.name: item.label for item in data.head.items}
    table = data.estimates.copy()
    table["label"] = [labels.get(name, name) for name in table["item"]]
    fine = ~table["kind"].str.lower().isin(COARSE)
    table["refused"] = np.where(fine, TOO_FINE, "")
    table.loc[fine, ["value", "low", "high"]] = np.nan
    if data.head.reach == INDICATIVE:
        table[["low", "high"]] = np.nan
    table = table.sort_values(["item", "kind", "code", "period"], ignore_index=True)
    table["change"] = ""
    for _, rows in table.groupby(["item", "kind", "code"], sort=False):
        for before, now in zip(rows.index[:-1], rows.index[1:], strict=True):
            pair = table.loc[[now, before], ["value", "low", "high"]].to_numpy(dtype=float)
            if np.isfinite(pair).all():
                table.loc[now, "change"] = compare_estimates(Figure(*pair[0]), Figure(*pair[1]))
    return table


def _find_years(data: SurveyData) -> tuple[RollingYear | None, RollingYear | None]:
    quarters = _quarters_of(data)
    if not quarters:
        return None, None
    year = rolling_year(quarters, _complete_to(data, quarters))
    before = year_before(quarters, year)
    return year, before if before.complete else None


def _quarters_of(data: SurveyData) -> list[str]:
    return sorted({str(quarter) for quarter in data.respondents["quarter"] if quarter})


def _complete_to(data: SurveyData, quarters: list[str]) -> dt.date:
    return data.head.complete_to or last_day_of(quarters[-1])


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
    columns = ["value", "low", "high"]
    then = pd.DataFrame(columns=["code", *columns])
    if before is not None:
        then = _estimate(data, measure, by, before.quarters)
    then = then.set_index("code")[columns].reindex(now["code"]).astype(float)
    table = now.assign(
        **{name: then[name.removeprefix("before_") if name != "before" else "value"].to_numpy()
           for name in ("before", "before_low", "before_high")}
    )  # fmt: skip
    table["change"] = [
        compare_estimates(Figure(*first), Figure(*second))
        if np.isfinite([*first, *second]).all() else ""
        for first, second in zip(
            table[columns].to_numpy(dtype=float), then.to_numpy(dtype=float), strict=True
        )
    ]  # fmt: skip
    return table


def _list_years(data: SurveyData, measure: Measure, district: str | None) -> pd.DataFrame:
    quarters = _quarters_of(data)
    ends = years_back(quarters, _complete_to(data, quarters)) if quarters else []
    rows = []
    for year in ends:
        figure = {"value": np.nan, "low": np.nan, "high": np.nan}
        if year.complete:
            found = _of_place(data, measure, year.quarters, district)
            figure = {name: found[name] for name in figure} if found is not None else figure
        rows.append(
            {"label": year.label, "last": year.last, **figure, "complete": year.complete,
             "missing": year.missing_label}
        )  # fmt: skip
    columns = ["label", "last", "value", "low", "high", "complete", "missing"]
    return pd.DataFrame(rows, columns=columns)


def _list_everything(
    data: SurveyData, measures: list[Measure], year: RollingYear | None, district: str | None
) -> pd.DataFrame:
    columns = ["key", "label", "role", "is_share", "n", "value", "low", "high", "refused"]
    if year is not None and not year.complete:
        return pd.DataFrame(columns=columns)
    rows = []
    for measure in measures:
        found = _of_place(data, measure, year.quarters if year else None, district)
        if found is not None:
            rows.append({"key": measure.key, "label": measure.label, "role": measure.role,
                         "is_share": measure.is_share} | found)  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _of_place(
    data: SurveyData, measure: Measure, quarters: tuple[str, ...] | None, district: str | None
) -> dict[str, object] | None:
    table = _estimate(data, measure, DISTRICT if district else None, quarters)
    rows = table[table["code"] == (district or "")]
    return None if rows.empty else rows.iloc[0].to_dict()


def _list_contrasts(
    data: SurveyData, measures: list[Measure], year: RollingYear | None
) -> pd.DataFrame:
    columns = ["label", "n_yes", "n_no", "yes", "no", "difference", "low", "high", "is_clear",
               "refused"]  # fmt: skip
    drivers = [one for one in measures if one.role == "driver" and one.key.startswith(YES)]
    worry = next((one for one in measures if one.key == WORRY), None)
    incomplete = year is not None and not year.complete
    if worry is None or incomplete or data.head.reach == INDICATIVE:
        return pd.DataFrame(columns=columns)
    quarters = year.quarters if year else None
    values = _value(data, worry, quarters)
    rows = []
    for driver in drivers:
        found = contrast_by_driver(values, _value(data, driver, quarters))
        rows.append(
            {"label": driver.label, "n_yes": found.n_yes, "n_no": found.n_no,
             "yes": found.yes.value, "no": found.no.value, "difference": found.difference.value,
             "low": found.difference.low, "high": found.difference.high,
             "is_clear": found.is_clear, "refused": found.refused}
        )  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values("difference", ascending=False, na_position="last", ignore_index=True)
