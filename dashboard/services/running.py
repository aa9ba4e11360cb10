"""Work on a stored run: as a process of its own, or for a person who waits at the terminal.

``python -m dashboard.services.running RUN`` is what `dashboard.jobs.launch` starts.
"""

import os
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

import pandas as pd

from dashboard import jobs
from dashboard.permissions import Permission, acting_as, handed, needs, system_actor
from dashboard.services import forecasts
from geodata.errors import UserFacingError
from geodata.store import runs
from geodata.store.database import Database, open_database, require_ready
from geodata.store.runs import Run

Progress = Callable[[str, int, int], None]
LONGEST_START = pd.Timedelta(minutes=2)
"""How long a queued run may wait for its process, which starts at once."""

LONGEST_SILENCE = pd.Timedelta(hours=1)
"""Without a sign of life for this long, a job of another machine counts as stopped."""

SECONDS_BETWEEN_SIGNS = 0.5


class _Record:
    """Write into the store how a run ended, whatever ended it."""

    def __init__(self, database: Database, run_id: int) -> None:
        self.database, self.run_id = database, run_id

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        del trace
        if kind is None:
            return
        asked = issubclass(kind, KeyboardInterrupt) or runs.is_cancel_requested(
            self.database, self.run_id
        )
        if asked:
            words = "Cancelled."
        elif isinstance(error, UserFacingError):
            words = f"{error.title} {error.detail} {error.next_step}"
        else:
            # The text of an unexpected error may quote data, so only its kind is kept.
            words = f"The program failed ({kind.__name__}); the terminal shows where."
        runs.fail_run(self.database, self.run_id, words, cancelled=asked)


@needs(Permission.RUN_FORECASTS)
def work_on(
    database: Database,
    run_id: int,
    progress: Progress | None = None,
    tools: forecasts.Tools = forecasts.TOOLS,
) -> Run:
    """Take a queued run, make its finding and store it.

    Parameters
    ----------
    database : Database
    run_id : int
    progress : callable, optional
        Told of every step, beside the store.
    tools : Tools
        What makes the finding.

    Returns
    -------
    Run
        Finished.

    Raises
    ------
    JobError
        If the run cannot be taken, or was cancelled.
    """
    run = runs.claim_run(database, run_id, jobs.mark_of_this_process())
    spoken = 0.0

    def say(doing: str, done: int, total: int) -> None:
        nonlocal spoken
        if progress:
            progress(doing, done, total)
        if done >= total or time.monotonic() - spoken >= SECONDS_BETWEEN_SIGNS:
            runs.update_progress(database, run_id, doing, done, total)
            spoken = time.monotonic()

    with _Record(database, run_id):
        found = forecasts.make_finding(database, forecasts.Ask.of_run(run), say, tools)
        runs.finish_run(
            database, run_id, result=found.result, method=found.method, cells=found.cells
        )
    return runs.read_run(database, run_id)


@needs(Permission.RUN_FORECASTS)
def mend_stopped(database: Database) -> None:
    """Mark runs whose process is gone as failed, so that a new one can be started."""
    runs.fail_stopped_runs(database, is_alive)


@needs(Permission.SEE_COUNTS)
def follow(database: Database, kind: str, force: str) -> Run | None:
    """Give the run of a kind and force that waits or runs; one whose process is gone is ended."""
    run = runs.read_unfinished_run(database, kind, force)
    if run is not None and not is_alive(run):
        mend_stopped(database)
        return None
    return run


@needs(Permission.RUN_FORECASTS)
def start(database: Database, ask: forecasts.Ask, requested_by: str) -> int:
    """Ask for a run and start the process that works on it; give its id.

    Raises
    ------
    JobError
        If one of its kind and force is not finished yet.
    """
    mend_stopped(database)
    run_id = forecasts.ask_run(database, ask, requested_by)
    jobs.launch(run_id, database.url)
    return run_id


@needs(Permission.RUN_FORECASTS)
def cancel(database: Database, run_id: int) -> None:
    """Ask an unfinished run to stop."""
    runs.request_cancel(database, run_id)


@handed
def is_alive(run: Run) -> bool:
    """Say whether a process works on an unfinished run, or may yet take it."""
    now = pd.Timestamp.now(tz="UTC")
    if run.status == "queued":
        return bool(now - run.requested_at < LONGEST_START)
    here = jobs.is_process_alive(run.process)
    return bool(now - run.seen_at < LONGEST_SILENCE) if here is None else here


def _main() -> int:
    """Work on the run that the command line names; errors a user can mend are stored only.

    Whoever asked for the run acts, and was allowed to ask; the process may only run forecasts.
    """
    database = open_database()
    require_ready(database)
    if hasattr(os, "nice"):
        os.nice(5)  # People who use the pages go first.
    try:
        run = runs.read_run(database, int(sys.argv[1]))
        with acting_as(system_actor("job", run.requested_by)):
            work_on(database, run.id)
    except UserFacingError:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(_main())
