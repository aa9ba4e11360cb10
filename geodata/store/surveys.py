"""Surveys: what each asked and how far it reaches, its answers, and ready estimates.

A respondent is a number that names nobody. Answers are kept as scores from 0 to 100, never as
words, and no characteristic of a person is kept at all.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from geodata.schemas import (
    SURVEY_ANSWER_COLUMNS,
    SURVEY_ESTIMATE_COLUMNS,
    SURVEY_RESPONDENT_COLUMNS,
    require_columns,
)
from geodata.store.areas import table_of
from geodata.store.database import Database, Transaction
from geodata.store.models import Survey, SurveyAnswer, SurveyEstimate, SurveyRespondent
from geodata.survey_items import KINDS, REACHES, Item, items_from_json, items_to_json

_DELETED_AT_ONCE = 10_000
_ESTIMATE_KEYS = ("kind", "code", "item", "period")


@dataclass(frozen=True)
class SurveyHead:
    """What is known of a survey without its answers.

    Attributes
    ----------
    id : int
        Number in the database.
    name : str
        Its name, each once.
    kind : str
        'microdata' (one row a respondent) or 'estimates' (ready figures).
    reach : str
        'area' (it names districts of here), 'shape only' (of other places or times) or
        'indicative' (self-selected: no range, never pooled).
    about : str
        Who was asked, how and when.
    classification : str
        Classification its segment codes belong to; "" if it has none.
    complete_to : date or None
        Last day up to which its fieldwork is whole; None if it has no dates.
    items : tuple of Item
        Its questions.
    is_synthetic : bool
        True if it was invented.
    """

    id: int
    name: str
    kind: str
    reach: str
    about: str
    classification: str
    complete_to: dt.date | None
    items: tuple[Item, ...]
    is_synthetic: bool


@dataclass(frozen=True)
class SurveyChanges:
    """How many respondents and estimates came new, were held already and made way."""

    added: int
    held: int
    replaced: int


def list_surveys(database: Database) -> list[SurveyHead]:
    """List the surveys that are held, by name."""
    frame = database.read_frame(
        "SELECT s.id, s.name, s.kind, s.reach, s.about, s.classification, s.complete_to, s.items, "
        "i.is_synthetic FROM surveys s JOIN imports i ON i.id = s.import_id ORDER BY s.name"
    )
    return [
        SurveyHead(
            id=int(row["id"]),
            name=str(row["name"]),
            kind=str(row["kind"]),
            reach=str(row["reach"]),
            about=str(row["about"]),
            classification=str(row["classification"]),
            complete_to=_as_day(row["complete_to"]),
            items=items_from_json(str(row["items"])),
            is_synthetic=bool(row["is_synthetic"]),
        )
        for row in frame.to_dict("records")
    ]


def read_respondents(database: Database, survey_id: int) -> pd.DataFrame:
    """Read who answered: `schemas.SURVEY_RESPONDENT_COLUMNS`, by number."""
    frame = database.read_frame(
        f"SELECT {', '.join(SURVEY_RESPONDENT_COLUMNS)} FROM survey_respondents "
        "WHERE survey_id = ? ORDER BY respondent",
        survey_id,
    )
    texts = ("quarter", "district_code", "ward_code", "segment_code")
    kinds: dict[str, Any] = {
        "respondent": "int64",
        "weight": "float64",
        **dict.fromkeys(texts, "str"),
    }
    return frame.astype(kinds)


def read_answers(database: Database, survey_id: int) -> pd.DataFrame:
    """Read what was answered: `schemas.SURVEY_ANSWER_COLUMNS`, by respondent and item.

    ``yes`` is NaN where no answer to the item counts as a yes; who was not asked has no row.
    """
    frame = database.read_frame(
        f"SELECT {', '.join(SURVEY_ANSWER_COLUMNS)} FROM survey_answers "
        "WHERE survey_id = ? ORDER BY respondent, item",
        survey_id,
    )
    kinds: dict[str, Any] = {
        "respondent": "int64",
        "item": "str",
        "score": "float64",
        "yes": "float64",
    }
    return frame.astype(kinds)


def read_survey_estimates(database: Database, survey_id: int) -> pd.DataFrame:
    """Read ready estimates: `schemas.SURVEY_ESTIMATE_COLUMNS`, NaN where a figure is not given."""
    frame = database.read_frame(
        f"SELECT {', '.join(SURVEY_ESTIMATE_COLUMNS)} FROM survey_estimates "
        "WHERE survey_id = ? ORDER BY item, period, kind, code",
        survey_id,
    )
    numbers = ("value", "low", "high", "respondents")
    kinds: dict[str, Any] = {
        name: "float64" if name in numbers else "str" for name in SURVEY_ESTIMATE_COLUMNS
    }
    return frame.astype(kinds)


def write_survey(
    database: Database,
    connection: Transaction,
    head_fields: Mapping[str, Any],
    respondents: pd.DataFrame,
    answers: pd.DataFrame,
    estimates: pd.DataFrame,
    import_id: int,
    *,
    replaces: bool = False,
) -> SurveyChanges:
    """Store a survey, or add to one of the same name.

    Respondents and estimates that are held already make way (estimates) or stay as they are
    (respondents); everything happens in the open transaction.

    Parameters
    ----------
    database : Database
    connection : Transaction
        From `Database.begin`.
    head_fields : mapping
        name, kind, reach, items (sequence of Item), and if known about, classification and
        complete_to. They take the place of what was held, but ``complete_to`` never goes back.
    respondents : DataFrame
        `schemas.SURVEY_RESPONDENT_COLUMNS`; may be empty.
    answers : DataFrame
        `schemas.SURVEY_ANSWER_COLUMNS`; of respondents in the frame above.
    estimates : DataFrame
        `schemas.SURVEY_ESTIMATE_COLUMNS`; may be empty.
    import_id : int
        The import they came with.
    replaces : bool, default False
        True where respondents cannot be told apart between files: those of the quarters that
        come, or all where the file has no quarters, make way, and the new ones are numbered on.

    Raises
    ------
    ValueError
        If kind or reach is not known, or a frame lacks a column.
    """
    if head_fields["kind"] not in KINDS or head_fields["reach"] not in REACHES:
        raise ValueError(f"kind is one of {KINDS} and reach one of {REACHES}")
    require_columns(respondents, SURVEY_RESPONDENT_COLUMNS, "respondents")
    require_columns(answers, SURVEY_ANSWER_COLUMNS, "answers")
    require_columns(estimates, SURVEY_ESTIMATE_COLUMNS, "estimates")
    survey_id = _write_head(connection, head_fields, import_id)
    gone = 0
    if replaces:
        gone = _clear_quarters(connection, survey_id, respondents["quarter"].unique().tolist())
        respondents, answers = _number_on(connection, survey_id, respondents, answers)
    known = _held_respondents(connection, survey_id)
    fresh = respondents[~respondents["respondent"].isin(known)]
    kept = answers[answers["respondent"].isin(fresh["respondent"])]
    database.write_frame(
        connection,
        table_of(SurveyRespondent),
        fresh[list(SURVEY_RESPONDENT_COLUMNS)].assign(survey_id=survey_id, import_id=import_id),
    )
    yes = kept["yes"].astype("Float64").astype("Int64")
    database.write_frame(
        connection,
        table_of(SurveyAnswer),
        kept[list(SURVEY_ANSWER_COLUMNS)].assign(survey_id=survey_id, yes=yes),
    )
    gone += _clear_estimates(connection, survey_id, estimates)
    counted = estimates["respondents"].astype("Float64").astype("Int64")
    database.write_frame(
        connection,
        table_of(SurveyEstimate),
        estimates[list(SURVEY_ESTIMATE_COLUMNS)].assign(
            respondents=counted, survey_id=survey_id, import_id=import_id
        ),
    )
    return SurveyChanges(len(fresh) + len(estimates), len(respondents) - len(fresh), gone)


def clear_survey(connection: Transaction, name: str) -> int:
    """Take out the respondents, answers and figures of a survey; how many respondents and figures.

    The survey itself stays, so that a file of the same name can fill it anew.
    """
    surveys = table_of(Survey)
    held = connection.execute(sa.select(surveys.c.id).where(surveys.c.name == name)).first()
    if held is None:
        return 0
    gone = 0
    for model in (SurveyAnswer, SurveyRespondent, SurveyEstimate):
        table = table_of(model)
        result = connection.execute(sa.delete(table).where(table.c.survey_id == held.id))
        gone += result.rowcount if model is not SurveyAnswer else 0
    connection.execute(sa.update(surveys).where(surveys.c.id == held.id).values(complete_to=None))
    return gone


def _write_head(connection: Transaction, fields: Mapping[str, Any], import_id: int) -> int:
    table = table_of(Survey)
    values = {
        "import_id": import_id,
        "name": fields["name"],
        "kind": fields["kind"],
        "reach": fields["reach"],
        "about": fields.get("about", ""),
        "classification": fields.get("classification", ""),
        "complete_to": fields.get("complete_to"),
        "items": items_to_json(fields["items"]),
    }
    held = connection.execute(
        sa.select(table.c.id, table.c.complete_to).where(table.c.name == fields["name"])
    ).first()
    if held is None:
        key = connection.execute(sa.insert(table).values(values)).inserted_primary_key
        assert key is not None
        return int(key[0])
    if held.complete_to and (not values["complete_to"] or values["complete_to"] < held.complete_to):
        values["complete_to"] = held.complete_to
    connection.execute(sa.update(table).where(table.c.id == held.id).values(values))
    return int(held.id)


def _held_respondents(connection: Transaction, survey_id: int) -> list[int]:
    table = table_of(SurveyRespondent)
    rows = connection.execute(sa.select(table.c.respondent).where(table.c.survey_id == survey_id))
    return [int(row[0]) for row in rows]


def _clear_quarters(connection: Transaction, survey_id: int, quarters: list[str]) -> int:
    people, answers = table_of(SurveyRespondent), table_of(SurveyAnswer)
    ours = people.c.survey_id == survey_id
    if quarters and "" not in quarters:
        ours &= people.c.quarter.in_(quarters)
    gone = [int(row[0]) for row in connection.execute(sa.select(people.c.respondent).where(ours))]
    for start in range(0, len(gone), _DELETED_AT_ONCE):
        batch = gone[start : start + _DELETED_AT_ONCE]
        connection.execute(
            sa.delete(answers).where(
                answers.c.survey_id == survey_id, answers.c.respondent.in_(batch)
            )
        )
    connection.execute(sa.delete(people).where(ours))
    return len(gone)


def _number_on(
    connection: Transaction, survey_id: int, respondents: pd.DataFrame, answers: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    first = max(_held_respondents(connection, survey_id), default=0) + 1
    numbers = pd.Series(
        np.arange(first, first + len(respondents)), index=respondents["respondent"].to_numpy()
    )
    return (
        respondents.assign(respondent=numbers.to_numpy()),
        answers.assign(respondent=answers["respondent"].map(numbers).astype("int64")),
    )


def _clear_estimates(connection: Transaction, survey_id: int, estimates: pd.DataFrame) -> int:
    table = table_of(SurveyEstimate)
    gone = 0
    for keys in estimates[list(_ESTIMATE_KEYS)].drop_duplicates().to_dict("records"):
        match = [table.c[name] == keys[name] for name in _ESTIMATE_KEYS]
        result = connection.execute(sa.delete(table).where(table.c.survey_id == survey_id, *match))
        gone += result.rowcount
    return gone


def _as_day(value: Any) -> dt.date | None:
    return None if value is None or pd.isna(value) else pd.Timestamp(value).date()
