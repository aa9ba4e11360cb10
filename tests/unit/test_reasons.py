"""A hotspot's card: three facts in plain words, a mark of trust, no address."""

import re

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from analytics.hotspots.counterfactual import find_counterfactual
from analytics.hotspots.reasons import NearRepeatSign, explain_place
from analytics.rates import CHANGE_LIKELY
from analytics.trust import mark_trust
from geodata.calendar import Month, Period
from geodata.errors import FrameShapeError

YEAR = Period(Month(2025, 1), Month(2025, 12))


def incidents(count: int = 48, **columns: object) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "month": YEAR.first.ordinal + np.arange(count) % 12,
            "hour": np.arange(count) % 24,
            "nsir_category": "nuisance",
            "asb_type": "noise",
            "location_key": [f"12 Secret Street {row}" for row in range(count)],
            "location_precision": "exact",
            "report_channel": "public",
            "repeat_asked": "yes",
            "repeat_flag": "no",
            "vulnerable_asked": "yes",
            "vulnerable_flag": "no",
        }
    )
    return frame.assign(**columns)


def facts(card: object) -> dict[str, str]:
    return {fact.about: fact.sentence for fact in (*card.facts, *card.others)}  # type: ignore[attr-defined]


def test_card_has_three_facts_and_the_count_comes_first() -> None:
    card = explain_place(incidents(), period=YEAR, expected=20, expected_from="2022 to 2024")
    assert len(card.facts) == 3
    assert card.sentences[0] == (
        "48 incidents in January 2025 to December 2025 (likely range 35 to 64): clearly more than "
        "the 20 expected from 2022 to 2024 (2.40 times as many, likely range 1.34 to 4.48)."
    )


@pytest.mark.parametrize(
    ("count", "expected", "words"),
    [
        (20, 12, "no clear difference from the 12"),
        (30, 12, "clearly more than the 12"),
        (12, 30, "clearly fewer than the 30"),
        (3, 0, "no clear difference from the 0 expected from the same place before."),
        (9, 0, "clearly more than the 0 expected from the same place before (at least "),
    ],
)
def test_small_difference_is_never_read_as_a_change(count: int, expected: int, words: str) -> None:
    card = explain_place(incidents(count), period=YEAR, expected=expected)
    assert words in card.sentences[0]


def test_count_is_called_clear_just_where_the_printed_range_leaves_out_1() -> None:
    seen = set()
    for count, expected in [(n, m) for n in range(1, 60, 2) for m in range(1, 60, 3)]:
        said = explain_place(incidents(count), period=YEAR, expected=expected).sentences[0]
        low, high = (
            float(end.replace(",", ""))
            for end in re.findall(r"times as many, likely range (\S+) to (\S+)\)", said)[0]
        )
        # Exact, by hand: given the sum, the count now is binomial.
        tail = (1 - CHANGE_LIKELY) / 2
        half = binom(count + expected, 0.5)
        is_rare = half.sf(count - 1) < tail or half.cdf(count) < tail
        verdict = "more" if "clearly more" in said else "fewer" if "clearly fewer" in said else ""
        assert verdict == ("more" if low > 1 else "fewer" if high < 1 else "")
        assert bool(verdict) == is_rare, said
        seen.add(verdict)
    assert seen == {"more", "fewer", ""}


def test_facts_speak_of_the_period_only_and_history_of_every_month() -> None:
    both = pd.concat([incidents(24), incidents(12, month=YEAR.first.ordinal - 3)])
    card = explain_place(both, period=YEAR)
    assert card.incidents == 24
    assert card.history["incidents"].sum() == 36
    assert card.history["label"].iloc[0] == "October 2024" and len(card.history) == 15
    held = explain_place(both, period=YEAR, held=YEAR.months).history
    assert held["incidents"].tolist() == [2] * 12


def test_evening_peak_is_named_with_its_hours() -> None:
    hours = np.where(np.arange(48) < 36, 22, np.arange(48) % 24)
    said = facts(explain_place(incidents(hour=hours), period=YEAR))["hours"]
    assert said == "40 of 48 incidents of known hour fell between 7pm and 11pm."


def test_peak_past_midnight_is_one_window() -> None:
    hours = np.tile([23, 0, 1, 2], 12)
    said = facts(explain_place(incidents(hour=hours), period=YEAR))["hours"]
    assert said == "48 of 48 incidents of known hour fell between 11pm and 3am."


@pytest.mark.parametrize("hours", [-1, np.arange(48) % 24])
def test_no_hours_are_named_without_hours_or_without_a_peak(hours: object) -> None:
    assert "hours" not in facts(explain_place(incidents(hour=hours), period=YEAR))


def test_nine_incidents_are_too_few_for_a_peak() -> None:
    assert "hours" not in facts(explain_place(incidents(9, hour=22), period=YEAR))


def test_type_is_the_most_frequent_or_the_one_that_stands_out() -> None:
    types = np.where(np.arange(48) < 30, "noise", "fireworks")
    plain = explain_place(incidents(asb_type=types), period=YEAR)
    assert facts(plain)["type"] == "30 of 48 incidents of known type were noise."
    usual = explain_place(
        incidents(asb_type=types), period=YEAR, usual_types={"noise": 0.6, "fireworks": 0.05}
    )
    assert facts(usual)["type"].startswith("18 of 48 incidents of known type were fireworks;")


def test_rare_type_is_not_named_for_standing_out() -> None:
    types = np.where(np.arange(48) < 44, "noise", "fireworks")
    card = explain_place(
        incidents(asb_type=types), period=YEAR, usual_types={"noise": 0.9, "fireworks": 0.001}
    )
    assert facts(card)["type"].startswith("44 of 48 incidents of known type were noise;")


def test_months_not_held_are_not_counted_as_quiet() -> None:
    card = explain_place(incidents(8), period=YEAR, held=YEAR.months[:8])
    assert facts(card)["months"] == "There were incidents in 8 of the 8 months held."


def test_category_stands_in_where_types_are_not_recorded() -> None:
    card = explain_place(incidents(asb_type="not recorded"), period=YEAR)
    assert "of known category were nuisance" in facts(card)["type"]
    neither = incidents(asb_type="not recorded", nsir_category="not recorded")
    assert "type" not in facts(explain_place(neither, period=YEAR))


def test_repeat_places_are_counted_and_never_named() -> None:
    keys = np.where(np.arange(48) < 6, "12 Secret Street", "").astype(object)
    keys[6:8] = "Flat 3"
    keys[8] = "Mill House"
    said = facts(explain_place(incidents(location_key=keys), period=YEAR))["repeat places"]
    assert said == "2 places in it had two or more incidents: 8 of the 9 with an exact place."


def test_snapped_points_are_not_addresses() -> None:
    card = explain_place(incidents(location_key="snap", location_precision="snapped"), period=YEAR)
    assert "repeat places" not in facts(card)


def test_no_sentence_of_a_card_holds_an_address() -> None:
    card = explain_place(
        incidents(location_key="12 Secret Street"),
        period=YEAR,
        expected=9,
        emerging="new",
        near_repeat=NearRepeatSign(0.01, 1.5, 200, 14),
        listed=find_counterfactual(48, 30),
    )
    said = " ".join([*facts(card).values(), card.trust.sentence, card.counterfactual.sentence])
    assert "Secret" not in said and "12 S" not in said


@pytest.mark.parametrize(
    ("p", "ratio", "shown"), [(0.01, 1.5, True), (0.05, 1.5, False), (0.01, 1.19, False)]
)
def test_near_repeats_are_shown_only_where_the_test_found_them(
    p: float, ratio: float, shown: bool
) -> None:
    card = explain_place(incidents(), period=YEAR, near_repeat=NearRepeatSign(p, ratio, 200, 14))
    assert ("near repeats" in facts(card)) == shown


def test_class_is_shown_where_it_has_words() -> None:
    assert facts(explain_place(incidents(), period=YEAR, emerging="new"))["class"].startswith("It")
    card = explain_place(incidents(), period=YEAR, emerging="not a hotspot")
    assert "class" not in facts(card)


def test_place_without_incidents_still_has_a_card() -> None:
    card = explain_place(incidents(0), period=YEAR)
    assert card.sentences[0].startswith("0 incidents in January 2025")
    assert card.trust.level == "Weak" and "no incidents" in card.trust.sentence
    assert card.history["incidents"].sum() == 0


def test_month_only_data_have_three_facts_without_hours() -> None:
    blank = dict.fromkeys(
        ("asb_type", "nsir_category", "repeat_asked", "repeat_flag", "vulnerable_flag"),
        "not recorded",
    )
    card = explain_place(
        incidents(hour=-1, location_precision="snapped", report_channel="unknown", **blank),
        period=YEAR,
        emerging="lasting",
    )
    assert [fact.about for fact in card.facts] == ["count", "class", "months"]
    assert card.trust.level == "Weak"


def test_frame_without_the_flags_is_refused() -> None:
    with pytest.raises(FrameShapeError, match="repeat_flag"):
        explain_place(incidents().drop(columns="repeat_flag"), period=YEAR)


def test_full_record_is_good() -> None:
    mark = mark_trust(incidents())
    assert mark.level == "Good" and mark.sentence == "Good: every part of the record is good."
    assert mark.precision == {"exact": 48}


def test_unasked_no_is_not_an_answer() -> None:
    mark = mark_trust(incidents(repeat_asked="no"))
    part = next(part for part in mark.parts if part.name == "Repeat victims asked")
    assert (part.count, part.of, part.level) == (0, 48, "Weak")
    assert mark.level == "Fair"
    assert "0 of 48 incidents say whether the victim had suffered before" in mark.sentence


@pytest.mark.parametrize(
    "worse",
    [
        {"location_precision": "snapped"},
        {"report_channel": "unknown"},
        {"repeat_flag": "not recorded"},
        {"vulnerable_flag": "not recorded"},
    ],
)
def test_less_complete_records_lower_the_mark(worse: dict[str, str]) -> None:
    levels = ["Weak", "Fair", "Good"]
    marks = []
    for gone in range(0, 49, 8):
        frame = incidents()
        for column, value in worse.items():
            frame.loc[: gone - 1, column] = value
        marks.append(levels.index(mark_trust(frame).level))
    assert marks == sorted(marks, reverse=True)
    assert marks[0] == 2 and marks[-1] < 2
