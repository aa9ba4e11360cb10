"""Are the near-repeat runs, bursts and lasting hotspots of the synthetic county found?

The small county has few incidents a place, so that runs stand out; classes by month need the
numbers of a full county.
"""

import numpy as np
import pandas as pd
import pytest

from analytics.hotspots.emerging import classify_emerging
from analytics.hotspots.outbreaks import find_outbreaks
from analytics.repeats.near_repeat import NearRepeat, find_near_repeats
from geodata.grids import cover_points
from geodata.sources.demo import build_county
from geodata.store.database import Database
from geodata.store.incidents import read_incident_frame, read_planted

BURSTS = ("near-repeat run", "short-lived hotspot")


@pytest.fixture(scope="module")
def placed(small_county_database: Database) -> pd.DataFrame:
    """Located incidents with the planted pattern and kind each belongs to ('' for none)."""
    frame = read_incident_frame(small_county_database)
    ids = small_county_database.read_frame("SELECT incident_id FROM incidents ORDER BY id")
    frame["incident_id"] = ids["incident_id"].to_numpy()
    planted = read_planted(small_county_database)
    return _with_truth(frame, planted)


def _with_truth(frame: pd.DataFrame, planted: pd.DataFrame) -> pd.DataFrame:
    owners = planted.assign(incident_id=planted["incident_ids"].str.findall(r"SYN-\d+"))
    owners = owners.explode("incident_id").dropna(subset="incident_id").set_index("incident_id")
    frame = frame.assign(
        pattern=frame["incident_id"].map(owners["planted_id"]).fillna(""),
        kind=frame["incident_id"].map(owners["kind"]).fillna(""),
    )
    usable = frame["easting"].notna() & ~frame["is_default_geocode"] & ~frame["is_excluded"]
    return frame[usable].reset_index(drop=True)


@pytest.fixture(scope="module")
def found(placed: pd.DataFrame) -> NearRepeat:
    return find_near_repeats(
        placed["easting"],
        placed["northing"],
        placed["shift_date"],
        permutations=199,
        rng=np.random.default_rng(2026),
    )


def test_pattern_is_shown_where_it_was_planted(found: NearRepeat) -> None:
    shown = found.table[found.table["shown"] & (found.table["kind"] == "near")]
    # Runs are within 190 m and 8 days of the one before.
    assert shown["distance_to_m"].max() <= 200
    assert found.p_near < 0.05


def test_planted_runs_are_found(found: NearRepeat, placed: pd.DataFrame) -> None:
    in_run = found.events["run"] >= 0
    planted = placed["kind"] == "near-repeat run"
    burst = placed["kind"].isin(BURSTS)
    recall = (in_run & planted).sum() / planted.sum()
    precision = (in_run & burst).sum() / in_run.sum()
    runs = placed.loc[in_run & planted, "pattern"].nunique()
    assert recall >= 0.9
    # A short-lived hotspot is a run as well: many incidents near by in few weeks.
    assert precision >= 0.9
    assert runs >= 0.95 * placed.loc[planted, "pattern"].nunique()


def test_first_of_a_run_is_an_originator_and_the_rest_follow(
    found: NearRepeat, placed: pd.DataFrame
) -> None:
    planted = placed["kind"] == "near-repeat run"
    kinds = found.events.loc[planted, "kind"].astype(str)
    assert (kinds != "isolated").all()
    assert kinds.isin(["near repeat", "repeat"]).mean() > 0.75


@pytest.fixture(scope="module")
def county() -> pd.DataFrame:
    """Incidents of a full county with their planted pattern, and what was planted, in attrs."""
    full = build_county(incidents_per_year=45_000)
    places = full.locations.set_index("location_key")[["is_default_geocode", "is_excluded"]]
    frame = full.incidents.join(places, on="location_key")
    flags = ["is_default_geocode", "is_excluded"]
    frame[flags] = frame[flags].fillna(False).astype(bool)
    frame = _with_truth(frame, full.planted)
    frame.attrs["planted"] = full.planted
    return frame


@pytest.mark.slow
def test_lasting_and_short_lived_hotspots_get_their_class(county: pd.DataFrame) -> None:
    x, y = county["easting"].to_numpy(), county["northing"].to_numpy()
    month = county["occurred_from"].to_numpy().astype("datetime64[M]").astype(np.int64)
    start = month.min()
    grid = cover_points(x, y)
    months = int(month.max() - start) + 1
    counts = np.zeros((len(grid), months))
    np.add.at(counts, (grid.find(x, y), month - start), 1)
    season = counts.sum(axis=0)
    at_end = classify_emerging(counts, expected_by_month=season)
    planted = county.attrs["planted"]

    def busiest(row: pd.Series, columns: slice) -> int:
        near = np.flatnonzero(
            np.hypot(grid.centre_x - row["easting"], grid.centre_y - row["northing"]) < 120
        )
        return int(near[counts[near][:, columns].sum(axis=1).argmax()])

    lasting = planted[planted["kind"] == "lasting hotspot"]
    classes = [at_end.classes[busiest(row, slice(None))] for _, row in lasting.iterrows()]
    assert np.mean([name == "lasting" for name in classes]) >= 0.9

    seen = []
    for _, row in planted[planted["kind"] == "short-lived hotspot"].iterrows():
        last = int(np.datetime64(row["last_day"], "M").astype(np.int64) - start) + 1
        if last < 9:
            continue
        then = classify_emerging(counts[:, :last], expected_by_month=season[:last])
        seen.append(then.classes[busiest(row, slice(last - 3, last))])
    assert set(seen) <= {"new", "growing"}
    assert seen.count("new") >= len(seen) / 2
    # Background cells, a year of 45,000 incidents: hardly any is called lasting.
    assert (np.array(at_end.classes) == "lasting").mean() < 0.005


@pytest.mark.slow
def test_outbreaks_that_run_at_the_end_are_found_and_no_other(county: pd.DataFrame) -> None:
    until = pd.Timestamp("2026-09-30")
    day = (county["occurred_from"] - pd.Timedelta(hours=6)).dt.floor("D")
    found = find_outbreaks(
        county["easting"], county["northing"], day,
        until=until, permutations=99, rng=np.random.default_rng(2026),
    )  # fmt: skip
    shown = found.table[found.table["shown"]]
    planted = county.attrs["planted"]
    short = planted[planted["kind"] == "short-lived hotspot"]
    running = short[short["last_day"] >= until - pd.Timedelta(days=7)]
    for _, row in running.iterrows():
        away = np.hypot(shown["x_m"] - row["easting"], shown["y_m"] - row["northing"])
        assert away.min() < 150
    assert len(shown) <= len(running) + 1
