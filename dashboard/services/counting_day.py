"""Which day counts as today, for everything that can be due or overdue."""

import datetime as dt

from dashboard.permissions import Permission, needs
from geodata.store.cases import read_newest_day
from geodata.store.database import Database
from geodata.store.imports import is_synthetic


@needs(
    Permission.SEE_CASES, Permission.SEE_SHARED_CASES, Permission.SEE_ACTIONS,
    Permission.SEE_CALLERS, Permission.SEE_PRIORITIES,
)  # fmt: skip
def find_counting_day(database: Database, today: dt.date | None = None) -> dt.date:
    """Give the day that clocks are read on: today, or the last day of a synthetic county.

    Parameters
    ----------
    database : Database
    today : date, optional
        Default the day it is. Real data are always read on it.
    """
    today = today or dt.date.today()
    newest = read_newest_day(database) if is_synthetic(database) else None
    return min(newest, today) if newest else today
