"""The Audit log page: its state, a logged search, an export with a recipient, a broken chain."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.services import audit
from geodata.store.audit_chain import verify
from geodata.store.audit_search import AuditFilters, search
from geodata.store.database import Database
from tests.views.test_views import open_app, texts


def label(app: AppTest, kind: str, words: str):
    return next(one for one in getattr(app, kind) if one.label == words)


def look(database: Database, key: str = "addr-1") -> int:
    return audit.log(database, "consultation", "location", key, "victim_care")


def pick_reason(app: AppTest, name: str, reason: str = "supervision") -> None:
    app.selectbox(key=f"audit_reason_{name}").set_value(reason)


def test_search_shows_events_in_words_and_is_logged_first(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(sqlite_database)
    app = open_app(sqlite_database.url, monkeypatch, "audit.py")
    assert "✓ The log is whole: 1 event" in app.success[0].value
    assert verify(sqlite_database).events == 1, "opening the page shows no event and logs none"
    pick_reason(app, "search")
    label(app, "button", "Search").click().run()
    assert not app.exception and not app.error
    assert "2 events found" in texts(app)
    shown = app.dataframe[0].value
    assert shown["Event"].tolist() == ["Consultation", "Consultation"]
    assert shown["Kind of record"].tolist() == ["audit log", "location"]
    assert shown["Reason"].tolist() == ["Supervising work", "Caring for a victim"]


def test_search_without_a_reason_shows_nothing(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(sqlite_database)
    app = open_app(sqlite_database.url, monkeypatch, "audit.py")
    label(app, "button", "Search").click().run()
    assert "Pick a reason first." in app.error[0].value
    assert not app.dataframe and verify(sqlite_database).events == 1


def test_search_by_filters_finds_what_matches(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(sqlite_database, "addr-1")
    look(sqlite_database, "addr-2")
    app = open_app(sqlite_database.url, monkeypatch, "audit.py")
    label(app, "text_input", "Key of a record").input("addr-2")
    label(app, "selectbox", "Kind of record").set_value("location")
    pick_reason(app, "search")
    label(app, "button", "Search").click().run()
    assert app.dataframe[0].value["No."].tolist() == [2]
    label(app, "text_input", "Key of a record").input("addr-3")
    label(app, "button", "Search").click().run()
    assert "No event matches these filters." in texts(app)


def test_export_needs_a_recipient_and_is_logged_with_them(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(sqlite_database)
    app = open_app(sqlite_database.url, monkeypatch, "audit.py")
    pick_reason(app, "search")
    label(app, "button", "Search").click().run()
    pick_reason(app, "export", "access_request")
    label(app, "button", "Make the file").click().run()
    assert "Say who receives it." in app.error[0].value
    assert not app.get("download_button")
    label(app, "text_input", "Recipient: person or agency").input("Information Commissioner")
    label(app, "button", "Make the file").click().run()
    assert not app.exception and not app.error
    assert app.get("download_button")[0].label == "Download 2 events (CSV)"
    logged = search(sqlite_database, AuditFilters(event="disclosure")).frame.iloc[0]
    assert logged["recipient"] == "Information Commissioner"
    assert (logged["record_kind"], logged["reason"]) == ("audit log", "access_request")
    assert "events: 2" in logged["details"]


def test_broken_chain_is_said_with_where(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        look(sqlite_database)
    with sqlite_database.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_events_no_delete")
        connection.exec_driver_sql("DELETE FROM audit_events WHERE id = 2")
    app = open_app(sqlite_database.url, monkeypatch, "audit.py")
    assert "▲ The log is not whole: 1 fault found" in app.error[0].value
    assert "Event 2 is missing." in texts(app)


def test_list_stays_while_a_file_is_made(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(sqlite_database)
    app = open_app(sqlite_database.url, monkeypatch, "audit.py")
    pick_reason(app, "search")
    label(app, "button", "Search").click().run()
    label(app, "button", "Make the file").click().run()
    assert "Pick a reason first." in app.error[0].value
    assert len(app.dataframe[0].value) == 2 and label(app, "button", "Make the file")
    pick_reason(app, "export")
    label(app, "text_input", "Recipient: person or agency").input("Information Commissioner")
    label(app, "button", "Make the file").click().run()
    assert len(app.dataframe[0].value) == 2 and app.get("download_button")
    assert app.dataframe[0].value["When"].str.fullmatch(r"\d+ \w+ \d{4}, (\d.*[ap]m|mid\w+)").all()
    assert len({one.label for one in app.selectbox if one.label.startswith("Why")}) == 2
