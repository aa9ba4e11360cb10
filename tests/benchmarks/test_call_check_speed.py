"""A call check goes through indexes: far faster than reading the table once in the same run."""

import time

import numpy as np
import pytest

from geodata.store.database import Database
from geodata.store.repeats import read_repeat_frame
from tests.benchmarks.call_records import write_call_records
from tests.benchmarks.measure_call_check import time_looks, typed_of_kinds

INCIDENTS, PLACES, LOOKS = 60_000, 6_000, 15
LEAST_RATIO = 2.5


@pytest.mark.slow
def test_look_of_each_kind_is_far_faster_than_one_reading_of_the_table(
    sqlite_database: Database,
) -> None:
    rng = np.random.default_rng(7)
    held = write_call_records(rng, sqlite_database, INCIDENTS, PLACES)
    start = time.perf_counter()
    read_repeat_frame(sqlite_database)
    whole_ms = (time.perf_counter() - start) * 1_000
    for kind, draw in typed_of_kinds(held, rng).items():
        median = float(np.median(time_looks(sqlite_database, draw, LOOKS)))
        assert median * LEAST_RATIO < whole_ms, f"{kind}: {median:.0f} of {whole_ms:.0f} ms"
