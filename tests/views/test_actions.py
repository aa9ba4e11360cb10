"""The Actions page: add, find overdue, open with its evidence, close; nothing for who may not."""

import datetime as dt

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.services import actions
from geodata import settings
from geodata.store.actions import read_actions
from geodata.store.database import Database
from tests.views.test_views import open_app, texts

TODAY = dt.date.today()


def label(app: AppTest, kind: str, words: str):
    return next(one for one in getattr(app, kind) if one.label == words)


def add(database: Database, title: str, days: int, **more) -> int:
    return actions.create_action(
        database, title=title, due=TODAY + dt.timedelta(days), today=TODAY - dt.timedelta(99),
        **{"owner": "A. Sergeant", **more},
    )  # fmt: skip


def test_action_is_added_and_closed_on_the_page(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(sqlite_database.url, monkeypatch, "actions.py")
    assert "No action is open." in texts(app)
    label(app, "text_input", "What is to be done").input("Repair the lighting")
    label(app, "text_input", "Owner").input("A. Sergeant")
    label(app, "button", "Add the action").click().run()
    assert not app.exception and not app.error
    assert "Action 1 is added." in app.success[0].value
    assert "1 action is open, and none is overdue." in texts(app)
    assert app.dataframe[0].value["State"].tolist() == ["○ Open, 14 days left"]

    app.query_params["action"] = "1"
    app.run()
    label(app, "text_area", "What came of it").input("Lighting repaired")
    label(app, "button", "Close the action").click().run()
    assert not app.exception and not app.error
    assert "No action is open." in texts(app)
    stored = read_actions(sqlite_database).iloc[0]
    assert (stored["status"], stored["outcome"]) == ("closed", "Lighting repaired")


def test_action_without_an_owner_says_what_is_missing(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(sqlite_database.url, monkeypatch, "actions.py")
    label(app, "text_input", "What is to be done").input("Repair the lighting")
    label(app, "button", "Add the action").click().run()
    assert not app.exception
    assert "needs a title, an owner and a day" in app.error[0].value
    assert read_actions(sqlite_database).empty


def test_overdue_stand_first_and_filters_choose(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(sqlite_database, "Later", 30, agency="Council")
    add(sqlite_database, "Late", -3, owner="B. Officer", evidence={"incidents": 7})
    app = open_app(sqlite_database.url, monkeypatch, "actions.py")
    assert "2 actions are open; 1 is overdue." in texts(app)
    assert app.dataframe[0].value["What"].tolist() == ["Late", "Later"]
    assert app.dataframe[0].value["State"].iloc[0] == "▲ Overdue by 3 days"
    label(app, "checkbox", "Overdue only").check().run()
    assert app.dataframe[0].value["What"].tolist() == ["Late"]
    label(app, "checkbox", "Overdue only").uncheck().run()
    label(app, "selectbox", "Agency").select("Council").run()
    assert app.dataframe[0].value["What"].tolist() == ["Later"]


def test_link_opens_an_action_with_its_evidence(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(sqlite_database, "Later", 30)
    number = add(
        sqlite_database, "Late", -3, about_kind="location", about_key="0f1e2d3c4b5a",
        evidence={"incidents_in_12_months": 7},
    )  # fmt: skip
    app = open_app(sqlite_database.url, monkeypatch, "actions.py", action=str(number))
    said = texts(app)
    assert "**Late**" in said and "A repeat place (…3C4B5A)" in said
    assert app.dataframe[1].value["As it was then"].tolist() == ["7"]
    app = open_app(sqlite_database.url, monkeypatch, "actions.py", action="nonsense")
    assert not app.exception and len(app.dataframe) == 1


def test_role_that_may_not_see_actions_is_shown_none(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(sqlite_database, "Repair the lighting", 3)
    monkeypatch.setenv("WARDLIGHT_LOCAL_ROLES", "partner")
    settings.get_settings.cache_clear()
    app = open_app(sqlite_database.url, monkeypatch, "actions.py")
    assert "Your role does not allow this." in texts(app)
    assert not app.dataframe and "lighting" not in texts(app)


def test_action_opens_from_the_drop_down(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(sqlite_database, "Later", 30)
    number = add(sqlite_database, "Late", -3)
    app = open_app(sqlite_database.url, monkeypatch, "actions.py")
    assert "**Late**" not in texts(app)
    label(app, "selectbox", "Open an action").set_value(number).run()
    assert not app.exception and "**Late**" in texts(app)
    assert str(number) in app.query_params["action"]


def test_missing_field_is_said_at_the_form_and_the_page_stays(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = add(sqlite_database, "Late", -3)
    app = open_app(sqlite_database.url, monkeypatch, "actions.py", action=str(number))
    label(app, "text_input", "What is to be done").input("Repair the lighting")
    label(app, "button", "Add the action").click().run()
    assert "needs a title, an owner and a day" in app.error[0].value
    assert label(app, "text_input", "What is to be done").value == "Repair the lighting"
    assert "**Late**" in texts(app) and label(app, "button", "Log it and prepare the file")
    label(app, "button", "Close the action").click().run()
    assert "Say what came of it." in app.error[0].value
    assert label(app, "button", "Log it and prepare the file")
