"""Survey figures from the store: by district and year, refused where they must be."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from analytics.worry.measures import value_of
from dashboard.components import survey_tables
from dashboard.permissions import Actor, NotAllowedError, Role, acting_as
from dashboard.services import survey, survey_ready
from geodata.schemas import SURVEY_ESTIMATE_COLUMNS
from geodata.store.database import Database
from geodata.store.imports import start_import
from geodata.store.surveys import list_surveys, write_survey
from geodata.survey_items import Item

ITEMS = (
    Item("insult", "Worry about insults", role="worry", yes_label="Worried", in_score=True),
    Item("litter", "Litter", role="driver", yes_label="A big problem"),
)
YEAR = ("2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3")
BEFORE = ("2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3")
PARTNER = Actor("p", "P", frozenset({Role.PARTNER}))
NO_ESTIMATES = pd.DataFrame(columns=list(SURVEY_ESTIMATE_COLUMNS))


def answers_of(quarters: tuple[str, ...], district: str, share: float, each: int, start: int):
    """Respondents of a district who all answer, a fixed share of them yes."""
    size = each * len(quarters)
    respondents = pd.DataFrame(
        {
            "respondent": range(start, start + size),
            "weight": np.tile([1.0, 1.5], size)[:size],
            "quarter": np.repeat(quarters, each),
            "district_code": district,
            "ward_code": "",
            "segment_code": "",
        }
    )
    yes = (np.arange(size) % 100 < 100 * share).astype(float)
    parts = [
        pd.DataFrame({"respondent": respondents["respondent"], "item": item.name,
                      "score": 100 * yes, "yes": yes})
        for item in ITEMS
    ]  # fmt: skip
    return respondents, pd.concat(parts, ignore_index=True)


def store(database: Database, parts: list, **head: object) -> survey.SurveyData:
    respondents, answers = (pd.concat(frames) for frames in zip(*parts, strict=True))
    with database.begin() as connection:
        import_id = start_import(
            connection, source="survey", file_name="x.csv", content_hash="x", scope="",
            imported_by="tests",
        )  # fmt: skip
        write_survey(
            database, connection,
            {"name": "Test", "kind": "microdata", "reach": "area", "items": ITEMS,
             "complete_to": dt.date(2026, 9, 30)} | head,
            respondents, answers, NO_ESTIMATES, import_id,
        )  # fmt: skip
    (found,) = list_surveys(database)
    return survey.load_survey(database, found)


def two_years() -> list:
    return [
        answers_of(YEAR, "A", 0.6, 100, 1),
        answers_of(BEFORE, "A", 0.4, 100, 1_001),
        answers_of(YEAR, "B", 0.5, 100, 2_001),
        answers_of(BEFORE, "B", 0.48, 100, 3_001),
        answers_of(YEAR, "C", 0.5, 20, 4_001),
    ]


def test_figures_by_district_with_changes_and_refusals(database: Database) -> None:
    found = survey.find_figures(store(database, two_years()), "yes:insult")
    table = found.districts.set_index("code")
    assert table.loc["A", "value"] == pytest.approx(60, abs=0.5)
    assert table.loc["A", "before"] == pytest.approx(40, abs=0.5)
    assert table["change"].to_dict() == {"A": "more", "B": "no clear change", "C": ""}
    assert "Fewer than 100" in table.loc["C", "refused"] and np.isnan(table.loc["C", "value"])
    assert found.county["n"].tolist() == [880] and found.asked == 880 and found.unanswered == 0
    assert found.year and found.year.quarters == YEAR
    assert found.before and found.before.quarters == BEFORE
    assert len(found.years) == 5 and found.years["complete"].all()


def test_place_decides_years_and_list_of_everything(database: Database) -> None:
    data = store(database, two_years())
    found = survey.find_figures(data, "worry", "A")
    assert found.years["value"].iloc[-1] == pytest.approx(60, abs=0.5)
    rows = found.everything.set_index("key")
    assert list(rows.index) == [
        "worry", "yes:insult", "score:insult", "yes:litter", "score:litter",
    ]  # fmt: skip
    assert rows.loc["yes:litter", "n"] == 400
    assert survey.list_places(data) == ["A", "B", "C"]
    nowhere = survey.find_figures(data, "worry", "Z")
    assert nowhere.everything.empty and nowhere.years["value"].isna().all()


def test_missing_quarter_gives_a_flag_and_no_figure(database: Database) -> None:
    parts = [
        (people[people["quarter"] != "2026-Q2"], answers)
        for people, answers in [answers_of(YEAR, "A", 0.5, 200, 1)]
    ]
    found = survey.find_figures(store(database, parts), "worry")
    assert found.is_incomplete and found.year and found.year.missing == ("2026-Q2",)
    assert found.county.empty and found.districts.empty and found.contrasts.empty
    assert found.everything["value"].isna().all()
    assert set(found.everything["refused"]) == {"Incomplete year: not asked in April to June 2026."}


def test_question_left_out_of_a_quarter_has_no_figure_and_the_others_have(
    database: Database,
) -> None:
    parts = []
    for people, answers in two_years():
        asked = set(people.loc[people["quarter"] != "2026-Q2", "respondent"])
        kept = answers["item"].ne("litter") | answers["respondent"].isin(asked)
        parts.append((people, answers[kept]))
    data = store(database, parts)
    worry = survey.find_figures(data, "worry")
    assert not worry.is_incomplete and len(worry.county) == 1
    rows = worry.everything.set_index("key")
    assert np.isfinite(rows.loc["yes:insult", "value"])
    for key in ("yes:litter", "score:litter"):
        assert np.isnan(rows.loc[key, "value"])
        assert "April to June 2026" in rows.loc[key, "refused"]
    assert "April to June 2026" in worry.contrasts["refused"].iloc[0]
    litter = survey.find_figures(data, "yes:litter")
    assert litter.is_incomplete and litter.year and litter.year.missing == ("2026-Q2",)
    assert litter.county.empty and litter.districts.empty
    assert litter.years["complete"].tolist() == [True, True, True, False, False]


def test_survey_that_does_not_say_how_far_it_is_whole_ends_with_its_newest_quarter(
    database: Database,
) -> None:
    data = store(database, two_years(), complete_to=None)
    year = survey.find_year(data, "worry")
    assert year and year.quarters == YEAR and year.complete
    silent = data.answers[data.answers["item"] != "litter"]
    without = survey.SurveyData(data.head, data.respondents, silent, data.estimates)
    never = survey.find_year(without, "yes:litter")
    assert never and never.quarters == YEAR and never.missing == YEAR


def test_parts_join_to_what_is_found_at_once(database: Database) -> None:
    data = store(database, two_years())
    direct = survey.find_direct(data, "yes:insult")
    joined = survey.join_figures(
        direct,
        survey.list_years(data, "yes:insult", "A"),
        survey.list_everything(data, "A"),
        survey.list_contrasts(data),
    )
    whole = survey.find_figures(data, "yes:insult", "A")
    for name in ("county", "districts", "years", "everything", "contrasts"):
        pd.testing.assert_frame_equal(getattr(joined, name), getattr(whole, name))
    assert (joined.year, joined.asked) == (whole.year, whole.asked)


def test_fifth_quarter_drops_the_first(database: Database) -> None:
    quarters = (*YEAR, "2026-Q4")
    data = store(
        database, [answers_of(quarters, "A", 0.5, 100, 1)], complete_to=dt.date(2026, 12, 31)
    )
    found = survey.find_figures(data, "worry")
    assert found.year and found.year.quarters == quarters[1:] and found.asked == 400


def test_survey_without_quarters_uses_every_answer(database: Database) -> None:
    data = store(
        database, [answers_of(("",), "", 0.5, 400, 1)], reach="shape only", complete_to=None
    )
    found = survey.find_figures(data, "worry")
    assert found.year is None and found.county["n"].tolist() == [400]
    assert found.districts.empty and found.years.empty and not found.is_incomplete
    assert found.county["change"].tolist() == [""]


def test_self_selected_survey_has_no_range_and_no_change(database: Database) -> None:
    found = survey.find_figures(store(database, two_years(), reach="indicative"), "worry")
    for table in (found.county, found.districts, found.years, found.everything):
        assert table[["low", "high"]].isna().all(axis=None)
    assert (found.districts["change"] == "").all() and found.contrasts.empty
    assert np.isfinite(found.county["value"]).all()


def test_drivers_are_compared_and_worst_comes_first(database: Database) -> None:
    found = survey.find_figures(store(database, two_years()), "worry").contrasts
    assert found["label"].tolist() == ["Litter: a big problem"]
    assert found["difference"].tolist() == [100.0] and found["is_clear"].tolist() == [True]


def test_figures_need_the_right_to_see_worry(database: Database) -> None:
    data = store(database, two_years())
    with acting_as(PARTNER):
        assert len(survey.find_figures(data, "worry").districts) == 3
    with acting_as(PARTNER.share_screen()):
        assert len(survey.find_figures(data, "worry").districts) == 3
    for role in (Role.VIEWER, Role.ENGAGE, Role.ADMINISTRATOR):
        actor = Actor("v", "V", frozenset({role}))
        with acting_as(actor), pytest.raises(NotAllowedError):
            survey.find_figures(data, "worry")
        with acting_as(actor), pytest.raises(NotAllowedError):
            survey.load_survey(database, data.head)


def ready(**columns: object) -> pd.DataFrame:
    rows = {
        "kind": "district", "code": "A", "item": "insult", "period": ["2024", "2025", "2026"],
        "value": [40.0, 50.0, 51.0], "low": [38.0, 48.0, 49.0], "high": [42.0, 52.0, 53.0],
        "respondents": 900.0,
    }  # fmt: skip
    return pd.DataFrame(rows | columns)


def ready_data(database: Database, estimates: pd.DataFrame, reach: str) -> survey.SurveyData:
    data = store(database, [answers_of(("",), "", 0.5, 2, 1)], kind="estimates", reach=reach)
    return survey.SurveyData(data.head, data.respondents, data.answers, estimates)


def test_ready_figures_change_only_where_ranges_say_so(database: Database) -> None:
    estimates = pd.concat([ready(), ready(code="B", low=np.nan, high=np.nan)])
    found = survey_ready.find_ready(ready_data(database, estimates, "area"))
    assert found["change"].tolist() == ["", "more", "no clear change", "", "", ""]
    assert found["label"].unique().tolist() == ["Worry about insults"]


def test_ready_figures_of_wards_are_refused(database: Database) -> None:
    estimates = pd.concat([ready(), ready(kind="ward", code="W")])
    found = survey_ready.find_ready(ready_data(database, estimates, "area"))
    ward = found[found["kind"] == "ward"]
    assert ward[["value", "low", "high"]].isna().all(axis=None)
    assert ward["refused"].ne("").all() and (ward["change"] == "").all()
    assert found.loc[found["kind"] == "district", "refused"].eq("").all()


def test_ready_figures_of_a_self_selected_survey_have_no_range(database: Database) -> None:
    found = survey_ready.find_ready(ready_data(database, ready(), "indicative"))
    assert found[["low", "high"]].isna().all(axis=None) and (found["change"] == "").all()


def test_ready_quarters_stand_in_time_and_not_in_letters(database: Database) -> None:
    estimates = ready(
        period=["Q1 2026", "Q4 2025", "Q2 2026"], value=[50.0, 40.0, 51.0], low=[48.0, 38.0, 49.0],
        high=[52.0, 42.0, 53.0],
    )  # fmt: skip
    found = survey_ready.find_ready(ready_data(database, estimates, "area"))
    assert found["period"].tolist() == ["Q4 2025", "Q1 2026", "Q2 2026"]
    assert found["change"].tolist() == ["", "more", "no clear change"]


@pytest.mark.parametrize(
    "periods",
    [
        ["2024/25", "2025", "Q1 2026"],
        ["year to June 2025", "year to September 2025", "2025"],
        ["2024-2025", "2025", "Q4 2025"],
        ["wave 1", "wave 2", "Q1 2026"],
    ],
)
def test_ready_periods_that_overlap_or_cannot_be_read_are_not_compared(
    database: Database, periods: list[str]
) -> None:
    found = survey_ready.find_ready(ready_data(database, ready(period=periods), "area"))
    assert (found["change"] == "").all()


def test_ready_figures_of_fewer_than_100_are_refused_and_groups_are_shown(
    database: Database,
) -> None:
    estimates = pd.concat(
        [
            ready(respondents=[99.0, 100.0, np.nan]),
            ready(kind="group", code="Owners"),
            ready(kind="group", code="Renters", respondents=40.0),
        ]
    )
    found = survey_ready.find_ready(ready_data(database, estimates, "area"))
    district = found[found["kind"] == "district"]
    assert district["refused"].tolist() == ["Fewer than 100 respondents", "", ""]
    assert district["value"].isna().tolist() == [True, False, False]
    assert district["respondents"].isna().tolist() == [True, False, True], "99 is not given away"
    assert district["change"].tolist() == ["", "", "no clear change"]
    group = found[found["code"] == "Owners"]
    assert group["refused"].eq("").all() and group["change"].tolist()[1] == "more"
    assert found.loc[found["code"] == "Renters", ["value", "low", "high"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026", "January 2026 to December 2026"),
        (" 2025/26 ", "April 2025 to March 2026"),
        ("2025-2026", "April 2025 to March 2026"),
        ("Q4 2025", "October 2025 to December 2025"),
        ("2026-Q1", "January 2026 to March 2026"),
        ("2026 q2", "April 2026 to June 2026"),
        ("2025/27", None), ("2025-06", None), ("Q5 2025", None), ("0026", None), ("", None),
    ],
)  # fmt: skip
def test_periods_are_read_as_years_and_quarters_only(text: str, said: str | None) -> None:
    found = survey_ready.read_period(text)
    assert (found.label if found else None) == said


def test_synthetic_county_says_the_true_worry_within_its_range(
    small_county_database: Database,
) -> None:
    head = next(one for one in list_surveys(small_county_database) if one.kind == "microdata")
    data = survey.load_survey(small_county_database, head)
    found = survey.find_figures(data, "worry")
    assert found.year and found.year.complete and found.before
    assert found.asked == 4_000 and (found.districts["refused"] == "").all()
    assert found.county["margin"].iloc[0] < 1.55
    values = value_of(data.respondents, data.answers, "worry", head.items, found.year.quarters)
    assert len(values) + found.unanswered == found.asked


def test_quarter_with_one_respondent_gives_a_flag_and_no_figure(database: Database) -> None:
    people, answers = answers_of(YEAR, "A", 0.5, 940, 1)
    late = people["quarter"].eq("2026-Q2")
    kept = people[~late | (late & late.cumsum().eq(1))]
    assert kept["quarter"].value_counts().to_dict() == dict.fromkeys(YEAR, 940) | {"2026-Q2": 1}
    found = survey.find_figures(store(database, [(kept, answers)]), "worry")
    assert found.is_incomplete and found.county.empty and found.districts.empty
    assert found.year and found.year.short == (("2026-Q2", 1),)
    assert set(found.everything["refused"]) == {
        "Incomplete year: only 1 answer in April to June 2026, fewer than half of the 940 of a "
        "usual quarter."
    }
    said = survey_tables.say_incomplete(found)
    assert "only 1 answer in April to June 2026" in said and "still to be imported" in said


def test_year_before_that_is_short_is_not_compared_and_says_why(database: Database) -> None:
    parts = [answers_of(YEAR, "A", 0.6, 100, 1), answers_of(BEFORE[1:], "A", 0.4, 100, 1_001),
             answers_of(BEFORE[:1], "A", 0.4, 20, 2_001)]  # fmt: skip
    found = survey.find_figures(store(database, parts), "yes:insult")
    assert found.before is None and not found.is_incomplete
    assert found.districts["change"].tolist() == [""]
    said = survey_tables.say_year(found)
    assert "Nothing is compared with the year before: only 20 answers in October" in said


def test_district_stands_against_all_respondents_it_is_part_of(database: Database) -> None:
    data = store(database, two_years())
    found = survey.find_direct(data, "yes:insult")
    rows = found.districts.set_index("code")
    county = found.county["value"].iloc[0]
    assert rows.loc["A", "apart"] == pytest.approx(rows.loc["A", "value"] - county, abs=1e-9)
    assert rows["standing"].to_dict() == {"A": "more", "B": "less", "C": ""}
    assert rows.loc["A", "apart_low"] < rows.loc["A", "apart"] < rows.loc["A", "apart_high"]
