"""A selection survives the way through an address, and bad values are dropped and said."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashboard.selection import HOUR_BANDS, LAYERS, MEASURES, Selection
from geodata.calendar import Month, Period
from geodata.categories import ASB_CATEGORIES, ASB_TYPES, CHANNELS

months = some.builds(Month, some.integers(1990, 2100), some.integers(1, 12))
periods = some.tuples(months, months).map(lambda pair: Period(min(pair), max(pair)))


def perhaps(values: object) -> some.SearchStrategy[object]:
    return some.one_of(some.none(), values)  # type: ignore[arg-type]


selections = some.builds(
    Selection,
    area=perhaps(some.from_regex(r"E05\d{6}", fullmatch=True).filter(str.isascii)),
    district=perhaps(some.from_regex(r"E07\d{6}", fullmatch=True).filter(str.isascii)),
    force=perhaps(some.sampled_from(["Kent Police", "Surrey Police"])),
    period=perhaps(periods),
    category=perhaps(some.sampled_from(ASB_CATEGORIES)),
    type=perhaps(some.sampled_from(ASB_TYPES)),
    channel=perhaps(some.sampled_from(CHANNELS)),
    hours=perhaps(some.sampled_from(list(HOUR_BANDS))),
    measure=some.sampled_from(list(MEASURES)),
    layer=some.sampled_from(list(LAYERS)),
)


@given(selections)
def test_selection_round_trips_through_the_address(selection: Selection) -> None:
    assert Selection.from_query(selection.to_query()) == (selection, [])


@given(some.dictionaries(
    some.sampled_from(["kind", "area", "district", "force", "from", "to", "measure", "hours"]),
    some.text(max_size=80),
))  # fmt: skip
def test_any_address_gives_a_selection(query: dict[str, str]) -> None:
    selection, ignored = Selection.from_query(query)
    assert Selection.from_query(selection.to_query())[0] == selection
    assert all(len(sentence) < 500 for sentence in ignored)


@pytest.mark.parametrize(
    ("name", "value"),
    [("area", "<script>"), ("measure", "percent"), ("from", "2025-13"), ("hours", "25")],
)
def test_bad_value_is_dropped_and_reported(name: str, value: str) -> None:
    selection, ignored = Selection.from_query({name: value})
    assert selection == Selection()
    assert len(ignored) == 1 and value in ignored[0]
