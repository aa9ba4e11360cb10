"""Concentration on real open data, against sorting by hand and published worked figures."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.concentration import measure_concentration


def test_ten_places_of_bernasco_and_steenbeek(rng: np.random.Generator) -> None:
    """Their example of 100 events on 10 places and of 5 events on 10 places."""
    many = measure_concentration([22, 18, 17, 12, 11, 8, 6, 3, 2, 1], rng=rng)
    # 1 + 1/n - 2 * sum(rank * count) / (n * total), ranks from the busiest.
    ranks = np.arange(1, 11) @ np.array([22, 18, 17, 12, 11, 8, 6, 3, 2, 1])
    assert many.gini == pytest.approx(1.1 - 2 * ranks / 1_000)
    assert many.generalised_gini == many.gini
    few = measure_concentration([3, 1, 1, 0, 0, 0, 0, 0, 0, 0], rng=rng)
    assert few.gini == pytest.approx(0.78)


def test_northumbria_cells_against_sorting(shared_data: Path, rng: np.random.Generator) -> None:
    frame = pd.read_csv(shared_data / "asb_2022" / "northumbria_asb_2022.csv.gz")
    names = {name.lower(): name for name in frame.columns}
    place = frame[[names["longitude"], names["latitude"]]].dropna()
    counts = place.value_counts().to_numpy()
    counts = np.append(counts, np.zeros(60_000 - len(counts), dtype=int))
    found = measure_concentration(rng.permutation(counts), rng=rng, simulations=19)
    ordered = np.sort(counts)[::-1].cumsum()
    top = found.top.set_index("share_of_cells")["incidents"]
    assert top.tolist() == [ordered[k - 1] for k in (300, 600, 1_200, 3_000)]
    ascending = np.sort(counts)
    ranks = 2 * np.arange(1, len(counts) + 1) - len(counts) - 1
    by_hand = (ranks * ascending).sum() / (len(counts) * counts.sum())
    assert found.gini == pytest.approx(by_hand, abs=1e-12)
    assert found.gini > found.gini_poisson_high
