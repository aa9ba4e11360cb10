"""The Knox test against pointpats' `knox` in the same run, and its memory.

50,000 events, 200 m, 14 days and 99 shuffled orders; the events are real, so that they crowd as
events do. Each is run once or a few times as a plain test: pointpats takes seconds.
"""

import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pyproj import Transformer

from analytics.repeats.near_repeat import knox

EVENTS = 50_000
LEAST_RATIO = 10
MOST_MEMORY_MB = 250

MEASURE = """
import sys
from pathlib import Path
import numpy as np
from analytics.repeats.near_repeat import knox

def peak_mb():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024

events = np.load(sys.argv[1])
before = peak_mb()
knox(*events, 200, 14, permutations=99, rng=np.random.default_rng(1))
print(before, peak_mb())
"""


@pytest.fixture(scope="module")
def events(shared_data: Path) -> np.ndarray:
    """x, y in metres and day of the first 50,000 Chicago assaults."""
    path = shared_data / "incidents" / "chicago_aggravated_assaults_2010_2019.parquet"
    frame = pd.read_parquet(path).head(EVENTS)
    to_metres = Transformer.from_crs(4326, 26971, always_xy=True)
    x, y = to_metres.transform(frame["longitude"].to_numpy(), frame["latitude"].to_numpy())
    day = frame["date"].to_numpy().astype("datetime64[D]").astype(np.int64)
    return np.vstack([x, y, day])


@pytest.mark.slow
def test_knox_is_ten_times_as_fast_as_pointpats(events: np.ndarray) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pointpats

        start = time.perf_counter()
        theirs = pointpats.knox(
            events[:2].T, events[2][:, None].copy(), delta=200, tau=14, permutations=99
        )
        their_seconds = time.perf_counter() - start
    own_seconds = np.inf
    for _ in range(3):
        start = time.perf_counter()
        ours = knox(*events, 200, 14, permutations=99, rng=np.random.default_rng(1))
        own_seconds = min(own_seconds, time.perf_counter() - start)
    assert ours.observed == theirs["stat"]
    ratio = their_seconds / own_seconds
    assert ratio >= LEAST_RATIO, f"only {ratio:.1f} times as fast"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak from /proc")
def test_knox_stays_below_250_mb(events: np.ndarray, tmp_path: Path) -> None:
    np.save(tmp_path / "events.npy", events)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path / "events.npy")],
        capture_output=True,
        check=True,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    before, after = map(float, done.stdout.split())
    assert after < MOST_MEMORY_MB, f"{before:.0f} MB before, {after:.0f} MB at most"


@pytest.mark.slow
def test_time_of_shuffling_grows_with_the_pairs(events: np.ndarray) -> None:
    """Per pair and order, five times the events take no more than three times as long."""
    each = []
    for size in (10_000, EVENTS):
        chosen = events[:, :: EVENTS // size]
        best = np.inf
        for _ in range(3):
            start = time.perf_counter()
            found = knox(*chosen, 200, 14, permutations=99, rng=np.random.default_rng(1))
            best = min(best, time.perf_counter() - start)
        each.append(best / (size * np.log(size) + found.space_pairs))
    assert each[1] < 3 * each[0]
