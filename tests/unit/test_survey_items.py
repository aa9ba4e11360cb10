"""Questions of a survey: which may be used for what."""

import pytest

from geodata.survey_items import (
    ROLES,
    Item,
    is_about_young_people,
    items_from_json,
    items_to_json,
)
from geodata.survey_traits import is_trait

YOUNG = (
    "Teenagers hanging around on the streets",
    "Young people hanging about",
    "youths causing annoyance",
    "teen_hang",
    "Groups of people standing around",
    "Gangs loitering",
    "Kids causing trouble",
    "Children playing ball games",
    "Gang crime",
    "Under 16s drinking",
    "School-age nuisance",
    "People congregating by the shops",
    "asb_yp",
)
OTHERS = (
    "Noisy neighbours or loud parties",
    "Rubbish or litter lying around",
    "People using or dealing drugs",
    "Vehicles ridden or parked in a nuisance way",
    "Worry about being insulted or pestered",
    "Minor damage to homes",
    "Typed notices",
)


@pytest.mark.parametrize("label", YOUNG)
def test_question_about_young_people_drives_nothing_and_is_in_no_score(label: str) -> None:
    assert is_about_young_people(label)
    assert Item("q1", label).role == "other"
    for role in ROLES:
        if role != "other":
            with pytest.raises(ValueError, match="never a driver"):
                Item("q1", label, role=role)
    with pytest.raises(ValueError, match="no score"):
        Item("q1", label, in_score=True)
    with pytest.raises(ValueError, match="no score"):
        Item("q1", "Problem", label, role="other", in_score=True)


@pytest.mark.parametrize("label", OTHERS)
def test_other_problems_may_drive(label: str) -> None:
    assert not is_about_young_people(label)
    assert Item("q1", label, role="driver", in_score=True).in_score


@pytest.mark.parametrize(
    "name",
    [
        "sex", "Respondent sex", "ethgrp2", "age group", "Disability", "Age of respondent", "qage",
        "Ethnic background", "Are you male or female?", "RespAge", "q_sex", "agex", "Asian",
        "Black women", "White British", "16-24", "Aged 16 to 24", "65+", "How old are you?",
        "Sexual orientation", "Religious affiliation", "Gender identity", "Date of birth",
    ],
)  # fmt: skip
def test_trait_of_a_person_is_no_question(name: str) -> None:
    assert is_trait(name)
    with pytest.raises(ValueError, match="traits"):
        Item("q1", name)
    with pytest.raises(ValueError, match="traits"):
        Item("q1", "Something", yes_label=name)


@pytest.mark.parametrize(
    "name",
    [
        "Worry about racial attack", "language used in the street", "Average", "village", "police",
        "passage", "Road rage", "Damage and garbage", "Sexual harassment", "Disabled parking",
        "Attacked because of skin colour, ethnic origin or religion", "Faith in the police",
        "Underage drinking", "Street racing", "Mixed use", "IMD_decile", "1/Urban", "Ethics",
    ],
)  # fmt: skip
def test_what_only_sounds_like_a_trait_is_a_question(name: str) -> None:
    assert not is_trait(name)


def test_role_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="role is one of"):
        Item("q1", "Litter", role="predictor")


def test_items_survive_the_store() -> None:
    items = (Item("q1", "Litter – very common", "How common?", "driver", "Common", in_score=True),)
    assert items_from_json(items_to_json(items)) == items
    assert items_from_json("") == ()
    assert items_from_json('[{"name": "a", "label": "A", "later": 1}]') == (Item("a", "A"),)
