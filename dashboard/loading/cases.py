"""Reading for the Cases page: no caches, since what is held of a case must not stay anywhere."""

import datetime as dt

import pandas as pd

from dashboard.gates import gate
from dashboard.loading import current_database
from dashboard.permissions import Permission
from dashboard.services import case_radar, cases, counting_day

_ANY = (Permission.SEE_CASES, Permission.SEE_SHARED_CASES)


@gate(*_ANY)
def day() -> dt.date:
    """Give the day that clocks are read on."""
    return counting_day.find_counting_day(current_database())


@gate(*_ANY)
def configuration() -> cases.Configuration:
    """Give matrix, clocks and standards, and who signed the matrix off."""
    return cases.read_configuration(current_database())


@gate(*_ANY)
def case_list(on: dt.date) -> cases.CaseList:
    """Give the cases whoever acts may see, overdue ones first."""
    return cases.list_cases(current_database(), on)


@gate(*_ANY)
def case_file(case_key: int, consultation: int, on: dt.date) -> cases.CaseFile:
    """Give one case whole, after a logged look at it.

    Raises
    ------
    CaseError
        If whoever acts may not see it, or no look was logged.
    """
    return cases.read_case(current_database(), case_key, consultation, on)


@gate(*_ANY)
def late_standards(on: dt.date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give late service standards of open cases: by agency, and one by one."""
    return cases.list_late_standards(current_database(), on)


@gate(Permission.SEE_CASES)
def radar(on: dt.date) -> case_radar.Radar:
    """Give victims and problems at or near the threshold of the case review."""
    return case_radar.find_radar(current_database(), on)
