"""Personal details in short texts: found as people write them, with few false alarms."""

import pytest

from geodata import personal_details as details
from geodata.personal_details import find_personal, looks_like_text

HELD = [
    ("Ring 07700 900 111", details.PHONE),
    ("Ring 07700.900.111", details.PHONE),
    ("Ring (07700) 900111", details.PHONE),
    ("Ring 07700-900-111 by 01.12.2026", details.PHONE),
    ("O7700900111", details.PHONE),
    ("call 020 7946 0000 now", details.PHONE),
    ("+44 (0)7700 900111", details.PHONE),
    ("0044 7700 900111", details.PHONE),
    ("Rang 01632 960123", details.PHONE),
    ("Rang +353 1 496 0000", details.PHONE),
    ("QX21-8FG", details.POSTCODE),
    ("qx218fg", details.POSTCODE),
    ("QX21. 8FG", details.POSTCODE),
    ("Visit ZX1 4QP", details.POSTCODE),
    ("ZX1 1ND", details.POSTCODE),
    ("mail a@b", details.E_MAIL),
    ("someone@example.org", details.E_MAIL),
    ("someone @ example.org", details.E_MAIL),
    ("Visit 9 Vynworthy Drive", details.ADDRESS),
    ("Visit 9, Vynworthy Drive", details.ADDRESS),
    ("VISIT 9A VYNWORTHY DRIVE", details.ADDRESS),
    ("visit 9 vynworthy drive", details.ADDRESS),
    ("9-11 Vynworthy Dr", details.ADDRESS),
    ("12 Queens Road", details.ADDRESS),
    ("12 queens road", details.ADDRESS),
    ("1 Lower Mill Street", details.ADDRESS),
    ("4 St James's Park Road", details.ADDRESS),
    ("9 The Green", details.ADDRESS),
    ("9 New Street", details.ADDRESS),
    ("Inspect flat 3", details.ADDRESS),
    ("Talk to Mrs Smith", details.NAME),
    ("talk to mr smith", details.NAME),
    ("Miss. Smith called", details.NAME),
    ("Dr Smith", details.NAME),
    ("ask dr smith", details.NAME),
    ("Ask Dr Smith", details.NAME),
    ("complaint of Dr Smith", details.NAME),
    ("Complaint from Rev Brown", details.NAME),
    ("Cllr Jones", details.NAME),
    ("cllr jones asked", details.NAME),
    ("PC Brown", details.NAME),
    ("PCSO Brown will visit", details.NAME),
    ("Sgt Brown", details.NAME),
    ("Mr\u200b Smith", details.NAME),
    ("Mr\u00a0Smith", details.NAME),
    ("M\u200br Smith", details.NAME),
    ("Mr\tSmith", details.NAME),
    ("Mr\u0455 Smith", details.NAME),
    ("07700\u200b900111", details.PHONE),
    ("0\u200b7\u200b7\u200b0\u200b0\u200b9\u200b0\u200b0\u200b1\u200b1\u200b1", details.PHONE),
    ("\uff10\uff17\uff17\uff10\uff10 \uff19\uff10\uff10\uff11\uff11\uff11", details.PHONE),
    ("\u0660\u0667\u0667\u0660\u0660\u0669\u0660\u0660\u0661\u0661\u0661", details.PHONE),
    ("07700&#8203;900111", details.PHONE),
    ("07700\x00900111", details.PHONE),
    ("QX21\u200b8FG", details.POSTCODE),
    ("\uff31\uff38\uff12\uff11 \uff18\uff26\uff27", details.POSTCODE),
    ("someone\uff20example.org", details.E_MAIL),
    ("someone\u200b@\u200bexample.org", details.E_MAIL),
    ("someone[at]example.org", details.E_MAIL),
    ("someone (at) example (dot) org", details.E_MAIL),
    ("12\u200b Mill Street", details.ADDRESS),
    ("flat\u200b4", details.ADDRESS),
]
PLAIN = [
    "",
    "Visit 3 wards by 5 December",
    "Repair the lighting",
    "Clear 12 fly-tips in Mill Lane",
    "Fit 2 cameras on Park Road",
    "2 cameras, Park Road",
    "3 patrols Mill Lane",
    "3 Patrols Of Mill Lane",
    "Patrol A20 London Road at 9pm",
    "Meet at 5 pm, Mill Lane",
    "By 5 December Park Road lighting",
    "Check 3 car park gates",
    "Review 4 community gardens",
    "Ask 3 residents close to the park",
    "Patrol @ Tesco",
    "Lighting plan 2026 Park Lane",
    "On 01.12.2026 at 09:00 to 10:30",
    "From 01/02/2026 to 05/02/2026",
    "2026-06-17",
    "3 in 12 months",
    "Unit B1, 2nd floor",
    "Phase S1 3rd visit",
    "Fix gates at block C2 by 4pm",
    "Operation 7 in Exton North, 25 incidents",
    "Cut £500 off Mill Lane budget",
    "PC 1234, Exton Council",
    "Quiet street for 2 weeks",
    "Case 30451 reviewed",
    "More PCSO patrols",
    "PCSO Patrols in the evening",
    "PC and PCSO cover",
    "PC Visits by Friday",
    "Bikes rev engines at night",
    "We miss the late bus",
    "Speeding on Mill Dr near the school",
    "Lighting, Mill Dr Exton",
    "VYNWORTHY DR LIGHTING",
    "Meet (at) 5.30 pm",
    "Clear the car park (at the back) soon",
    "Caf\u00e9 terrace \u2013 noise after 11pm \U0001f6a8",
    "Ll\u0175ybr coed \u2026 p\u2019nawn",
]


@pytest.mark.parametrize("text, kind", HELD)
def test_personal_detail_is_found_as_people_write_it(text: str, kind: str) -> None:
    assert kind in find_personal(text)


@pytest.mark.parametrize("text", PLAIN)
def test_plain_title_passes(text: str) -> None:
    assert find_personal(text) == ()


@pytest.mark.parametrize(
    "word, free, of_people",
    [
        ("High", False, False), ("Very high", False, False), ("3", False, True),
        ("1 - Immediate", False, True), ("ASB Nuisance - vehicle related", False, True),
        ("Mr Quagga told me", True, True), ("Mr Quagga", True, True),
        ("she said it was bad", False, True), ("she said it was very very bad", True, True),
        ("9 Vynworthy Drive", True, True), ("x" * 41, True, True), ("a@b", True, True),
    ],
)  # fmt: skip
def test_free_text_is_told_from_a_word_of_a_list(word: str, free: bool, of_people: bool) -> None:
    assert looks_like_text(word) is free
    assert looks_like_text(word, of_people=True) is of_people
