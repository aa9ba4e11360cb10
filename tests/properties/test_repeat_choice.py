"""What the page of repeats puts into an address comes back from it, and nothing else does."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.repeats.repeaters import PRESETS, read_rule
from dashboard.repeat_choice import RepeatChoice

rules = st.one_of(
    st.sampled_from(list(PRESETS)),
    st.builds(
        lambda least, length: f"{least}-in-{length}-days", st.integers(2, 50), st.integers(1, 1_095)
    ),
    st.builds(
        lambda least, length: f"{least}-in-{length}-months", st.integers(2, 50), st.integers(1, 36)
    ),
)
choices = st.builds(
    RepeatChoice,
    of=st.sampled_from(["places", "victims"]),
    rule=rules,
    at=st.none() | st.dates(dt.date(1900, 1, 1), dt.date(2200, 1, 1)),
)


@given(choices)
def test_choice_comes_back_from_its_address(choice: RepeatChoice) -> None:
    assert RepeatChoice.from_query(choice.to_query()) == (choice, [])
    assert choice.repeat_rule.name == choice.rule


@given(st.dictionaries(st.sampled_from(["of", "rule", "at"]), st.text(max_size=30)))
def test_what_an_address_cannot_have_is_dropped_and_said(query: dict[str, str]) -> None:
    choice, ignored = RepeatChoice.from_query(query)
    assert len(ignored) + len(choice.to_query()) <= len(query)
    assert RepeatChoice.from_query(choice.to_query()) == (choice, [])


@pytest.mark.parametrize(
    "name", ["1-in-5-days", "2-in-0-days", "2-in-37-months", "99-in-9-weeks", "", "2-in-5-days "]
)
def test_rule_out_of_bounds_is_no_rule(name: str) -> None:
    assert read_rule(name) is None
