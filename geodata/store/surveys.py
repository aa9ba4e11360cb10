"""Surveys: what each asked and how far it reaches, its answers, and ready estimates.

A respondent is a number, counted within the survey; the pseudonym that tells whether a further
file has them again changes with the keys and is read nowhere else. Answers are kept as scores from
0 to 100, never as words, and no characteristic of a person is kept at all.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from geodata.errors import MappingError
from geodata.schemas import (
    SURVEY_ANSWER_COLUMNS,
    SURVEY_DESIGN_COLUMNS,
    SURVEY_ESTIMATE_COLUMNS,
    SURVEY_RESPONDENT_COLUMNS,
    require_columns,
)
from geodata.store.areas import table_of
from geodata.store.database import Database, Transaction
from geodata.store.models import (
    Survey,
    SurveyAnswer,
    SurveyEstimate,
    SurveyRespondent,
)
from geodata.store.survey_heads import require_same_design, write_head
from geodata.survey_items import KINDS, REACHES, Item, items_from_json

_ESTIMATE_KEYS = ("kind", "code", "item", "period")
_KEYS = ("respondent_key", "stratum_key", "cluster_key")
_HAS = (
    "EXISTS (SELECT 1 FROM survey_respondents d WHERE d.survey_id = s.id AND d.{}_key IS NOT NULL)"
)


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
        True if any of it was invented.
    licence : str
        The notice that its licence asks for; "" if it asks for none.
    has_strata, has_points : bool
        Whether it says in which stratum and at which sampling point each respondent was drawn.
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
    licence: str = ""
    has_strata: bool = False
    has_points: bool = False

    @property
    def ranges_from(self) -> str:
        """What of its design its ranges know, such as 'weights and sampling points'."""
        if self.has_strata and self.has_points:
            return "weights, strata and sampling points"
        if not self.has_strata and not self.has_points:
            return "weights only"
        return f"weights and {'strata' if self.has_strata else 'sampling points'}"

    @property
    def modelled_from(self) -> str:
        """What of its design the ranges of modelled figures know; strata would narrow them."""
        return f"weights{' and sampling points' if self.has_points else ' only'}"


@dataclass(frozen=True)
class SurveyChanges:
    """How many respondents and figures came new, were held already and made way.

    ``quarters`` gives for each quarter whose respondents made way how many were held and how many
    came; the quarter is "" where the file has no dates.
    """

    added: int
    held: int
    replaced: int
    quarters: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def list_surveys(database: Database) -> list[SurveyHead]:
    """List the surveys that are held, by name."""
    frame = database.read_frame(
        "SELECT s.id, s.name, s.kind, s.reach, s.about, s.classification, s.complete_to, s.items, "
        "s.licence, EXISTS (SELECT 1 FROM imports i WHERE i.is_synthetic "
        "AND (i.id = s.import_id OR i.id IN "
        "(SELECT r.import_id FROM survey_respondents r WHERE r.survey_id = s.id) OR i.id IN "
        "(SELECT e.import_id FROM survey_estimates e WHERE e.survey_id = s.id))) AS is_synthetic, "
        f"{_HAS.format('stratum')} AS has_strata, {_HAS.format('cluster')} AS has_points "
        "FROM surveys s ORDER BY s.name"
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
            licence=str(row["licence"]),
            has_strata=bool(row["has_strata"]),
            has_points=bool(row["has_points"]),
        )
        for row in frame.to_dict("records")
    ]


def read_respondents(database: Database, survey_id: int) -> pd.DataFrame:
    """Read who answered, by number: `schemas.SURVEY_RESPONDENT_COLUMNS` and the design.

    The design is `schemas.SURVEY_DESIGN_COLUMNS`: numbers in the order in which they first come.
    """
    frame = database.read_frame(
        f"SELECT {', '.join(SURVEY_RESPONDENT_COLUMNS)}, stratum_key, cluster_key "
        "FROM survey_respondents WHERE survey_id = ? ORDER BY respondent",
        survey_id,
    )
    for name in SURVEY_DESIGN_COLUMNS:
        number = pd.factorize(frame.pop(f"{name}_key"))[0]
        frame[name] = pd.Series(number + 1, index=frame.index, dtype="Int64").mask(number < 0)
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
    stay: Collection[str] = (),
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
        name, kind, reach, items (sequence of Item), and if known about, classification, licence,
        complete_to, and last_day of an interview, which stands for complete_to where that is not
        given and is never earlier than what is held. They take the place of what was held; items
        that do not come again stay.
    respondents : DataFrame
        `schemas.SURVEY_RESPONDENT_COLUMNS`, their numbers those of the frame, and if known
        ``respondent_key``, ``stratum_key`` and ``cluster_key``; may be empty. They are numbered on
        within the survey.
    answers : DataFrame
        `schemas.SURVEY_ANSWER_COLUMNS`; of respondents in the frame above.
    estimates : DataFrame
        `schemas.SURVEY_ESTIMATE_COLUMNS`; may be empty.
    import_id : int
        The import they came with.
    replaces : bool, default False
        True where respondents cannot be told apart between files: those of the quarters that
        come, or all where the file has no quarters, make way.
    stay : collection of str
        Quarters that do not make way, since another file of the same import brought them.

    Raises
    ------
    MappingError
        If a survey of this name is of another kind, a quarter would lose more than half of its
        respondents, or only one of what is held and what comes names strata or sampling points.
    ValueError
        If kind or reach is not known, or a frame lacks a column.
    """
    if head_fields["kind"] not in KINDS or head_fields["reach"] not in REACHES:
        raise ValueError(f"kind is one of {KINDS} and reach one of {REACHES}")
    require_columns(respondents, SURVEY_RESPONDENT_COLUMNS, "respondents")
    require_columns(answers, SURVEY_ANSWER_COLUMNS, "answers")
    require_columns(estimates, SURVEY_ESTIMATE_COLUMNS, "estimates")
    survey_id = write_head(connection, head_fields, import_id)
    respondents = respondents.assign(
        **{
            name: "" if name == "respondent_key" else None
            for name in _KEYS
            if name not in respondents
        }
    )
    quarters: dict[str, tuple[int, int]] = {}
    if replaces:
        quarters = _make_way(connection, survey_id, respondents["quarter"], stay)
    require_same_design(connection, survey_id, respondents)
    known = _held_keys(connection, survey_id)
    fresh = respondents[~respondents["respondent_key"].isin(known)]
    kept = answers[answers["respondent"].isin(fresh["respondent"])]
    fresh, kept = _number_on(connection, survey_id, fresh, kept)
    database.write_frame(
        connection,
        table_of(SurveyRespondent),
        fresh[[*SURVEY_RESPONDENT_COLUMNS, *_KEYS]].assign(
            survey_id=survey_id, import_id=import_id
        ),
    )
    yes = kept["yes"].astype("Float64").astype("Int64")
    database.write_frame(
        connection,
        table_of(SurveyAnswer),
        kept[list(SURVEY_ANSWER_COLUMNS)].assign(survey_id=survey_id, yes=yes),
    )
    gone = _clear_estimates(connection, survey_id, estimates)
    counted = estimates["respondents"].astype("Float64").astype("Int64")
    database.write_frame(
        connection,
        table_of(SurveyEstimate),
        estimates[list(SURVEY_ESTIMATE_COLUMNS)].assign(
            respondents=counted, survey_id=survey_id, import_id=import_id
        ),
    )
    return SurveyChanges(
        added=len(fresh) + len(estimates),
        held=len(respondents) - len(fresh),
        replaced=gone + sum(held for held, _ in quarters.values()),
        quarters=quarters,
    )


def clear_survey(connection: Transaction, name: str) -> int:
    """Take out a survey and all that is held of it; give how many respondents and figures."""
    surveys = table_of(Survey)
    held = connection.execute(sa.select(surveys.c.id).where(surveys.c.name == name)).first()
    if held is None:
        return 0
    gone = 0
    for model in (SurveyAnswer, SurveyRespondent, SurveyEstimate):
        table = table_of(model)
        result = connection.execute(sa.delete(table).where(table.c.survey_id == held.id))
        gone += result.rowcount if model is not SurveyAnswer else 0
    connection.execute(sa.delete(surveys).where(surveys.c.id == held.id))
    return gone


def _held_keys(connection: Transaction, survey_id: int) -> list[str]:
    table = table_of(SurveyRespondent)
    keys = sa.select(table.c.respondent_key).where(
        table.c.survey_id == survey_id, table.c.respondent_key != ""
    )
    return [str(key) for key in connection.execute(keys).scalars()]


def _make_way(
    connection: Transaction, survey_id: int, quarter: pd.Series, stay: Collection[str]
) -> dict[str, tuple[int, int]]:
    """Take out the quarters that come again; give how many were held and come of each.

    Where a file has no quarters all of its survey makes way.

    Raises
    ------
    MappingError
        If fewer than half as many come as are held.
    """
    people, answers = table_of(SurveyRespondent), table_of(SurveyAnswer)
    ours = people.c.survey_id == survey_id
    counted = sa.select(people.c.quarter, sa.func.count()).where(ours).group_by(people.c.quarter)
    held = {str(name): int(count) for name, count in connection.execute(counted)}
    coming = {str(name): int(count) for name, count in quarter.value_counts().items()}
    if "" in coming or "" in held:
        held, coming = {"": sum(held.values())}, {"": len(quarter)}
    again = {
        name: (held[name], count)
        for name, count in sorted(coming.items())
        if held.get(name) and name not in stay
    }
    for name, (before, now) in again.items():
        if 2 * now < before:
            raise MappingError(
                f"The file has too little of {name or 'the survey'} to take the place of it.",
                f"{before:,} respondents are held of {name or 'it'}, and {now:,} come. Without "
                "references nobody can tell whether they are the same people.",
                "Give whole quarters, name the column of the respondent in the mapping file, or "
                "put the file in place of all that is held with --replace.",
            )
    due = ours if "" in again else sa.and_(ours, people.c.quarter.in_(list(again)))
    theirs = sa.select(people.c.respondent).where(due)
    if again:
        connection.execute(
            sa.delete(answers).where(
                answers.c.survey_id == survey_id, answers.c.respondent.in_(theirs)
            )
        )
        connection.execute(sa.delete(people).where(due))
    return again


def _number_on(
    connection: Transaction, survey_id: int, respondents: pd.DataFrame, answers: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    table = table_of(SurveyRespondent)
    newest = sa.select(sa.func.max(table.c.respondent)).where(table.c.survey_id == survey_id)
    first = (connection.execute(newest).scalar_one() or 0) + 1
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
