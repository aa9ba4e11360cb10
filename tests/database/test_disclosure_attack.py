"""A partner who tries every filter and period, and everything that these add up to."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analytics.disclosure import SHOWN, SMALL, THRESHOLD, WITHHELD, Release
from dashboard.permissions import Actor, NotAllowedError, Role, acting_as
from dashboard.services import area_figures, explore
from geodata.store.database import Database
from geodata.store.incidents import read_incident_frame
from tests.disclosure_attack import Attacker, find_parts

PARTNER = Actor("partner", "A partner", frozenset({Role.PARTNER}), agency="Housing provider")
VIEWER = Actor("viewer", "A viewer", frozenset({Role.VIEWER}))
Areas = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def areas(small_county_database: Database) -> Areas:
    with acting_as(PARTNER):
        return {
            kind: explore.load_areas(small_county_database, kind)
            for kind in ("ward", "lsoa", "district")
        }


@pytest.fixture(scope="module")
def seen(small_county_database: Database, areas: Areas) -> Release:
    """Everything a partner can reach, put together again from what the services gave."""
    with acting_as(PARTNER):
        release = area_figures.load_release(small_county_database)
        parts = []
        for period in release.periods:
            for kind in ("ward", "lsoa"):
                for district in [None, *areas["district"]["code"]]:
                    for measure in area_figures.MEASURES:
                        found = area_figures.find_figures(
                            release, areas[kind],
                            kind=kind, period=period, district=district, measure=measure,
                        )  # fmt: skip
                        parts.append(_reached(found, areas[kind], kind, period, district))
    rows = pd.concat(parts).groupby(["kind", "code", "period"], as_index=False).first()
    district_rows = release.areas[release.areas["kind"].isin(("all", "district"))]
    return replace(release, areas=pd.concat([rows, district_rows], ignore_index=True))


def _reached(found, areas: pd.DataFrame, kind: str, period: str, district: str | None):
    """Read counts off the table, and off rates times residents where only a rate is there."""
    table = found.table[found.table["shown"]]
    from_rate = table["rate"] * table["residents"] / 1_000
    assert np.allclose(from_rate.dropna(), table["incidents"][from_rate.notna()])
    assert table["incidents"].notna().equals(table["rate_high"].notna() | (table["residents"] <= 0))
    marks = np.select(
        [table["incidents"].notna(), table["note"] == "Fewer than 5"], [SHOWN, SMALL], WITHHELD
    )
    inside = areas.set_index("code")["district_code"].reindex(table["code"]).to_numpy()
    held = table["note"] != area_figures.NOT_COVERED
    return pd.DataFrame(
        {"kind": kind, "code": table["code"].to_numpy(), "district_code": inside,
         "period": period, "count": table["incidents"].to_numpy(), "mark": marks}
    )[held.to_numpy()]  # fmt: skip


@pytest.fixture(scope="module")
def incidents(small_county_database: Database) -> pd.DataFrame:
    frame = read_incident_frame(small_county_database)
    frame = frame[frame["asb"] & (frame["ward_code"].astype(str) != "")]
    return frame.assign(
        **{name: frame[name].astype(str) for name in ("ward_code", "lsoa_code", "district_code")}
    )


def test_no_two_figures_of_nested_choices_differ_by_a_small_count(
    seen: Release, incidents: pd.DataFrame
) -> None:
    shown = seen.areas[seen.areas["mark"] == SHOWN]
    assert len(shown) > 200
    assert not shown["count"].between(1, THRESHOLD - 1).any()
    ward_of = incidents.drop_duplicates("lsoa_code").set_index("lsoa_code")["ward_code"]
    district_of = seen.areas[seen.areas["kind"] == "ward"].drop_duplicates("code")
    district_of = district_of.set_index("code")["district_code"].to_dict()
    held = {(row.kind, row.code, row.period): row.count for row in shown.itertuples(index=False)}
    pairs = 0
    for (kind, code, period), count in held.items():
        for whole in _wholes(kind, code, period, ward_of, district_of):
            if whole in held:
                pairs += 1
                assert not 0 < held[whole] - count < THRESHOLD, (whole, kind, code, period)
    assert pairs > 300


def _wholes(kind, code, period, ward_of, district_of) -> Iterator[tuple[str, str, str]]:
    ladder = {
        "lsoa": [("ward", ward_of.get(code, "")), ("district", district_of.get(ward_of.get(code)))],
        "ward": [("district", district_of.get(code)), ("all", "")],
        "district": [("all", "")],
        "all": [],
    }[kind]
    periods = {period, period[:4]}
    for place in [(kind, code), *ladder]:
        for when in periods:
            if (*place, when) != (kind, code, period):
                yield (*place, when)


def test_no_combination_of_figures_gives_a_small_count_away(
    seen: Release, incidents: pd.DataFrame
) -> None:
    attacked = narrowed = 0
    for district in sorted(incidents["district_code"].unique())[:5]:
        inside = incidents[incidents["district_code"] == district]
        attacker = _attack(seen, inside, district)
        for cell, mark in attacker.marks.items():
            if mark == SHOWN or cell[0] not in ("ward", "lsoa"):
                continue
            truth = _count(inside, *cell)
            if 0 < truth < THRESHOLD and tuple(cell) in attacker.cells:
                low, high = attacker.range_of(cell)
                attacked += 1
                narrowed += mark == SMALL and not (low <= 0 and high >= THRESHOLD - 1)
                assert high - low >= 1, (cell, truth, low, high)
    assert attacked > 300
    assert not narrowed


def _attack(seen: Release, inside: pd.DataFrame, district: str) -> Attacker:
    """Set an attacker on one district; the others' figures are all they need of the whole."""
    areas = seen.areas
    wholes = areas[(areas["kind"] == "district") & (areas["mark"] != SHOWN)]
    assert wholes.empty, "a district is withheld: attack all districts together"
    own = areas[(areas["district_code"] == district) & areas["kind"].isin(("district", "ward"))]
    lsoas = areas[(areas["kind"] == "lsoa") & areas["code"].isin(set(inside["lsoa_code"]))]
    release = replace(
        seen,
        areas=pd.concat([own, lsoas], ignore_index=True),
        months=seen.months[seen.months["district_code"] == district],
        categories=seen.categories[seen.categories["district_code"] == district],
    )
    return Attacker(release, find_parts(inside))


def _count(frame: pd.DataFrame, kind: str, code: str, period: str) -> int:
    year, _, quarter = period.partition("-Q")
    keep = frame[f"{kind}_code"] == code
    when = frame["month"] // 12 == int(year)
    if quarter:
        when = frame["month"] // 3 == int(year) * 4 + int(quarter) - 1
    return int((keep & when).sum())


def test_a_viewer_gets_no_lsoa_and_nobody_gets_a_period_that_is_not_released(
    small_county_database: Database, areas: Areas
) -> None:
    with acting_as(PARTNER):
        release = area_figures.load_release(small_county_database)
    with acting_as(VIEWER):
        with pytest.raises(NotAllowedError):
            area_figures.load_release(small_county_database)
        year = next(period for period in release.periods if "Q" not in period)
        with pytest.raises(NotAllowedError):
            area_figures.find_figures(release, areas["lsoa"], kind="lsoa", period=year)
        with pytest.raises(ValueError, match="released are"):
            area_figures.find_figures(release, areas["ward"], kind="ward", period="2025-07")


def test_what_all_districts_less_the_shown_ones_leaves_is_several_and_not_small(
    seen: Release, incidents: pd.DataFrame
) -> None:
    hidden = 0
    for month, rows in seen.months.groupby("month"):
        districts = rows[rows["district_code"] != ""]
        out = districts[districts["mark"] != SHOWN]["district_code"]
        if rows.loc[rows["district_code"] == "", "mark"].iloc[0] == SHOWN and len(out):
            hidden += 1
            left = incidents[incidents["district_code"].isin(out) & (incidents["month"] == month)]
            assert len(out) > 1 and len(left) >= THRESHOLD
    assert hidden
