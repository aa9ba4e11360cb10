"""Sessions: every way in which a sign-in ends, and whose roles count."""

import datetime as dt
from typing import Any

import pandas as pd
import pytest

from dashboard.permissions import Actor, NotAllowedError, Permission, Role, acting_as
from dashboard.provider import Provider
from dashboard.services import sessions
from dashboard.services.audit import ReasonMissingError
from dashboard.services.sessions import NoRoleError, Session, SignInNeededError
from geodata.store import people
from geodata.store.database import Database

NOW = dt.datetime(2026, 6, 17, 9, 30, tzinfo=dt.UTC)
PROVIDER = Provider(
    metadata_url="https://sign-in.example",
    client_id="wardlight",
    redirect_uri="https://wardlight.example/oauth2callback",
    client_secret="secret",
    cookie_secret="secret",
)


def minutes(number: float) -> dt.timedelta:
    return dt.timedelta(minutes=number)


def claims(issued: dt.datetime = NOW, lasts: float = 480, **more: Any) -> dict[str, Any]:
    moment = int(issued.timestamp())
    return {
        "is_logged_in": True,
        "sub": "anna",
        "name": "Anna Analyst",
        "email": "anna@force.example",
        "roles": ["analyst"],
        "iat": moment,
        "exp": moment + int(lasts * 60),
        **more,
    }


def find(
    database: Database, given: dict[str, Any], now: dt.datetime = NOW, *, touch: bool = True
) -> Session:
    return sessions.find_session(database, PROVIDER, given, now, touch=touch)


def person(database: Database, subject: str = "anna") -> people.Person:
    found = people.find_person(database, subject)
    assert found
    return found


def events(database: Database) -> pd.DataFrame:
    return database.read_frame("SELECT * FROM audit_events ORDER BY id")


def test_first_sign_in_makes_the_person_and_is_logged(database: Database) -> None:
    session = find(database, claims(roles=["analyst", "wizard"]))
    assert session.actor == Actor("anna", "Anna Analyst", frozenset({Role.ANALYST}))
    assert session.ignored == ("wizard",)
    held = person(database)
    assert (held.roles, held.roles_from, held.active) == ("analyst", "claim", True)
    assert held.last_seen_at == held.signed_in_at == NOW
    logged = events(database)
    assert logged["event"].tolist() == ["alteration"]
    assert "anna@" not in logged.to_string()


def test_claims_of_an_old_sign_in_change_nothing(database: Database) -> None:
    find(database, claims())
    find(database, claims(roles=["administrator"]), NOW + minutes(1))
    assert person(database).roles == "analyst"


def test_new_sign_in_brings_roles_up_to_date(database: Database) -> None:
    find(database, claims())
    later = NOW + minutes(5)
    session = find(database, claims(later, roles=["sergeant"]), later)
    assert session.actor.roles == {Role.SERGEANT}
    # The tab with the older sign-in meets the new roles too, and does not bring the old ones back.
    assert find(database, claims(), later + minutes(1)).actor.roles == {Role.SERGEANT}
    assert len(events(database)) == 2


def test_roles_of_an_administrator_stand_against_the_claim(database: Database) -> None:
    find(database, claims())
    people.note(database, person(database).id, roles="viewer", roles_from="administrator")
    later = NOW + minutes(5)
    session = find(database, claims(later, roles=["administrator"]), later)
    assert session.actor.roles == {Role.VIEWER}


def test_taken_role_counts_at_the_next_run(database: Database) -> None:
    find(database, claims(roles=["analyst", "supervisor"]))
    people.note(database, person(database).id, roles="analyst")
    assert find(database, claims(), NOW + minutes(1)).actor.roles == {Role.ANALYST}


@pytest.mark.parametrize(
    "wrong",
    [
        {"is_logged_in": False}, {"is_logged_in": "yes"}, {"sub": None}, {"sub": ""},
        {"sub": " "}, {"sub": 7}, {"sub": "local:root"}, {"sub": "system:warm-up"},
        {"iat": None}, {"exp": None}, {"iat": "now"}, {"exp": True}, {"exp": float("inf")},
        {"iat": float("nan")}, {"iat": int((NOW + minutes(10)).timestamp())}, {"iat": -5},
    ],
)  # fmt: skip
def test_claims_that_lack_or_bend_something_are_refused(
    database: Database, wrong: dict[str, Any]
) -> None:
    with pytest.raises(SignInNeededError):
        find(database, claims() | wrong)
    with pytest.raises(SignInNeededError):
        find(database, {})
    assert people.list_people(database) == []


def test_token_ends_when_it_says(database: Database) -> None:
    given = claims(lasts=10)
    find(database, given, NOW + minutes(9.9))
    with pytest.raises(SignInNeededError, match="expired"):
        find(database, given, NOW + minutes(10))


def test_session_limit_ends_a_token_that_would_go_on(database: Database) -> None:
    given = claims(lasts=100_000)
    for step in range(0, 720, 20):
        find(database, given, NOW + minutes(step))
    with pytest.raises(SignInNeededError, match="expired"):
        find(database, given, NOW + minutes(720))


def test_idle_limit_ends_a_session_and_use_keeps_it(database: Database) -> None:
    find(database, claims())
    find(database, claims(), NOW + minutes(29))
    find(database, claims(), NOW + minutes(58))
    with pytest.raises(SignInNeededError, match="nothing happened"):
        find(database, claims(), NOW + minutes(88))


def test_checks_behind_the_scenes_are_no_use(database: Database) -> None:
    find(database, claims())
    for step in (10, 20, 29):
        find(database, claims(), NOW + minutes(step), touch=False)
    with pytest.raises(SignInNeededError, match="nothing happened"):
        find(database, claims(), NOW + minutes(30), touch=False)


def test_idle_session_stays_ended_after_a_new_sign_in(database: Database) -> None:
    find(database, claims())
    later = NOW + minutes(45)
    find(database, claims(later), later)
    with pytest.raises(SignInNeededError, match="signed out"):
        find(database, claims(), later + minutes(1))
    find(database, claims(later), later + minutes(2))


def test_sign_out_ends_every_sign_in_until_then(database: Database) -> None:
    find(database, claims())
    second = NOW + minutes(2)
    find(database, claims(second), second)
    sessions.sign_out(database, "anna", NOW + minutes(3))
    for given in (claims(), claims(second)):
        with pytest.raises(SignInNeededError, match="signed out"):
            find(database, given, NOW + minutes(4))
    again = NOW + minutes(
        3,
    )
    assert find(database, claims(again), again + minutes(1)).actor.id == "anna"


def test_deactivated_person_is_refused_whatever_the_token_says(database: Database) -> None:
    find(database, claims())
    people.note(database, person(database).id, active=False)
    for given in (claims(), claims(NOW + minutes(1), roles=["administrator"])):
        with pytest.raises(NoRoleError, match="closed"):
            find(database, given, NOW + minutes(2))


def test_person_without_a_role_is_told_whom_to_ask(database: Database) -> None:
    with pytest.raises(NoRoleError) as refused:
        find(database, claims(roles=["wizard"]))
    assert "Ask an administrator" in refused.value.next_step


def test_route_makes_no_person(database: Database) -> None:
    with pytest.raises(SignInNeededError):
        find(database, claims(), touch=False)
    assert people.find_person(database, "anna") is None


def test_sharing_holds_in_every_session_until_a_reason_is_picked(database: Database) -> None:
    actor = find(database, claims()).actor
    assert actor.may(Permission.SEE_COUNTS)
    with acting_as(actor):
        sessions.start_sharing(database)
    again = NOW + minutes(40)
    shared = find(database, claims(again), again).actor
    assert shared.sharing_screen and not shared.may(Permission.SEE_COUNTS)
    with acting_as(shared):
        with pytest.raises(ReasonMissingError):
            sessions.stop_sharing(database, "")
        assert person(database).sharing_screen
        sessions.stop_sharing(database, "tasking")
    assert not find(database, claims(again), again + minutes(1)).actor.sharing_screen
    last = events(database).iloc[-1]
    assert (last["event"], last["record_kind"], last["reason"]) == (
        "consultation", "session", "tasking",
    )  # fmt: skip


def test_local_user_shares_the_screen_and_is_no_person_who_signs_in(database: Database) -> None:
    session = sessions.find_local_session(database)
    assert session.local and not session.actor.sharing_screen
    with acting_as(session.actor):
        sessions.start_sharing(database)
    assert sessions.find_local_session(database).actor.sharing_screen
    assert people.list_people(database) == []


def test_sharing_needs_somebody(database: Database) -> None:
    with acting_as(Actor("x", "x", frozenset())), pytest.raises(NotAllowedError):
        sessions.start_sharing(database)
