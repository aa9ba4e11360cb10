"""Surveys in the store: added to, replaced and read back the same, on both databases."""

import datetime as dt
from itertools import count

import numpy as np
import pandas as pd
import pytest

from geodata.schemas import SURVEY_ESTIMATE_COLUMNS
from geodata.store.database import Database
from geodata.store.imports import start_import
from geodata.store.surveys import (
    SurveyChanges,
    list_surveys,
    read_answers,
    read_respondents,
    read_survey_estimates,
    write_survey,
)
from geodata.survey_items import Item

ITEMS = (Item("insult", "Worry about insults", role="worry", yes_label="Worried", in_score=True),)
NUMBERS = count()
NO_ESTIMATES = pd.DataFrame(columns=list(SURVEY_ESTIMATE_COLUMNS))


def people(numbers: list[int], quarter: str = "2026-Q1") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "respondent": numbers,
            "respondent_key": [f"respondent-{number:024x}" for number in numbers],
            "weight": 1.5,
            "quarter": quarter,
            "district_code": "E06000035",
            "ward_code": "",
            "segment_code": "6c",
        }
    )


def answers(numbers: list[int], score: float = 100.0) -> pd.DataFrame:
    return pd.DataFrame(
        {"respondent": numbers, "item": "insult", "score": score, "yes": float(score > 50)}
    )


def write(
    database: Database,
    respondents: pd.DataFrame,
    given: pd.DataFrame,
    estimates: pd.DataFrame = NO_ESTIMATES,
    *,
    complete_to: dt.date | None = dt.date(2026, 3, 31),
    replaces: bool = False,
    reach: str = "area",
) -> SurveyChanges:
    with database.begin() as connection:
        import_id = start_import(
            connection, source="survey", file_name="x.csv", content_hash=str(next(NUMBERS)),
            scope="", imported_by="tests",
        )  # fmt: skip
        head = {
            "name": "Example survey", "kind": "microdata", "reach": reach, "items": ITEMS,
            "classification": "OAC 2021 group", "complete_to": complete_to,
        }  # fmt: skip
        return write_survey(
            database, connection, head, respondents, given, estimates, import_id, replaces=replaces
        )


def test_survey_is_read_back_as_it_was_written(database: Database) -> None:
    given = answers([1, 2])
    given.loc[1, "yes"] = np.nan
    assert write(database, people([1, 2]), given) == SurveyChanges(2, 0, 0)
    (head,) = list_surveys(database)
    assert (head.name, head.reach, head.items, head.is_synthetic) == (
        "Example survey", "area", ITEMS, False,
    )  # fmt: skip
    assert head.complete_to == dt.date(2026, 3, 31)
    pd.testing.assert_frame_equal(
        read_respondents(database, head.id),
        people([1, 2]).drop(columns="respondent_key").assign(stratum=np.nan, cluster=np.nan),
        check_dtype=False,
    )
    assert (head.has_strata, head.has_points, head.ranges_from) == (False, False, "weights only")
    pd.testing.assert_frame_equal(read_answers(database, head.id), given, check_dtype=False)
    assert read_survey_estimates(database, head.id).empty


def test_later_file_adds_whom_it_has_new_and_leaves_the_others(database: Database) -> None:
    write(database, people([1, 2]), answers([1, 2]))
    later = pd.concat([people([2]), people([3], "2026-Q2")])
    changes = write(database, later, answers([2, 3], 0.0), complete_to=dt.date(2026, 6, 30))
    assert changes == SurveyChanges(1, 1, 0)
    (head,) = list_surveys(database)
    assert read_respondents(database, head.id)["quarter"].tolist() == [
        "2026-Q1", "2026-Q1", "2026-Q2",
    ]  # fmt: skip
    assert read_answers(database, head.id)["score"].tolist() == [100.0, 100.0, 0.0]
    assert head.complete_to == dt.date(2026, 6, 30)
    write(database, people([4]), answers([4]), complete_to=None)
    assert list_surveys(database)[0].complete_to == dt.date(2026, 6, 30)
    write(database, people([5]), answers([5]), complete_to=dt.date(2026, 3, 31))
    assert list_surveys(database)[0].complete_to == dt.date(2026, 3, 31)


def test_without_references_a_quarter_that_comes_again_is_replaced(database: Database) -> None:
    write(database, people([1, 2]), answers([1, 2]))
    write(database, people([9], "2026-Q2"), answers([9]), replaces=True)
    changes = write(database, people([3, 4, 5]), answers([3, 4, 5], 0.0), replaces=True)
    assert changes == SurveyChanges(3, 0, 2, {"2026-Q1": (2, 3)})
    (head,) = list_surveys(database)
    held = read_respondents(database, head.id)
    assert held["quarter"].value_counts().to_dict() == {"2026-Q1": 3, "2026-Q2": 1}
    given = read_answers(database, head.id)
    assert set(given["respondent"]) == set(held["respondent"])
    assert given["score"].value_counts().to_dict() == {0.0: 3, 100.0: 1}


def test_estimate_of_the_same_area_item_and_time_is_replaced(database: Database) -> None:
    none, nobody = people([]), answers([])
    first = pd.DataFrame(
        {
            "kind": ["county", "district"], "code": ["", "E06000035"], "item": "insult",
            "period": "2025", "value": [57.8, 50.0], "low": [55.0, np.nan],
            "high": [60.0, np.nan], "respondents": [1200, np.nan],
        }
    )  # fmt: skip
    write(database, none, nobody, first)
    changes = write(database, none, nobody, first.tail(1).assign(value=51.0))
    assert (changes.added, changes.replaced) == (1, 1)
    (head,) = list_surveys(database)
    held = read_survey_estimates(database, head.id)
    assert held["value"].tolist() == [57.8, 51.0]
    assert held["respondents"].tolist()[0] == 1200
    assert np.isnan(held["low"].iloc[1])


def test_reach_that_is_not_known_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="reach"):
        write(database, people([1]), answers([1]), reach="national")
    assert list_surveys(database) == []
