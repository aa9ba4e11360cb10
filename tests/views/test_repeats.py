"""The page of repeats: who sees it, no address before a reason, what is logged, what is said."""

import json

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.permissions import Role
from geodata.sealing import get_key_ring
from geodata.store.database import Database
from tests.views.test_view_permissions import open_as
from tests.views.test_views import deck_of, texts

PAGE = "views/repeats.py"
SECRET = "7 Unheard-of Mews, QX9 9ZZ"


@pytest.fixture
def county(own_county: Database) -> Database:
    """A copy of the county in which every address is the same secret text."""
    with own_county.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE locations SET sealed_address = ?", (get_key_ring().seal(SECRET),)
        )
    return own_county


def open_page(
    monkeypatch: pytest.MonkeyPatch, database: Database, *roles: Role, **query: str
) -> AppTest:
    st.cache_data.clear()
    st.cache_resource.clear()
    app, _ = open_as(monkeypatch, database.url, *roles)
    for name, value in query.items():
        app.query_params[name] = value
    return app.switch_page(PAGE).run()


def everything(app: AppTest) -> str:
    """All that reaches the browser, as far as a test can see it."""
    decks = [deck.proto.json for deck in app.get("deck_gl_json_chart")]
    tables = [table.value.to_csv() for table in app.dataframe]
    boxes = [str(option) for box in app.selectbox for option in box.options]
    code = [str(block.value) for block in app.code]
    return "\n".join([texts(app), *decks, *tables, *boxes, *code, json.dumps(app.query_params)])


def events(database: Database) -> list[tuple[str, str, str]]:
    frame = database.read_frame("SELECT event, record_kind, reason FROM audit_events ORDER BY id")
    kept = frame[frame["record_kind"] != "user"]
    return [tuple(row) for row in kept.itertuples(index=False)]


def look_at(app: AppTest, row: int) -> AppTest:
    return app.selectbox(key="repeat_row_box").set_value(row).run()


def press(app: AppTest, label: str) -> AppTest:
    button = next(button for button in app.button if button.label.startswith(label))
    return button.click().run()


def test_analyst_finds_places_on_map_and_list_without_an_address(
    county: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(monkeypatch, county, Role.ANALYST)
    assert not app.exception and not app.error
    said = texts(app)
    assert "repeat places in all districts" in said
    assert "2 incidents or more in 12 calendar months" in said
    assert "Left out and never ranked" in said
    layers = {layer["id"]: layer for layer in deck_of(app)["layers"]}
    assert {"areas", "outlines", "repeat-places", "repeat-picks", "ranks"} <= set(layers)
    table = app.dataframe[0].value
    assert len(layers["repeat-places"]["data"]) == len(table)  # type: ignore[arg-type]
    assert table["Incidents"].is_monotonic_decreasing
    assert "nobody yet" in set(table["Plan and owner"])
    assert SECRET not in everything(app)
    assert events(county) == []


def test_no_key_and_no_exact_point_reaches_the_page(
    county: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = look_at(open_page(monkeypatch, county, Role.ANALYST), 0)
    shown = everything(app)
    keys = county.read_frame("SELECT location_key FROM locations")["location_key"]
    victims = county.read_frame("SELECT DISTINCT victim_key FROM incidents")["victim_key"]
    assert not [key for key in {*keys, *victims} if key and key in shown]
    assert set(app.query_params) <= {"of", "rule", "at", "district", "area"}


@pytest.mark.parametrize("role", [Role.PARTNER, Role.VIEWER, Role.ENGAGE, Role.ADMINISTRATOR])
def test_others_do_not_see_the_page(
    role: Role, county: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(monkeypatch, county, role)
    assert "Your role does not allow this." in texts(app)
    assert not app.dataframe and not app.get("deck_gl_json_chart")


def test_place_opens_for_a_reason_that_is_logged(
    county: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = look_at(open_page(monkeypatch, county, Role.SERGEANT), 0)
    assert "focus-0" in {layer["id"] for layer in deck_of(app)["layers"]}
    refused = press(app, "Open the address")
    assert "Pick a reason first." in texts(refused)
    assert SECRET not in everything(refused) and events(county) == []
    app.selectbox(key="repeat_reason").set_value("problem_solving")
    app = press(app, "Open the address")
    assert not app.exception and not app.error
    assert SECRET in everything(app)
    assert SECRET not in json.dumps(app.query_params)
    assert events(county) == [("consultation", "location", "problem_solving")]
    timeline = next(t.value for t in app.dataframe if "Lead agency" in t.value.columns)
    assert timeline["Incident"].max() >= 2
    # Looking on at the same row is the same look; another row asks for its own reason.
    assert SECRET in everything(app.run())
    assert len(events(county)) == 1
    assert SECRET not in everything(look_at(app, 1))


def test_victim_has_a_timeline_and_no_address(
    county: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(monkeypatch, county, Role.ANALYST, of="victims")
    assert "repeat victims in all districts" in texts(app)
    assert "repeat-places" not in {layer["id"] for layer in deck_of(app)["layers"]}
    app = look_at(app, 0)
    app.selectbox(key="repeat_reason").set_value("victim_care")
    app = press(app, "Open the timeline")
    assert events(county) == [("consultation", "victim", "victim_care")]
    assert SECRET not in everything(app)
    assert any("Lead agency" in table.value.columns for table in app.dataframe)


def test_row_goes_to_tasking_with_owner_and_day(
    county: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = look_at(open_page(monkeypatch, county, Role.ANALYST), 0)
    next(box for box in app.text_input if box.label == "Owner").set_value("PC Example")
    app = press(app, "Send to tasking")
    assert not app.exception and not app.error
    assert "is on the list of actions" in "\n".join(str(said.value) for said in app.success)
    stored = county.read_frame("SELECT owner, about_kind, status, evidence FROM actions").iloc[0]
    assert (stored["owner"], stored["about_kind"], stored["status"]) == (
        "PC Example", "location", "open",
    )  # fmt: skip
    assert json.loads(stored["evidence"])["rank"] == 1
    assert "PC Example (action)" in app.dataframe[0].value["Plan and owner"].iloc[0]
    assert events(county) == [("alteration", "action", "tasking")]


def test_list_leaves_only_with_reason_and_recipient(
    county: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(monkeypatch, county, Role.ANALYST)
    assert not app.get("download_button")
    refused = press(app, "Log it and prepare")
    assert "Pick a reason first." in texts(refused) and not refused.get("download_button")
    app = open_page(monkeypatch, county, Role.ANALYST)
    next(b for b in app.selectbox if b.label == "Why does it leave?").set_value("tasking")
    next(b for b in app.text_input if b.label == "Who receives it").set_value("Exton Council")
    app = press(app, "Log it and prepare")
    assert app.get("download_button")
    assert events(county) == [("disclosure", "export", "tasking")]


def test_link_opens_rule_day_and_district_and_says_what_it_ignored(
    county: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(
        monkeypatch, county, Role.ANALYST,
        rule="4-in-90-days", at="2026-06-30", district="X07000004", of="callers",
    )  # fmt: skip
    said = texts(app)
    assert "4 incidents or more, at most 90 days apart, 1 April 2026 to 30 June 2026" in said
    assert "'callers' was ignored" in said
    assert app.number_input(key="repeat_least").value == 4
    assert app.selectbox(key="repeat_rule").value == "own"


def test_nothing_found_is_said_plainly(county: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(monkeypatch, county, Role.ANALYST, rule="50-in-1-days")
    assert not app.exception and not app.error
    assert "No repeat places in all districts: 50 incidents or more, at most 1 day apart" in texts(
        app
    )


def test_missing_reason_or_owner_leaves_the_rest_of_the_page(
    county: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = look_at(open_page(monkeypatch, county, Role.ANALYST), 0)
    for button, said in (("Open the address", "Pick a reason"), ("Send to", "needs a title")):
        app = press(app, button)
        assert len(app.error) == 1 and said in app.error[0].value
        labels = " ".join(one.label for one in app.button)
        assert "Send to tasking" in labels and "Log it and prepare" in labels
        assert "Data to " in texts(app)


def follow(app: AppTest) -> AppTest:
    app = app.switch_page("views/actions.py").run()
    app = next(b for b in app.selectbox if b.label == "Open an action").set_value(1).run()
    return next(b for b in app.button if "page of repeats" in b.label).click().run()


def test_action_leads_to_its_place_and_no_key_to_the_address_bar(
    county: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = look_at(open_page(monkeypatch, county, Role.ANALYST), 3)
    title = next(box for box in app.text_input if box.label == "What is to be done").value
    next(box for box in app.text_input if box.label == "Owner").set_value("PC Example")
    app = press(app, "Send to tasking")
    assert [one.label for one in app.get("page_link") if one.label == "Go to Actions"]
    short = app.dataframe[0].value["Place"].iloc[3]
    app = follow(app)
    assert not app.exception and not app.error
    assert short in texts(app) and short in str(
        app.selectbox(key="repeat_row_box").format_func(app.selectbox(key="repeat_row_box").value)
    )
    assert {name: len(value) for name, value in app.query_params.items()}.keys() <= {
        "of", "district", "area",
    }  # fmt: skip
    assert title


def test_place_of_an_action_opens_though_no_list_holds_it(
    county: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = look_at(open_page(monkeypatch, county, Role.ANALYST), 0)
    next(box for box in app.text_input if box.label == "Owner").set_value("PC Example")
    app = press(app, "Send to tasking")
    with county.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE actions SET about_key = (SELECT location_key FROM incidents WHERE location_key "
            "LIKE 'addr-%' GROUP BY 1 HAVING count(*) = 1 AND max(victim_key) = '' "
            "AND max(domestic_abuse_flag) <> 'yes' AND max(asb) = 1 LIMIT 1)"
        )
    app = follow(app)
    assert "Action 1 is about a record that is not on this list" in texts(app)
    assert SECRET not in everything(app)
    # The test's browser does not know by itself that the page has changed.
    app.switch_page(PAGE)
    app.selectbox(key="repeat_reason").set_value("problem_solving")
    app = press(app, "Open the address")
    assert SECRET in everything(app)
    assert events(county)[-1] == ("consultation", "location", "problem_solving")
