"""Reading a table of one score an area, such as an index of deprivation by LSOA.

A score is of a place, never of a person: what is named after a trait of people, or after young
people, is refused. It goes into the safety index alone, as its part of deprivation.
"""

import datetime as dt
import hashlib
from functools import partial
from pathlib import Path
from typing import Literal, Self

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, model_validator

from geodata.errors import ColumnsMissingError, MappingError, safe_value
from geodata.faults import Faults
from geodata.sources.census import find_code_column, is_area_code
from geodata.sources.extract_fields import nearest
from geodata.sources.mapping_files import fill_model, parse_toml, read_mapping_text
from geodata.survey_items import is_about_young_people
from geodata.survey_traits import find_traits

READY = {"iod-2025": "indices_of_deprivation_2025.toml"}
"""Mappings that come with Wardlight: the name to give for the file, and where it lies."""

KINDS = ("lsoa", "ward")
"""Kinds of area that a score may be of."""

_NEXT_STEP = "Correct the mapping file; docs/data.md has an example under 'area-scores'."


class ScorePart(BaseModel):
    """What a score is called and measures, where it stands, its day, direction and licence."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=120)
    measures: str = Field(min_length=1, max_length=300)
    column: str = Field(min_length=1)
    as_at: dt.date
    higher_is: Literal["more deprived", "less deprived"]
    top: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    licence: str = Field(min_length=1, max_length=300)

    @model_validator(mode="after")
    def _check_top(self) -> Self:
        if self.higher_is == "less deprived" and self.top is None:
            raise ValueError(
                "a score of which higher is less deprived needs 'top', the end of its scale, so "
                "that it can be turned round"
            )
        return self


class ScoreMapping(BaseModel):
    """What a mapping of a score says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    score: ScorePart
    digest: str = ""


def load_score_mapping(path: Path | str) -> ScoreMapping:
    """Read a mapping of a score from a TOML file, or a ready one by its name in `READY`.

    Raises
    ------
    MappingError
        If it is missing, not TOML, says something that is not accepted, or is about a trait of
        people.
    """
    text, name = read_mapping_text(path, _NEXT_STEP, READY)
    return parse_score_mapping(text, name)


def parse_score_mapping(text: str, name: str = "mapping") -> ScoreMapping:
    """Read a mapping of a score from its TOML text; ``name`` is the file for errors."""
    refuse = partial(_refuse, name)
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    data = {**parse_toml(text, refuse), "digest": digest}
    mapping = fill_model(ScoreMapping, data, refuse)
    part = mapping.score
    said_of = [part.name, part.measures, part.column]
    young = [text for text in said_of if is_about_young_people(text)]
    if traits := [*find_traits(said_of), *young]:
        raise _refuse(
            name,
            f"{safe_value(traits[0])} is about a trait of people, and areas are never ranked by "
            "age, sex, ethnicity or another one",
        )
    return mapping


def read_scores(
    frame: pd.DataFrame, name: str, faults: Faults, mapping: ScoreMapping
) -> pd.DataFrame:
    """Read the score of each area.

    Parameters
    ----------
    frame : DataFrame
        Text columns, index = row number in the file; one row an area.
    name : str
        File name for messages.
    faults : Faults
        Takes rows with a bad code, an area that comes twice, or a score that is not accepted.
    mapping : ScoreMapping
        Which column is the score, and which way it runs.

    Returns
    -------
    DataFrame
        Shape `schemas.AREA_SCORE_COLUMNS`, scores as the file has them.

    Raises
    ------
    ColumnsMissingError
        If the score is not in the file, or its areas are neither LSOAs nor wards.
    """
    code_column, kind = find_code_column(frame, name)
    if kind not in KINDS:
        raise ColumnsMissingError(
            f"{name} has a score by areas that cannot be used.",
            f"Column {safe_value(code_column)} is of kind {kind}; accepted are LSOAs and wards.",
            "Take the table by LSOA or by ward.",
        )
    part = mapping.score
    present = [str(column) for column in frame.columns]
    if part.column not in present:
        raise ColumnsMissingError(
            f"{name} lacks the column of the score.",
            f"Missing: {part.column[:100]}{nearest(part.column, present)}.",
            "Give the name as the file has it, in the mapping file.",
        )
    codes = frame[code_column]
    score = pd.to_numeric(frame[part.column].str.replace(",", ""), errors="coerce").astype(float)
    most = part.top if part.top is not None else float("inf")
    bad = ~codes.map(lambda code: is_area_code(code, kind)).astype(bool)
    twice = ~bad & codes.duplicated()
    # Infinity is no score, with a top or without.
    wrong = ~bad & ~twice & ~(score.between(0, most) & (score < float("inf")))
    end = f" to {part.top:g}" if part.top is not None else " up"
    for rows, column, said in (
        (bad, code_column, f"a {kind} code"),
        (twice, code_column, "each area once in a file"),
        (wrong, part.column, f"a number from 0{end} is accepted"),
    ):
        faults.add_rows(frame.index[rows], column, frame.loc[rows, column], said)
    good = ~(bad | twice | wrong)
    return pd.DataFrame({"kind": kind, "code": codes[good], "score": score[good]}).reset_index(
        drop=True
    )


def _refuse(name: str, detail: str) -> MappingError:
    return MappingError(
        "The mapping file is not accepted.", f"{safe_value(name)}: {detail}.", _NEXT_STEP
    )
