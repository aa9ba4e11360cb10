"""The Knox test against published tables, pointpats and slow brute force."""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics.repeats import pairs as pairs_module
from analytics.repeats.linked import classify_incidents, link_incidents
from analytics.repeats.near_repeat import find_near_repeats, knox
from analytics.repeats.pairs import SpacePairs, count_time_pairs, find_space_pairs

NAMES = ["x", "y", "day"]


def _read(shared_data: Path, name: str) -> pd.DataFrame:
    path = shared_data / "reference" / name
    return pd.read_csv(path, header=None, names=NAMES, parse_dates=["day"])


def test_burglary_table_of_the_near_repeat_vignette(
    shared_data: Path, rng: np.random.Generator
) -> None:
    events = _read(shared_data, "chicago_be_month1.csv")
    found = find_near_repeats(
        events["x"], events["y"], events["day"],
        distance_bands_m=(200, 400, 600), time_bands_d=(7, 14, 21), metric="manhattan", rng=rng,
    )  # fmt: skip
    observed = found.table["observed"].to_numpy().reshape(4, 3)
    assert observed.tolist() == [[28, 5, 5], [141, 69, 27], [186, 140, 100], [237, 192, 128]]
    published = [
        [1.8032, 0.4016, 0.6163],
        [1.4133, 0.8625, 0.5180],
        [1.0151, 0.9529, 1.0446],
        [0.9737, 0.9837, 1.0066],
    ]
    # The published ratios have four decimals.
    ratio = found.table["ratio"].to_numpy().reshape(4, 3)
    np.testing.assert_allclose(ratio, published, atol=5e-5)
    # With 999 orders the smallest p there is; the vignette has it in the same two bands.
    assert found.table.loc[[0, 3], "p"].tolist() == [0.001, 0.001]
    assert found.table["shown"].tolist() == [True, False, False, True, *[False] * 8]
    assert found.incidents * (found.incidents - 1) // 2 == 469_965


def test_arson_table_of_the_near_repeat_calculator(shared_data: Path) -> None:
    events = _read(shared_data, "chicago_arson.csv")
    x, y = events["x"].to_numpy(), events["y"].to_numpy()
    days = events["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    found = find_near_repeats(
        x, y, days, distance_bands_m=(200, 400, 600), time_bands_d=(1, 2, 3),
        metric="manhattan", permutations=19, rng=np.random.default_rng(1),
    )  # fmt: skip
    inside = found.table["observed"].to_numpy().reshape(4, 3)
    in_space = found.table["space_pairs"].to_numpy().reshape(4, 3)[:, 0]
    in_time = found.table["time_pairs"].to_numpy().reshape(4, 3)[0]
    # What lies beyond the last edge follows from the totals of each band.
    beyond = np.append(in_time - inside.sum(axis=0), 0)
    whole = np.vstack([np.column_stack([inside, in_space - inside.sum(axis=1)]), beyond])
    whole[-1, -1] = 522 * 521 // 2 - whole.sum()
    assert whole.tolist() == [
        [0, 2, 0, 8],
        [9, 1, 1, 45],
        [4, 0, 0, 141],
        [6, 0, 0, 233],
        [393, 710, 770, 133_658],
    ]


def _burkitt() -> tuple[np.ndarray, np.ndarray]:
    import libpysal

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pointpats import SpaceTimeEvents

        events = SpaceTimeEvents(libpysal.examples.get_path("burkitt.shp"), "T")
    return events.space, events.t[:, 0]


def test_burkitt_as_in_pointpats() -> None:
    space, times = _burkitt()
    found = knox(space[:, 0], space[:, 1], times, delta_m=20, tau=5)
    assert found.observed == 13
    # Same arithmetic in another order: only rounding may differ.
    assert found.expected == pytest.approx(10.1438161, abs=1e-7)
    assert found.p_poisson == pytest.approx(0.14624558, abs=1e-8)


def test_shuffled_p_agrees_with_the_pointpats_class(rng: np.random.Generator) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pointpats import Knox

        space, times = _burkitt()
        theirs = Knox(space, times[:, None], delta=20, tau=5, permutations=499)
    ours = knox(space[:, 0], space[:, 1], times, 20, 5, permutations=499, rng=rng)
    assert ours.observed == theirs.nst
    # Two Monte-Carlo shares of 499 draws each differ by less than 5 standard errors.
    assert abs(ours.p - theirs.p_sim) < 5 * np.sqrt(2 * 0.25 / 499)


@pytest.mark.parametrize("metric", ["euclidean", "manhattan"])
def test_pairs_match_brute_force_on_snapped_points(metric: str, rng: np.random.Generator) -> None:
    x, y = rng.integers(0, 30, (2, 300)) * 10.0
    day = rng.integers(0, 60, 300)
    dx, dy = np.abs(x[:, None] - x), np.abs(y[:, None] - y)
    apart = np.hypot(dx, dy) if metric == "euclidean" else dx + dy
    upper = np.triu_indices(300, 1)
    space, time = apart[upper], np.abs(day[:, None] - day)[upper]
    space_edges = [0, 0.1, 50, 100, 170]
    time_edges = [0, 7, 14, 28]
    expected = np.histogram2d(space, time, bins=[space_edges, time_edges])[0]
    # A histogram closes its last bin; ours is open.
    for i in range(4):
        for j in range(3):
            inside = (space >= space_edges[i]) & (space < space_edges[i + 1])
            inside &= (time >= time_edges[j]) & (time < time_edges[j + 1])
            expected[i, j] = inside.sum()
    found = find_near_repeats(
        x, y, day, distance_bands_m=(50, 100, 170), time_bands_d=(7, 14, 28), metric=metric,
        permutations=19, rng=rng,
    )  # fmt: skip
    assert found.table["observed"].tolist() == expected.ravel().astype(int).tolist()


def _pairs_of(found: SpacePairs, band: int) -> list[tuple[int, int]]:
    here = found.in_band(band)
    return list(zip(found.first[here].tolist(), found.second[here].tolist(), strict=True))


def test_pairs_are_found_across_strips(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    x, y = rng.uniform(0, 500, (2, 400))
    edges = np.array([0.0, 0.1, 40.0, 80.0])
    whole = find_space_pairs(x, y, edges, metric="euclidean")
    monkeypatch.setattr(pairs_module, "_STRIP", 7)
    in_strips = find_space_pairs(x, y, edges, metric="euclidean")
    assert in_strips.counts.tolist() == whole.counts.tolist()
    for band in range(3):
        a, b = ({tuple(sorted(p)) for p in _pairs_of(f, band)} for f in (whole, in_strips))
        assert a == b


def test_time_pairs_match_brute_force(rng: np.random.Generator) -> None:
    times = rng.integers(0, 40, 200)
    gaps = np.abs(times[:, None] - times)[np.triu_indices(200, 1)]
    edges = np.array([0.0, 1.0, 7.0, 28.0])
    assert count_time_pairs(times, edges).tolist() == [(gaps < edge).sum() for edge in edges]
    closed = count_time_pairs(times, edges, closed=True)
    assert closed.tolist() == [(gaps <= edge).sum() for edge in edges]


def test_mean_of_shuffled_orders_is_the_closed_form(rng: np.random.Generator) -> None:
    x, y = rng.uniform(0, 1_000, (2, 300))
    day = rng.integers(0, 100, 300)
    found = find_near_repeats(x, y, day, permutations=999, rng=rng)
    table = found.table[found.table["expected"] > 5]
    middle = (table["chance_low"] + table["chance_high"]) / 2
    # The range is nearly symmetric; its ends move by about a tenth of their distance.
    assert (np.abs(middle - table["expected"]) < 0.25 * np.sqrt(table["expected"]) + 1).all()


def test_links_expected_of_each_incident_match_brute_force() -> None:
    """Neighbours in space times neighbours in time over the others: the hypergeometric mean.

    pointpats' local Knox is no oracle here: it takes each neighbour for one of the two only, so
    its p is about half of what its own permutations give.
    """
    space, times = _burkitt()
    days = times.astype(np.int64)
    edges = np.array([0.0, 20.0])
    one = find_space_pairs(space[:, 0], space[:, 1], edges, metric="euclidean", closed=True)
    # Leave the band of the same place empty.
    pairs = SpacePairs(one.first, one.second, np.array([0, 0, len(one.first)]))
    linked = link_incidents(pairs, days, np.array([0.0, 5.5]), np.array([[False], [True]]))
    ours = classify_incidents(linked, days)
    apart = np.hypot(*(space[:, None, :] - space[None, :, :]).transpose(2, 0, 1))
    near, close = apart <= 20, np.abs(days[:, None] - days) <= 5
    for matrix in (near, close):
        np.fill_diagonal(matrix, False)
    links = (near & close).sum(axis=1)
    assert ours["links"].tolist() == links.tolist()
    expected = near.sum(axis=1) * close.sum(axis=1) / 187
    np.testing.assert_allclose(ours["expected_links"], expected, rtol=1e-12)
    exact = stats.hypergeom.sf(links - 1, 187, close.sum(axis=1), near.sum(axis=1))
    # Poisson in place of hypergeometric: within a fifth of the chance for such small counts.
    np.testing.assert_allclose(ours["p"], exact, rtol=0.2)
