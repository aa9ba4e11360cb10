"""Actions: added with evidence that stays, listed overdue first, closed once, always logged."""

import datetime as dt
import json

import pytest

from dashboard.permissions import Actor, NotAllowedError, Role, acting_as
from dashboard.services import actions
from geodata.errors import ActionError
from geodata.store.actions import read_actions
from geodata.store.database import Database
from tests.call_rows import CallRows

TODAY = dt.date(2026, 6, 17)


def add(database: Database, due: dt.date = TODAY, **more) -> int:
    given = {"title": "Repair the lighting", "owner": "A. Sergeant", "today": TODAY}
    return actions.create_action(database, due=due, **{**given, **more})


def events(database: Database) -> list[dict]:
    frame = database.read_frame(
        "SELECT event, record_kind, record_key, user_id, reason, details FROM audit_events "
        "ORDER BY id"
    )
    return frame.to_dict("records")


def test_action_is_added_listed_and_closed_and_each_change_is_logged(database: Database) -> None:
    evidence = {"incidents in 12 months": 7, "first": "2025-07-01", "rule": "3 in 12 months"}
    given = evidence.copy()
    action_id = add(
        database, about_kind="location", about_key="loc-1", ward_code="X05000001",
        agency="Council", evidence=given,
    )  # fmt: skip
    given["incidents in 12 months"] = 99
    found = actions.list_actions(database, today=TODAY)
    row = found.table.iloc[0]
    assert (row["id"], row["owner"], row["due"], row["state"]) == (
        action_id, "A. Sergeant", TODAY, "due soon",
    )  # fmt: skip
    assert row["evidence"] == evidence and row["created_by"] == "tests"
    assert (found.open, found.overdue, found.agencies) == (1, 0, ["Council"])

    actions.close_action(database, action_id, "Lighting repaired")
    assert actions.list_actions(database, today=TODAY).table.empty
    closed = actions.list_actions(database, status="closed", today=TODAY).table.iloc[0]
    assert closed["outcome"] == "Lighting repaired" and closed["closed_by"] == "tests"
    assert closed["closed_at"] >= closed["created_at"] and closed["evidence"] == evidence

    logged = events(database)
    assert [event["event"] for event in logged] == ["alteration", "alteration"]
    assert {event["record_kind"] for event in logged} == {"action"}
    assert {event["record_key"] for event in logged} == {str(action_id)}
    assert json.loads(logged[1]["details"])["change"] == "closed"


def test_overdue_come_first_and_due_today_is_not_overdue(database: Database) -> None:
    days = [30, 0, 5, 8]
    ids = [add(database, TODAY + dt.timedelta(days)) for days in days]
    late = TODAY + dt.timedelta(4)
    found = actions.list_actions(database, today=late)
    assert found.table["id"].tolist() == [ids[1], ids[2], ids[3], ids[0]]
    assert found.table["state"].tolist() == ["overdue", "due soon", "due soon", "open"]
    assert found.table["days_left"].tolist() == [-4, 1, 4, 26]
    assert found.overdue == 1
    only = actions.list_actions(database, overdue_only=True, today=late).table
    assert only["id"].tolist() == [ids[1]]
    assert actions.list_actions(database, today=TODAY).overdue == 0
    actions.close_action(database, ids[1], "Done")
    assert actions.list_actions(database, today=late).overdue == 0


def test_filters_choose_exactly(database: Database) -> None:
    first = add(database, owner="One", agency="Council", ward_code="X05000001")
    second = add(database, owner="Two", agency="Police", ward_code="X05000002")
    for given in ({"owner": "Two"}, {"agency": "Police"}, {"ward_code": "X05000002"}):
        found = actions.list_actions(database, today=TODAY, **given)
        assert found.table["id"].tolist() == [second]
        assert found.owners == ["One", "Two"] and found.open == 2
    about = add(database, about_kind="case", about_key="9")
    assert read_actions(database, about_kind="case", about_key="9")["id"].tolist() == [about]
    due = TODAY + dt.timedelta(1)
    assert len(read_actions(database, due_before=due)) == 3
    assert read_actions(database, due_before=TODAY, owner="One").empty
    assert first in read_actions(database, status="open")["id"].tolist()


def test_action_is_closed_once(database: Database) -> None:
    action_id = add(database)
    actions.close_action(database, action_id, "Done")
    for number in (action_id, action_id + 1):
        with pytest.raises(ActionError, match="is not open"):
            actions.close_action(database, number, "Done again")
    stored = read_actions(database).iloc[0]
    assert stored["outcome"] == "Done"
    assert len(events(database)) == 2, "what was refused left no event of a change"


@pytest.mark.parametrize(
    "wrong, says",
    [
        ({"title": "  "}, "needs a title"),
        ({"owner": ""}, "needs a title"),
        ({"due": None}, "needs a title"),
        ({"due": TODAY - dt.timedelta(1)}, "past"),
        ({"title": "x" * 121}, "too long"),
        ({"title": "Visit ZX1 4QP"}, "hold a postcode"),
        ({"title": "Visit 9 Vynworthy Drive"}, "hold an address"),
        ({"title": "Ring (07700) 900111"}, "hold a telephone number"),
        ({"title": "Talk to Mrs Quagga"}, "hold a name"),
        ({"owner": "07700 900123"}, "personal details"),
        ({"evidence": {"who": "someone@example.org"}}, "personal details"),
    ],
)
def test_action_that_cannot_be_is_refused(
    wrong: dict, says: str, sqlite_database: Database
) -> None:
    with pytest.raises(ActionError, match=says):
        add(sqlite_database, **wrong)
    assert read_actions(sqlite_database).empty and not events(sqlite_database)


def test_outcome_is_needed_and_holds_no_personal_detail(sqlite_database: Database) -> None:
    action_id = add(sqlite_database)
    for outcome, says in ((" ", "what came of it"), ("Rang 01632 960123", "personal details")):
        with pytest.raises(ActionError, match=says):
            actions.close_action(sqlite_database, action_id, outcome)
    assert actions.list_actions(sqlite_database, today=TODAY).open == 1


def test_who_may_see_may_not_always_be_who_may_act(sqlite_database: Database) -> None:
    for role, may in ((Role.PARTNER, False), (Role.ENGAGE, True), (Role.SERGEANT, True)):
        with acting_as(Actor("test:someone", "someone", frozenset({role}))):
            if may:
                assert add(sqlite_database)
            else:
                with pytest.raises(NotAllowedError):
                    add(sqlite_database)
                with pytest.raises(NotAllowedError):
                    actions.list_actions(sqlite_database)


def test_owner_may_be_a_name_and_a_plain_title_passes(sqlite_database: Database) -> None:
    assert add(sqlite_database, title="Visit 3 wards by 5 December", owner="Mrs Quagga")


def test_who_may_not_look_at_an_address_gets_the_street_and_a_short_key(
    database: Database,
) -> None:
    keys = {"location": "addr-0f1e2d3c4b5a6978", "victim": "victim-a1b2c3d4e5f60718"}
    rows = CallRows(database)
    rows.place("", location_key=keys["location"], label="Mill Lane")
    rows.place("", location_key="pt-567123-141234", label="Quay Road")
    for kind, key in (*keys.items(), ("location", "pt-567123-141234"), ("case", "30451")):
        add(database, about_kind=kind, about_key=key)
    with acting_as(Actor("test:engage", "E", frozenset({Role.ENGAGE}))):
        table = actions.list_actions(database, today=TODAY).table
        only = actions.list_actions(database, about_key=keys["victim"], today=TODAY).table
    assert table["about_key"].tolist() == ["5A6978", "F60718", "", "30451"]
    assert table["about_label"].tolist() == ["Mill Lane", "", "Quay Road", ""]
    assert only["about_key"].tolist() == ["F60718"]
    held = table.astype(str).to_csv()
    assert not any(key in held for key in (*keys.values(), "141234"))
    with acting_as(Actor("test:sergeant", "S", frozenset({Role.SERGEANT}))):
        table = actions.list_actions(database, today=TODAY).table
    assert table["about_key"].tolist()[:2] == list(keys.values())


def test_evidence_is_for_those_who_may_see_counts(database: Database) -> None:
    shown = {"ASB a year per 1,000 residents": 12.3}
    for kind, key in (("ward", "X05000001"), ("caller", "caller-1"), ("hotspot", "3")):
        add(database, about_kind=kind, about_key=key, evidence=shown)
    for role, given in ((Role.ENGAGE, [{}, shown, {}]), (Role.SERGEANT, [shown] * 3)):
        with acting_as(Actor("test:a", "A", frozenset({role}))):
            table = actions.list_actions(database, today=TODAY).table
        assert table["evidence"].tolist() == given


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b", "a\u202eb", "x\x07y"])
def test_no_text_takes_a_sign_that_cannot_be_read(sqlite_database: Database, text: str) -> None:
    number = add(sqlite_database)
    for given in ({"title": text}, {"owner": text}, {"agency": text}):
        with pytest.raises(ActionError, match="cannot be read"):
            add(sqlite_database, **given)
    with pytest.raises(ActionError, match="cannot be read"):
        actions.close_action(sqlite_database, number, text)
