"""The panel that starts, follows and cancels a job; a page never waits for one."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from dashboard.services.forecasts import Ask, Run
from dashboard.services.hotspots import say_today
from geodata.calendar import say_date

SECONDS_BETWEEN_LOOKS = 2.0
WORDS = {
    "forecast": ("Make a forecast", "The forecast", "It takes about a minute."),
    "backtest": (
        "Start a back-test",
        "The back-test",
        "It fits every method at a dozen moments of the past, which takes several minutes.",
    ),
}


@dataclass(frozen=True)
class Job:
    """What the panel needs to start and follow one kind of job.

    Attributes
    ----------
    ask : Ask
        What would be started.
    read : callable
        Gives the run that waits or runs now.
    failed : callable
        Gives the newest run, if it failed or was cancelled.
    start, cancel : callable
        Start a job, and cancel a run by its id.
    needs_declaration : bool
        Whether somebody must state first that the incidents are reports by the public.
    """

    ask: Ask
    read: Callable[[], Run | None]
    failed: Callable[[], Run | None]
    start: Callable[[Ask], object]
    cancel: Callable[[int], None]
    needs_declaration: bool


def show_job(job: Job) -> None:
    """Show the button that starts a job or, while one works, its progress."""
    if job.read() is None:
        _offer(job)
    else:
        st.fragment(_follow, run_every=SECONDS_BETWEEN_LOOKS)(job)


def say_age(run: Run, *, is_current: bool) -> str:
    """Say when a stored run was made, by whom, and whether the data changed since."""
    days = (pd.Timestamp.now(tz="UTC") - run.finished_at).days
    ago = {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")
    changed = "" if is_current else " **The data have changed since; make a new one.**"
    return (
        f"Made {ago} ({say_date(run.finished_at.date())}) by {run.requested_by}, run {run.id}, "
        f"looking {run.horizon} ahead, seed {run.seed}.{changed}"
    )


def _offer(job: Job) -> None:
    label, name, length = WORDS[job.ask.kind]
    failed = job.failed()
    if failed is not None:
        st.warning(f"{name} asked for last ended without a result. {failed.error}")
    ask = job.ask
    ready = True
    if job.needs_declaration:
        ready = st.checkbox(
            f"I state that the ASB rows of {ask.force} are reports by the public. The data do not "
            "say so; the statement is stored with my name and today's date.",
            key=f"declare_{ask.kind}",
        )
        ask = replace(ask, declared_public_on=say_today() if ready else "")
    st.button(
        label, key=f"start_{ask.kind}", on_click=job.start, args=(ask,), disabled=not ready,
        help=f"{length} You can go on working, and close the page.",
    )  # fmt: skip


def _follow(job: Job) -> None:
    run = job.read()
    if run is None:
        st.rerun(scope="app")
    share = run.done / run.total if run.total else 0.0
    name = WORDS[job.ask.kind][1]
    step = f", step {run.done:,} of {run.total:,}" if run.total > 1 else ""
    st.progress(min(share, 1.0), f"{name} works: {run.doing.lower()}{step}.")
    if run.cancel_requested:
        st.caption("It stops after the step it is at.")
    else:
        st.button("Cancel", key=f"cancel_{job.ask.kind}", on_click=job.cancel, args=(run.id,))
