"""Use cases of the Hotspots page on the synthetic county: what is kept adds up, and cards agree."""

import numpy as np
import pytest
import shapely

from dashboard.hotspot_choice import HotspotChoice
from dashboard.selection import Selection
from dashboard.services import hotspot_cells, hotspots
from dashboard.services.explore import Held, load_areas, load_held
from geodata.calendar import Period
from geodata.errors import EventsNotUsableError
from geodata.store.database import Database

CELL_M = 500.0


@pytest.fixture(scope="module")
def held(small_county_database: Database) -> Held:
    return load_held(small_county_database)


@pytest.fixture(scope="module")
def usable(held: Held) -> hotspots.Usable:
    return hotspots.find_usable(held, Selection(), None)


@pytest.fixture(scope="module")
def spots(small_county_database: Database, held: Held, usable: hotspots.Usable) -> hotspots.Spots:
    wards, places = (load_areas(small_county_database, kind) for kind in ("ward", "place"))
    return hotspots.find_spots(usable, wards, places, held.districts, HotspotChoice(rank="harm"))


@pytest.fixture(scope="module")
def grid(small_county_database: Database, usable: hotspots.Usable):
    return hotspot_cells.build_grid(
        small_county_database, tuple(usable.districts), CELL_M, "square"
    )


@pytest.mark.parametrize("light", [None, "day", "night"])
def test_kept_and_left_out_add_up(held: Held, light: str | None) -> None:
    found = hotspots.find_usable(held, Selection(), light)
    assert len(found.frame) + sum(found.left_out.values()) == found.total
    assert set(found.frame["month"]) <= {month.ordinal for month in found.period.months}


def test_day_and_night_share_no_incident(held: Held) -> None:
    hours = [
        set(hotspots.find_usable(held, Selection(), light).frame["hour"])
        for light in ("day", "night")
    ]
    assert not hours[0] & hours[1] and -1 not in hours[0] | hours[1]


def test_list_keeps_its_promises(spots: hotspots.Spots) -> None:
    table = spots.table
    assert table["spot"].tolist() == list(range(1, len(table) + 1))
    x, y = table["x"].to_numpy(), table["y"].to_numpy()
    apart = np.hypot(x[:, None] - x, y[:, None] - y) + np.eye(len(x)) * 1e9
    assert apart.min() >= 500
    assert (table["incidents"] >= 10).all()
    assert set(table["district_code"]) | set(spots.candidates.without_place) == set(
        spots.usable.districts
    )
    assert len(table) + len(spots.unlisted) == len(spots.areas.frame)
    assert (table["ward"] != "").all() and table["area_ha"].between(0, 7.1).all()


def test_card_speaks_of_the_place_on_the_list(spots: hotspots.Spots) -> None:
    earlier = hotspots.comparable_period(spots.usable, "year")
    assert earlier is not None
    for row in spots.table.head(5).itertuples():
        card = hotspots.explain_spot(spots, row.spot, "lasting", earlier)
        assert card is not None
        assert card.incidents == row.incidents
        assert card.counterfactual is not None
        assert len(card.facts) <= 3 and str(row.incidents) in card.sentences[0]
        assert earlier.label in card.sentences[0]
        inside = card.history[card.history["month"] >= spots.usable.period.first.ordinal]
        assert inside["incidents"].sum() == row.incidents
    assert hotspots.explain_spot(spots, 999) is None


def test_comparison_needs_every_month_of_both_periods(usable: hotspots.Usable) -> None:
    assert hotspots.comparable_period(usable, "before") == usable.period.before()
    longest = hotspots.Usable(
        Period(usable.months[0], usable.months[-1]), usable.months, usable.every, usable.frame,
        {}, 0, 1,
    )  # fmt: skip
    assert hotspots.comparable_period(longest, "before") is None
    assert hotspots.comparable_period(longest, "year") is None


def test_weeks_follow_what_is_known(usable: hotspots.Usable) -> None:
    weeks = hotspots.find_weeks(usable.frame)
    assert 50 <= len(np.unique(weeks)) <= 56
    months_only = usable.frame.assign(shift_date=np.datetime64("NaT"))
    assert len(np.unique(hotspots.find_weeks(months_only))) == 12


def test_cells_tell_concentration_chance_and_news(spots: hotspots.Spots, grid) -> None:
    usable = spots.usable
    found = hotspot_cells.find_concentrated(usable, grid, 1_000.0)
    assert found.spread.gini > found.spread.gini_poisson_high
    assert found.density.cells["value"].is_monotonic_decreasing
    chance = hotspot_cells.find_chance(spots, grid)
    assert chance.spots["spot"].tolist() == spots.table["spot"].tolist()
    assert (chance.spots["is_hot"] == (chance.spots["q_value"] <= 0.05)).all()
    assert len(chance.hot.cells) + chance.hot.hidden == int(
        (chance.scores.is_hot & (grid.count(usable.x, usable.y) > 0)).sum()
    )
    earlier = hotspots.comparable_period(usable, "year")
    news = hotspot_cells.find_news(spots, grid, earlier)
    assert list(news.by_month) == usable.period.months
    assert news.spots["now"].tolist() == spots.table["incidents"].tolist()
    before = news.spots["before"]
    inside = [
        int(shapely.contains_xy(shape, past["easting"], past["northing"]).sum())
        for past in [usable.every[usable.every["month"].between(
            earlier.first.ordinal, earlier.last.ordinal)]]
        for shape in spots.table["geometry"]
    ]  # fmt: skip
    assert before.tolist() == inside


def test_news_need_half_a_year(held: Held, spots: hotspots.Spots, grid) -> None:
    first = held.months_of(None)[0]
    short = hotspots.find_usable(held, Selection(period=Period(first, first + 1)), None)
    early = hotspots.Spots(
        short, spots.table[:0], spots.unlisted[:0], spots.areas, spots.candidates,
        np.empty(0), spots.weights,
    )  # fmt: skip
    with pytest.raises(EventsNotUsableError, match="2 months are held"):
        hotspot_cells.find_news(early, grid, None)
