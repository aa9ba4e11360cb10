"""What each respondent's value of a measure is, and which answers never count."""

import numpy as np
import pandas as pd
import pytest

from analytics.worry.measures import items_of, list_measures, value_of
from geodata.survey_items import Item

ITEMS = (
    Item("insult", "Worry about insults", role="worry", yes_label="Very worried", in_score=True),
    Item("damage", "Worry about damage", role="worry", in_score=True),
    Item("burglary", "Worry about burglary", role="worry", in_score=True),
    Item("seen", "ASB in 12 months", role="experience", yes_label="Yes"),
    Item("teens", "Teenagers hanging around", yes_label="ASB, a very big problem"),
)


def respondents(size: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "respondent": range(1, size + 1),
            "weight": 1.0,
            "quarter": ["2026-Q1", "2026-Q2"] * (size // 2),
            "district_code": "E1",
            "ward_code": "",
            "segment_code": "a",
        }
    )


def said(rows: list[tuple[int, str, float, float]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["respondent", "item", "score", "yes"])


ANSWERS = said(
    [
        (1, "insult", 100, 1), (1, "damage", 50, np.nan), (1, "burglary", 0, np.nan),
        (2, "insult", 75, 1), (2, "damage", 25, np.nan),
        (3, "insult", 100, 1),
        (4, "seen", 100, 1), (4, "teens", 100, 1),
    ]
)  # fmt: skip


def test_worry_is_the_mean_over_its_items_of_those_who_answered_half() -> None:
    found = value_of(respondents(4), ANSWERS, "worry", ITEMS)
    assert found["respondent"].tolist() == [1, 2]
    assert found["value"].tolist() == [50.0, 50.0]
    assert list(found.columns) == [
        "respondent", "quarter", "district_code", "ward_code", "segment_code", "weight", "value",
    ]  # fmt: skip


def test_yes_is_0_or_100_and_who_was_not_asked_is_left_out() -> None:
    answers = pd.concat([ANSWERS, said([(2, "seen", 0, 0), (3, "seen", 0, np.nan)])])
    found = value_of(respondents(4), answers, "yes:seen", ITEMS)
    assert found[["respondent", "value"]].to_numpy().tolist() == [[2, 0], [4, 100]]


def test_score_is_of_one_item_and_quarters_choose_respondents() -> None:
    found = value_of(respondents(4), ANSWERS, "score:insult", ITEMS, ["2026-Q2"])
    assert found[["respondent", "value"]].to_numpy().tolist() == [[2, 75]]


def test_nobody_answering_gives_an_empty_frame() -> None:
    found = value_of(respondents(4), ANSWERS.iloc[:0], "worry", ITEMS)
    assert found.empty and found["value"].dtype == float


@pytest.mark.parametrize("measure", ["score:other", "yes:", "mean", "worry:insult"])
def test_unknown_measure_says_what_is_accepted(measure: str) -> None:
    with pytest.raises(ValueError, match=r"no item|accepted"):
        items_of(measure, ITEMS)


def test_worry_without_a_marked_item_is_refused() -> None:
    with pytest.raises(ValueError, match="worry score"):
        items_of("worry", ITEMS[3:])


def test_measures_state_their_items_and_young_people_are_in_no_score() -> None:
    measures = {one.key: one for one in list_measures(ITEMS, with_others=True)}
    assert next(iter(measures)) == "worry"
    assert measures["worry"].items == ("insult", "damage", "burglary")
    assert measures["yes:insult"].is_share and not measures["score:insult"].is_share
    assert measures["yes:insult"].label == "Worry about insults: very worried"
    assert measures["yes:teens"].label.endswith("ASB, a very big problem")
    assert measures["yes:teens"].role == "other"
    assert "yes:damage" not in measures and "score:seen" not in measures


def test_items_of_another_kind_are_offered_only_where_they_are_asked_for() -> None:
    assert not any(one.role == "other" for one in list_measures(ITEMS))
    assert {"yes:teens", "score:teens"} <= {
        one.key for one in list_measures(ITEMS, with_others=True)
    }
