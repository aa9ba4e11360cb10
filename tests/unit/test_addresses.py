"""The same home gives one key; neighbours and flats give others; no text is kept."""

import pytest

from geodata.addresses import address_key, normalise_address, pseudonym


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
    assert address_key(" 000123 ", "14 X Road") == "uprn-123"
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
