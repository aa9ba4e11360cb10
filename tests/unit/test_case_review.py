"""The case review radar: edges of months, both readings, what is not known, and the words."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from analytics.cases.case_review import (
    ReviewRules,
    find_review_state,
    load_review_rules,
    read_review_rules,
)
from analytics.cases.review_dates import last_day
from geodata.errors import FileNotReadableError, SettingsError

DAY = dt.date.fromisoformat


def rules(**changes) -> ReviewRules:
    return load_review_rules(dt.date(2026, 6, 1)).model_copy(update=changes)


def reports(*rows: tuple, **columns) -> pd.DataFrame:
    """Rows of behaviour, report and event; a missing event makes each its own."""
    frame = pd.DataFrame(
        {
            "behaviour_on": [pd.Timestamp(row[0]) if row[0] else pd.NaT for row in rows],
            "reported_on": [pd.Timestamp(row[1]) if row[1] else pd.NaT for row in rows],
            "event": [row[2] if len(row) > 2 else n for n, row in enumerate(rows)],
        }
    )
    return frame.assign(**columns)


@pytest.mark.parametrize(
    ("start", "months", "strict", "loose"),
    [
        ("2025-01-15", 1, "2025-02-14", "2025-02-15"),
        ("2025-01-31", 1, "2025-02-28", "2025-02-28"),
        ("2024-01-31", 1, "2024-02-29", "2024-02-29"),
        ("2024-01-29", 1, "2024-02-28", "2024-02-29"),
        ("2025-01-29", 1, "2025-02-28", "2025-02-28"),
        ("2025-02-28", 1, "2025-03-27", "2025-03-28"),
        ("2025-12-01", 1, "2025-12-31", "2026-01-01"),
        ("2025-03-10", 6, "2025-09-09", "2025-09-10"),
        ("2025-08-31", 6, "2026-02-28", "2026-02-28"),
        ("2025-12-31", 2, "2026-02-28", "2026-02-28"),
    ],
)
def test_months_that_begin_with_a_day_end_the_day_before(
    start: str, months: int, strict: str, loose: str
) -> None:
    assert last_day(DAY(start), months, strict=True) == DAY(strict)
    assert last_day(DAY(start), months, strict=False) == DAY(loose)


@pytest.mark.parametrize(
    ("behaviour", "reported", "strict", "loose"),
    [
        ("2025-01-15", "2025-02-14", 1, 1),
        ("2025-01-15", "2025-02-15", 0, 1),
        ("2025-01-15", "2025-02-16", 0, 0),
        ("2025-01-31", "2025-02-28", 1, 1),
        ("2025-01-31", "2025-03-01", 0, 0),
        ("2024-01-31", "2024-02-29", 1, 1),
        ("2024-01-31", "2024-03-01", 0, 0),
        ("2025-01-15", "2025-01-15", 1, 1),
    ],
)
def test_report_is_in_time_within_one_month_of_the_behaviour(
    behaviour: str, reported: str, strict: int, loose: int
) -> None:
    found = find_review_state(
        reports((behaviour, reported)), DAY(reported) + dt.timedelta(days=9), rules(), linked=True
    )
    assert (found.strict_count, found.loose_count) == (strict, loose)
    assert (found.strict_least, found.loose_least) == (strict, loose)


@pytest.mark.parametrize(
    ("at", "strict", "loose"),
    [("2025-09-09", 1, 1), ("2025-09-10", 0, 1), ("2025-09-11", 0, 0), ("2025-03-09", 0, 0)],
)
def test_report_counts_for_six_months_that_begin_with_it(at: str, strict: int, loose: int) -> None:
    found = find_review_state(reports(("2025-03-10", "2025-03-10")), DAY(at), rules(), linked=True)
    assert (found.strict_count, found.loose_count) == (strict, loose)


def test_one_incident_told_to_three_agencies_counts_once() -> None:
    told = [("2025-05-01", f"2025-05-0{day}", "one") for day in (1, 2, 3)]
    found = find_review_state(reports(*told), DAY("2025-06-01"), rules(), linked=True)
    assert (found.state, found.loose_count) == ("none", 1)


def test_three_behaviours_on_one_day_are_three_only_as_separate_incidents() -> None:
    day = ("2025-05-01", "2025-05-01")
    separate = reports((*day, "a"), (*day, "b"), (*day, "c"))
    found = find_review_state(separate, DAY("2025-06-01"), rules(), linked=True)
    assert (found.state, found.strict_count, found.loose_count) == ("threshold met", 3, 3)
    assert "has the victim been told?" in found.words
    together = reports((*day, "a"), (*day, "a"), (*day, "a"))
    assert find_review_state(together, DAY("2025-06-01"), rules(), linked=True).state == "none"


def test_states_go_from_none_through_one_more_to_met_with_the_day_they_lapse() -> None:
    days = [
        ("2025-03-10", "2025-03-10"),
        ("2025-04-10", "2025-04-12"),
        ("2025-05-20", "2025-05-20"),
    ]
    at = DAY("2025-06-01")
    first = find_review_state(reports(*days[:1]), at, rules(), linked=True)
    assert (first.state, first.lapses_on) == ("none", None)
    second = find_review_state(reports(*days[:2]), at, rules(), linked=True)
    assert (second.state, second.lapses_on) == ("one more", DAY("2025-09-10"))
    assert second.words.startswith("One more report makes this reviewable: 2 separate incidents")
    third = find_review_state(reports(*days), at, rules(), linked=True)
    assert (third.state, third.lapses_on) == ("threshold met", DAY("2025-09-10"))
    assert third.strict_met and third.strict_lapses_on == DAY("2025-09-09")
    assert third.words == (
        "Threshold met - has the victim been told? 3 separate incidents count. An application is "
        "in time until 9 September 2025 on the strict reading and until 10 September 2025 on "
        "councils' looser wording."
    )
    after = find_review_state(reports(*days), DAY("2025-09-11"), rules(), linked=True)
    assert (after.state, after.lapses_on) == ("one more", DAY("2025-10-12"))


def test_strict_reading_is_marked_where_only_the_loose_one_is_met() -> None:
    held = reports(
        ("2025-04-15", "2025-05-15"), ("2025-05-01", "2025-05-01"), ("2025-05-02", "2025-05-02")
    )
    found = find_review_state(held, DAY("2025-06-01"), rules(), linked=True)
    assert (found.state, found.strict_count, found.loose_count) == ("threshold met", 2, 3)
    assert not found.strict_met and found.strict_lapses_on is None
    assert "on the strict reading 2 separate incidents of 3. Staff decide." in found.words


def test_an_incident_counts_by_the_newest_report_of_it_that_counts() -> None:
    held = reports(("2025-05-01", "2025-05-01", "a"), ("2025-05-01", "2025-05-30", "a"),
                   ("2025-05-02", "2025-05-02", "b"), ("2025-05-03", "2025-07-20", "b"),
                   ("2025-05-03", "2025-05-03", "c"))  # fmt: skip
    found = find_review_state(held, DAY("2025-08-01"), rules(), linked=True)
    assert (found.strict_count, found.lapses_on) == (3, DAY("2025-11-02"))


@pytest.mark.parametrize(("number", "state"), [(0, "none"), (1, "none"), (2, "cannot tell"),
                                               (3, "cannot tell"), (7, "cannot tell")])  # fmt: skip
def test_unknown_link_is_cannot_tell_and_never_no(number: int, state: str) -> None:
    held = reports(*[("2025-05-01", "2025-05-02")] * number)
    found = find_review_state(held, DAY("2025-06-01"), rules(), linked=None)
    assert found.state == state
    assert found.loose_count == number
    if state == "cannot tell":
        assert found.lapses_on is None and "Ask, and record the link" in found.words


def test_link_of_single_reports_decides_only_where_it_matters() -> None:
    held = reports(*[("2025-05-01", "2025-05-02")] * 4)
    known = find_review_state(held.assign(linked=[True, True, True, None]), DAY("2025-06-01"),
                              rules(), linked=True)  # fmt: skip
    assert known.state == "threshold met" and (known.loose_least, known.loose_count) == (3, 4)
    open_ = find_review_state(held.assign(linked=[True, True, None, False]), DAY("2025-06-01"),
                              rules(), linked=True)  # fmt: skip
    assert open_.state == "cannot tell" and (open_.loose_least, open_.loose_count) == (2, 3)
    other = find_review_state(held, DAY("2025-06-01"), rules(), linked=False)
    assert other.state == "none" and other.loose_count == 0


def test_month_only_dates_cannot_tell_at_the_edges_and_can_between_them() -> None:
    two = [("2025-05-01", "2025-05-01"), ("2025-05-02", "2025-05-02")]
    held = reports(*two, ("2025-04-01", "2025-05-10")).assign(
        behaviour_until=pd.to_datetime(["2025-05-01", "2025-05-02", "2025-04-30"])
    )
    edge = find_review_state(held, DAY("2025-06-01"), rules(), linked=True)
    assert edge.state == "cannot tell" and (edge.loose_least, edge.loose_count) == (2, 3)
    assert "The day of the behaviour or of a report is not known" in edge.words
    held.loc[2, "reported_on"] = pd.Timestamp("2025-04-30")
    assert find_review_state(held, DAY("2025-06-01"), rules(), linked=True).strict_met
    held.loc[2, "reported_on"] = pd.Timestamp("2025-06-01")
    late = find_review_state(held, DAY("2025-06-01"), rules(), linked=True)
    assert (late.state, late.loose_count) == ("one more", 2)


@pytest.mark.parametrize(
    "row", [(None, "2025-05-10"), ("2025-05-10", None), (None, None), ("2025-05-20", "2025-05-01")]
)
def test_days_that_are_missing_or_contradict_are_not_a_no(row: tuple) -> None:
    held = reports(("2025-05-01", "2025-05-01"), ("2025-05-02", "2025-05-02"), row)
    found = find_review_state(held, DAY("2025-06-01"), rules(), linked=True)
    assert found.state == "cannot tell" and (found.loose_least, found.loose_count) == (2, 3)


def test_five_reports_of_several_people_meet_a_variant_and_a_manager_may_open_one() -> None:
    variants = {each.name: each for each in read_review_rules()}
    cleveland = variants["Cleveland wording"].model_copy(update={"reports": 6})
    held = reports(*[("2025-05-01", "2025-05-02")] * 5)
    at = DAY("2025-06-01")
    two = held.assign(person=["a", "a", "a", "a", "b"])
    assert find_review_state(two, at, cleveland, linked=True).state == "threshold met"
    one = held.assign(person="a")
    assert find_review_state(one, at, cleveland, linked=True).state == "one more"
    unknown = held.assign(person=["a", "a", "a", "a", ""])
    assert find_review_state(unknown, at, cleveland, linked=True).state == "cannot tell"
    lincolnshire = variants["Lincolnshire wording"]
    opened = find_review_state(held.iloc[:1], at, lincolnshire, linked=None, senior_manager=True)
    assert opened.state == "threshold met" and "senior manager" in opened.words
    refused = find_review_state(held.iloc[:1], at, rules(), linked=None, senior_manager=True)
    assert refused.state == "none"


def test_canterbury_wording_asks_for_no_month_on_the_loose_reading() -> None:
    found = find_review_state(
        reports(("2025-01-01", "2025-05-01")), DAY("2025-06-01"),
        load_review_rules(dt.date(2025, 6, 1), "E07000106"), linked=True,
    )  # fmt: skip
    assert (found.strict_count, found.loose_count) == (0, 1)


BLOCK = """
[[rules]]
name = "{name}"
valid_from = {day}
districts = ["{district}"]
source = "A test"
reports = {reports}
within_months = 6
report_within_months = 1
"""


def test_newest_block_of_a_district_holds_and_the_star_for_all_others(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(
        BLOCK.format(name="Bill", day="2027-04-01", district="*", reports=2)
        + BLOCK.format(name="Act", day="2014-10-20", district="*", reports=3)
        + BLOCK.format(name="Own", day="2020-01-01", district="E07000106", reports=4)
    )
    assert load_review_rules(DAY("2026-12-31"), path=path).reports == 3
    assert load_review_rules(DAY("2027-04-01"), path=path).reports == 2
    assert load_review_rules(DAY("2027-04-01"), "E07000106", path).reports == 4
    assert load_review_rules(DAY("2027-04-01"), "E07000108", path).reports == 2
    with pytest.raises(SettingsError, match="in force"):
        load_review_rules(DAY("2014-10-19"), path=path)


def test_bad_file_of_thresholds_says_line_key_and_what_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    good = BLOCK.format(name="Act", day="2014-10-20", district="*", reports=3)
    path.write_text(good + good.replace("reports = 3", 'reports = "three"'))
    with pytest.raises(SettingsError, match=r"rules\.toml: line 16, rules number 2 reports: .*int"):
        read_review_rules(path)
    path.write_text(good + good)
    with pytest.raises(SettingsError, match="start on 20 October 2014"):
        read_review_rules(path)
    path.write_text(good.replace("*", "Kent"))
    with pytest.raises(SettingsError, match="not the code of a district"):
        read_review_rules(path)
    path.write_text("rules = [1 2]")
    with pytest.raises(FileNotReadableError, match="line 1"):
        read_review_rules(path)
    with pytest.raises(FileNotReadableError, match=r"none\.toml: No such file"):
        read_review_rules(tmp_path / "none.toml")
