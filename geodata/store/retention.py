"""Take the personal part out of records whose time is over, and keep what counts by area.

An incident loses its links to people and its exact place, and keeps ward, LSOA, month and kind:
every count by ward and month stays as it was. Respondents of a survey go whole, with what they
answered. Reference numbers stay, so that a later extract does not bring an erased incident or call
back; they lead nowhere inside Wardlight. A case that its source still sends comes back until the
next purge. The audit log is kept.
"""

import datetime as dt
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from geodata.retention import Kind, RetentionRule
from geodata.store.areas import table_of
from geodata.store.audit import NewEvent, append
from geodata.store.database import Database, Transaction
from geodata.store.keys import pseudonym_columns, sealed_columns
from geodata.store.models import (
    Action,
    Call,
    CallerPlan,
    Case,
    CaseUpdate,
    Import,
    Incident,
    Location,
    LocationMerge,
    Refusal,
    RiskAssessment,
    StandardStep,
    SurveyAnswer,
    SurveyRespondent,
    Table,
)

ERASED_TITLE = "Closed action"
HELD_BACK = "incidents kept back by an open case"
Counts = dict[str, int]
_Condition = sa.ColumnElement[bool]


class _DryRun(Exception):  # noqa: N818 - a signal that rolls back, not an error
    """Raised to roll a dry run back."""


def purge(
    database: Database,
    rules: dict[Kind, RetentionRule],
    on: dt.date,
    event: NewEvent | None = None,
) -> Counts:
    """Erase what is due on a day, in one transaction, and count it by kind.

    Parameters
    ----------
    database : Database
    rules : dict
        Rule of each kind, from `geodata.retention.pick_rules`.
    on : date
        Day on which the rules are applied.
    event : NewEvent, optional
        Who does it and why, logged with the counts. Without it everything is done and taken
        back: a dry run, whose counts are those of the real one.

    Returns
    -------
    dict of str to int
        Records by what was taken out of them.
    """
    counts: Counts = {}
    try:
        with database.begin() as connection:
            if database.is_sqlite:
                connection.exec_driver_sql("PRAGMA secure_delete=ON")
            _purge_incidents(connection, rules["incident links"].kept_from(on), counts)
            _purge_calls(connection, rules["calls"].kept_from(on), counts)
            _purge_callers(connection, rules["callers"].kept_from(on), counts)
            _purge_cases(connection, rules["cases"].kept_from(on), counts)
            _purge_actions(connection, rules["actions"].kept_from(on), counts)
            _purge_addresses(connection, rules["addresses"].kept_from(on), counts)
            _purge_surveys(connection, rules["survey answers"].kept_from(on), counts)
            _purge_refusals(connection, rules["refused values"].kept_from(on), counts)
            if event is None:
                raise _DryRun
            if any(count for name, count in counts.items() if name != HELD_BACK):
                append(connection, replace(event, details={**event.details, **counts}))
    except _DryRun:
        return counts
    if database.is_sqlite:
        # What was erased must not live on in the log of changes beside the file.
        with database.engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            connection.rollback()
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            driver.execute("PRAGMA secure_delete=OFF")
    return counts


def _purge_incidents(connection: Transaction, kept_from: dt.date, counts: Counts) -> None:
    incidents = table_of(Incident)
    column = incidents.c
    over = column.occurred_from < _midnight(kept_from)
    links = _any_text(column.victim_key, column.problem_key, column.event_key)
    exact = sa.or_(column.location_precision == "exact", _of_address(column.location_key))
    in_open_case = _in_open_case("victim_key", "location_key", "problem_key")
    for name, due in (
        (HELD_BACK, sa.and_(over, links | exact, in_open_case)),
        ("incidents: links to people", sa.and_(over, links, ~in_open_case)),
        ("incidents: exact places", sa.and_(over, exact, ~in_open_case)),
    ):
        query = sa.select(sa.func.count()).select_from(incidents).where(due)
        counts[name] = connection.execute(query).scalar_one()
    # One statement, since links and place say which case holds a record back.
    nowhere = {"location_key": "", "location_precision": "none", "easting": None, "northing": None}
    placeless = {
        name: sa.case((exact, sa.null() if value is None else value), else_=column[name])
        for name, value in nowhere.items()
    }
    connection.execute(
        sa.update(incidents)
        .where(over, links | exact, ~in_open_case)
        .values(victim_key="", problem_key="", event_key="", **placeless)
    )


def _purge_calls(connection: Transaction, kept_from: dt.date, counts: Counts) -> None:
    over = table_of(Call).c.called_at < _midnight(kept_from)
    counts["calls: callers and places"] = _blank(connection, Call, over)


def _purge_callers(connection: Transaction, kept_from: dt.date, counts: Counts) -> None:
    plans, calls = table_of(CallerPlan), table_of(Call)
    still_calling = sa.exists().where(
        calls.c.caller_key == plans.c.caller_key, calls.c.called_at >= _midnight(kept_from)
    )
    due = sa.and_(plans.c.changed_at < _midnight_utc(kept_from), ~still_calling)
    counts["plans for callers"] = connection.execute(sa.delete(plans).where(due)).rowcount


def _purge_cases(connection: Transaction, kept_from: dt.date, counts: Counts) -> None:
    cases, updates = table_of(Case), table_of(CaseUpdate)
    over = cases.c.closed < kept_from
    of_these = sa.select(cases.c.id).where(over)
    counts["cases: people, places and texts"] = _blank(connection, Case, over)
    counts["cases: updates"] = connection.execute(
        sa.delete(updates).where(updates.c.case_key.in_(of_these))
    ).rowcount
    for model, name in (
        (RiskAssessment, "cases: answers about risk"),
        (StandardStep, "cases: texts of standards"),
    ):
        counts[name] = _blank(connection, model, table_of(model).c.case_key.in_(of_these))


def _purge_actions(connection: Transaction, kept_from: dt.date, counts: Counts) -> None:
    column = table_of(Action).c
    counts["actions: what they were about"] = _update(
        connection,
        Action,
        sa.and_(column.closed_at < _midnight_utc(kept_from), column.title != ERASED_TITLE),
        title=ERASED_TITLE, about_key="", evidence="{}", outcome="",
    )  # fmt: skip


def _purge_addresses(connection: Transaction, kept_from: dt.date, counts: Counts) -> None:
    """Erase addresses that nothing kept leads to, and places that nothing leads to at all."""
    places, merges = table_of(Location), table_of(LocationMerge)
    key = places.c.location_key
    incidents, calls, cases = table_of(Incident).c, table_of(Call).c, table_of(Case).c
    actions = table_of(Action).c
    moment = _midnight(kept_from)
    recent = sa.or_(
        sa.exists().where(incidents.location_key == key, incidents.occurred_from >= moment),
        sa.exists().where(calls.location_key == key, calls.called_at >= moment),
        sa.exists().where(cases.location_key == key),
        sa.exists().where(actions.about_key == key, actions.closed_at.is_(None)),
    )
    held_back = key.in_(
        sa.select(incidents.location_key).where(_in_open_case("victim_key", "problem_key"))
    )
    counts["addresses"] = _update(
        connection,
        Location,
        sa.and_(
            _any_text(
                places.c.sealed_address, places.c.uprn_key, places.c.postcode_key,
                places.c.block_key,
            ),
            ~recent,
            ~held_back,
        ),
        sealed_address="", uprn_key="", postcode_key="", block_key="",
    )  # fmt: skip
    linked = sa.or_(
        sa.exists().where(incidents.location_key == key),
        sa.exists().where(calls.location_key == key),
        sa.exists().where(cases.location_key == key),
        sa.exists().where(actions.about_key == key),
    )
    exact = sa.or_(places.c.precision == "exact", _of_address(key))
    counts["places"] = connection.execute(sa.delete(places).where(exact, ~linked)).rowcount
    gone = [end.not_in(sa.select(key)) for end in (merges.c.from_key, merges.c.to_key)]
    counts["merges of places"] = connection.execute(sa.delete(merges).where(sa.or_(*gone))).rowcount


def _purge_surveys(connection: Transaction, kept_from: dt.date, counts: Counts) -> None:
    """Erase respondents of quarters that are over whole; without a quarter the import counts."""
    people, answers = table_of(SurveyRespondent), table_of(SurveyAnswer)
    imports = table_of(Import).c
    old = sa.select(imports.id).where(imports.imported_at < _midnight_utc(kept_from))
    quarter = people.c.quarter
    over = sa.or_(
        sa.and_(quarter != "", quarter < f"{kept_from.year}-Q{(kept_from.month + 2) // 3}"),
        sa.and_(quarter == "", people.c.import_id.in_(old)),
    )
    theirs = sa.exists().where(
        people.c.survey_id == answers.c.survey_id,
        people.c.respondent == answers.c.respondent,
        over,
    )
    counts["survey answers"] = connection.execute(sa.delete(answers).where(theirs)).rowcount
    counts["survey respondents"] = connection.execute(sa.delete(people).where(over)).rowcount


def _purge_refusals(connection: Transaction, kept_from: dt.date, counts: Counts) -> None:
    column, imports = table_of(Refusal).c, table_of(Import).c
    over = sa.select(imports.id).where(imports.imported_at < _midnight_utc(kept_from))
    counts["refused rows: values"] = _update(
        connection, Refusal, sa.and_(column.import_id.in_(over), column.value != ""), value=""
    )


def _in_open_case(*names: str) -> _Condition:
    """Say that an incident shares one of these keys with a case that is open."""
    cases, incidents = table_of(Case).c, table_of(Incident).c
    open_keys = (
        sa.select(cases[name]).where(cases.closed.is_(None), cases[name] != "") for name in names
    )
    return sa.or_(*(incidents[name].in_(keys) for name, keys in zip(names, open_keys, strict=True)))


def _blank(connection: Transaction, model: type[Table], over: _Condition) -> int:
    """Empty every column of a pseudonym or a sealed text, whichever a table has."""
    table = table_of(model)
    names = [*pseudonym_columns().get(table, ()), *sealed_columns().get(table, ())]
    held = _any_text(*(table.c[name] for name in names))
    return _update(connection, model, sa.and_(over, held), **dict.fromkeys(names, ""))


def _update(connection: Transaction, model: type[Table], due: _Condition, **values: Any) -> int:
    return connection.execute(sa.update(table_of(model)).where(due).values(**values)).rowcount


def _any_text(*columns: sa.ColumnElement[str]) -> _Condition:
    return sa.or_(*(column != "" for column in columns))


def _of_address(key: sa.ColumnElement[str]) -> _Condition:
    return sa.or_(key.startswith("addr-"), key.startswith("uprn-"))


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time())


def _midnight_utc(day: dt.date) -> dt.datetime:
    return _midnight(day).replace(tzinfo=dt.UTC)
