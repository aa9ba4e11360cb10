"""The Top 10 of repeat callers as a table with words and shapes, and the saving as a formula."""

import pandas as pd

from analytics.repeats.callers import LEAST_CALLS, LEAST_MONTHS, Saving
from dashboard.messages import say_count
from dashboard.services.callers import (
    IN_HAND,
    INCOMPLETE,
    NO_PLAN,
    OVERDUE,
    CallerScope,
    TopCallers,
)
from geodata.calendar import say_date

PUBLISHED = (
    "For context, not ours: the inspection of 2021/22 reports about £647 saved a person, by an "
    "unpublished method."
)
REGRESSION = (
    "Callers get a plan because they called most, and whoever called most usually calls less "
    "afterwards, plan or not."
)
PLAN_WORDS = {
    NO_PLAN: "■ Red. No plan yet: needs a named owner and a next review",
    INCOMPLETE: "■ Red. Plan incomplete: needs a named owner and a next review",
}


def top_table(found: TopCallers) -> pd.DataFrame:
    """Give the rows as they are read: rank with ties, pseudonym, calls, plan in words."""
    rows = found.table
    ranks = [
        f"{rank}=" if tied else f"{rank}"
        for rank, tied in zip(rows["rank"], rows["is_tied"], strict=True)
    ]
    return pd.DataFrame(
        {
            "Rank": ranks,
            "Caller": rows["caller"].tolist(),
            f"Calls in {found.ranking.month.label}": rows["calls_month"].tolist(),
            f"Calls in {say_months(found)}": rows["calls_year"].tolist(),
            "Plan": [say_plan(row.state, row.owner, row.next_review) for row in rows.itertuples()],
        }
    )


def say_plan(state: str, owner: str, next_review: object) -> str:
    """Say how the plan of a caller stands, with a shape that needs no colour."""
    if state in PLAN_WORDS:
        return PLAN_WORDS[state]
    day = say_date(next_review)  # type: ignore[arg-type]
    if state == OVERDUE:
        return f"▲ Review overdue since {day}: {owner}"
    assert state == IN_HAND
    return f"✓ {owner}, next review {day}"


def say_months(found: TopCallers) -> str:
    """Say how long the longer count is: 12 months, or what is held of them."""
    held = found.ranking.months_held
    return "12 months" if held == len(found.ranking.year) else f"the {held} months held of 12"


def say_finding(found: TopCallers) -> str:
    """Say the finding in a sentence: how many callers, how many without a plan."""
    rows = found.table
    if rows.empty:
        return f"Nobody called {LEAST_CALLS} times or more in {found.ranking.month.label}."
    red = int(rows["state"].isin(PLAN_WORDS).sum())
    late = int((rows["state"] == OVERDUE).sum())
    plans = "All have a plan" if not red else f"{red} of {len(rows)} have no plan yet"
    overdue = f"; {say_count(late, 'review')} overdue" if late else ""
    calls = int(rows["calls_month"].sum())
    return f"{say_count(len(rows), 'caller')} made {say_count(calls, 'call')}. {plans}{overdue}."


def say_held(scope: CallerScope) -> str:
    """Say up to which day calls are held, and so counted."""
    assert scope.last is not None
    return f"Calls are held and counted to {say_date(scope.last)}."


def list_notes(found: TopCallers) -> list[str]:
    """List what must be said beside the table: what is counted, ties, what is left out."""
    ranking = found.ranking
    counted = ["Calls, not incidents, made in this district, by callers under a pseudonym."]
    if ranking.months_held < len(ranking.year):
        counted.append(
            f"Only {ranking.months_held} of the 12 months are held whole: the longer count is "
            "short."
        )
    if ranking.tied_at_end:
        rank = int(ranking.table["rank"].max())
        counted.append(f"{ranking.tied_at_end} callers share rank {rank}; all are shown.")
    notes = [" ".join(counted)]
    left = [
        (found.restricted, "caller", "because of domestic abuse"),
        (found.at_institutions, "call", "from excluded institutions"),
        (found.unknown, "call", "because the caller is not known"),
        (ranking.left_below, "caller", f"with fewer than {LEAST_CALLS} calls"),
    ]
    said = [f"{say_count(number, word)} {why}" for number, word, why in left if number]
    if said:
        notes.append(f"Left out: {'; '.join(said)}.")
    return notes


def say_saving(found: TopCallers) -> str:
    """Say what plans may have saved as a formula with unit cost and range, or why nothing can be.

    A difference that chance alone often gives is never put in money.
    """
    saving = found.saving
    if not saving.callers:
        early = (
            f" {say_count(saving.too_early, 'plan')} not old enough." if saving.too_early else ""
        )
        return (
            f"No estimate yet: a plan needs {LEAST_MONTHS} whole months before and after it.{early}"
        )
    counts = (
        f"{say_count(saving.callers, 'caller')} with a plan: "
        f"{say_count(saving.before, 'call')} before, {say_count(saving.after, 'call')} after, in "
        "equally many months."
    )
    if not saving.change.is_clear:
        return f"{counts} No clear change: differences like this often come by chance."
    cost = found.cost_pounds
    word = "fewer" if saving.fewer > 0 else "more"
    size = abs(saving.fewer)
    ends = sorted(abs(end) for end in (saving.fewer_low, saving.fewer_high))
    money = [f"£{amount * cost:,.0f}" for amount in (size, *ends)]
    noun = "saved" if saving.fewer > 0 else "extra cost"
    return (
        f"{counts} Estimate: {size:,.0f} calls {word} × £{cost:,.2f} a call = {money[0]} {noun} "
        f"(likely range {money[1]} to {money[2]})."
    )


def say_cost(found: TopCallers) -> str:
    """Say where the unit cost comes from."""
    if found.cost_dated:
        return f"Cost of a call: £{found.cost_pounds:,.2f} ({found.cost_dated})."
    return (
        f"Cost of a call: £{found.cost_pounds:,.2f}, illustrative: it is nobody's cost until the "
        "setting holds your own with its date."
    )


def say_others(saving: Saving) -> str:
    """Say how the calls of those just as high without a plan went."""
    if not saving.callers or not saving.others:
        return REGRESSION
    return (
        f"{REGRESSION} {say_count(saving.others, 'other caller')} who ranked in the same month "
        f"without a plan went from {saving.others_before:,} to "
        f"{say_count(saving.others_after, 'call')}."
    )
