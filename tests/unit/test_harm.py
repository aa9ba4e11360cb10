"""Harm weights: dated, labelled, checked, and a flag that was not recorded is no factor."""

import datetime as dt
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.hotspots.harm import ILLUSTRATIVE, pick_weights, read_harm_weights, weigh_harm
from geodata.errors import FileNotReadableError, FrameShapeError, SettingsError

BLOCK = """
[[weights]]
valid_from = {day}
status = "agreed by the partnership"
source = "Minutes of a meeting"
base = {base}
cap = {cap}
[weights.times]
personal = {personal}
repeat_victim = 1.5
vulnerable = 2.0
hate = 2.0
"""


def block(day: str = "2026-01-01", base: object = 1, cap: object = 6, personal: object = 2) -> str:
    return BLOCK.format(day=day, base=base, cap=cap, personal=personal)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "weights.toml"
    path.write_text(text)
    return path


def frame(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        list(rows), columns=["nsir_category", "repeat_flag", "vulnerable_flag", "hate_flag"]
    )


def test_shipped_weights_are_those_of_the_rule_and_say_they_are_no_policy() -> None:
    (held,) = read_harm_weights()
    assert held.status == ILLUSTRATIVE == "illustrative - not policy" and held.is_illustrative
    assert (held.base, held.cap) == (1, 6)
    assert held.times.model_dump() == {
        "personal": 2,
        "repeat_victim": 1.5,
        "vulnerable": 2,
        "hate": 2,
    }
    assert "illustrative - not policy" in held.sentence


def test_weights_multiply_and_stop_at_the_cap() -> None:
    (held,) = read_harm_weights()
    found = weigh_harm(
        frame(
            ("nuisance", "no", "no", "no"),
            ("personal", "no", "no", "no"),
            ("personal", "yes", "no", "no"),
            ("nuisance", "yes", "yes", "no"),
            ("personal", "yes", "yes", "yes"),
        ),
        held,
    )
    assert found.values.tolist() == [1, 2, 3, 3, 6]
    assert found.highest.tolist() == [1, 2, 3, 3, 6]
    assert set(found.not_recorded.values()) == {0}


def test_flag_that_was_not_recorded_is_no_factor_and_is_reported() -> None:
    (held,) = read_harm_weights()
    blank = "not recorded"
    found = weigh_harm(frame((blank, blank, blank, blank), ("personal", blank, "no", "no")), held)
    assert found.values.tolist() == [1, 2]
    assert found.highest.tolist() == [6, 3]
    assert found.not_recorded == {
        "personal": 0.5,
        "repeat_victim": 1,
        "vulnerable": 0.5,
        "hate": 0.5,
    }


def test_every_mix_of_flags_lies_between_base_and_cap() -> None:
    (held,) = read_harm_weights()
    answers = ("yes", "no", "not recorded")
    categories = ("personal", "nuisance", "environmental", "not recorded")
    found = weigh_harm(frame(*product(categories, answers, answers, answers)), held)
    assert (found.values >= held.base).all() and (found.highest <= held.cap).all()
    assert (found.highest >= found.values).all()


def test_no_incidents_have_no_harm() -> None:
    found = weigh_harm(frame(), read_harm_weights()[0])
    assert found.values.shape == (0,) and np.isnan(found.not_recorded["hate"])


def test_missing_flag_column_is_refused() -> None:
    with pytest.raises(FrameShapeError, match="hate_flag"):
        weigh_harm(frame().drop(columns="hate_flag"), read_harm_weights()[0])


def test_latest_set_that_has_started_is_in_force(tmp_path: Path) -> None:
    sets = read_harm_weights(
        written(tmp_path, block("2027-01-01", personal=3) + block("2025-01-01"))
    )
    assert [each.valid_from.year for each in sets] == [2025, 2027]
    assert pick_weights(sets, dt.date(2026, 12, 31)).times.personal == 2
    assert pick_weights(sets, dt.date(2027, 1, 1)).times.personal == 3
    assert not sets[0].is_illustrative


def test_day_before_the_first_set_is_refused(tmp_path: Path) -> None:
    sets = read_harm_weights(written(tmp_path, block("2025-01-01")))
    with pytest.raises(SettingsError, match="31 December 2024"):
        pick_weights(sets, dt.date(2024, 12, 31))


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (block(personal=0.5), "personal"),
        (block(base=0), "base"),
        (block(base=7), "cap (6) is below base (7)"),
        (block(personal='"two"'), "personal"),
        (block() + "noise = 2\n", "noise"),
        (block() + block(), "same day"),
        ("", "weights"),
    ],
)
def test_weights_that_make_no_sense_are_refused(tmp_path: Path, text: str, part: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_harm_weights(written(tmp_path, text))
    assert part in str(caught.value)


@pytest.mark.parametrize("text", ["[[weights", None])
def test_file_that_cannot_be_read_is_refused(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "none.toml" if text is None else written(tmp_path, text)
    with pytest.raises(FileNotReadableError, match="harm weights"):
        read_harm_weights(path)
