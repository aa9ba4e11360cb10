"""Every figure of a release against one counted row by row, without pandas."""

from collections import Counter, defaultdict

import numpy as np
import pandas as pd
import pytest

from analytics.disclosure import SHOWN, SMALL, THRESHOLD, WITHHELD, Release, release_figures
from geodata.calendar import Month, Period

HELD = Period(Month(2023, 2), Month(2025, 3)).months
WARDS = pd.DataFrame(
    {"code": [f"W{i}" for i in range(7)], "district_code": [f"D{i}" for i in (2, 1, 1, 2, 1, 2, 1)]}
)
LSOAS = pd.DataFrame({"code": [f"L{i:02d}" for i in range(20)]})
COLUMNS = ["ward_code", "lsoa_code", "month", "nsir_category"]
Row = tuple[str, str, int, str]


def _rows(seed: int, most: int) -> list[Row]:
    """Make incidents of these wards, of one that is not asked for and of none, in any order."""
    rng = np.random.default_rng(seed)
    rows = []
    for place in range(20):
        ward = f"W{min(place // 3, 7)}" if place < 19 else "elsewhere"
        for month in range(2022 * 12 + 10, 2025 * 12 + 5):
            for _ in range(rng.integers(0, most + 1) * (place % 4 > 0)):
                strays = 0.02 * (place % 5 == 1)
                home = rng.choice([ward, "", "W0"], p=[1 - 2 * strays, strays, strays])
                known = rng.choice([f"L{place:02d}", "", "L99"], p=[0.97, 0.02, 0.01])
                kind = rng.choice(["personal", "nuisance", "not recorded"], p=[0.2, 0.78, 0.02])
                rows.append((str(home), str(known), month, str(kind)))
    rng.shuffle(order := np.arange(len(rows)))
    return [rows[number] for number in order]


def _release(rows: list[Row], *, as_categories: bool) -> Release:
    frame = pd.DataFrame(rows, columns=COLUMNS)
    texts = [name for name in COLUMNS if name != "month"]
    frame = frame.astype(dict.fromkeys(texts, "category" if as_categories else "str"))
    return release_figures(frame, WARDS, LSOAS, HELD)


def _count(rows: list[Row]) -> dict[str, Counter[tuple[str, ...]]]:
    district = dict(WARDS.itertuples(index=False, name=None))
    counts: dict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    for ward, lsoa, month, kind in rows:
        if ward not in district:
            continue
        year = str(month // 12)
        for period in (year, f"{year}-Q{month % 12 // 3 + 1}"):
            for level, code in (("all", ""), ("district", district[ward]), ("ward", ward)):
                counts["areas"][level, code, period] += 1
        counts["areas"]["lsoa", lsoa, year] += 1
        for code in ("", district[ward]):
            counts["months"][code, str(month)] += 1
            counts["categories"][code, year, kind] += 1
    return counts


@pytest.mark.parametrize(("seed", "most"), [(1, 1), (2, 3), (3, 9), (4, 30)])
@pytest.mark.parametrize("as_categories", [False, True])
def test_every_figure_shown_is_the_count_of_its_rows(seed: int, most: int, as_categories) -> None:
    rows = _rows(seed, most)
    release, truth = _release(rows, as_categories=as_categories), _count(rows)
    keys = {
        "areas": ["kind", "code", "period"],
        "months": ["district_code", "month"],
        "categories": ["district_code", "period", "category"],
    }
    shown = 0
    for name, columns in keys.items():
        table = getattr(release, name)
        assert not table.duplicated(columns).any()
        for row in table.to_dict("records"):
            count = truth[name][tuple(str(row[column]) for column in columns)]
            if row["mark"] == SHOWN:
                assert row["count"] == count and (count >= THRESHOLD or count == 0)
                shown += 1
            else:
                assert np.isnan(row["count"])
            if row["mark"] == SMALL:
                assert count < THRESHOLD
    assert shown > (20 if most > 1 else 0)


@pytest.mark.parametrize(("seed", "most"), [(2, 3), (3, 9), (4, 30)])
def test_lsoas_that_cross_a_ward_in_a_year_are_withheld_in_it(seed: int, most: int) -> None:
    rows = _rows(seed, most)
    release = _release(rows, as_categories=True)
    asked, small = set(WARDS["code"]), set(LSOAS["code"])
    ever = {lsoa for ward, lsoa, _, _ in rows if ward in asked} & small
    assert [period for period in release.periods if "Q" not in period] == ["2024"]
    listed = release.of_areas("lsoa", "2024")["mark"]
    assert set(listed.index) == ever
    wards_of = defaultdict(set)
    for ward, lsoa, month, _ in rows:
        if month // 12 == 2024:
            wards_of[lsoa].add(ward)
    crossing = 0
    for lsoa, mark in listed.items():
        homes = wards_of[str(lsoa)]
        if len(homes) > 1 or homes - asked:
            assert mark == WITHHELD
            crossing += 1
        elif not homes:
            assert mark == SMALL
    assert crossing and (listed == SHOWN).any()
