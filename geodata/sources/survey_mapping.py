"""The mapping file of a survey: which column is what, and what each answer is worth.

A TOML file with the tables [survey], [columns], [segment], [dates], [translate.NAME] and one
[items.NAME] a question. A name that is not known is an error, since a misspelt one would be lost
silently.
"""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from geodata.calendar import say_date
from geodata.errors import MappingError, safe_value
from geodata.personal_details import LONGEST_WORD, find_personal
from geodata.sources.extract_fields import nearest
from geodata.sources.mapping import DatesPart
from geodata.sources.mapping_draft import DRAFT_MARK
from geodata.sources.mapping_files import fill_model, parse_toml, read_mapping_text
from geodata.survey_items import KINDS, REACHES, ROLES, Item, why_refused
from geodata.survey_traits import find_traits

MICRODATA_COLUMNS = (
    "respondent", "weight", "date", "quarter", "district", "ward", "place", "segment", "stratum",
    "cluster",
)  # fmt: skip
ESTIMATE_COLUMNS = ("area", "group", "item", "period", "value", "low", "high", "respondents")
READY = {"british-crime-survey-2007-08": "british_crime_survey_2007_08.toml"}
"""Mappings that come with Wardlight: the name to give for the file, and where it lies."""

_NEXT_STEP = (
    "Correct the mapping file; 'wardlight import survey --suggest-mapping FILE' drafts one."
)
_NAME = re.compile(r"^[a-z][a-z0-9_]{0,39}$")
_WHOLE = re.compile(r"^(-?\d+)\.0+$")


def say_code(value: object) -> str:
    """Give an answer code as it is compared: without spaces around, '1' for 1.0.

    Examples
    --------
    >>> say_code(" 3.0 "), say_code(4), say_code("Yes")
    ('3', '4', 'Yes')
    """
    text = str(value).strip()
    found = _WHOLE.match(text)
    return found[1] if found else text


def _say_codes(value: object) -> object:
    return tuple(say_code(one) for one in value) if isinstance(value, list | tuple) else value


Codes = Annotated[tuple[str, ...], BeforeValidator(_say_codes)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SurveyPart(_Part):
    """The survey as a whole.

    ``groups`` are the groups of people that ready figures are of; ``same_points`` says that a code
    of a stratum or sampling point means the same in every quarter. ``licence`` is the notice that
    its licence asks for, shown wherever figures of it may be.
    """

    name: str = Field(min_length=1, max_length=120)
    about: str = ""
    licence: str = Field(default="", max_length=300)
    kind: Literal["microdata", "estimates"] = "microdata"
    reach: Literal["area", "shape only", "indicative"] = "area"
    classification: str = ""
    complete_to: dt.date | None = None
    unweighted: bool = False
    same_points: bool = False
    synthetic: bool = False
    groups: tuple[str, ...] = ()
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)


class SegmentPart(_Part):
    """The columns whose answers, joined by '/', are the code of the segment."""

    columns: tuple[str, ...] = ()


class ItemPart(_Part):
    """One question: its column, and what its answers are worth."""

    column: str = ""
    label: str = Field(min_length=1)
    question: str = ""
    role: str = "other"
    in_score: bool = False
    scale: Codes | dict[str, float] = ()
    range: tuple[float, float] | None = None
    yes: Codes = ()
    yes_label: str = ""
    missing: Codes = ()

    @property
    def scores(self) -> dict[str, float]:
        """The score from 0 to 100 of each answer; empty where the answer is a number itself."""
        if isinstance(self.scale, dict):
            return {say_code(code): score for code, score in self.scale.items()}
        steps = max(len(self.scale) - 1, 1)
        return {code: 100 - 100 * place / steps for place, code in enumerate(self.scale)}

    @property
    def coding(self) -> str:
        """What each answer is worth, in a form that can be compared."""
        worth = {"scores": self.scores, "range": self.range, "yes": sorted(self.yes),
                 "missing": sorted(self.missing)}  # fmt: skip
        return json.dumps({name: said for name, said in worth.items() if said}, sort_keys=True)


class SurveyMapping(_Part):
    """What the mapping file of a survey says, checked."""

    survey: SurveyPart
    columns: dict[str, str] = Field(default_factory=dict)
    segment: SegmentPart = SegmentPart()
    dates: DatesPart = DatesPart()
    translate: dict[str, dict[str, str]] = Field(default_factory=dict)
    items: dict[str, ItemPart] = Field(min_length=1)
    digest: str = ""

    @property
    def questions(self) -> tuple[Item, ...]:
        """The questions as the store keeps them."""
        return tuple(
            Item(
                name=name,
                label=part.label,
                question=part.question,
                role=part.role,
                yes_label=part.yes_label or ("Yes" if part.yes else ""),
                in_score=part.in_score,
                coding=part.coding,
            )
            for name, part in self.items.items()
        )


def load_survey_mapping(path: Path | str) -> SurveyMapping:
    """Read the mapping file of a survey, or a ready one by its name in `READY`.

    Raises
    ------
    MappingError
        If the file is missing, not TOML, a draft, or says something that is not accepted; the
        message names the key and the nearest accepted name.
    """
    text, name = read_mapping_text(path, f"{_NEXT_STEP} Ready ones are {', '.join(READY)}.", READY)
    return parse_survey_mapping(text, name)


def parse_survey_mapping(
    text: str, name: str = "mapping", *, today: dt.date | None = None
) -> SurveyMapping:
    """Read the mapping of a survey from its TOML text.

    Parameters
    ----------
    text : str
    name : str, default 'mapping'
        The file to name in errors.
    today : date, optional
        No survey is complete to a later day; the day of the machine's clock if not given.
    """
    refuse = partial(_refuse, name)
    data = parse_toml(text, refuse)
    _check_names(name, "", data, [one for one in SurveyMapping.model_fields if one != "digest"])
    survey = data.get("survey", {})
    _check_names(name, "survey", survey, SurveyPart.model_fields)
    _check_words(name, "survey", survey, {"kind": KINDS, "reach": REACHES})
    is_microdata = survey.get("kind", "microdata") == "microdata"
    accepted = MICRODATA_COLUMNS if is_microdata else ESTIMATE_COLUMNS
    _check_names(name, "columns", data.get("columns", {}), accepted)
    _check_names(name, "segment", data.get("segment", {}), SegmentPart.model_fields)
    _check_names(name, "dates", data.get("dates", {}), DatesPart.model_fields)
    parts = data.get("segment", {}).get("columns", ())
    translated = ("district", "segment", *parts) if is_microdata else ("area", "item")
    _check_names(name, "translate", data.get("translate", {}), translated)
    _check_names(name, "items", data.get("items", {}), None)
    for item, part in data.get("items", {}).items():
        _check_names(name, f"items.{item}", part, ItemPart.model_fields)
        _check_words(name, f"items.{item}", part, {"role": ROLES})
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    mapping = fill_model(SurveyMapping, {**data, "digest": digest}, refuse)
    if DRAFT_MARK in mapping.survey.name:
        raise MappingError(
            "The mapping file is still a draft.",
            f"Its [survey] name says {safe_value(mapping.survey.name)}.",
            "Write the name of the survey there, and look at each line marked CHECK.",
        )
    _check_day(name, survey.get("complete_to"), today or dt.date.today())
    _check_personal(name, mapping)
    for item, part in mapping.items.items():
        _check_item(name, item, part, is_microdata=is_microdata)
    (_check_microdata if is_microdata else _check_estimates)(name, mapping)
    return mapping


def _check_names(name: str, table: str, given: object, accepted: Collection[str] | None) -> None:
    if not isinstance(given, dict):
        raise _refuse(name, f"[{table}] is {safe_value(given)}; a table is accepted")
    for key in given:
        if accepted is None:
            if not _NAME.match(key):
                raise _refuse(
                    name,
                    f"[{table}.{key}] is no name of a question; accepted are up to 40 small "
                    "letters, figures and '_'",
                )
        elif key not in accepted:
            place = f"[{table}]" if table else "the file"
            raise _refuse(name, f"{place} has the unknown key {key!r}{nearest(key, accepted)}")


def _check_words(
    name: str, table: str, given: dict[str, object], words: dict[str, tuple[str, ...]]
) -> None:
    for key, accepted in words.items():
        word = given.get(key, accepted[0])
        if word not in accepted:
            raise _refuse(
                name,
                f"[{table}] gives {key} as {safe_value(word)}; accepted are "
                f"{', '.join(accepted)}{nearest(str(word), accepted)}",
            )


def _check_day(name: str, complete_to: object, today: dt.date) -> None:
    if isinstance(complete_to, dt.date) and complete_to > today:
        raise _refuse(
            name,
            f"[survey] complete_to is {say_date(complete_to)}, which is still to come; accepted is "
            f"the last day up to which fieldwork is whole, at latest {say_date(today)}",
        )


def _check_personal(name: str, mapping: SurveyMapping) -> None:
    """Refuse texts that are kept and shown on screens if they seem to hold a personal detail."""
    survey = mapping.survey
    texts = [("survey", "name", survey.name), ("survey", "about", survey.about),
             ("survey", "licence", survey.licence),
             ("survey", "classification", survey.classification)]  # fmt: skip
    for item, part in mapping.items.items():
        said = (("label", part.label), ("question", part.question), ("yes_label", part.yes_label))
        words = ("scale", *part.scores), ("yes", *part.yes), ("missing", *part.missing)
        texts += [(f"items.{item}", key, text) for key, text in said]
        texts += [(f"items.{item}", key, text) for key, *codes in words for text in codes]
    for table, key, text in texts:
        if found := find_personal(text):
            raise _refuse(
                name,
                f"[{table}] {key} seems to hold {' and '.join(found)}; it is shown on screens, so "
                "leave personal details out",
            )


def _check_item(name: str, item: str, part: ItemPart, *, is_microdata: bool) -> None:
    table = f"[items.{item}]"
    refused = why_refused(
        item, part.label, part.question, part.column, part.yes_label, *part.scores,
        role=part.role, in_score=part.in_score,
    )  # fmt: skip
    if refused:
        raise _refuse(name, f"{table}: {refused}")
    if not is_microdata:
        return
    if not part.column:
        raise _refuse(name, f"{table} does not name its column; it is needed")
    if bool(part.scale) == bool(part.range):
        raise _refuse(name, f"{table} needs either a scale or a range")
    if part.range and part.range[0] == part.range[1]:
        raise _refuse(name, f"{table} range has the same number twice")
    scores = part.scores
    if part.scale and len(scores) < 2:
        raise _refuse(name, f"{table} scale has fewer than two different answers")
    if not all(0 <= score <= 100 for score in scores.values()):
        raise _refuse(name, f"{table} scale has a score outside 0 to 100")
    for code in part.yes:
        if code not in scores:
            raise _refuse(name, f"{table} yes has {code!r}, which its scale does not have")
    both = set(part.missing) & set(scores)
    if both:
        raise _refuse(name, f"{table} has {', '.join(sorted(both))} in its scale and as missing")


def _check_microdata(name: str, mapping: SurveyMapping) -> None:
    columns, survey = mapping.columns, mapping.survey
    if ("weight" in columns) == survey.unweighted:
        raise _refuse(
            name,
            "[columns] names a weight and [survey] says unweighted; only one can be"
            if survey.unweighted
            else "[columns] does not name weight; it is needed, or [survey] unweighted = true "
            "where every answer counts the same",
        )
    if "date" in columns and "quarter" in columns:
        raise _refuse(name, "[columns] names date and quarter; only one is accepted")
    if "segment" in columns and mapping.segment.columns:
        raise _refuse(name, "[columns] names segment beside [segment] columns; one is accepted")
    if survey.reach == "area" and not {"district", "ward", "place"} & set(columns):
        raise _refuse(
            name,
            "[columns] names none of district, ward and place; one is needed, or [survey] reach = "
            "'shape only' for a survey of other places",
        )
    parts = mapping.segment.columns
    translated = [word for one in parts for pair in mapping.translate.get(one, {}).items()
                  for word in pair]  # fmt: skip
    named = (survey.classification, *parts, columns.get("segment", ""), *translated)
    if traits := find_traits(named):
        raise _refuse(
            name,
            f"the segment has {safe_value(traits[0])}; a segment is a kind of area, and age, sex, "
            "ethnicity and other traits of a person are not kept of a survey",
        )
    design = [columns[one] for one in ("stratum", "cluster") if one in columns]
    if traits := find_traits(design):
        raise _refuse(
            name,
            f"[columns] stratum or cluster is {safe_value(traits[0])}; a stratum or sampling point "
            "is a part of the sample, and no trait of a person is kept of a survey",
        )
    if survey.same_points and not design:
        raise _refuse(name, "[survey] same_points needs [columns] stratum or cluster")
    if not survey.classification and ("segment" in columns or mapping.segment.columns):
        raise _refuse(name, "[survey] does not name the classification of its segments")
    if not {"date", "quarter"} & set(columns) and survey.reach == "area":
        raise _refuse(name, "[columns] names neither date nor quarter; one is needed")


def _check_estimates(name: str, mapping: SurveyMapping) -> None:
    for field in ("item", "value", "period"):
        if field not in mapping.columns:
            raise _refuse(name, f"[columns] does not name {field}; it is needed")
    groups = mapping.survey.groups
    if ("group" in mapping.columns) != bool(groups):
        raise _refuse(name, "[columns] group and [survey] groups = [...] go together")
    personal = [one for one in groups if find_personal(one) or len(one) > LONGEST_WORD]
    if refused := [*find_traits(groups), *personal]:
        raise _refuse(
            name,
            f"[survey] groups has {safe_value(refused[0], personal=bool(personal))}; a group is a "
            "few words such as 'Renters', without a trait or detail of a person",
        )


def _refuse(name: str, detail: str) -> MappingError:
    return MappingError(
        "The mapping file is not accepted.", f"{safe_value(name)}: {detail}.", _NEXT_STEP
    )
