"""Which wards next: the rule on a small fixture, with reasons, order and what is left open."""

import itertools

import numpy as np
import pandas as pd
import pytest

from analytics.worry.where_next import (
    HIGH_ASB,
    HIGH_WORRY_LOW_CONFIDENCE,
    LISTED,
    PLANNED,
    REST,
    UNSURE,
    list_where_next,
)

BOTH = (HIGH_ASB, HIGH_WORRY_LOW_CONFIDENCE)


def matrix(rows: list[tuple[str, float, float]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["code", "p_asb_high", "p_worry_high"]).assign(asb=10.0)
    return table.assign(worry=np.where(table["p_worry_high"] >= 0.5, 60.0, 40.0))


def listed(found: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    rows = found[found["state"] == LISTED]
    return dict(zip(rows["code"], rows["because"], strict=True))


def confidence(values: dict[str, float], se: float = 1.0) -> pd.DataFrame:
    value = np.array(list(values.values()))
    return pd.DataFrame(
        {"code": list(values), "value": value, "se": se, "low": value - 2, "high": value + 2}
    )


def test_rule_holds_for_every_mix_of_high_and_low() -> None:
    rows, levels, plans, expected = [], {}, set(), {}
    for number, (asb, worry, low, plan) in enumerate(itertools.product([True, False], repeat=4)):
        code = f"W{number:02d}"
        rows.append((code, 0.95 if asb else 0.05, 0.95 if worry else 0.05))
        levels[code] = 40.0 if low else 60.0
        if plan:
            plans.add(code)
        because = (HIGH_ASB,) * asb + (HIGH_WORRY_LOW_CONFIDENCE,) * (worry and low)
        if because and not plan:
            expected[code] = because
    found = list_where_next(matrix(rows), confidence(levels), plans, confidence_cut=50.0)
    assert listed(found) == expected
    assert len(expected) == 5 and BOTH in expected.values()
    assert len(found) == len(rows) and found["p_confidence_low"].notna().all()
    assert set(found.loc[found["state"] == PLANNED, "code"]) <= plans


def test_figure_on_the_other_side_of_its_cut_holds_for_nothing() -> None:
    table = matrix([("A", 0.1, 0.9), ("B", 0.1, 0.9), ("C", 0.1, 0.1)])
    table["worry"] = [45.0, 60.0, 50.0]
    found = list_where_next(
        table, confidence({"A": 40, "B": 40, "C": 60}), (), worry_cut=50, confidence_cut=50
    )
    assert listed(found) == {"B": (HIGH_WORRY_LOW_CONFIDENCE,)}


def test_two_reasons_are_first_then_the_surer_then_more_asb_then_the_code() -> None:
    rows = [("B", 0.9, 0.1), ("A", 0.9, 0.1), ("C", 0.99, 0.1), ("D", 0.8, 0.95)]
    levels = dict.fromkeys("ABC", 60.0) | {"D": 40.0}
    found = list_where_next(matrix(rows), confidence(levels), (), confidence_cut=50.0)
    assert found["code"].tolist() == ["D", "C", "A", "B"]
    assert found.set_index("code").loc["D", "certainty"] == pytest.approx(1 - 0.2 * 0.05)
    more = matrix(rows).assign(asb=[12.0, 10.0, 10.0, 10.0])
    again = list_where_next(more, confidence(levels), (), confidence_cut=50.0)
    assert again["code"].tolist() == ["D", "C", "B", "A"]


@pytest.mark.parametrize(
    ("asb", "worry", "level", "state"),
    [
        (0.5, 0.05, 60.0, UNSURE),
        (0.05, 0.99, 50.0, UNSURE),  # surely worried, confidence unclear
        (0.05, 0.5, 40.0, UNSURE),
        (0.05, 0.5, 60.0, REST),  # worry unclear, but surely confident
        (0.05, 0.05, 50.0, REST),
        (0.5, 0.99, 40.0, LISTED),
        (np.nan, 0.5, 50.0, UNSURE),
        (np.nan, np.nan, 50.0, REST),
        (np.nan, 0.5, np.nan, REST),  # without confidence no reason is left
    ],
)
def test_unsure_is_a_ward_of_which_no_reason_holds_and_one_is_not_ruled_out(
    asb: float, worry: float, level: float, state: str
) -> None:
    rows = matrix([("A", asb, worry)])
    found = list_where_next(rows, confidence({"A": level}), (), confidence_cut=50.0)
    assert found["state"].tolist() == [state]
    planned = list_where_next(rows, confidence({"A": level}), {"A"}, confidence_cut=50.0)
    assert planned["state"].tolist() == [PLANNED if state == LISTED else REST]


def test_too_close_on_either_side_is_not_listed_and_just_enough_is() -> None:
    rows = [("A", 0.79, 0.79), ("B", 0.8, 0.1), ("C", 0.1, 0.8)]
    found = list_where_next(
        matrix(rows), confidence(dict.fromkeys("ABC", 0.0)), set(), confidence_cut=50.0
    )
    assert listed(found) == {
        "B": (HIGH_ASB,),
        "C": (HIGH_WORRY_LOW_CONFIDENCE,),
    }


def test_missing_figure_is_no_reason() -> None:
    rows = [("A", np.nan, 0.99), ("B", np.nan, np.nan), ("C", 0.99, np.nan), ("D", 0.1, 0.99)]
    found = list_where_next(
        matrix(rows), confidence({"A": 40.0, "C": np.nan}), set(), confidence_cut=50.0
    )
    assert listed(found) == {
        "A": (HIGH_WORRY_LOW_CONFIDENCE,),
        "C": (HIGH_ASB,),
    }
    assert found["certainty"].notna().all()


def test_cut_of_confidence_is_the_median_unless_set() -> None:
    rows = [(code, 0.1, 0.9) for code in "ABC"]
    levels = confidence({"A": 40.0, "B": 50.0, "C": 60.0})
    assert list(listed(list_where_next(matrix(rows), levels, set()))) == ["A"]


def test_certainty_of_a_half_is_the_plain_rule() -> None:
    rows = [("A", 0.51, 0.1), ("B", 0.49, 0.51), ("C", 0.49, 0.49)]
    found = list_where_next(
        matrix(rows),
        confidence(dict.fromkeys("ABC", 49.9)),
        set(),
        certainty=0.5,
        confidence_cut=50.0,
    )
    assert sorted(listed(found)) == ["A", "B"]
    assert not (found["state"] == UNSURE).any()


def test_no_ward_qualifies_is_an_empty_list() -> None:
    found = list_where_next(matrix([("A", 0.1, 0.1)]), confidence({"A": 50.0}), set())
    assert not listed(found) and found["state"].tolist() == [REST]


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="lacks p_worry_high"):
        list_where_next(matrix([]).drop(columns="p_worry_high"), confidence({"A": 50.0}), set())
    with pytest.raises(ValueError, match="certainty"):
        list_where_next(matrix([]), confidence({"A": 50.0}), set(), certainty=0.0)
