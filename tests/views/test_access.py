"""Who gets in, what the menu holds for each role, and sharing the screen."""

import time
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.navigation import TABLE, View, first_for, views_for
from dashboard.permissions import Actor, Role
from dashboard.services import people
from geodata import settings
from geodata.store.database import Database
from geodata.store.people import find_person

ENTRY = Path(__file__).resolve().parents[2] / "dashboard" / "app.py"
EXPLORE = {"Overview", "Map", "Hotspots", "How good is it?", "Data quality"}


def start(database: Database, monkeypatch: pytest.MonkeyPatch, **values: str) -> AppTest:
    monkeypatch.setenv("WARDLIGHT_DATABASE_URL", database.url)
    for name, value in values.items():
        monkeypatch.setenv(f"WARDLIGHT_{name}", value)
    settings.get_settings.cache_clear()
    st.cache_data.clear()
    st.cache_resource.clear()
    return AppTest.from_file(str(ENTRY), default_timeout=30)


def start_signed_in(database: Database, monkeypatch: pytest.MonkeyPatch, **claims: Any) -> AppTest:
    app = start(
        database,
        monkeypatch,
        OIDC_METADATA_URL="https://sign-in.example/.well-known/openid-configuration",
        OIDC_CLIENT_ID="wardlight",
        OIDC_CLIENT_SECRET="given",
        OIDC_REDIRECT_URI="https://wardlight.example/oauth2callback",
        OIDC_COOKIE_SECRET="0123456789abcdef" * 2,
    )
    now = int(time.time())
    app.user = {"is_logged_in": True, "sub": "sam", "iat": now, "exp": now + 600, **claims}
    return app


def texts(app: AppTest) -> str:
    parts = [
        *app.title, *app.markdown, *app.caption, *app.info, *app.warning, *app.error, *app.text,
    ]  # fmt: skip
    return "\n".join(str(part.value) for part in parts)


def marking(app: AppTest) -> str:
    return " ".join(str(found.proto.body) for found in app.get("html"))


@pytest.mark.parametrize(
    ("role", "least", "never"),
    [
        (Role.VIEWER, set(), EXPLORE | {"Data", "People", "Actions"}),
        (Role.PARTNER, set(), EXPLORE | {"Data", "People", "Actions"}),
        (Role.ANALYST, EXPLORE | {"Data", "Actions"}, {"People"}),
        (Role.SERGEANT, EXPLORE | {"Actions"}, {"Data", "People"}),
        (Role.ENGAGE, {"Actions"}, EXPLORE | {"Data", "People"}),
        (Role.SUPERVISOR, EXPLORE | {"Actions"}, {"Data", "People"}),
        (Role.ADMINISTRATOR, {"Data", "People"}, EXPLORE | {"Actions"}),
    ],
)
def test_menu_of_each_role(role: Role, least: set[str], never: set[str]) -> None:
    titles = {view.title for view in views_for(Actor("x", "x", frozenset({role}), "Council"))}
    assert least <= titles and not never & titles


def test_sharing_leaves_released_figures_only() -> None:
    shared = Actor("x", "x", frozenset(Role), "Council").share_screen()
    assert {view.marking_for(shared, {}) for view in views_for(shared)} == {"OFFICIAL"}


def test_exact_counts_and_people_are_official_sensitive() -> None:
    assert {view.marking for view in TABLE if view.title in EXPLORE | {"People"}} == {
        "OFFICIAL-SENSITIVE"
    }


@pytest.mark.parametrize("view", TABLE, ids=lambda view: view.file)
def test_every_page_carries_its_marking_and_the_switch(
    view: View, small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = start(small_county_database, monkeypatch).run()
    app.switch_page(f"views/{view.file}").run()
    assert f">{view.marking}<" in marking(app)
    assert f'@top-left {{ content: "{view.marking}";' in marking(app)
    assert app.button(key="share_screen")
    assert "local user of this computer only, without sign-in" in texts(app)


def test_page_without_the_right_is_refused_in_words(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = start(small_county_database, monkeypatch, LOCAL_ROLES="viewer").run()
    for view in TABLE:
        if not view.address or view.open_to(Actor("x", "x", frozenset({Role.VIEWER}))):
            continue
        app.switch_page(f"views/{view.file}").run()
        assert not app.exception
        assert "Your role does not allow this." in texts(app), view.file
        assert not app.dataframe and not app.get("deck_gl_json_chart")


@pytest.mark.parametrize(
    ("role", "title"),
    [
        (Role.VIEWER, "Released figures"),
        (Role.PARTNER, "Released figures"),
        (Role.ANALYST, "Overview"),
        (Role.SERGEANT, "Overview"),
        (Role.ENGAGE, "Repeat callers"),
        (Role.SUPERVISOR, "Overview"),
        (Role.ADMINISTRATOR, "People"),
    ],
)
def test_first_page_is_where_the_work_of_a_role_begins(role: Role, title: str) -> None:
    actor = Actor("x", "x", frozenset({role}), "Council")
    first, shared = first_for(actor), first_for(actor.share_screen())
    assert first and first.title == title
    assert shared and shared.title == "Released figures"
    assert first_for(Actor("x", "x", frozenset())) is None


@pytest.mark.parametrize(("role", "title"), [("engage", "callers"), ("administrator", "People")])
def test_somebody_without_counts_lands_on_their_own_page(
    role: str, title: str, small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = start(small_county_database, monkeypatch, LOCAL_ROLES=role).run()
    assert not app.exception and not app.error
    assert title in app.title[0].value


def test_refused_page_has_its_own_name_as_heading_and_tab(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    named: list[str] = []
    given = st.set_page_config
    monkeypatch.setattr(
        st, "set_page_config", lambda **all: (named.append(all.get("page_title", "")), given(**all))
    )
    app = start(small_county_database, monkeypatch, LOCAL_ROLES="viewer").run()
    app.switch_page("views/actions.py").run()
    assert [found.value for found in app.title] == ["Actions"]
    assert named[-1] == "Actions - Wardlight"


def test_nobody_gets_a_door_and_nothing_else(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = start_signed_in(small_county_database, monkeypatch, is_logged_in=False).run()
    assert "You are not signed in." in texts(app)
    assert app.button(key="sign_in") and len(app.button) == 1
    assert "incident" not in texts(app)


def test_signed_in_person_without_role_is_told_whom_to_ask(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = start_signed_in(sqlite_database, monkeypatch, roles=["wizard"]).run()
    assert "Ask an administrator of Wardlight" in texts(app)
    assert [button.key for button in app.button] == ["sign_out"]


def test_role_taken_away_counts_at_the_next_run(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = start_signed_in(sqlite_database, monkeypatch, roles=["analyst", "administrator"]).run()
    assert "Roles: administrator, analyst." in texts(app)
    people.add_person(sqlite_database, "other", roles=("administrator",))
    person = find_person(sqlite_database, "sam")
    assert person
    people.change_person(sqlite_database, person.id, roles=("analyst",))
    app.switch_page("views/people.py").run()
    assert "Your role does not allow this." in texts(app)
    people.deactivate_person(sqlite_database, person.id)
    app.run()
    assert "Your account is closed." in texts(app)


def test_shared_screen_drops_to_partner_rules_until_a_reason_is_picked(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = start_signed_in(sqlite_database, monkeypatch, roles=["analyst"]).run()
    app.switch_page("views/data.py").run()
    app.button(key="share_screen").click().run()
    assert "Screen-share rules are on." in texts(app)
    assert "This is hidden while you share your screen." in app.info[0].value
    assert [found.value for found in app.title] == ["Data"] and not app.error
    # A new session, as after a reload or in another window, meets the same rules.
    again = start_signed_in(sqlite_database, monkeypatch, roles=["analyst"]).run()
    assert "Screen-share rules are on." in texts(again)
    off = next(button for button in app.button if button.label == "Turn the rules off")
    off.click().run()
    assert ["Pick a reason for turning the rules off." in e.value for e in app.sidebar.error] == [
        True
    ]
    assert len(app.error) == 1
    app.selectbox(key="sharing_reason").select("training")
    next(button for button in app.button if button.label == "Turn the rules off").click().run()
    assert "Screen-share rules are on." not in texts(app)
    logged = sqlite_database.read_frame("SELECT * FROM audit_events ORDER BY id").iloc[-1]
    assert (logged["user_id"], logged["reason"]) == ("sam", "training")
    assert "screen shared" in logged["roles"]


def test_one_press_says_that_sharing_is_over_and_why(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = start(sqlite_database, monkeypatch).run()
    app.button(key="share_screen").click().run()
    app.button(key="sharing_over").click().run()
    assert "Screen-share rules are on." not in texts(app) and not app.error
    logged = sqlite_database.read_frame("SELECT * FROM audit_events ORDER BY id").iloc[-1]
    assert (logged["record_kind"], logged["reason"]) == ("session", "sharing_over")


def test_open_page_looks_after_itself_with_and_without_sign_in(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched: list[bool] = []
    monkeypatch.setattr(
        "dashboard.components.session_panel.watch_session",
        lambda session: watched.append(session.local),
    )
    start(sqlite_database, monkeypatch).run()
    start_signed_in(sqlite_database, monkeypatch, roles=["analyst"]).run()
    assert watched == [True, False]


def test_administrator_changes_roles_on_the_people_page(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = people.add_person(sqlite_database, "p-1", name="Pat", roles=("viewer",))
    app = start(sqlite_database, monkeypatch).run()
    app.switch_page("views/people.py").run()
    assert app.dataframe[0].value["Name"].tolist() == ["Pat"]
    app.multiselect(key=f"roles-{number}").set_value([Role.SERGEANT])
    next(button for button in app.button if button.label == "Save").click().run()
    assert not app.exception and not app.error
    assert people.list_people(sqlite_database)["roles"].tolist() == ["sergeant"]
    app.text_input(key="subject").input("p-2")
    next(button for button in app.button if button.label == "Add").click().run()
    assert people.list_people(sqlite_database)["subject"].tolist() == ["p-1", "p-2"]


def test_refused_change_is_said_in_words(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = people.add_person(sqlite_database, "a-1", roles=("administrator",))
    app = start(sqlite_database, monkeypatch).run()
    app.switch_page("views/people.py").run()
    app.checkbox(key=f"active-{number}").uncheck()
    next(button for button in app.button if button.label == "Save").click().run()
    assert "The last administrator stays." in texts(app)
