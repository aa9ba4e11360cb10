"""Cases: which there are, how risky, whose review or standard is overdue, and one of them whole.

Whoever may see only the cases led by or shared with their agency meets that limit in every
function here; any other case is answered as one that does not exist. One case is read only after a
look at it was logged with a reason.
"""

import datetime as dt
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analytics.cases import review_clocks, risk_matrix, service_standards
from analytics.cases.case_review import ReviewState
from analytics.cases.configuration import UNSIGNED
from analytics.cases.review_clocks import ReviewClocks, Reviews
from analytics.cases.risk_lowering import RiskInForce
from analytics.cases.risk_matrix import BANDS, RiskMatrix
from analytics.cases.service_standards import LATE, ServiceStandards
from dashboard.permissions import Permission, current_actor, handed, needs
from dashboard.services import audit, case_radar, case_risk
from dashboard.services.visible_cases import cover, may_open, read_visible, require_opening
from geodata.calendar import say_date
from geodata.categories import NOT_RECORDED
from geodata.errors import CaseError
from geodata.settings import named_path
from geodata.store import cases as store
from geodata.store.database import Database

"""How long a logged look at a case holds; then a reason is asked for again."""

ASSESSED_HERE, OF_SOURCE = "assessed here", "as the case system has it"
OVERRIDE, HARD_RULE = "override", "hard rule"


@dataclass(frozen=True)
class Configuration:
    """What case work follows here, and who signed it off.

    Attributes
    ----------
    matrix, clocks, standards : RiskMatrix, ReviewClocks, ServiceStandards
    signed_by, signed_on : str, date or None
        Who signed this very matrix off, and when; empty and None if nobody has.
    """

    matrix: RiskMatrix
    clocks: ReviewClocks
    standards: ServiceStandards
    signed_by: str
    signed_on: dt.date | None


@dataclass(frozen=True)
class CaseList:
    """The cases somebody may see: overdue ones first, among them high risk, then most overdue.

    Attributes
    ----------
    table : DataFrame
        One row a case: id, case_id, status, lead_agency, owner, band_low, band_high, band_from,
        review (state), review_words, days_over, needs_person, standards_late, opened, closed,
        next_review, ward_code, district_code, shared_with, is_open, is_restricted; of a
        restricted case only the reference and the marking, unless the role may see it.
    on : date
        Day that states are of.
    by_band : DataFrame
        band, open, overdue, soon, confirm: open cases, those with a review overdue or due within
        7 days, and those closed at high risk that a person must confirm.
    whole : bool
        True if all cases are listed; False if only those led by or shared with an agency.
    """

    table: pd.DataFrame = field(repr=False)
    on: dt.date
    by_band: pd.DataFrame = field(repr=False)
    whole: bool


@dataclass(frozen=True)
class CaseFile:
    """One case whole, as whoever looks may see it; held nowhere but for the moment it is shown.

    Attributes
    ----------
    row : dict
        As a row of `CaseList.table`, with the days told and opened.
    reviews : Reviews
    assessments : DataFrame
        Newest first.
    set_by : str
        What set the band of the newest assessment beside its points: `OVERRIDE`, `HARD_RULE`, or
        empty; also empty if another matrix was in force then.
    in_force : RiskInForce
        What a new assessment falls below only with a supervisor.
    answers, facts, override_reason : dict, tuple, str
        Of the newest assessment; the reason of an override or of a lowering.
    steps : DataFrame
        The 13 standards.
    updates : DataFrame
        Newest first.
    review_state : ReviewState or None
        Whether the victim may ask for a case review; None for a partner or without a victim.
    senior_manager_may : bool
        Whether the thresholds here let a senior manager open a review.
    extra : dict of str to str
        Fields of the source that Wardlight has no place for; empty for a partner.
    on : date
    """

    row: dict[Hashable, Any]
    reviews: Reviews
    assessments: pd.DataFrame = field(repr=False)
    set_by: str
    in_force: RiskInForce
    answers: dict[str, str] = field(repr=False)
    facts: tuple[str, ...]
    override_reason: str = field(repr=False)
    steps: pd.DataFrame = field(repr=False)
    updates: pd.DataFrame = field(repr=False)
    review_state: ReviewState | None
    senior_manager_may: bool
    extra: dict[str, str] = field(repr=False)
    on: dt.date


@needs(Permission.SEE_CASES, Permission.SEE_SHARED_CASES)
def read_configuration(database: Database) -> Configuration:
    """Read matrix, clocks and standards, and whether this very matrix is signed off.

    Raises
    ------
    FileNotReadableError, SettingsError
        If a local file is missing or not accepted.
    """
    matrix = risk_matrix.load_risk_matrix(named_path("risk_matrix"))
    signed = store.read_sign_off(database, risk_matrix.SUBJECT, matrix.content_hash)
    return Configuration(
        matrix=matrix,
        clocks=review_clocks.load_review_clocks(named_path("review_clocks")),
        standards=service_standards.load_service_standards(named_path("service_standards")),
        signed_by=signed[0] if signed else "",
        signed_on=signed[1] if signed else None,
    )


@needs(Permission.SEE_CASES, Permission.SEE_SHARED_CASES)
def find_case(database: Database, case_key: int) -> dict[Hashable, Any]:
    """Give the fields of a case that whoever acts may see.

    Raises
    ------
    CaseError
        If there is none of this number, or it is not shared with them: both alike. For staff
        also if it is restricted for domestic abuse.
    """
    found = read_visible(database, case_key)
    if found.empty:
        raise CaseError(
            f"There is no case {case_key} that you may see.",
            "It is not held, or it is neither led by nor shared with your agency.",
            "Choose a case from the list, or ask its lead agency to share it.",
        )
    case: dict[Hashable, Any] = found.iloc[0].to_dict()
    require_opening(case)
    return case


@needs(Permission.SEE_CASES, Permission.SEE_SHARED_CASES)
def list_cases(database: Database, on: dt.date) -> CaseList:
    """List the cases whoever acts may see, with risk, reviews and late standards, on a day."""
    configuration = read_configuration(database)
    cases = read_visible(database)
    table = _describe(database, cases, configuration, on)
    steps = _steps_of(database, cases, configuration, on)
    late = steps[steps["state"] == LATE].groupby("case_key").size()
    table["standards_late"] = table["id"].map(late).fillna(0).astype("int64")
    pressing = {review_clocks.OVERDUE: 0, review_clocks.DUE_SOON: 1, review_clocks.IN_TIME: 2}
    table = (
        table.assign(
            _first=table["review"].map(pressing).fillna(3), _closed=~table["is_open"],
            _risk=table["band_high"].map({band: n for n, band in enumerate(BANDS)}).fillna(-1),
        )
        .sort_values(
            [
                "_closed", "_first", "needs_person", "_risk", "days_over", "standards_late",
                "case_id",
            ],
            ascending=[True, True, True, False, False, False, True],
            ignore_index=True,
        )
        .drop(columns=["_first", "_closed", "_risk"])
    )  # fmt: skip
    whole = current_actor().may(Permission.SEE_CASES)
    return CaseList(cover(table), on, _count_by_band(table), whole)


@needs(Permission.SEE_CASES, Permission.SEE_SHARED_CASES)
def list_late_standards(database: Database, on: dt.date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """List late standards of open cases whoever acts may see.

    Returns
    -------
    by_agency : DataFrame
        As `analytics.cases.service_standards.count_late`.
    rows : DataFrame
        case_id, standard in words, agency, due and days late, the longest first; without those
        of restricted cases, which are in the counts alone.
    """
    configuration = read_configuration(database)
    cases = read_visible(database)
    cases = cases[cases["closed"].isna() | (cases["closed"] > pd.Timestamp(on))]
    steps = _steps_of(database, cases, configuration, on)
    rows = steps[steps["state"] == LATE].merge(
        cases.loc[may_open(cases), ["id", "case_id", "lead_agency", "owner"]],
        left_on="case_key",
        right_on="id",
    )
    rows = rows.sort_values(["days_late", "case_id"], ascending=[False, True], ignore_index=True)
    return service_standards.count_late(steps), rows


@needs(Permission.SEE_CASES, Permission.SEE_SHARED_CASES)
def open_case(database: Database, case_key: int, reason: str, reason_text: str = "") -> int:
    """Log a look at a case, for a reason, and give the number of the event that opens it.

    Raises
    ------
    CaseError
        If whoever acts may not see it; the try is not told apart from a wrong number.
    ReasonMissingError
        Without a reason.
    """
    find_case(database, case_key)
    return audit.log(
        database, "consultation", "case", str(case_key), reason, reason_text=reason_text
    )


@needs(Permission.SEE_CASES, Permission.SEE_SHARED_CASES)
def read_case(database: Database, case_key: int, consultation: int, on: dt.date) -> CaseFile:
    """Give one case whole.

    Parameters
    ----------
    database : Database
    case_key : int
    consultation : int
        Number of the event from `open_case`: of this person and this case, at most 12 hours old.
    on : date

    Raises
    ------
    CaseError
        If whoever acts may not see the case, or no such look was logged.
    """
    row = find_case(database, case_key)
    look = audit.find_look(database, consultation)
    if look is None or (look.record_kind, look.record_key) != ("case", str(case_key)):
        raise CaseError(
            "Say first why you look at this case.",
            "Each look is logged with a reason and holds for 12 hours.",
            "Pick a reason and open the case.",
        )
    may_see_all = current_actor().may(Permission.SEE_CASES)
    configuration = read_configuration(database)
    described = _describe(database, pd.DataFrame([row]), configuration, on)
    assessments = store.read_assessments(database, case_key)
    newest = int(assessments["id"].iloc[0]) if len(assessments) else 0
    held, override_reason = store.read_answers(database, newest) if may_see_all else ({}, "")
    state, rules = case_radar.judge_case(database, row, on) if may_see_all else (None, None)
    frame = pd.DataFrame([row])
    return CaseFile(
        row=row | described.iloc[0].to_dict(),
        reviews=described["_reviews"].iloc[0],
        assessments=assessments,
        set_by=_say_setter(assessments, configuration.matrix),
        in_force=case_risk.find_in_force(row, assessments, held, configuration.matrix),
        answers=held.get("answers", {}),
        facts=tuple(held.get("facts", ())),
        override_reason=override_reason,
        steps=_steps_of(database, frame, configuration, on, case_key),
        updates=store.read_updates(database, case_key),
        review_state=state,
        senior_manager_may=bool(rules and rules.senior_manager),
        extra=store.read_extra(database, case_key) if may_see_all else {},
        on=on,
    )


@handed
def say_status(configuration: Configuration) -> str:
    """Say whether the matrix is policy: who signed it off, or that nobody has."""
    matrix = configuration.matrix
    if configuration.signed_on is None:
        stands = UNSIGNED if matrix.is_illustrative else f"{matrix.status}, but not signed off here"
        return f"Risk matrix '{matrix.version}': {stands}."
    return (
        f"Risk matrix '{matrix.version}': signed off as local policy by "
        f"{configuration.signed_by} on {say_date(configuration.signed_on)}."
    )


def _steps_of(
    database: Database,
    cases: pd.DataFrame,
    configuration: Configuration,
    on: dt.date,
    case_key: int | None = None,
) -> pd.DataFrame:
    stored = store.read_steps(database, case_key)
    stored = stored[stored["case_key"].isin(cases["id"])]
    return service_standards.list_steps(cases, stored, configuration.standards, on)


def _describe(
    database: Database, cases: pd.DataFrame, configuration: Configuration, on: dt.date
) -> pd.DataFrame:
    """Add risk band and review clocks to cases."""
    newest = store.read_assessments(database).set_index("case_key")
    reviewed: dict[int, dict[str, dt.date]] = {}
    for key, level, at in store.read_reviews(database).itertuples(index=False):
        reviewed.setdefault(int(key), {})[str(level)] = at.date()
    table = cases.copy()
    bands, found = [], []
    for case in cases.itertuples():
        low, high, source = _band(case, newest)
        bands.append((low, high, source))
        found.append(
            review_clocks.find_reviews(
                configuration.clocks, band=high, opened=_day(case.opened) or on,
                closed=_day(case.closed), reviewed=reviewed.get(int(case.id), {}),
                planned=_day(case.next_review), elsewhere=_day(case.last_review), on=on,
            )
        )  # fmt: skip
    table["band_low"], table["band_high"], table["band_from"] = (
        [band[n] for band in bands] for n in range(3)
    )
    table["review"] = [each.state for each in found]
    table["review_words"] = [each.words for each in found]
    table["days_over"] = [each.days_over for each in found]
    table["needs_person"] = [each.needs_person for each in found]
    closed = cases["closed"].notna() & (cases["closed"] <= pd.Timestamp(on))
    table["is_open"] = ~closed | table["needs_person"].astype(bool)
    table["_reviews"] = found
    return table


def _band(case: Any, newest: pd.DataFrame) -> tuple[str, str, str]:
    if case.id in newest.index:
        row = newest.loc[case.id]
        override = str(row["override_band"])
        low, high = str(row["lowest_band"]), str(row["highest_band"])
        return (override or low, override or high, ASSESSED_HERE)
    band = case.risk_band if case.risk_band in BANDS else NOT_RECORDED
    return band, band, OF_SOURCE


def _say_setter(assessments: pd.DataFrame, matrix: RiskMatrix) -> str:
    if assessments.empty:
        return ""
    newest = assessments.iloc[0]
    if newest["override_band"]:
        return OVERRIDE
    if newest["matrix_hash"] != matrix.content_hash:
        return ""
    by_points = matrix.band_of(int(newest["lowest"]))
    return HARD_RULE if newest["lowest_band"] != by_points else ""


def _count_by_band(table: pd.DataFrame) -> pd.DataFrame:
    rows = []
    listed = table[table["is_open"]]
    for band in (*reversed(BANDS), NOT_RECORDED):
        mine = listed[listed["band_high"] == band]
        confirm = mine["needs_person"].astype(bool)
        rows.append(
            {
                "band": band,
                "open": int((~confirm).sum()),
                "overdue": int(((mine["review"] == review_clocks.OVERDUE) & ~confirm).sum()),
                "soon": int((mine["review"] == review_clocks.DUE_SOON).sum()),
                "confirm": int(confirm.sum()),
            }
        )
    return pd.DataFrame(rows)


def _day(moment: Any) -> dt.date | None:
    return None if pd.isna(moment) else pd.Timestamp(moment).date()
