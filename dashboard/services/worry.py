"""Crime and worry: which wards have much ASB, much worry, both or neither, and how sure is that?

Recorded ASB stands beside modelled worry here and is never joined with it into one figure; only
the chance that a ward lies above a cut allows for how the two go together.
Partners and shared screens get everything from released figures and survey estimates alone, so
that no small count can be worked back from a rate. Nothing here feeds the forecast.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from analytics.disclosure import SHOWN, Release
from analytics.shrinkage import ShrunkenRates, shrink_rates
from analytics.worry.checking import Gain, check_gain
from analytics.worry.configuration import Quadrants, load_quadrants
from analytics.worry.estimators import estimate_wards
from analytics.worry.gap import find_reporting_gap
from analytics.worry.matrix import Matrix, place_in_matrix
from analytics.worry.measures import OTHER, WORRY, Measure, list_measures, value_of
from analytics.worry.quarters import RollingYear
from analytics.worry.sample import Method, SurveySample, WardEstimates, WardFrame
from dashboard.permissions import Permission, handed, needs
from dashboard.services.area_figures import newest_year
from dashboard.services.explore import Held, usual_period
from dashboard.services.survey import (
    INDICATIVE,
    MICRODATA,
    SHAPE_ONLY,
    SurveyData,
    find_year,
    say_missing,
)
from dashboard.services.ward_counts import count_by_ward
from geodata.calendar import Period
from geodata.settings import named_path
from geodata.store.database import Database
from geodata.store.surveys import SurveyHead, list_surveys

USUAL_CERTAINTY = 0.8
SIDE_ROLES = ("experience", "driver", "safety", "confidence")
SELF_SELECTED = (
    "People chose themselves to answer this survey, so it stands as an indication only and is "
    "never carried over to wards."
)
READY_TABLE = "This survey holds ready figures and no answers, so nothing can be carried to wards."
NO_MIX = (
    "No ward has a mix of segments: the classification that the survey is linked by is not held."
)
OTHER_ITEM = (
    "This question has the role 'other', as those about young people or groups of people always "
    "have: it is shown for the county and its districts and never carried to wards."
)
NOT_LINKED = "No answer can be linked to a segment that the wards have."
NO_CLASS, NO_ASB = "no class for any of its areas", "no ASB figure"
"""Why a ward is put nowhere."""
NO_GAIN = (
    "Tried on answers held back from it, this estimator tells wards apart no better than the "
    "figure of their district does, so it gives no figure of any ward."
)


@dataclass(frozen=True)
class WardAsb:
    """Recorded ASB of every ward in one period.

    Attributes
    ----------
    period : Period or None
        Whole months; None if nothing is held or released.
    table : DataFrame
        One row a ward: code, district_code, count (NaN where not released or not covered),
        residents, released.
    released : bool
        True if the counts are those of the release, so that nothing else can be shown.
    """

    period: Period | None
    table: pd.DataFrame
    released: bool


@dataclass(frozen=True)
class EstimatesFound:
    """Ward estimates of one measure of a survey, or why there are none.

    Attributes
    ----------
    survey : SurveyHead
    measure : Measure
    estimates : WardEstimates or None
        None if refused.
    gain : Gain or None
        What the estimator gains over the mean of the district on respondents held out; None
        if it was not tried.
    refused : str
        Why there is no figure; '' if there is.
    year : RollingYear or None
        The four quarters used; None for a survey without quarters.
    shape_only : bool
        True if the survey is of other places or times: the estimates show a shape, not figures
        of here.
    respondents : int
        Respondents used.
    missing : DataFrame
        ward_code, kind, code, residents: small areas that the classification has no class for.
    """

    survey: SurveyHead
    measure: Measure
    estimates: WardEstimates | None
    gain: Gain | None
    refused: str
    year: RollingYear | None
    shape_only: bool
    respondents: int = 0
    missing: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["ward_code", "kind", "code", "residents"])
    )


@dataclass(frozen=True)
class MatrixFound:
    """Wards by ASB and worry.

    Attributes
    ----------
    matrix : Matrix or None
        None if the estimates are refused.
    estimates : EstimatesFound
    asb : WardAsb
    quadrants : Quadrants
        Names, tactics and ways to tell people.
    """

    matrix: Matrix | None
    estimates: EstimatesFound
    asb: WardAsb
    quadrants: Quadrants


@needs(Permission.SEE_COUNTS)
def count_asb(held: Held, wards: pd.DataFrame) -> WardAsb:
    """Count recorded ASB by ward in the latest months held, at most twelve.

    Parameters
    ----------
    held : Held
    wards : DataFrame
        code, district_code, residents.
    """
    months = held.months_of(None)
    if not months:
        return _table(wards, np.full(len(wards), np.nan), None, released=False)
    period = usual_period(months)
    return _table(wards, count_by_ward(held, wards, period), period, released=False)


@needs(Permission.SEE_WORRY)
def released_asb(release: Release, wards: pd.DataFrame) -> WardAsb:
    """Give the released ASB of wards in the newest whole year; what is withheld is missing."""
    year = newest_year(release)
    if year is None:
        return _table(wards, np.full(len(wards), np.nan), None, released=True)
    rows = release.of_areas("ward", year).reindex(wards["code"])
    counts = rows["count"].where(rows["mark"] == SHOWN).to_numpy(dtype=float)
    return _table(wards, counts, release.periods[year], released=True)


@needs(Permission.SEE_WORRY)
def load_surveys(database: Database) -> list[SurveyHead]:
    """List the surveys that are held, without an answer of anybody."""
    return list_surveys(database)


@handed
def usual_survey(surveys: Sequence[SurveyHead]) -> str | None:
    """Choose the survey a page opens with: one that names areas, else one that gives a shape."""
    usable = [head for reach in ("area", "shape only") for head in surveys if head.reach == reach]
    first = next((head for head in usable if head.kind == "microdata"), None)
    return first.name if first else None


@handed
def usual_measure(survey: SurveyHead, role: str = WORRY) -> Measure | None:
    """Choose what a survey measures worry, experience or confidence by, the same on every page.

    The first measure of the role: for worry the worry score where items are marked for it, for
    an item the per cent who say yes before the mean. None if the survey asks nothing of it.
    """
    return next((one for one in list_measures(survey.items) if one.role == role), None)


@handed
def side_measures(survey: SurveyHead) -> list[Measure]:
    """List what stands beside worry: one measure an item, the per cent who say yes if it has one.

    Items about anything else, among them groups hanging about, are never among them.
    """
    found: dict[tuple[str, ...], Measure] = {}
    for measure in list_measures(survey.items):
        if measure.role in SIDE_ROLES and measure.key != WORRY:
            found.setdefault(measure.items, measure)
    return sorted(found.values(), key=lambda measure: SIDE_ROLES.index(measure.role))


@needs(Permission.SEE_WORRY)
def find_estimates(
    data: SurveyData, wards: WardFrame, measure: str, method: Method
) -> EstimatesFound:
    """Estimate a measure of a survey for every ward, unless something stands against it.

    It is refused for an item of the role 'other', for a survey without answers of its own or whose
    respondents chose themselves, for a year in which it was not asked in every quarter, where
    nobody can be linked to the wards' segments, and where the estimator does no better than the
    mean of the district.

    Raises
    ------
    ValueError
        If the survey has no such measure.
    """
    survey = data.head
    chosen = _measure(survey, measure)
    shape_only = survey.reach == SHAPE_ONLY

    def refuse(why: str, year: RollingYear | None = None, size: int = 0) -> EstimatesFound:
        return EstimatesFound(
            survey, chosen, None, None, why, year, shape_only, size, wards.missing
        )

    if chosen.role == OTHER:
        return refuse(OTHER_ITEM)
    if survey.reach == INDICATIVE:
        return refuse(SELF_SELECTED)
    if survey.kind != MICRODATA:
        return refuse(READY_TABLE)
    if wards.mix.empty:
        return refuse(NO_MIX)
    year = find_year(data, measure)
    if year is not None and not year.complete:
        return refuse(say_missing(year), year)
    quarters = year.quarters if year is not None else None
    asked = value_of(data.respondents, data.answers, measure, survey.items, quarters)
    asked = asked[asked["weight"] > 0]
    linked = asked["segment_code"].isin(set(wards.mix["segment_code"]))
    if not linked.any():
        return refuse(NOT_LINKED, year, len(asked))
    frame = asked.assign(segment_code=asked["segment_code"].where(linked, ""))
    if shape_only:
        # Codes of other places or times must not be taken for those of here.
        frame = frame.assign(district_code="", ward_code="")
    sample = SurveySample(frame, measure, chosen.is_share)
    gain = check_gain(sample, wards, method)
    if not gain.is_better:
        return refuse(NO_GAIN, year, len(frame))
    estimates = estimate_wards(sample, wards, method)
    return EstimatesFound(
        survey, chosen, estimates, gain, "", year, shape_only, len(frame), wards.missing
    )


@handed
def find_matrix(
    found: EstimatesFound,
    asb: WardAsb,
    certainty: float = USUAL_CERTAINTY,
    cuts: tuple[float | None, float | None] = (None, None),
) -> MatrixFound:
    """Place wards by ASB and worry.

    Parameters
    ----------
    found : EstimatesFound
    asb : WardAsb
    certainty : float, default 0.8
        Probability that is needed on both axes; below it a ward is too close to call.
    cuts : tuple of float or None
        ASB incidents per 1,000 residents and worry from which a ward counts as high; None is
        the county's median. A survey of elsewhere has no value to cut at, so that its cut is
        always the median.
    """
    quadrants = _words_of_today()
    if found.estimates is None:
        return MatrixFound(None, found, asb, quadrants)
    rates = shrink_asb(asb)
    table = found.estimates.table
    matrix = place_in_matrix(
        rates, table, codes=asb.table["code"].to_numpy(), certainty=certainty,
        asb_cut=cuts[0], worry_cut=None if found.shape_only else cuts[1],
        effects=found.estimates.effects,
    )  # fmt: skip
    return MatrixFound(matrix, found, asb, quadrants)


@handed
def say_unknown(table: pd.DataFrame) -> pd.Series:
    """Say of each ward of a matrix why it is put nowhere; '' of those that are put somewhere."""
    said = pd.Series("", index=table.index, dtype=object)
    said[table["asb"].isna()] = NO_ASB
    said[table["worry"].isna()] = NO_CLASS
    both = table["asb"].isna() & table["worry"].isna()
    said[both] = f"{NO_CLASS}, and {NO_ASB}"
    return said


@handed
def say_anew(found: MatrixFound) -> MatrixFound:
    """Give a matrix found earlier the names, tactics and channels that are in force today."""
    return replace(found, quadrants=_words_of_today())


@handed
def shrink_asb(asb: WardAsb) -> ShrunkenRates:
    """Give the ward rates of ASB drawn towards the county's as far as chance explains them."""
    return shrink_rates(
        asb.table["count"].to_numpy(dtype=float), asb.table["residents"].to_numpy(dtype=float)
    )


@handed
def find_gap(
    experience: EstimatesFound, asb: WardAsb, certainty: float = USUAL_CERTAINTY
) -> pd.DataFrame | None:
    """Find wards where much ASB is met and little reported; None without an estimate of here."""
    if experience.estimates is None or experience.shape_only:
        return None
    return find_reporting_gap(
        experience.estimates.table,
        shrink_asb(asb),
        asb.table["code"].to_numpy(),
        certainty=certainty,
        effects=experience.estimates.effects,
    )


def _measure(survey: SurveyHead, key: str) -> Measure:
    found = {measure.key: measure for measure in list_measures(survey.items, with_others=True)}
    if key not in found:
        raise ValueError(f"measure is {key[:60]!r}; the survey has {', '.join(found)}")
    return found[key]


def _words_of_today() -> Quadrants:
    return load_quadrants(dt.date.today(), named_path("quadrants"))


def _table(
    wards: pd.DataFrame, counts: np.ndarray, period: Period | None, *, released: bool
) -> WardAsb:
    table = pd.DataFrame(
        {
            "code": wards["code"].to_numpy(),
            "district_code": wards["district_code"].to_numpy(),
            "count": counts,
            "residents": wards["residents"].to_numpy(dtype=float),
            "released": np.isfinite(counts) if released else False,
        }
    )
    return WardAsb(period, table, released)
