"""The county's addresses are invented and different; the labelled set says whose is whose."""

import re

import numpy as np
import pytest

from geodata.addresses import address_key, normalise_phone, pseudonyms
from geodata.sources.demo.addresses import label_pairs, write_addresses
from geodata.sources.demo.geography import build_geography
from geodata.sources.demo.people import count_residents
from geodata.sources.demo.places import build_places


@pytest.fixture(scope="module")
def county():
    shape, people, place = (np.random.default_rng(s) for s in (1, 2, 3))
    geography = build_geography(shape)
    places = build_places(place, geography, count_residents(people, len(geography.lsoa_codes)))
    return geography, places, write_addresses(np.random.default_rng(4), geography, places)


def test_every_home_has_an_address_of_its_own_and_a_street_has_none(county) -> None:
    _, places, addresses = county
    homes = (places.precision == "exact") & ~places.is_excluded
    assert all(re.search(r", QX\d{1,2} \d[A-Z]{2}$", text) for text in addresses[homes])
    assert len(set(addresses[homes])) == homes.sum()
    assert set(addresses[places.precision != "exact"]) == {""}


def test_flats_of_a_block_share_everything_but_their_number(county) -> None:
    _, places, addresses = county
    block = np.flatnonzero(places.block == places.block[places.block >= 0][0])
    assert len({text.split(", ", 1)[1] for text in addresses[block]}) == 1
    assert len({address_key("", text) for text in addresses[block]}) == len(block) > 1


def test_same_seed_writes_the_same(county) -> None:
    geography, places, addresses = county
    again = write_addresses(np.random.default_rng(4), geography, places)
    assert (again == addresses).all()
    sets = [label_pairs(np.random.default_rng(5), addresses) for _ in range(2)]
    assert sets[0].equals(sets[1])


def test_labelled_set_has_every_mess_and_knows_whose_each_text_is(county) -> None:
    _, places, addresses = county
    points = np.column_stack([places.easting, places.northing])
    labelled = label_pairs(np.random.default_rng(5), addresses, points)
    assert labelled["mess"].nunique() >= 20
    kept = labelled[labelled["mess"].eq("as kept")]
    assert (addresses[kept["truth"]] == kept["text"]).all()
    apart = np.hypot(*(labelled[["easting", "northing"]].to_numpy()
                       - points[labelled["truth"].clip(upper=len(points) - 1)]).T)  # fmt: skip
    assert np.median(apart[labelled["truth"] < len(points)]) < 15
    namesakes = labelled[labelled["mess"].eq("namesake")]
    assert namesakes["truth"].is_unique


def test_phone_numbers_have_one_form() -> None:
    assert normalise_phone("(01632) 960-123") == normalise_phone("+44 1632 960123")
    assert normalise_phone("07700 900 123") == "+447700900123"
    assert normalise_phone("withheld") == normalise_phone("12") == ""


def test_unknown_kind_of_pseudonym_is_refused() -> None:
    with pytest.raises(ValueError, match="accepted: addr"):
        pseudonyms("name", ["x"])
