"""Signs that do harm: found, dropped and folded; words of people drawn as they are."""

import re

import pytest

from dashboard.components.plain_words import JOINER, plain
from dashboard.components.team_panels import say_officer
from geodata.signs import drop_hidden, fold_signs, is_unfit


@pytest.mark.parametrize(
    "text", ["a\x00b", "a\ud800b", "a\u202eb", "x\x07y", "x\uffffy", "x\U0001fffey", "a\x85b"]
)
def test_sign_that_cannot_be_kept_or_read_is_unfit(text: str) -> None:
    assert is_unfit(text)


def test_words_of_many_languages_are_fit() -> None:
    for text in ("Café\r\n\tnoise", "Łódź", "路灯", "إضاءة", "সড়ক", "\U0001f6a8 now", "Ŵ\u200d"):
        assert not is_unfit(text)


def test_hidden_signs_are_dropped_and_look_alikes_folded() -> None:
    assert drop_hidden("a\u200bb\x00c\ufe0fd\te\r\nf") == "abcd e\nf"
    assert drop_hidden("a\u200bb", keep="\u200b") == "a\u200bb"
    assert fold_signs("\uff2d\u0455 \u0663&#8203;") == "Ms 3"
    assert fold_signs("Llŵybr") == "Llŵybr"


def test_no_sign_of_what_people_write_is_drawn() -> None:
    said = plain("Lights ![x](http://e.example/a.png) [go](https://e.example) :red[a] $x$ &amp;")
    assert not re.search(r"(?<!\\)[\[\]!:$&*]", said)
    assert f"http{JOINER}" in said and f"https{JOINER}" in said
    assert plain("see www.e.example") == f"see www{JOINER}.e.example"
    assert plain("x\n\n# Big") == "x \\# Big"
    assert plain("- one") == "\\- one" and plain("1. one") == "1\\. one"
    assert plain("Off-road bikes, 2nd time (again)") == "Off-road bikes, 2nd time (again)"


def test_officer_is_named_without_a_link() -> None:
    row = {
        "name": "[Click](http://e.example)", "role": "*PC*", "is_lead": False,
        "phone": "101", "email": "a_b@force.example",
    }  # fmt: skip
    said = say_officer(row)
    assert "  \nTelephone 101; e-mail a" in said
    assert "\\[Click\\](http" in said and "\\*PC\\*" in said and "a\\_b@force.example" in said
