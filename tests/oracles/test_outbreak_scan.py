"""The space-time scan against slow brute force over every cylinder."""

import numpy as np
import pytest

from analytics.hotspots.outbreaks import find_outbreaks

UNTIL = np.datetime64("2026-06-30")
WINDOWS = (1, 2, 3, 5, 7, 10, 14, 21, 28)


def best_by_hand(x: np.ndarray, y: np.ndarray, day: np.ndarray) -> tuple[float, int, float]:
    """Score, count and expectation of the clearest cylinder, by loops (Kulldorff 2005)."""
    total = len(x)
    square = [(int(a // 100), int(b // 100)) for a, b in zip(x, y, strict=True)]
    age = (UNTIL - day).astype(int)
    centres = {
        key: np.mean([(a, b) for a, b, k in zip(x, y, square, strict=True) if k == key], axis=0)
        for key in set(square)
    }
    best = (0.0, 0, 0.0)
    for centre in centres.values():
        for radius in (100, 200, 300, 400, 500):
            inside = np.array(
                [np.hypot(*(centres[key] - centre)) <= radius for key in square], dtype=bool
            )
            for window in WINDOWS:
                seen = int((inside & (age < window)).sum())
                mean = inside.sum() * (age < window).sum() / total
                if seen < 3 or seen <= mean:
                    continue
                score = seen * np.log(seen / mean)
                score += (total - seen) * np.log((total - seen) / (total - mean))
                if score > best[0] + 1e-9:
                    best = (score, seen, mean)
    return best


@pytest.mark.parametrize("seed", range(4))
def test_clearest_cylinder_is_the_one_of_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(0, 1_200, (2, 120))
    day = UNTIL - rng.integers(0, 120, 120)
    score, seen, mean = best_by_hand(x, y, day)
    found = find_outbreaks(x, y, day, until=UNTIL, permutations=19, rng=rng)
    first = found.table.iloc[0]
    # Other cylinders may hold the very same incidents: compare the score, not the circle.
    total = found.incidents
    theirs = first["observed"] * np.log(first["ratio"]) + (total - first["observed"]) * np.log(
        (total - first["observed"]) / (total - first["expected"])
    )
    assert theirs == pytest.approx(score, rel=1e-9)
    assert first["observed"] <= seen or first["expected"] <= mean
