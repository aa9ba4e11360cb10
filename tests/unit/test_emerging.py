"""Each rule of the emerging classes, and the months that are not held."""

import numpy as np
import pytest

from analytics.hotspots.emerging import CLASSES, RULES, classify_emerging
from analytics.rates import compare_counts
from geodata.errors import EventsNotUsableError

QUIET = 60


def classify(row: list[float], **options: object) -> str:
    """Class of one cell among quiet ones."""
    counts = np.vstack([np.array([row], dtype=float), np.zeros((QUIET, len(row)))])
    counts[:, np.isnan(counts[0])] = np.nan
    return str(classify_emerging(counts, **options).classes[0])


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ([0] * 9 + [5, 6, 7], "new"),
        ([3] * 9 + [12, 14, 15], "growing"),
        ([8] * 12, "lasting"),
        ([12] * 9 + [3, 1, 2], "fading"),
        ([0, 0, 0, 5, 0, 0, 0, 3, 0, 0, 0, 0], "sporadic"),
        # One hot month among twelve is a chance that many cells take.
        ([0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0], "not a hotspot"),
        ([1] * 12, "not a hotspot"),
        ([0] * 12, "not a hotspot"),
        ([0] * 11 + [3], "new"),
        # Hot lately and never before, but no clear change of the counts.
        ([1] * 9 + [1, 3, 3], "sporadic"),
        # Hot in eight months of twelve, none of them lately.
        ([4] * 8 + [3, 2, 2, 2], "sporadic"),
    ],
)
def test_rule(row: list[float], expected: str) -> None:
    assert classify(row) == expected


def test_chance_among_many_cells_is_not_called_new(rng: np.random.Generator) -> None:
    rates = rng.gamma(0.3, 1.0, 20_000)
    found = classify_emerging(rng.poisson(rates[:, None], (20_000, 12)))
    counts = found.classes.value_counts()
    assert counts["new"] + counts["growing"] + counts["fading"] <= 5
    assert counts["lasting"] > 0


def test_every_class_has_a_rule_in_words() -> None:
    assert CLASSES == ("new", "growing", "fading", "lasting", "sporadic", "not a hotspot")
    assert all(rule.endswith(".") for _, rule in RULES)


def test_small_counts_are_never_a_change() -> None:
    found = classify_emerging(np.vstack([[0] * 9 + [1, 1, 2], np.zeros((QUIET, 12))]))
    assert found.table["z"].iloc[0] > 0
    assert found.classes[0] == "not a hotspot"


def test_change_is_the_one_of_the_house() -> None:
    found = classify_emerging(np.vstack([[4] * 9 + [9, 8, 10], np.zeros((QUIET, 12))]))
    first = found.table.iloc[0]
    assert first["z"] == pytest.approx(compare_counts(27, 36, now_length=3, before_length=9).z)
    assert (first["recent"], first["before"], first["before_scaled"]) == (27, 36, 12)


def test_month_that_is_not_held_is_no_zero() -> None:
    gap = float("nan")
    assert classify([8] * 6 + [gap] * 3 + [8] * 6) == "lasting"
    held = [*[True] * 6, False, False, *[True] * 3]
    assert classify([*[8] * 6, 0, 0, *[8] * 3], held=held) == "lasting"
    assert classify_emerging(np.array([[8.0] * 8 + [gap] * 4])).months == 8


def test_last_twelve_months_held_count() -> None:
    assert classify([30] * 12 + [0] * 12) == "not a hotspot"


def test_summer_of_the_whole_county_is_no_growth() -> None:
    season = np.array([10.0] * 9 + [30.0] * 3)
    row = [4.0] * 9 + [12.0] * 3
    assert classify(row) == "growing"
    assert classify(row, expected_by_month=season) == "lasting"


def test_busy_areas_need_more_to_be_hot() -> None:
    counts = np.full((20, 12), 40.0)
    counts[0] = 80
    found = classify_emerging(counts)
    assert found.classes[0] == "lasting"
    assert (found.threshold > 55).all()
    assert (found.table["class"][1:] == "not a hotspot").all()


def test_hot_months_of_another_test_are_taken() -> None:
    hot = np.zeros((2, 12), dtype=bool)
    hot[0] = True
    found = classify_emerging(np.full((2, 12), 2.0), hot=hot)
    assert found.classes.tolist() == ["lasting", "not a hotspot"]
    assert np.isnan(found.threshold).all()


def test_fewer_than_six_months_are_refused() -> None:
    with pytest.raises(EventsNotUsableError, match="5 months are held"):
        classify_emerging(np.zeros((3, 5)))


def test_sentence_counts_the_classes() -> None:
    found = classify_emerging(np.vstack([[8] * 12, np.zeros((QUIET, 12))]))
    assert found.sentence == "Over the last 12 months held: 1 lasting."
    assert classify_emerging(np.zeros((3, 6))).sentence.endswith("no hotspot.")


def test_no_cell_gives_no_class() -> None:
    assert len(classify_emerging(np.zeros((0, 12))).classes) == 0


@pytest.mark.parametrize(
    ("counts", "options", "told"),
    [
        (np.zeros(12), {}, "cells x months"),
        (-np.ones((1, 12)), {}, r"0 or more .* got -1\.0"),
        (np.full((1, 12), 0.5), {}, r"whole numbers .* got 0\.5"),
        (np.full((1, 12), np.inf), {}, "whole numbers .* got inf"),
        # Older than the last 12 months, but held.
        (np.array([[-1.0] + [0.0] * 12]), {}, "0 or more"),
        (np.array([[np.nan] * 12, [1.0] * 12]), {}, "every cell or in none"),
        (np.zeros((1, 12)), {"held": [True]}, "12 months"),
        (np.zeros((1, 12)), {"hot": [[True]]}, "shape of counts"),
        (np.zeros((1, 12)), {"expected_by_month": [1]}, "12 months"),
        (np.zeros((1, 12)), {"expected_by_month": [0] * 12}, "more than 0"),
    ],
)
def test_wrong_shapes_are_said(counts: np.ndarray, options: dict[str, object], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        classify_emerging(counts, **options)
