"""Rules of retention: dated, complete, and labelled until signed off."""

import datetime as dt
from pathlib import Path

import pytest

from geodata import settings
from geodata.errors import FileNotReadableError, SettingsError
from geodata.retention import KINDS, pick_rules, read_retention_rules

BLOCK = """
[[rules]]
kind = "{kind}"
keep_months = {months}
valid_from = {start}
status = "agreed by the information board on 3 March 2025"
basis = "Retention schedule, line 4."
"""


def write(path: Path, *blocks: tuple[str, int, str]) -> Path:
    path.write_text(
        "".join(
            BLOCK.format(kind=kind, months=months, start=start) for kind, months, start in blocks
        )
    )
    return path


def test_rules_that_come_along_are_complete_and_say_that_they_are_no_policy() -> None:
    picked = pick_rules(read_retention_rules(), dt.date(2026, 1, 1))
    assert set(picked) == set(KINDS)
    assert all(rule.is_illustrative for rule in picked.values())
    assert picked["cases"].keep_months == 72
    assert picked["incident links"].keep_months == 36


def test_rule_in_force_is_the_latest_that_has_started(tmp_path: Path) -> None:
    starts = (("calls", 12, "2025-06-01"), ("calls", 36, "2000-01-01"))
    others = tuple((kind, 36, "2000-01-01") for kind in KINDS if kind != "calls")
    rules = read_retention_rules(write(tmp_path / "r.toml", *starts, *others))
    assert pick_rules(rules, dt.date(2025, 5, 31))["calls"].keep_months == 36
    assert pick_rules(rules, dt.date(2025, 6, 1))["calls"].keep_months == 12
    assert not rules[0].is_illustrative


def test_kind_without_a_rule_is_refused(tmp_path: Path) -> None:
    rules = read_retention_rules(write(tmp_path / "r.toml", ("calls", 12, "2025-06-01")))
    with pytest.raises(SettingsError, match="incident links"):
        pick_rules(rules, dt.date(2026, 1, 1))


@pytest.mark.parametrize(
    "block",
    [("letters", 12, "2025-06-01"), ("calls", 0, "2025-06-01"), ("calls", 12, '"soon"')],
)
def test_odd_rule_is_refused(tmp_path: Path, block: tuple[str, int, str]) -> None:
    with pytest.raises(SettingsError, match="not accepted"):
        read_retention_rules(write(tmp_path / "r.toml", block))


def test_two_rules_of_a_kind_from_one_day_are_refused(tmp_path: Path) -> None:
    twice = (("calls", 12, "2025-06-01"), ("calls", 24, "2025-06-01"))
    with pytest.raises(SettingsError, match="same day"):
        read_retention_rules(write(tmp_path / "r.toml", *twice))


def test_file_of_the_settings_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARDLIGHT_RETENTION", str(tmp_path / "r.toml"))
    settings.get_settings.cache_clear()
    with pytest.raises(FileNotReadableError, match="retention rules cannot be read"):
        read_retention_rules()
    write(tmp_path / "r.toml", ("calls", 12, "2025-06-01"))
    assert read_retention_rules()[0].keep_months == 12
