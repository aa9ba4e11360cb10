"""Processes of jobs: known by machine, number and start time."""

import platform
import subprocess
import sys

from dashboard import jobs


def test_this_process_is_alive() -> None:
    assert jobs.is_process_alive(jobs.mark_of_this_process()) is True


def test_number_used_again_is_not_the_same_process() -> None:
    machine, pid, _ = jobs.mark_of_this_process().split("|")
    assert jobs.is_process_alive(f"{machine}|{pid}|1") is False


def test_ended_child_is_not_alive_even_before_it_is_waited_for() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE)
    start = jobs._start_of(child.pid)
    assert child.stdout
    child.stdout.read()
    child.stdout.close()
    if start is not None:
        mark = f"{platform.node()}|{child.pid}|{start}"
        for _ in range(100):
            if jobs.is_process_alive(mark) is False:
                break
        child.wait()
        assert jobs.is_process_alive(mark) is False


def test_other_machine_and_unreadable_mark_cannot_be_told() -> None:
    assert jobs.is_process_alive("elsewhere-1|1|1") is None
    assert jobs.is_process_alive("nonsense") is None
