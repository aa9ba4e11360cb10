"""Reading files of statistics packages, and drafting a mapping from what they say."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from geodata.errors import FileNotReadableError
from geodata.settings import Settings
from geodata.sources.statistics_files import read_survey_table
from geodata.sources.survey_draft import suggest_survey_mapping
from geodata.sources.survey_mapping import parse_survey_mapping


@dataclass(frozen=True)
class File:
    """A file on disk, as an import hands it over."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def suffix(self) -> str:
        return self.path.suffix


@pytest.fixture
def answers() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": [61302140.0, 61384060.0, 61384061.0], "wt": [1.25, 0.5, 1.0],
            "q1": [1.0, 8.0, np.nan], "la": ["E06000035", "E06000035", ""],
            "when": [dt.date(2026, 7, 1), dt.date(2026, 8, 1), dt.date(2026, 9, 30)],
        }
    )  # fmt: skip


@pytest.mark.parametrize("suffix", [".sav", ".zsav", ".dta"])
def test_spss_and_stata_give_the_same_table_as_csv(
    suffix: str, answers: pd.DataFrame, tmp_path: Path
) -> None:
    path = tmp_path / f"answers{suffix}"
    labels = {"q1": "How worried about insults"}
    values = {"q1": {1: "very worried", 2: "not worried", 8: "refused"}}
    if suffix == ".dta":
        pyreadstat.write_dta(answers, str(path), column_labels=labels, variable_value_labels=values)
    else:
        pyreadstat.write_sav(
            answers, str(path), column_labels=labels, variable_value_labels=values,
            compress=suffix == ".zsav",
        )  # fmt: skip
    frame = read_survey_table(File(path), settings=Settings())
    assert frame["id"].tolist() == ["61302140", "61384060", "61384061"]
    assert frame["q1"].tolist() == ["1", "8", ""]
    assert frame["wt"].tolist() == ["1.25", "0.5", "1"]
    assert frame["when"].tolist() == ["2026-07-01", "2026-08-01", "2026-09-30"]
    assert frame.index.tolist() == [2, 3, 4]
    assert frame.attrs["labels"]["q1"] == "How worried about insults"
    assert frame.attrs["value_labels"]["q1"]["8"] == "refused"


def test_values_that_spss_declares_missing_are_blank(answers: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "answers.sav"
    pyreadstat.write_sav(answers, str(path), missing_ranges={"q1": [8.0]})
    assert read_survey_table(File(path), settings=Settings())["q1"].tolist() == ["1", "", ""]


def test_broken_or_huge_statistics_file_is_refused(answers: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "answers.sav"
    path.write_bytes(b"not a statistics file")
    with pytest.raises(FileNotReadableError, match="not a whole"):
        read_survey_table(File(path), settings=Settings())
    large = tmp_path / "large.zsav"
    pyreadstat.write_sav(pd.DataFrame({"q1": np.zeros(140_000)}), str(large), compress=True)
    with pytest.raises(FileNotReadableError, match="more than 1 MB"):
        read_survey_table(File(large), settings=Settings(unpacked_limit_mb=1))
    wide = tmp_path / "wide.zsav"
    pyreadstat.write_sav(pd.DataFrame({"said": ["x" * 30_000] * 100}), str(wide), compress=True)
    assert wide.stat().st_size < 200_000
    with pytest.raises(FileNotReadableError, match="more than 1 MB"):
        read_survey_table(File(wide), settings=Settings(unpacked_limit_mb=1))


@pytest.mark.parametrize("suffix", [".zsav", ".dta"])
def test_wide_texts_that_are_mostly_blank_are_read_in_parts(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"wide{suffix}"
    frame = pd.DataFrame({"said": ["y" * 30_000, *[""] * 99], "n": np.arange(100.0)})
    if suffix == ".dta":
        pyreadstat.write_dta(frame, str(path))
    else:
        pyreadstat.write_sav(frame, str(path), compress=True)
    found = read_survey_table(File(path), settings=Settings(unpacked_limit_mb=1))
    assert found["n"].tolist() == [str(number) for number in range(100)]
    assert found["said"].str.len().tolist() == [30_000, *[0] * 99]


def test_draft_proposes_questions_and_never_traits(answers: pd.DataFrame) -> None:
    frame = pd.DataFrame(
        {
            "serial": ["1", "2", "3"], "weight": ["1", "1", "1"], "LAD25CD": ["E06000035"] * 3,
            "intdate": ["01/07/2026"] * 3, "interview_date": ["01/07/2026"] * 3,
            "sex": ["1", "2", "1"], "ethgrp2": ["1", "2", "3"], "winsult": ["1", "4", "8"],
            "teens": ["1", "2", "1"],
        },
        dtype="str",
    )  # fmt: skip
    frame.attrs = {
        "labels": {"winsult": "How worried about being insulted", "teens": "Teenagers about"},
        "value_labels": {"winsult": {"1": "very worried", "4": "not worried", "8": "refused"}},
    }
    draft = suggest_survey_mapping(frame, "answers.sav")
    mapping = parse_survey_mapping(draft.replace('"CHECK name of the survey"', '"Example"'))
    assert mapping.columns["district"] == "LAD25CD"
    assert mapping.columns["weight"] == "weight"
    assert mapping.columns["date"] == "interview_date"
    assert set(mapping.items) == {"winsult", "teens"}
    assert mapping.items["winsult"].role == "worry"
    assert mapping.items["winsult"].missing == ("8",)
    assert mapping.items["teens"].role == "other"
    assert not mapping.items["teens"].in_score


def draft_of(frame: pd.DataFrame):
    draft = suggest_survey_mapping(frame, "answers.csv")
    return draft, parse_survey_mapping(draft.replace('"CHECK name of the survey"', '"Example"'))


@pytest.mark.parametrize(
    "word",
    ["Do not know", "Don't know", "Not applicable", "Prefer not to say", "Refused", "No answer"],
)
def test_draft_takes_no_answer_as_missing_with_a_label_and_without(word: str) -> None:
    coded = pd.DataFrame(
        {"serial": list("abcdef"), "wt": ["1"] * 6, "insult": ["1", "2", "3", "4", "8", "9"],
         "rated": ["0", "8", "9", "10", "5", "-9"]},
        dtype="str",
    )  # fmt: skip
    _, plain = draft_of(coded)
    coded.attrs = {"value_labels": {"insult": {"1": "Very", "4": "Not at all", "8": word,
                                               "9": "Something else"}}}  # fmt: skip
    _, labelled = draft_of(coded)
    for mapping in (plain, labelled):
        assert mapping.items["insult"].scale == ("1", "2", "3", "4")
        assert mapping.items["insult"].missing == ("8", "9")
        # Eight and nine of ten are answers.
        assert mapping.items["rated"].scale == ("0", "5", "8", "9", "10")
        assert mapping.items["rated"].missing == ("-9",)
    coded.attrs = {"value_labels": {"insult": {"3": word}}}
    assert "3" in draft_of(coded)[1].items["insult"].missing


def test_draft_asks_about_a_code_that_almost_no_row_has_and_no_label_names() -> None:
    answers = ["1"] * 300 + ["2"] * 300 + ["3"] + ["4"] * 300 + ["5"] * 2
    frame = pd.DataFrame({"wt": "1", "insult": answers}, dtype="str")
    draft, mapping = draft_of(frame)
    assert mapping.items["insult"].scale == ("1", "2", "3", "4")
    assert '# CHECK: "5" stands in 2 of 903 answers and no label names it' in draft
    frame.attrs = {"value_labels": {"insult": {"5": "Not at all"}}}
    draft, mapping = draft_of(frame)
    assert mapping.items["insult"].scale[-1] == "5" and "stands in" not in draft


def test_draft_knows_common_names_and_says_why_reach_falls_back() -> None:
    rows = {
        "respid": ["1", "2", "3"], "wt": ["1"] * 3, "when": ["2026-07-01"] * 3,
        "wave": ["1", "1", "2"], "la": ["E06000035"] * 3, "seg": ["1a", "1b", "1a"],
        "insult": ["1", "2", "4"],
    }  # fmt: skip
    frame = pd.DataFrame(rows, dtype="str")
    draft, mapping = draft_of(frame)
    assert mapping.columns == {
        "respondent": "respid", "weight": "wt", "date": "when", "district": "la", "segment": "seg",
    }  # fmt: skip
    assert mapping.survey.reach == "area"
    other = frame.rename(columns={"when": "interviewed", "la": "lad", "seg": "oac"})
    assert set(draft_of(other)[1].columns.values()) == {
        "respid", "wt", "interviewed", "lad", "oac"
    }  # fmt: skip
    quarters = frame.drop(columns="when").assign(wave="2026-Q3")
    assert draft_of(quarters)[1].columns["quarter"] == "wave"
    draft, mapping = draft_of(frame.drop(columns="la"))
    assert mapping.survey.reach == "shape only"
    assert "CHECK: no district, ward or small area was found; area, shape only" in draft
    # A wave that is only numbered is no quarter.
    draft, mapping = draft_of(frame.drop(columns="when"))
    assert mapping.survey.reach == "shape only" and "quarter" not in mapping.columns
    assert "CHECK: no date or quarter was found;" in draft


@pytest.mark.parametrize("suffix", [".sav", ".dta"])
def test_statistics_file_and_csv_of_the_same_answers_draft_the_same(
    suffix: str, tmp_path: Path
) -> None:
    answers = pd.DataFrame({"wt": [1.5] * 6, "insult": [1.0, 2.0, 3.0, 4.0, 8.0, 9.0]})
    values = {"insult": {1: "Very", 2: "Fairly", 3: "Not very", 4: "Not at all",
                         8: "Do not know", 9: "Prefer not to say"}}  # fmt: skip
    path = tmp_path / f"answers{suffix}"
    write = pyreadstat.write_dta if suffix == ".dta" else pyreadstat.write_sav
    write(answers, str(path), variable_value_labels=values)
    plain = tmp_path / "answers.csv"
    answers.to_csv(plain, index=False)
    read = [read_survey_table(File(one), settings=Settings()) for one in (path, plain)]
    (_, one), (_, other) = (draft_of(frame) for frame in read)
    # Only labels say which answers are a yes.
    assert one.items["insult"].yes == ("1", "2") and not other.items["insult"].yes
    silent = {"digest": True, "items": {"insult": {"yes", "yes_label"}}}
    assert one.model_dump(exclude=silent) == other.model_dump(exclude=silent)
