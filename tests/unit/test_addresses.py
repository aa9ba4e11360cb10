"""The same home gives one key; neighbours and flats give others; no text is kept."""

import pytest

from geodata.addresses import address_key, describe_address, normalise_address, pseudonym


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Flat 2, 14 X Rd", "14 Flat 2 X Road"),
        ("FLAT 2 14 X ROAD", "apt. 2, 14 x rd."),
        ("Flat2, 14 High St", "Flat No 2, 14 High Street"),
        ("14A High Street", "14 a, high st"),
        ("12 St. John's Rd, ME1 1AA", "12 Saint Johns Road ME11AA"),
        ("3 Château Cl", "3 Chateau Close"),
        ("14 Flat 2 A Road", "Flat 2, 14 A Road"),
        ("2 Upper St, Anytown", "2 UPPER STREET ANYTOWN"),
        ("First floor flat, 14 High St", "1st floor, 14 High Street"),
        ("First floor flat 2, 14 High St", "Flat 2, first floor, 14 High Street"),
        ("Basement flat, 14 High Street", "14 High Street, basement flat"),
        ("Mill Road 14", "No. 14 Mill Rd"),
        ("Flat two, 14 Mill Road", "Flat 02, 14 Mill Road"),
        ("12 - 14 Mill Road", "12-14 Mill Rd"),
        ("14 Mill Road, Anytown, Kent", "14 Mill Road, Anytown"),
        ("14 Mill Road, Anytown, QX1 2AB", "14 Mill Road, QX12AB"),
        ("14 Mill Road, QX1 OAB", "14 Mill Road, QX1 0AB"),
        ("r/o 14 Mill Road", "rear of 14 Mill Road"),
    ],
)
def test_two_ways_of_writing_a_home_give_one_key(one: str, other: str) -> None:
    assert normalise_address(one) == normalise_address(other)
    assert address_key("", one) == address_key("", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Flat 2, 14 X Road", "Flat 14, 2 X Road"),
        ("Flat 2, 14 X Road", "14 X Road"),
        ("Flat 2, 14 X Road", "Flat 3, 14 X Road"),
        ("Flat A, 14 X Road", "Flat B, 14 X Road"),
        ("14 High Street", "14A High Street"),
        ("14 X Road", "14 X Close"),
        ("Flat 2, 14 X Road", "Flat 12, 14 X Road"),
        ("First floor flat, 14 X Road", "Top floor flat, 14 X Road"),
        ("First floor flat, 14 X Road", "14 X Road"),
        ("12-14 X Road", "12 X Road"),
        ("2/14 X Road", "14-2 X Road"),
        ("14 X Road", "Rear of 14 X Road"),
        ("14 X Road, QX1 2AB", "14 X Road, rear, QX1 2AB"),
        ("14 Kent Road", "14 Road"),
    ],
)
def test_different_homes_stay_apart(one: str, other: str) -> None:
    assert address_key("", one) != address_key("", other)


def test_the_key_holds_no_address_text() -> None:
    key = address_key("", "14 Mulberry Road, ME1 1AA")
    assert key.startswith("addr-")
    assert "mulberry" not in key
    assert len(key) == len("addr-") + 24


def test_a_uprn_comes_before_the_address() -> None:
    assert address_key(" 000123 ", "14 X Road") == address_key("123", "")
    assert address_key("123", "").startswith("uprn-")
    assert address_key("not a number", "14 X Road") == address_key("", "14 X Road")
    assert address_key("0", "") == ""


@pytest.mark.parametrize("text", ["", "   ", ",.;", "--/"])
def test_no_address_gives_no_key(text: str) -> None:
    assert normalise_address(text) == ""
    assert address_key("", text) == ""


def test_pseudonyms_of_different_kinds_differ() -> None:
    assert pseudonym("victim", " A  123") == pseudonym("victim", "a 123")
    assert pseudonym("victim", "a").split("-")[1] != pseudonym("problem", "a").split("-")[1]
    assert pseudonym("victim", " ") == ""


def test_flats_share_the_key_of_their_building_and_postcode() -> None:
    one = describe_address("", "Flat 2, 14 Mill Road, Anytown, QX1 2AB")
    other = describe_address("100", "14 Mill Rd flat 3, QX1 2AB")
    assert one.location_key != other.location_key == address_key("100", "")
    assert (one.postcode_key, one.block_key) == (other.postcode_key, other.block_key)
    assert one.block_key.startswith("block-")
    assert describe_address("", "").block_key == ""
