"""Repeat callers: the Top 10 of a district and month, their plans, names on request, saving.

Calls are counted, not incidents. Callers stand under a pseudonym; a name is opened only for a
role that may see it, one caller at a time, after a reason was logged.
"""

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from analytics.repeats.callers import (
    PLACES,
    CallerRanking,
    Saving,
    estimate_saving,
    list_complete_months,
    rank_callers,
)
from dashboard.permissions import Permission, current_actor, handed, needs
from dashboard.services import audit
from dashboard.services.counting_day import find_counting_day
from dashboard.services.repeats import shorten
from geodata.calendar import Month
from geodata.sealing import get_key_ring
from geodata.settings import get_settings
from geodata.store import callers as store
from geodata.store.callers import CallerPlanError
from geodata.store.database import Database
from geodata.store.restricted import read_restricted, read_restricted_callers

NO_PLAN, INCOMPLETE, OVERDUE, IN_HAND = "no plan", "incomplete", "overdue", "in hand"
RED = (NO_PLAN, INCOMPLETE)
"""States of a row that has no named owner with a next review yet."""
LONGEST_OWNER = 80
SHORTEST_OWNER = 3


@dataclass(frozen=True)
class CallerScope:
    """What can be asked for: districts that calls are held of, and whole months, newest first."""

    districts: tuple[str, ...]
    months: tuple[Month, ...]
    first: dt.date | None
    last: dt.date | None


@dataclass(frozen=True)
class TopCallers:
    """The Top 10 of a district and month with the plan of each caller.

    Attributes
    ----------
    ranking : CallerRanking
        Ranks, ties and months.
    table : DataFrame
        rank, is_tied, caller_key, caller (pseudonym as shown), calls_month, calls_year, state
        ('no plan', 'incomplete', 'overdue', 'in hand'), owner, next_review.
    on : date
        Day that decides what is overdue.
    unknown : int
        Calls of the month whose caller is not known.
    at_institutions : int
        Calls of the month from excluded institutions, which are left out.
    restricted : int
        Callers left out for domestic abuse, whether or not they would have ranked.
    saving : Saving
        Calls before and after plans of this district.
    cost_pounds : float
        Cost of a call, from the settings.
    cost_dated : str
        When and by whom it was worked out; "" if it is illustrative.
    """

    ranking: CallerRanking
    table: pd.DataFrame
    on: dt.date
    unknown: int
    at_institutions: int
    restricted: int
    saving: Saving
    cost_pounds: float
    cost_dated: str


@needs(Permission.SEE_CALLERS)
def find_scope(database: Database) -> CallerScope:
    """Say which districts and whole months there are calls of."""
    span = store.read_call_span(database)
    months: list[Month] = []
    if span.first is not None and span.last is not None:
        months = list_complete_months(span.first, span.last)
    return CallerScope(span.districts, tuple(months[::-1]), span.first, span.last)


@needs(Permission.SEE_CALLERS)
def find_top_callers(
    database: Database,
    district: str,
    month: Month,
    *,
    by: str = "month",
    today: dt.date | None = None,
) -> TopCallers:
    """Find who called most in a district and month, and who looks after them.

    Callers of whom any call was from an address that is restricted for domestic abuse, or about
    what happened there or to somebody restricted, are left out altogether and counted; so are
    calls from excluded institutions.

    Parameters
    ----------
    database : Database
    district : str
        Code.
    month : Month
        One of the whole months of `find_scope`.
    by : {'month', 'year'}, default 'month'
        What ranks.
    today : date, optional
        Decides what is overdue; default the day that counts.

    Raises
    ------
    ValueError
        If the month is not held whole.
    """
    today = today or find_counting_day(database)
    scope = find_scope(database)
    counts = store.read_caller_months(database, district, _first(scope), _last(scope))
    abused = read_restricted_callers(database, read_restricted(database))
    of_month = counts["month"] == month.ordinal
    unknown = int(counts["calls"][of_month & (counts["caller_key"] == "")].sum())
    at_institutions = int(counts["at_institution"][of_month].sum())
    kept = counts[~counts["caller_key"].isin(abused)]
    restricted = counts.loc[of_month & counts["caller_key"].isin(abused), "caller_key"].nunique()
    kept = kept.assign(calls=kept["calls"] - kept["at_institution"])
    kept = kept[kept["calls"] > 0]
    ranking = rank_callers(kept, month, scope.months, by=by, places=PLACES)
    plans = store.read_plans(database)
    settings = get_settings()
    return TopCallers(
        ranking=ranking,
        table=_add_plans(ranking.table, plans, today),
        on=today,
        unknown=unknown,
        at_institutions=at_institutions,
        restricted=int(restricted),
        saving=_find_saving(kept, plans, scope),
        cost_pounds=settings.call_cost_pounds,
        cost_dated=settings.call_cost_dated,
    )


def _first(scope: CallerScope) -> Month:
    return min(scope.months, default=Month(1900, 1))


def _last(scope: CallerScope) -> Month:
    return max(scope.months, default=Month(1900, 1))


def _add_plans(table: pd.DataFrame, plans: pd.DataFrame, today: dt.date) -> pd.DataFrame:
    held = {row.caller_key: row for row in plans[plans["status"] == "open"].itertuples()}
    states, owners, reviews = [], [], []
    for key in table["caller_key"]:
        plan = held.get(key)
        owner, review = (plan.owner, plan.next_review) if plan else ("", None)
        states.append(_judge_plan(plan is not None, owner, review, today))
        owners.append(owner)
        reviews.append(review)
    return table.assign(
        caller=[name_caller(key) for key in table["caller_key"]],
        state=states,
        owner=owners,
        next_review=pd.Series(reviews, index=table.index, dtype=object),
    )


def _judge_plan(is_held: bool, owner: str, review: dt.date | None, today: dt.date) -> str:
    if not is_held or (not owner and review is None):
        return NO_PLAN
    if not owner or review is None:
        return INCOMPLETE
    return OVERDUE if review < today else IN_HAND


def _find_saving(counts: pd.DataFrame, plans: pd.DataFrame, scope: CallerScope) -> Saving:
    here = set(counts["caller_key"])
    started = {
        str(row.caller_key): Month.of(row.started_on)
        for row in plans.itertuples()
        if row.caller_key in here and row.started_on is not None
    }
    return estimate_saving(counts, started, scope.months, planned=set(plans["caller_key"]))


@handed
def name_caller(caller_key: str) -> str:
    """Give the pseudonym of a caller as it is shown: 'Caller 3F9A2C'."""
    return f"Caller {shorten(caller_key)}"


@needs(Permission.SEE_CALLER_NAMES)
def open_name(database: Database, caller_key: str, reason: str) -> str:
    """Open the name that a caller gave last, after the look is logged.

    Returns
    -------
    str
        "" if no name was recorded.

    Raises
    ------
    ReasonMissingError
        If no reason was picked.
    CallerPlanError
        If no call of this caller is held.
    """
    if reason not in audit.REASONS:
        reason = ""
    _require_caller(database, caller_key)
    audit.log(
        database, "consultation", "caller", caller_key, reason, details={"opened": "name"}
    )  # fmt: skip
    sealed = store.read_sealed_names(database, [caller_key])
    return get_key_ring().open(sealed.get(caller_key, ""))


@needs(Permission.PLAN_CALLERS)
def set_plan(
    database: Database,
    caller_key: str,
    *,
    owner: str,
    next_review: dt.date | None,
    reason: str,
    status: str = "open",
    today: dt.date | None = None,
) -> None:
    """Set who looks after a caller and when that is reviewed; logged as an alteration.

    Parameters
    ----------
    database : Database
    caller_key : str
        A caller of whom calls are held.
    owner : str
        A named person of staff.
    next_review : date or None
        Not before today. An open plan needs it and an owner to count as a plan.
    reason : str
        A key of `audit.REASONS`.
    status : {'open', 'closed'}, default 'open'
        A closed plan no longer counts, and the caller's row asks for one again.
    today : date, optional
        Default the day that counts.

    Raises
    ------
    CallerPlanError
        If the caller is not held, the owner is no name or the review lies in the past.
    ReasonMissingError
        If no reason was picked.
    """
    today = today or find_counting_day(database)
    owner = " ".join(owner.split())
    if status == "open":
        _check_plan(owner, next_review, today)
    _require_caller(database, caller_key)
    if reason not in audit.REASONS:
        reason = ""
    with database.begin() as connection:
        store.write_plan(
            connection, caller_key=caller_key, owner=owner, next_review=next_review,
            status=status, changed_by=current_actor().name, today=today,
        )  # fmt: skip
        audit.log(
            database, "alteration", "caller", caller_key, reason,
            details={
                "plan": status,
                "has_owner": bool(owner),
                "next_review": next_review.isoformat() if next_review else "",
            },
            connection=connection,
        )  # fmt: skip


def _check_plan(owner: str, next_review: dt.date | None, today: dt.date) -> None:
    if not SHORTEST_OWNER <= len(owner) <= LONGEST_OWNER:
        raise CallerPlanError(
            "Name the owner of the plan.",
            f"A plan belongs to one person of staff, in {SHORTEST_OWNER} to {LONGEST_OWNER} "
            "characters.",
            "Give the name, and never the caller's.",
        )
    if next_review is None or next_review < today:
        raise CallerPlanError(
            "The next review needs a day that has not passed.",
            "A plan without a next review is not a plan.",
            "Choose today or a later day.",
        )


def _require_caller(database: Database, caller_key: str) -> None:
    if not store.is_caller(database, caller_key):
        raise CallerPlanError(
            "No call of this caller is held.",
            "The calls may have been erased since.",
            "Open the list again and choose a caller from it.",
        )
