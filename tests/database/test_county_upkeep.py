"""Rotation and erasure on the whole synthetic county: what is counted stays what it was."""

import datetime as dt
import shutil
from pathlib import Path

import pandas as pd
import pytest

from geodata import settings
from geodata.retention import pick_rules, read_retention_rules
from geodata.sealing import get_key_ring
from geodata.store import keys
from geodata.store.audit import NewEvent
from geodata.store.database import Database, require_ready
from geodata.store.incidents import read_incident_frame
from geodata.store.repeats import read_repeat_frame
from geodata.store.retention import HELD_BACK, purge

KEYS = ("location_key", "victim_key", "problem_key", "event_key")
BY = NewEvent("alteration", "u1", "Ada", "administrator", "key", "", "security")


@pytest.fixture
def county(
    own_county: Database, key_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Database:
    """A copy of the county with a key file of its own."""
    get_key_ring()
    shutil.copy(key_file, tmp_path / "own.keys")
    monkeypatch.setenv("WARDLIGHT_KEY_FILE", str(tmp_path / "own.keys"))
    settings.get_settings.cache_clear()
    return own_county


def test_rotation_keeps_which_records_share_a_key(county: Database) -> None:
    before = read_repeat_frame(county)
    sealed = county.read_frame("SELECT sealed_address FROM locations ORDER BY id")
    opened = [get_key_ring().open(text) for text in sealed["sealed_address"]]
    done = keys.rotate(county, BY)
    require_ready(county)
    after = read_repeat_frame(county)
    assert done.pseudonyms > 0 and done.sealed_texts > 0
    for name in KEYS:
        groups = [pd.factorize(frame[name].astype(str))[0] for frame in (before, after)]
        assert (groups[0] == groups[1]).all(), name
    assert after["victim_key"].astype(str).ne(before["victim_key"].astype(str)).any()
    sealed = county.read_frame("SELECT sealed_address FROM locations ORDER BY id")
    assert [get_key_ring().open(text) for text in sealed["sealed_address"]] == opened


def test_erasure_keeps_counts_by_ward_and_month(county: Database) -> None:
    counted = ["ward_code", "lsoa_code", "month", "crime_type", "report_channel", "asb_type"]
    before = read_incident_frame(county)
    newest = county.read_frame("SELECT MAX(month) AS month FROM incidents")["month"].iloc[0]
    last = dt.date.fromisoformat(f"{newest}-01")
    on = last.replace(year=last.year + 2)
    rules = pick_rules(read_retention_rules(), on)
    counts = purge(county, rules, on, BY)
    after = read_incident_frame(county)
    same = [frame[counted].astype(str).value_counts().sort_index() for frame in (before, after)]
    pd.testing.assert_series_equal(*same)
    assert counts["incidents: exact places"] > 0 and counts["addresses"] > 0
    held_back = counts[HELD_BACK]
    month = f"{rules['incident links'].kept_from(on):%Y-%m}"
    old = county.read_frame(
        "SELECT victim_key, location_precision FROM incidents WHERE month < ?", month
    )
    still_linked = old["victim_key"].ne("") | old["location_precision"].eq("exact")
    assert len(old) > held_back
    assert still_linked.sum() <= held_back
    assert len(read_repeat_frame(county)) == before["asb"].sum()
