"""Names, tactics and channels: dates, kinds of area, and files that are not accepted."""

import datetime as dt
from pathlib import Path

import pytest

from analytics.worry import configuration
from analytics.worry.configuration import PROPOSAL, Quadrants, load_quadrants
from analytics.worry.matrix import QUADRANTS, Quadrant
from geodata.errors import FileNotReadableError, SettingsError

DAY = dt.date(2026, 11, 21)
FILE = Path(configuration.__file__).with_name("quadrants.toml")
TEXT = FILE.read_text(encoding="utf-8")
START = "valid_from = 2000-01-01"


@pytest.fixture(scope="module")
def words() -> Quadrants:
    return load_quadrants(DAY)


def write(folder: Path, text: str) -> Path:
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_words_that_come_with_the_product_say_that_they_are_a_proposal(words: Quadrants) -> None:
    assert [words.advice_of(each).name for each in Quadrant] == [
        "Act and show it", "Quiet harm", "Reassure", "Keep well", "Too close to call", "Not known",
    ]  # fmt: skip
    assert words.is_proposal and words.status == PROPOSAL == "proposal, not policy"
    assert words.sentence == "Names, tactics and channels: a proposal, not policy."
    assert words.content_hash and words.source


def test_tactics_differ_by_quadrant_and_worry_is_no_ground_to_enforce(words: Quadrants) -> None:
    told = [words.advice_of(each).tactics for each in QUADRANTS]
    assert len(set(told)) == 4
    said = " ".join((*words.reassure.tactics, *words.reassure.communications)).lower()
    assert "power" not in said and "enforce" not in said and "dispers" not in said
    assert "young" not in " ".join(
        line for line in TEXT.lower().splitlines() if not line.startswith("#")
    )


def test_every_class_of_both_classifications_has_channels(words: Quadrants) -> None:
    for supergroup in "12345678":
        for code in (supergroup, f"{supergroup}a", f"{supergroup}c2"):
            held = words.lifestyle_of("OAC 2021 group", code)
            assert held is not None and held.channels and held.segment == f"{supergroup}*"
        synthetic = words.lifestyle_of("Synthetic lifestyle segments", supergroup)
        assert synthetic is not None and synthetic.channels
    assert words.lifestyle_of("Synthetic lifestyle segments", "1a") is None
    assert words.lifestyle_of("Another", "1") is None


def test_mix_is_listed_largest_first_and_small_parts_are_left_out(words: Quadrants) -> None:
    mix = words.advise_mix({"6": 0.5, "1": 0.3, "x": 0.15, "2": 0.05}, "OAC 2021 supergroup")
    assert [(each.segment_code, each.share) for each in mix] == [
        ("6", 0.5),
        ("1", 0.3),
        ("x", 0.15),
    ]
    assert mix[0].channels and mix[2].channels == ()


def test_narrowest_entry_wins_and_a_quadrant_may_have_its_own(tmp_path: Path) -> None:
    own = """
[[sets.lifestyles]]
classification = "OAC 2021*"
segment = "6a*"
tactics = ["narrow"]
channels = []

[[sets.lifestyles]]
classification = "OAC 2021*"
segment = "6a*"
quadrants = ["reassure"]
tactics = ["narrow, to reassure"]
channels = []
"""
    found = load_quadrants(DAY, write(tmp_path, TEXT + own))
    told = {
        quadrant: found.lifestyle_of("OAC 2021 subgroup", "6a1", quadrant).tactics  # type: ignore[union-attr]
        for quadrant in ("act", "reassure")
    }
    assert told == {"act": ("narrow",), "reassure": ("narrow, to reassure",)}
    assert found.lifestyle_of("OAC 2021 subgroup", "6b1").tactics != ("narrow",)  # type: ignore[union-attr]


def test_set_in_force_is_the_latest_that_has_started(tmp_path: Path) -> None:
    later = TEXT.replace(START, "valid_from = 2026-06-01").replace(
        'status = "proposal, not policy"', 'status = "agreed by the partnership"'
    )
    path = write(tmp_path, TEXT + later)
    assert load_quadrants(dt.date(2026, 5, 31), path).is_proposal
    agreed = load_quadrants(dt.date(2026, 6, 1), path)
    assert not agreed.is_proposal and "agreed by the partnership" in agreed.sentence
    assert agreed.sentence.endswith("from 1 June 2026.")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TEXT.replace('name = "Reassure"', ""), "sets number 1 reassure name: Field required"),
        (TEXT.replace('name = "Reassure"', 'name = "Keep well"'), "same name"),
        (TEXT.replace('meaning = "Little', 'moaning = "Little'), "moaning"),
        (TEXT.replace(START, 'valid_from = "soon"'), "valid_from"),
        (TEXT.replace('segment = "2*"', 'segment = "1*"'), "same classification"),
        (TEXT + TEXT, "start on the same day"),
        ("", "sets"),
        (
            TEXT.replace('segment = "2*"', 'segment = "2*"\nquadrants = ["calm"]'),
            "quadrants number 1",
        ),
        (TEXT.replace("tactics = [", "tactics = [1,"), "more"),
    ],
)
def test_file_that_is_not_accepted_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as raised:
        load_quadrants(DAY, write(tmp_path, text))
    assert said in str(raised.value)


def test_day_before_every_set_is_refused() -> None:
    with pytest.raises(SettingsError, match="first set starts on 1 January 2000"):
        load_quadrants(dt.date(1999, 12, 31))


@pytest.mark.parametrize("text", [None, "sets = ["])
def test_file_that_cannot_be_read_is_refused(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "own.toml"
    if text is not None:
        write(tmp_path, text)
    with pytest.raises(FileNotReadableError, match=r"own\.toml"):
        load_quadrants(DAY, path)


def test_there_is_no_other_quadrant(words: Quadrants) -> None:
    with pytest.raises(ValueError, match="calm"):
        words.advice_of("calm")
