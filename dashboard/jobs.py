"""Processes that work on stored runs, so that no page waits for a model.

A process is known by its machine, its number and its start time, since numbers are used again.
What a job does is in `dashboard.services.running`; this module only starts processes and says
whether they live.
"""

import os
import platform
import subprocess
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
JOB_MODULE = "dashboard.services.running"
PROCESSES = Path("/proc")
UNKNOWN_START = "?"


def launch(run_id: int, database_url: str) -> int:
    """Start a process that works on a run and outlives the page that asked for it.

    Parameters
    ----------
    run_id : int
        A queued run.
    database_url : str
        Goes through the environment, since it may hold a password.

    Returns
    -------
    int
        Number of the process.
    """
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    process = subprocess.Popen(
        [sys.executable, "-m", JOB_MODULE, str(run_id)],
        env={
            **os.environ,
            "WARDLIGHT_DATABASE_URL": database_url,
            "PYTHONPATH": os.pathsep.join(paths),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    # A child that nobody waits for stays in the table of processes as if it were alive.
    threading.Thread(target=process.wait, daemon=True).start()
    return process.pid


def mark_of_this_process() -> str:
    """Give the mark of this process: machine, number and start time."""
    pid = os.getpid()
    return f"{platform.node()}|{pid}|{_start_of(pid)}"


def is_process_alive(mark: str) -> bool | None:
    """Say whether the process of a mark still works; None if this machine cannot tell."""
    parts = mark.split("|")
    if len(parts) != 3 or parts[0] != platform.node() or not parts[1].isdecimal():
        return None
    if parts[2] == UNKNOWN_START:
        return None
    return _start_of(int(parts[1])) == parts[2]


def _start_of(pid: int) -> str | None:
    """Give when a process started, as text that does not change; None if it does not work."""
    if (PROCESSES / "self").exists():
        try:
            stat = (PROCESSES / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return None
        # The name in brackets may hold spaces; the state and, 19 fields on, the start follow it.
        fields = stat.rpartition(")")[2].split()
        return None if fields[0] in "ZX" else fields[19]
    try:
        asked = subprocess.run(
            ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return UNKNOWN_START
    return asked.stdout.strip() or None
