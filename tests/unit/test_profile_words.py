"""The words of a ward profile: what is known, what is not, and never a figure that is hidden."""

import math
from dataclasses import replace

import pytest

from analytics.rates import compare_counts
from dashboard.reports.profile_words import Table, cut_table, say_headlines, say_sections
from dashboard.services.profile_blocks import Priorities, Team, Worry, require_audience
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
    assert said(made, 1) == "No named officer is recorded for this ward."
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
