"""The words of a ward profile: what is known, what is not, and never a figure that is hidden."""

import datetime as dt
import math
from dataclasses import replace

import pytest

from analytics.rates import compare_counts
from dashboard.reports.profile_finding import say_finding, say_title_finding
from dashboard.reports.profile_parts import Table, cut_table
from dashboard.reports.profile_words import say_headlines, say_sections
from dashboard.services.profile_blocks import (
    Bar,
    NearTeam,
    Priorities,
    Priority,
    Rate,
    RepeatPlace,
    Team,
    Worry,
    require_audience,
)
from dashboard.services.profile_outline import draw_outline
from tests.made_profiles import NAN, make_partner_profile, make_profile, make_wards


def said(profile, number: int) -> str:
    section = say_sections(profile)[number - 1]
    rows = [word for row in section.table.rows for word in row] if section.table else []
    return " ".join([*section.lines, *rows, *section.after])


def test_what_is_missing_is_said() -> None:
    made = make_profile(
        team=Team((), None), priorities=Priorities((), 0), worry=Worry("No survey.")
    )
    assert said(made, 1) == (
        "No officer is named for this ward. Give 101, and ask whoever keeps the list of teams to "
        "name somebody."
    )
    assert "No priority is listed" in said(made, 8)
    assert said(made, 7) == "No survey."
    assert say_headlines(made)[2].figure == "No estimate"


def test_hidden_count_is_said_in_words_everywhere() -> None:
    made = make_partner_profile()
    assert said(made, 2).startswith("2025: fewer than 5.")
    assert say_headlines(made)[0].figure == "Fewer than 5"
    assert say_headlines(made)[1].figure == "No figure"
    assert "Nuisance fewer than 5" in said(made, 3)
    assert "nan" not in " ".join(said(made, number) for number in range(1, 11)).lower().split()


def test_change_is_called_clear_only_if_it_is() -> None:
    asb = make_profile().asb
    assert "No clear change from 100 in" in said(make_profile(), 2)
    more = make_profile(asb=replace(asb, count=180.0, change=compare_counts(180, 100)))
    assert "More than the 100 in" in said(more, 2) and "clear change" in said(more, 2)
    none = make_profile(asb=replace(asb, count=0.0, change=compare_counts(0, 0)))
    assert "No clear change from 0 in" in said(none, 2)


def test_places_of_one_street_are_told_apart_without_an_address() -> None:
    day = dt.date(2026, 3, 4)
    places = (
        RepeatPlace("On or near High Street", 9, day, 1, 3),
        RepeatPlace("High Street", 9, day, 2, 3),
        RepeatPlace("On or near Mill Lane", 8, day),
        RepeatPlace("", 7, day, 1, 2),
        RepeatPlace("On or near Long Row", 6, day, 1, 0),
    )
    made = make_profile(repeats=replace(make_profile().repeats, places=places, total=300.0))
    table = say_sections(made)[4].table
    assert table is not None
    assert [row[0] for row in table.rows] == [
        "High Street, place 1 of 3", "High Street, place 2 of 3", "Mill Lane", "Street not known",
        "Long Row, place 1",
    ]  # fmt: skip


def test_worry_is_always_a_modelled_estimate_with_its_range() -> None:
    text = said(make_profile(), 7)
    assert "46 of 100, likely range 39 to 54. Modelled estimate, not a ward survey." in text
    assert "Too close to call, since worry is too close" in text
    assert "chance that worry is above the county's middle 74%, that ASB is 93%" in text
    assert "proposal, not policy" in text
    far = make_profile(worry=replace(make_profile().worry, p_asb_high=0.999))
    assert "over 99%" in said(far, 7)


def test_worry_is_said_in_the_unit_of_its_measure() -> None:
    share = make_profile(worry=replace(make_profile().worry, is_share=True))
    assert "46%, likely range 39 to 54%." in said(share, 7)
    assert say_headlines(share)[2].label == "Worry, per cent"
    assert say_headlines(make_profile())[2].label == "Worry, 0 to 100"


def test_rank_and_rates_to_compare_with_come_as_ranges() -> None:
    text = said(make_profile(), 2)
    assert "Likely rank between 8 and 17 of 60 wards, 1 the highest." in text
    assert "Wexmarsh 20.4 (19.7 to 21.2) and County 18.1 (17.8 to 18.4) for every" in text
    asb = make_profile().asb
    assert "Likely rank 1 of 60" in said(make_profile(asb=replace(asb, rank_low=1, rank_high=1)), 2)
    assert "rank" not in said(make_profile(asb=replace(asb, rank_low=0, rank_high=0)), 2)


def test_live_plan_is_said_once_there_is_one() -> None:
    made = make_profile()
    assert "not recorded in Wardlight yet" in said(made, 9) and "is live" not in said(made, 9)
    live = make_profile(plans=replace(made.plans, is_live=True))
    assert "A problem-solving plan for this ward is live." in said(live, 9)


def test_cut_table_says_how_many_it_leaves_out() -> None:
    table = Table("x", ("a",), (("1",), ("2",), ("3",)))
    short = cut_table(table, 2)
    assert short is not None and len(short.rows) == 2 and short.more == "1 more not printed."
    assert cut_table(table, 3) == table and cut_table(None, 2) is None
    longer = cut_table(replace(table, of=49), 2)
    assert longer is not None and longer.more == "47 more not printed."


def test_ward_without_an_officer_names_teams_of_its_district() -> None:
    near = tuple(NearTeam(f"Team {n}", "", f"01632 96000{n}") for n in range(5))
    text = said(make_profile(team=Team((), None, "", near)), 1)
    assert text.startswith(
        "No officer is named for this ward. For other wards of Wexmarsh: Team 0 "
    )
    assert "Team 2 (01632 960002), and 2 more. Otherwise give 101" in text and "Team 3" not in text


def test_old_list_of_officers_is_said_once_it_is_old() -> None:
    team = make_profile().team
    assert "old" not in said(make_profile(), 1)
    old = make_profile(team=replace(team, old="This list is 91 days old."))
    assert said(old, 1).endswith("This list is 91 days old. Check it before you give a name.")


def priority(**changes: object) -> Priority:
    day = dt.date(2025, 9, 1)
    made = Priority("Title", "Words", "pact", day, "agreed", "", "", "Few came.", 12, 0.3)
    return replace(made, **changes)


def test_priority_says_what_was_said_who_was_asked_its_plan_and_that_nothing_is_recorded() -> None:
    rows = (
        priority(),
        priority(you_said="", source="survey", people_asked=318, percent_asked=4.2,
                 linked_plan="Plan 7", status="in hand", we_did="Lamps came.",
                 how_representative="One in eight answered."),
    )  # fmt: skip
    table = say_sections(make_profile(priorities=Priorities(rows, 2)))[7].table
    assert table is not None
    first, second = table.rows
    assert (first[0], second[0]) == ("Words", "Title")
    assert "12 people were asked, fewer than 1 in 100 residents of the ward. Few came." in first[1]
    assert "318 people were asked, about 4 in 100 residents of the ward. One in eight" in second[1]
    assert (first[2], second[2]) == ("Agreed. No plan is linked.", "In hand. Plan: Plan 7.")
    assert (first[3], second[3]) == (
        "Nothing recorded yet; agreed on 1 September 2025.", "Lamps came.",
    )  # fmt: skip


def test_one_note_on_who_was_asked_stands_for_rows_that_share_it() -> None:
    same = said(make_profile(priorities=Priorities((priority(), priority(title="Other")), 2)), 8)
    assert same.count("12 people were asked") == 1 and "Who was asked, each time: 12" in same
    alone = said(make_profile(priorities=Priorities((priority(),), 1)), 8)
    assert alone.count("12 people were asked") == 1 and "each time" not in alone


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(18.5, 30.0, "clearly above"), (18.3, 30.0, "not clearly different from"),
     (10.0, 17.7, "clearly below"), (10.0, 17.9, "not clearly different from")],
)  # fmt: skip
def test_finding_is_clear_only_if_the_ranges_do_not_meet(
    low: float, high: float, words: str
) -> None:
    asb = replace(make_profile().asb, rate_low=low, rate_high=high)
    made = make_profile(asb=asb)
    assert say_title_finding(made) == f"Aldmere: recorded ASB {words} the county's rate"
    assert (
        f"(likely range {low:.1f} to {high:.1f}), against 18.1 (17.8 to 18.4) in the county."
        in (say_finding(made)[0])
    )


def test_finding_of_worry_follows_its_chance() -> None:
    worry = make_profile().worry
    for chance, middle, words in (
        (0.81, 44, "likely above"), (0.74, 44, "too close to call beside"),
        (0.19, 48, "likely below"), (0.19, 44, "too close to call beside"),
        (0.81, 48, "too close to call beside"),
    ):  # fmt: skip
        said = replace(worry, p_worry_high=chance, county=float(middle))
        last = say_finding(make_profile(worry=said))[-1]
        assert last.startswith(f"Modelled worry is {words} the county's middle: 46 of 100 (likely")
    assert say_finding(make_profile(worry=Worry("No.")))[-1] == "There is no estimate of worry."


def test_finding_of_a_hidden_count_tells_no_figure() -> None:
    made = make_partner_profile()
    assert say_title_finding(made) == "Aldmere: the ASB figure of 2025 is not shown"
    assert say_finding(made)[0] == "2025: fewer than 5."
    shown = replace(make_profile().asb, others=(Rate("Wexmarsh", 20.4, 19.7, 21.2),))
    assert say_title_finding(make_profile(asb=shown)).endswith(
        "recorded ASB not clearly different from Wexmarsh's rate"
    )


def test_released_months_of_the_district_are_said_with_their_ranges() -> None:
    months = (Bar("July 2025", 400.0), Bar("May 2025", 300.0), Bar("June 2025", NAN))
    when = replace(make_partner_profile().when, area="Wexmarsh", months=months)
    text = said(make_partner_profile(when=when), 4)
    assert "in Wexmarsh, most were 400 in July 2025 (likely range 362 to 441)" in text
    assert "fewest 300 in May 2025 (likely range 267 to 336). 1 month not shown." in text
    near = replace(when, months=(Bar("July 2025", 320.0), Bar("May 2025", 300.0)))
    assert "so the months may not differ" in said(make_partner_profile(when=near), 4)
    assert "so the months may not differ" not in text


def test_every_tactic_is_said_and_the_largest_kind_of_area_with_what_fits() -> None:
    worry = replace(
        make_profile().worry, tactics=("A", "B", "C", "D", "E"), kind="Flats", kind_share=0.54,
        kind_tactics=("Walks",), kind_channels=("Post", "Stalls"),
    )  # fmt: skip
    text = said(make_profile(worry=worry), 7)
    assert "Worth considering: A; b; c; d; e." in text
    assert "Largest kind of area here: Flats (54% of residents). What fits: Walks. Ways" in text
    assert "Ways to tell people: Post; stalls." in text


def test_outline_shows_the_ward_in_its_district_with_a_scale() -> None:
    drawn = draw_outline(make_wards(), "E05000001")
    assert drawn is not None
    assert drawn.svg.count("<path") == 4
    assert drawn.words == "Map of the wards of Wexmarsh; Aldmere is filled dark."
    assert drawn.scale_km == 2
    assert "Aldmere" not in drawn.svg and "nan" not in drawn.svg


def test_audience_is_one_of_two() -> None:
    assert require_audience("partner") == "partner"
    with pytest.raises(ValueError, match="operational, partner"):
        require_audience("public")
    assert math.isnan(NAN)
