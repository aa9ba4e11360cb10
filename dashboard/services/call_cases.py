"""What is already under way for a place, a victim or a caller: cases, plans, case review."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analytics.cases.case_review import STATES, find_review_state
from dashboard.permissions import handed
from dashboard.services.case_radar import review_rules
from geodata.calendar import Month, say_date

REVIEW_MONTHS = 15
"""How far back behaviour is looked at; every threshold in force is shorter."""


@dataclass(frozen=True)
class OpenCase:
    """An open case about the place or a victim: who has it, and when it is looked at next."""

    case_id: str
    agency: str
    owner: str
    risk_band: str
    next_review: dt.date | None
    words: str


@handed
def describe_cases(cases: pd.DataFrame, today: dt.date) -> tuple[OpenCase, ...]:
    """Say of every open case who has it and when it is looked at next; overdue ones first."""
    found = [_describe(row, today) for row in cases.itertuples() if row.closed is None]
    return tuple(sorted(found, key=lambda case: case.next_review or dt.date.min))


def _describe(row: Any, today: dt.date) -> OpenCase:
    if row.next_review is None:
        when = "No next review is set"
    elif row.next_review < today:
        when = f"Review overdue since {say_date(row.next_review)}"
    else:
        when = f"Next review {say_date(row.next_review)}"
    who = row.owner or "no owner named"
    return OpenCase(
        str(row.case_id), str(row.lead_agency), str(row.owner), str(row.risk_band),
        row.next_review,
        f"{row.case_id}, {row.lead_agency or 'no agency'}: {who}. Risk {row.risk_band}. {when}.",
    )  # fmt: skip


@handed
def say_plan(plans: pd.DataFrame, today: dt.date) -> str:
    """Say who has the plan for a repeat caller, or what it lacks; "" without an open plan."""
    for plan in plans[plans["status"] == "open"].itertuples():
        if not plan.owner or plan.next_review is None:
            return "The plan for this caller needs a named owner and a next review."
        late = plan.next_review < today
        when = f"{'review overdue since' if late else 'next review'} {say_date(plan.next_review)}"
        return f"Plan for this caller: {plan.owner}, {when}."
    return ""


@handed
def say_actions(actions: pd.DataFrame, today: dt.date) -> tuple[str, ...]:
    """Say which actions are open, whose they are and when they are due."""
    return tuple(
        f"{row.title}: {row.owner}, "
        f"{'overdue since' if row.due < today else 'due'} {say_date(row.due)}."
        for row in actions.itertuples()
    )


@handed
def judge_review(
    frame: pd.DataFrame, places: Collection[str], victims: Collection[str], today: dt.date
) -> str:
    """Say the most pressing case-review state of each victim and problem."""
    mine = frame["victim_key"].isin(set(victims) - {""}) | (
        frame["location_key"].isin(places) & (frame["victim_key"] == "")
    )
    rows = frame[mine & (frame["month"] >= (Month.of(today) - REVIEW_MONTHS).ordinal)]
    if rows.empty:
        return "No report that could count towards a case review is held."
    district = next((code for code in rows["district_code"] if code), "")
    rules = review_rules(today, district)
    found = []
    for victim, reports in rows.groupby("victim_key"):
        problems = [key for key in reports["problem_key"].unique() if key] if victim else []
        for problem in problems or [""]:
            kept = reports[reports["problem_key"].isin({problem, ""})]
            found.append(find_review_state(_as_reports(kept, problem), today, rules, linked=None))
    return min(found, key=lambda state: STATES.index(state.state)).words


def _as_reports(rows: pd.DataFrame, problem: str) -> pd.DataFrame:
    months = [Month.parse(f"{n // 12:04d}-{n % 12 + 1:02d}") for n in rows["month"]]
    ends = [(month + 1).first_day - dt.timedelta(days=1) for month in months]
    begun, known = rows["occurred_at"].dt.date.tolist(), rows["occurred_at"].notna().tolist()
    reported = rows["reported_at"]
    return pd.DataFrame(
        {
            "behaviour_on": [
                day if is_known else month.first_day
                for day, is_known, month in zip(begun, known, months, strict=True)
            ],
            "behaviour_until": [
                day if is_known else end
                for day, is_known, end in zip(begun, known, ends, strict=True)
            ],
            "reported_on": [
                None if pd.isna(moment) else moment.date() for moment in reported
            ],
            "event": rows["event"].to_numpy(),
            "linked": [True if problem and key == problem else None for key in rows["problem_key"]],
            "person": rows["victim_key"].to_numpy(),
        }
    )  # fmt: skip
