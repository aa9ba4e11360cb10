"""People: added, changed, closed; every change logged, and an administrator always left."""

import json

import pytest
from typer.testing import CliRunner, Result

from dashboard import cli
from dashboard.permissions import Actor, NotAllowedError, Role, acting_as
from dashboard.services import people, sessions
from dashboard.services.people import LastAdministratorError, PersonRefusedError
from geodata.settings import get_settings
from geodata.store.database import Database
from geodata.store.people import find_person


def test_added_person_holds_the_roles_as_given(database: Database) -> None:
    number = people.add_person(database, "p-1", name="Pat", roles=("partner",), agency="Council")
    found = people.list_people(database).iloc[0]
    assert (found["id"], found["roles"], found["roles_from"], found["agency"]) == (
        number, "partner", "administrator", "Council",
    )  # fmt: skip


@pytest.mark.parametrize("subject", ["", "  ", "local:root", "system:x", "x" * 300])
def test_subject_that_cannot_be_is_refused(database: Database, subject: str) -> None:
    with pytest.raises(PersonRefusedError):
        people.add_person(database, subject)


def test_taken_subject_unknown_role_and_partner_without_agency_are_refused(
    database: Database,
) -> None:
    people.add_person(database, "p-1")
    for subject, roles in (("p-1", ()), ("p-2", ("king",)), ("p-3", ("partner",))):
        with pytest.raises(PersonRefusedError):
            people.add_person(database, subject, roles=roles)
    with pytest.raises(PersonRefusedError):
        people.change_person(database, 99, active=False)
    assert people.list_people(database)["subject"].tolist() == ["p-1"]


def test_every_change_is_logged_without_personal_data(database: Database) -> None:
    number = people.add_person(database, "p-1", name="Pat Smith", roles=("viewer",))
    people.change_person(database, number, roles=("analyst", "sergeant"))
    people.change_person(database, number, roles=("sergeant", "analyst"))  # the same again
    people.deactivate_person(database, number)
    logged = database.read_frame("SELECT * FROM audit_events ORDER BY id")
    assert logged["event"].tolist() == ["alteration"] * 3
    assert logged["record_key"].tolist() == [str(number)] * 3
    details = [json.loads(text) for text in logged["details"]]
    assert details[1]["roles before"] == "viewer"
    assert details[1]["roles after"] == "analyst, sergeant"
    assert details[2]["active"] is False
    assert "Pat" not in logged["details"].str.cat()


def test_last_active_administrator_stays(database: Database) -> None:
    first = people.add_person(database, "a-1", roles=("administrator",))
    second = people.add_person(database, "a-2", roles=("administrator", "analyst"))
    people.deactivate_person(database, second)
    for change in ({"active": False}, {"roles": ("viewer",)}, {"roles": ()}):
        with pytest.raises(LastAdministratorError):
            people.change_person(database, first, **change)  # type: ignore[arg-type]
    people.change_person(database, second, active=True)
    people.change_person(database, first, roles=("viewer",))
    with pytest.raises(LastAdministratorError):
        people.deactivate_person(database, second)


def test_roles_can_be_handed_back_to_the_provider(database: Database) -> None:
    number = people.add_person(database, "p-1", roles=("viewer",))
    people.change_person(database, number, roles_from="claim")
    found = find_person(database, "p-1")
    assert found and found.roles_from == "claim" and found.roles == "viewer"


def test_local_user_cannot_be_changed_here(database: Database) -> None:
    actor = sessions.find_local_session(database).actor
    with acting_as(actor):
        sessions.start_sharing(database)
    row = find_person(database, actor.id)
    assert row
    with pytest.raises(PersonRefusedError):
        people.change_person(database, row.id, roles=("administrator",))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_manage_people(database: Database, role: Role) -> None:
    with acting_as(Actor("x", "x", frozenset({role}), "Council")):
        for call in (
            lambda: people.list_people(database),
            lambda: people.add_person(database, "p-9", roles=("administrator",)),
            lambda: people.change_person(database, 1, active=False),
            lambda: people.deactivate_person(database, 1),
        ):
            with pytest.raises(NotAllowedError):
                call()


def run(*words: str) -> Result:
    return CliRunner().invoke(cli.app, list(words))


def test_commands_add_list_change_and_deactivate(sqlite_database: Database) -> None:
    where = ("--database", sqlite_database.url)
    assert "Nobody has signed in" in run("people", "list", *where).stdout
    added = run("people", "add", "s-1", "--name", "Sam", "--role", "administrator", *where)
    assert "Added as number 1." in added.stdout
    assert isinstance(run("people", "deactivate", "1", *where).exception, LastAdministratorError)
    run("people", "add", "s-2", "--role", "administrator", *where)
    partner = run(
        "people", "change", "1", "--role", "partner", "--agency", "Thanet Council", *where
    )
    assert partner.exit_code == 0
    assert run("people", "change", "1", "--inactive", *where).exit_code == 0
    said = run("people", "list", *where).stdout
    assert "1: Sam (s-1): partner, roles from administrator, agency Thanet Council" in said
    assert ", deactivated" in said
    listed = json.loads(run("people", "list", "--json", *where).stdout)
    assert [person["subject"] for person in listed] == ["s-1", "s-2"]
    assert run("people", "change", "1", "--roles-from", "hearsay", *where).exit_code == 2


def test_commands_are_refused_to_an_account_without_the_role(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARDLIGHT_LOCAL_ROLES", "analyst")
    get_settings.cache_clear()
    where = ("--database", sqlite_database.url)
    done = run("people", "add", "s-1", "--role", "administrator", *where)
    assert isinstance(done.exception, NotAllowedError)


def test_opening_to_others_without_sign_in_is_refused_before_anything_starts(
    sqlite_database: Database,
) -> None:
    done = run("run", "--host", "0.0.0.0", "--database", sqlite_database.url)
    assert type(done.exception).__name__ == "OpenDoorError"
