"""Who may log, search, check and export the audit log, rotate keys and erase; its commands."""

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dashboard import cli
from dashboard.permissions import Actor, NotAllowedError, Role, acting_as
from dashboard.services import audit, keys, retention
from dashboard.services.audit import AuditFilters, ReasonMissingError
from geodata import settings
from geodata.errors import SettingsError
from geodata.sealing import get_key_ring
from geodata.store.audit_chain import verify
from geodata.store.database import Database


def actor(*roles: Role, sharing: bool = False) -> Actor:
    return Actor("u7", "Una User", frozenset(roles), sharing_screen=sharing)


@pytest.fixture
def own_keys(key_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A key file of this test alone, with the key of the run in it."""
    path = tmp_path / "own.keys"
    shutil.copy(key_file, path)
    monkeypatch.setenv("WARDLIGHT_KEY_FILE", str(path))
    settings.get_settings.cache_clear()
    return path


def run(*words: str) -> Result:
    return CliRunner().invoke(cli.app, list(words))


def test_event_says_who_in_which_roles_and_why(database: Database) -> None:
    with acting_as(actor(Role.SUPERVISOR, Role.ANALYST, sharing=True)):
        number = audit.log(
            database, "consultation", "victim", "victim-1", "supervision", reason_text=" weekly "
        )
    assert number == 1
    row = audit.search(database, AuditFilters(record_kind="victim"), "supervision").frame.iloc[0]
    assert (row["user_id"], row["user_name"]) == ("u7", "Una User")
    assert row["roles"] == "analyst, supervisor, screen shared"
    assert (row["reason"], row["reason_text"]) == ("supervision", "weekly")


def test_look_without_a_reason_is_refused(database: Database) -> None:
    with pytest.raises(ReasonMissingError, match="Pick a reason"):
        audit.log(database, "consultation", "location", "addr-1", "")
    with pytest.raises(ValueError, match="accepted: call_handling"):
        audit.log(database, "consultation", "location", "addr-1", "curiosity")
    with pytest.raises(ValueError, match="accepted: collection"):
        audit.log(database, "peek", "location", "addr-1", "tasking")
    assert verify(database).events == 0


def test_disclosure_without_a_recipient_is_refused(database: Database) -> None:
    with pytest.raises(ReasonMissingError, match="Say who receives it"):
        audit.export(database, AuditFilters(), "access_request", "  ")
    assert verify(database).events == 0


def test_event_stands_or_falls_with_the_transaction_it_belongs_to(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.begin() as connection:
        audit.log(database, "alteration", "case", "1", "case_review", connection=connection)
        raise ZeroDivisionError
    assert verify(database).events == 0


@pytest.mark.parametrize("role", list(Role))
def test_only_supervisors_search_and_export(database: Database, role: Role) -> None:
    with acting_as(actor(role)):
        if role is Role.SUPERVISOR:
            assert audit.search(database, AuditFilters(), "supervision").total == 1
            assert len(audit.export(database, AuditFilters(), "supervision", "A. Person")) == 1
            assert audit.find_state(database).record_kinds == ("audit log",)
        else:
            for call in (
                lambda: audit.search(database, AuditFilters(), "supervision"),
                lambda: audit.export(database, AuditFilters(), "supervision", "A. Person"),
                lambda: audit.find_state(database),
            ):
                with pytest.raises(NotAllowedError):
                    call()


@pytest.mark.parametrize("role", list(Role))
def test_only_administrators_rotate_and_erase(
    sqlite_database: Database, own_keys: Path, role: Role
) -> None:
    day = dt.date(2026, 1, 1)
    calls = (
        lambda: keys.show_keys(sqlite_database),
        lambda: keys.rotate_keys(sqlite_database),
        lambda: retention.find_due(sqlite_database, day),
        lambda: retention.erase_due(sqlite_database, day),
    )
    with acting_as(actor(role)):
        for call in calls:
            if role is Role.ADMINISTRATOR:
                call()
            else:
                with pytest.raises(NotAllowedError):
                    call()


def test_shared_screen_hides_the_log_from_a_supervisor(database: Database) -> None:
    with (
        acting_as(actor(Role.SUPERVISOR, sharing=True)),
        pytest.raises(NotAllowedError, match="share your screen"),
    ):
        audit.search(database, AuditFilters(), "supervision")


def test_administrator_may_check_the_chain_but_not_read_it(database: Database) -> None:
    with acting_as(actor(Role.ADMINISTRATOR)):
        assert audit.verify(database).ok


@pytest.mark.parametrize(
    "words",
    [["audit", "verify"], ["audit", "search"], ["audit", "export"], ["keys", "show"],
     ["keys", "rotate"], ["purge"]],
)  # fmt: skip
def test_every_command_takes_a_database_and_shows_an_example(words: list[str]) -> None:
    said = run(*words, "--help").output
    assert "--database" in said
    assert f"Example: wardlight {' '.join(words)}" in " ".join(said.split())


def test_command_says_that_the_log_is_whole_and_what_to_note(sqlite_database: Database) -> None:
    audit.log(sqlite_database, "consultation", "location", "addr-1", "tasking")
    done = run("audit", "verify", "--database", sqlite_database.url)
    assert done.exit_code == 0
    assert "The audit log is whole: 1 event." in done.stdout
    head = done.stdout.split("--expect: ")[1].strip()
    assert (
        run("audit", "verify", "--expect", head, "--database", sqlite_database.url).exit_code == 0
    )
    other = f"2:{head.split(':')[1]}"
    done = run("audit", "verify", "--expect", other, "--database", sqlite_database.url)
    assert done.exit_code == 1
    assert "Event 2 was noted, but the log ends with event 1." in done.output


def test_command_fails_and_says_where_when_the_chain_is_broken(sqlite_database: Database) -> None:
    for _ in range(4):
        audit.log(sqlite_database, "consultation", "location", "addr-1", "tasking")
    with sqlite_database.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_events_no_delete")
        connection.exec_driver_sql("DELETE FROM audit_events WHERE id = 3")
    done = run("audit", "verify", "--database", sqlite_database.url)
    assert done.exit_code == 1 and "- Event 3 is missing." in done.output
    done = run("audit", "verify", "--json", "--database", sqlite_database.url)
    assert done.exit_code == 1
    assert json.loads(done.stdout)["faults"] == ["Event 3 is missing."]


def test_commands_search_and_export(sqlite_database: Database, tmp_path: Path) -> None:
    audit.log(sqlite_database, "consultation", "location", "=cmd", "tasking")
    done = run("audit", "search", "--reason", "supervision", "--database", sqlite_database.url)
    assert "Shown: 2 of 2 events that match." in done.stdout
    to = tmp_path / "log.csv"
    words = [
        "--reason",
        "access_request",
        "--recipient",
        "A. Person",
        "--database",
        sqlite_database.url,
    ]
    assert "2 events written to log.csv" in run("audit", "export", str(to), *words).stdout
    assert "'=cmd" in to.read_text(encoding="utf-8-sig")
    assert "there already" in str(run("audit", "export", str(to), *words).exception)
    odd = run("audit", "search", "--reason", "curiosity", "--database", sqlite_database.url)
    assert "not in the list" in str(odd.exception)
    odd = run("audit", "verify", "--expect", "3", "--database", sqlite_database.url)
    assert "cannot be read" in str(odd.exception)
    assert verify(sqlite_database).events == 3


def test_commands_about_keys_show_no_key(sqlite_database: Database, own_keys: Path) -> None:
    said = run("keys", "show", "--database", sqlite_database.url).output
    said += run("keys", "rotate", "--yes", "--database", sqlite_database.url).output
    said += run("keys", "show", "--database", sqlite_database.url).output
    assert str(own_keys) in said and "Generation: 2" in said
    assert not [secret for secret in get_key_ring().held if secret.hex() in said]
    assert run("keys", "rotate", "--database", sqlite_database.url).exit_code == 1, "it asks first"
    assert get_key_ring().generation == 2


def test_unfinished_rotation_is_said(sqlite_database: Database, own_keys: Path) -> None:
    from geodata.sealing import write_key_file

    write_key_file(own_keys, get_key_ring().drafted())
    said = run("keys", "show", "--database", sqlite_database.url).output
    assert "A rotation did not finish." in said


def test_purge_says_rules_and_counts_and_asks_first(sqlite_database: Database) -> None:
    with sqlite_database.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO imports (source, file_name, content_hash, scope, rows_read, rows_stored, "
            "rows_refused, rows_left_out, imported_at, imported_by, is_synthetic, details) VALUES "
            "('t', 'a', 'a', '', 1, 0, 1, 0, '2020-01-01', 'me', FALSE, '{}')"
        )
        connection.exec_driver_sql(
            'INSERT INTO refusals (import_id, row, "column", value, reason) SELECT id, 1, '
            "'Date', '32', 'r' FROM imports"
        )
    done = run("purge", "--dry-run", "--database", sqlite_database.url)
    assert "illustrative - not policy - local sign-off needed" in done.stdout
    assert "1 would be erased: refused rows: values" in done.stdout
    assert run("purge", "--database", sqlite_database.url).exit_code == 1, "it asks first"
    assert verify(sqlite_database).events == 0
    done = run("purge", "--yes", "--database", sqlite_database.url)
    assert "1 were erased: refused rows: values" in done.stdout
    assert "Nothing is due." in run("purge", "--yes", "--database", sqlite_database.url).stdout
    assert verify(sqlite_database).events == 1


def test_unusable_rules_erase_nothing(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "rules.toml"
    path.write_text("rules = 3\n")
    monkeypatch.setenv("WARDLIGHT_RETENTION", str(path))
    settings.get_settings.cache_clear()
    with pytest.raises(SettingsError):
        retention.erase_due(sqlite_database, dt.date(2026, 1, 1))
    assert verify(sqlite_database).events == 0
