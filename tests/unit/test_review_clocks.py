"""Review clocks by band and level: days, what restarts them, what runs none."""

import datetime as dt
from pathlib import Path

import pytest

from analytics.cases import review_clocks
from analytics.cases.review_clocks import find_reviews, load_review_clocks
from geodata.errors import SettingsError

OPENED = dt.date(2026, 3, 1)


def look(band: str, days: int, reviewed: dict[str, int] | None = None, closed: int | None = None):
    return find_reviews(
        load_review_clocks(),
        band=band,
        opened=OPENED,
        closed=None if closed is None else OPENED + dt.timedelta(days=closed),
        reviewed={who: OPENED + dt.timedelta(days=n) for who, n in (reviewed or {}).items()},
        on=OPENED + dt.timedelta(days=days),
    )


@pytest.mark.parametrize(
    ("band", "level", "days"),
    [
        ("medium", "sergeant", 28), ("medium", "inspector", 56),
        ("high", "sergeant", 14), ("high", "inspector", 28), ("high", "chief inspector", 56),
    ],
)  # fmt: skip
def test_clock_is_in_time_on_its_day_and_overdue_on_the_next(
    band: str, level: str, days: int
) -> None:
    on_the_day = {clock.level: clock for clock in look(band, days).clocks}[level]
    assert (on_the_day.state, on_the_day.days_over) == ("due within 7 days", 0)
    after = {clock.level: clock for clock in look(band, days + 1).clocks}[level]
    assert (after.state, after.days_over) == ("overdue", 1)
    assert after.words.startswith(f"▲ {level.capitalize()} review overdue by 1 day (was due ")
    early = {clock.level: clock for clock in look(band, days - 8).clocks}[level]
    assert early.state == "in time" and early.words.startswith("● ")


def test_bands_have_the_levels_of_the_rule() -> None:
    assert {clock.level for clock in look("medium", 0).clocks} == {"sergeant", "inspector"}
    high = {clock.level for clock in look("high", 0).clocks}
    assert high == {"sergeant", "inspector", "chief inspector"}


def test_standard_and_unrecorded_risk_run_no_clock_and_say_why() -> None:
    assert look("standard", 400).words == review_clocks.SAMPLE
    assert look("not recorded", 400).words == review_clocks.NOT_ASSESSED
    assert look("standard", 400).state == look("not recorded", 400).state == "no clock"


def test_review_restarts_its_level_and_lower_ones_only() -> None:
    clocks = {clock.level: clock for clock in look("high", 30, {"inspector": 20}).clocks}
    assert clocks["sergeant"].since == clocks["inspector"].since == OPENED + dt.timedelta(days=20)
    assert clocks["chief inspector"].since == OPENED
    lower = {clock.level: clock for clock in look("high", 30, {"sergeant": 20}).clocks}
    assert lower["inspector"].state == "overdue" and lower["sergeant"].state == "due within 7 days"


def test_most_overdue_clock_speaks_for_the_case() -> None:
    found = look("high", 60)
    assert found.clocks[0].level == "sergeant" and found.days_over == 46
    assert found.words.startswith("▲ Sergeant review overdue by 46 days (was due 15 March 2026)")


def test_case_closed_at_high_risk_stays_until_an_inspector_confirms() -> None:
    assert look("medium", 30, closed=20).words == review_clocks.CLOSED
    waiting = look("high", 30, {"sergeant": 25}, closed=20)
    assert waiting.needs_person and waiting.state == "overdue"
    assert "stays listed" in waiting.words
    assert look("high", 30, {"inspector": 19}, closed=20).needs_person
    assert not look("high", 30, {"inspector": 20}, closed=20).needs_person


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[days.standard]\n", "", "standard, medium, high"),
        ("sergeant = 28", "sergeant = 0", "1 to 366"),
        ("inspector = 56", "superintendent = 56", "accepted: sergeant"),
    ],
)
def test_bad_file_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = Path(review_clocks.__file__).with_name("review_clocks.toml").read_text("utf-8")
    path = tmp_path / "own.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(SettingsError, match=said):
        load_review_clocks(path)


def test_planned_review_of_the_own_system_runs_beside_the_clocks() -> None:
    def plan(days: int, **more):
        return find_reviews(
            load_review_clocks(), band="standard", opened=OPENED, closed=None,
            planned=OPENED + dt.timedelta(days=40), on=OPENED + dt.timedelta(days=days),
            **{"reviewed": {}, **more},
        )  # fmt: skip

    assert plan(30).words == "● Planned review due 10 April 2026"
    assert plan(41).words == "▲ Planned review overdue by 1 day (was due 10 April 2026)"
    done = {"sergeant": OPENED + dt.timedelta(days=40)}
    assert plan(60, reviewed=done).words == review_clocks.SAMPLE
    assert plan(60, reviewed={"sergeant": OPENED}).state == "overdue"


def test_review_elsewhere_starts_every_clock_but_confirms_no_closing() -> None:
    def look_at(closed: int | None):
        return find_reviews(
            load_review_clocks(), band="high", opened=OPENED, reviewed={},
            closed=None if closed is None else OPENED + dt.timedelta(days=closed),
            elsewhere=OPENED + dt.timedelta(days=30), on=OPENED + dt.timedelta(days=40),
        )  # fmt: skip

    assert {clock.since for clock in look_at(None).clocks} == {OPENED + dt.timedelta(days=30)}
    assert look_at(20).needs_person
