"""Reading any class of areas as a classification: one column, or several joined by '/'.

So a table of deprivation deciles can become fifths, and fifths can be crossed with urban and
rural areas of another file, without a line of code.
"""

import hashlib
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from geodata.errors import ColumnsMissingError, MappingError, ReferenceDataMissingError, safe_value
from geodata.faults import Faults
from geodata.sources.census import find_code_column, is_area_code
from geodata.sources.extract_fields import nearest
from geodata.sources.mapping_files import fill_model, parse_toml, read_mapping_text
from geodata.sources.survey_mapping import say_code
from geodata.survey_traits import find_traits

READY = {"deprivation-fifth-urban-rural": "deprivation_fifth_urban_rural.toml"}
"""Mappings that come with Wardlight: the name to give for the file, and where it lies."""

_NEXT_STEP = "Correct the mapping file; docs/data.md has an example under 'segments'."


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ClassificationPart(_Part):
    """Name of the classification and the columns that make its codes.

    ``parent`` is the column of the larger segment that each segment lies in, if there is one.
    """

    name: str = Field(min_length=1, max_length=120)
    columns: tuple[str, ...] = Field(min_length=1)
    beside: str = ""
    parent: str = ""


class ClassMapping(_Part):
    """What a mapping of area classes says: columns, words to codes, and names of codes."""

    classification: ClassificationPart
    translate: dict[str, dict[str, str]] = Field(default_factory=dict)
    names: dict[str, str] = Field(default_factory=dict)
    digest: str = ""


def load_class_mapping(path: Path | str) -> ClassMapping:
    """Read a mapping of area classes from a TOML file, or a ready one by its name in `READY`.

    Raises
    ------
    MappingError
        If it is missing, not TOML, or says something that is not accepted.
    """
    text, name = read_mapping_text(path, _NEXT_STEP, READY)
    return parse_class_mapping(text, name)


def parse_class_mapping(text: str, name: str = "mapping") -> ClassMapping:
    """Read a mapping of area classes from its TOML text; ``name`` is the file for errors."""
    refuse = partial(_refuse, name)
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    data = {**parse_toml(text, refuse), "digest": digest}
    mapping = fill_model(ClassMapping, data, refuse)
    part = mapping.classification
    known = [*part.columns, *([part.parent] if part.parent else [])]
    for column in mapping.translate:
        if column not in known:
            raise _refuse(
                name,
                f"[translate] has {column!r}, which is no column of the classification"
                f"{nearest(column, known)}",
            )
    return mapping


def read_classes(
    frame: pd.DataFrame,
    name: str,
    faults: Faults,
    mapping: ClassMapping,
    held: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Read the classes of areas as a classification.

    Parameters
    ----------
    frame : DataFrame
        Text columns, index = row number in the file; one row an area.
    name : str
        File name for messages.
    faults : Faults
        Takes rows with a bad code, no class, or an area that comes twice.
    mapping : ClassMapping
        Which columns make the code, their words and the names of codes.
    held : DataFrame, optional
        The classification whose codes are joined behind (``beside``), as
        `geodata.store.areas.read_segments` gives it.

    Returns
    -------
    DataFrame
        Shape `schemas.SEGMENT_COLUMNS`, and parent_code ('' where there is none); every area lies
        whole in one segment.

    Raises
    ------
    ColumnsMissingError
        If a column is not in the file.
    MappingError
        If the classification or a column is of a trait of people, or a segment has two parents.
    ReferenceDataMissingError
        If the classification to stand beside is not held.
    """
    part = mapping.classification
    parent = [part.parent] if part.parent else []
    if traits := find_traits([part.name, *part.columns, *parent]):
        raise _refuse(
            name,
            f"{safe_value(traits[0])} is a trait of people, and areas are never told apart by age, "
            "sex, ethnicity or another one",
        )
    code_column, kind = find_code_column(frame, name)
    present = [str(column) for column in frame.columns]
    missing = [column for column in [*part.columns, *parent] if column not in present]
    if missing:
        raise ColumnsMissingError(
            f"{name} lacks columns of the classification.",
            f"Missing: {', '.join(missing)[:200]}{nearest(missing[0], present)}.",
            "Give the names as the file has them, with --class-column or in the mapping file.",
        )
    joined = [_translate(frame[one], mapping.translate.get(one, {})) for one in part.columns]
    if part.beside:
        joined.append(_classes_beside(frame[code_column], part.beside, kind, held))
    bad = ~frame[code_column].map(lambda code: is_area_code(code, kind))
    twice = ~bad & frame[code_column].duplicated()
    blank = ~bad & pd.concat([one.eq("") for one in joined], axis=1).any(axis=1)
    for rows, column, said in (
        (bad, code_column, f"a {kind} code"),
        (twice, code_column, "each area once in a file"),
        (blank, "/".join([*part.columns, *([part.beside] if part.beside else [])]),
         "a class is needed, it is blank"),
    ):  # fmt: skip
        faults.add_rows(frame.index[rows], column, frame.loc[rows, code_column], said)
    good = ~(bad | twice | blank)
    codes = pd.Series(["/".join(row) for row in zip(*joined, strict=True)], index=frame.index)[good]
    larger = pd.Series("", index=codes.index, dtype="str")
    if part.parent:
        words = mapping.translate.get(part.parent, {})
        larger = _read_parents(codes, _translate(frame.loc[good, part.parent], words), name, part)
    return pd.DataFrame(
        {
            "classification": part.name,
            "kind": kind,
            "code": frame.loc[good, code_column],
            "segment_code": codes,
            "segment_name": codes.map(lambda code: mapping.names.get(code, code)),
            "share": 1.0,
            "parent_code": larger,
        }
    ).reset_index(drop=True)


def _read_parents(
    codes: pd.Series, larger: pd.Series, name: str, part: ClassificationPart
) -> pd.Series:
    """Give the larger segment of each area's segment, '' for one that lies in no other.

    A segment that is its own parent is one that the classification does not divide.
    """
    larger = larger.mask(larger == codes, "")
    pairs = pd.DataFrame({"code": codes, "larger": larger}).drop_duplicates()
    twice = pairs.loc[pairs["code"].duplicated(keep=False)].sort_values("code")
    if len(twice):
        said = " and ".join(safe_value(one) for one in twice["larger"].head(2))
        raise _refuse(
            name,
            f"segment {safe_value(twice['code'].iloc[0])} lies in {said} by {part.parent!r}; "
            "accepted is one larger segment of each",
        )
    within = dict(zip(pairs["code"], pairs["larger"], strict=True))
    chain = [one for one in within if within.get(within[one])]
    if chain:
        both = safe_value(within[chain[0]])
        raise _refuse(
            name,
            f"{both} is a segment within another and the larger one of {safe_value(chain[0])}; "
            f"give the classes of {part.parent!r} codes of their own, with [translate]",
        )
    return larger


def _translate(column: pd.Series, words: Mapping[str, str]) -> pd.Series:
    given = {say_code(word): code for word, code in words.items()}
    return column.map({text: given.get(say_code(text), say_code(text)) for text in column.unique()})


def _classes_beside(
    codes: pd.Series, classification: str, kind: str, held: pd.DataFrame | None
) -> pd.Series:
    if held is None or held.empty:
        raise ReferenceDataMissingError(
            f"The classification {classification!r} is not held.",
            "Its codes shall stand behind those of this file.",
            "Import it first: wardlight import segments FILE --class-column NAME "
            f"--classification {classification!r}",
        )
    same = held[held["kind"] == kind]
    by_code = dict(zip(same["code"], same["segment_code"], strict=True))
    return codes.map(lambda code: by_code.get(code, ""))


def _refuse(name: str, detail: str) -> MappingError:
    return MappingError(
        "The mapping file is not accepted.", f"{safe_value(name)}: {detail}.", _NEXT_STEP
    )
