"""Call check and Repeat callers as pages: reasons first, nothing typed kept, names for engage."""

import datetime as dt
import json

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.navigation import TABLE, views_for
from dashboard.permissions import Actor, Role
from geodata.addresses import pseudonym
from geodata.calendar import Month
from geodata.store.callers import read_plans
from geodata.store.database import Database
from tests.call_rows import CallRows, read_log
from tests.views.test_views import open_app, texts

ADDRESS = "14 Example Road, Anytown, QX1 2AB"
NAME = "Ella Orin"
DATA_END = dt.date.today() - dt.timedelta(10)
MONTH = Month.of(dt.date.today()) - 1


@pytest.fixture
def rows(sqlite_database: Database) -> CallRows:
    rows = CallRows(sqlite_database)
    rows.district()
    key = rows.place(ADDRESS)
    for day in (DATA_END - dt.timedelta(30), DATA_END):
        rows.incident(f"{day} 20:00", location_key=key, victim_key="v1")
    rows.call(f"{MONTH.first_day}", "Somebody else")
    for _ in range(4):
        rows.call(f"{MONTH.first_day} 12:00", NAME, location_key=key)
    rows.call(f"{dt.date.today()}", "Somebody else")
    return rows


def acting(monkeypatch: pytest.MonkeyPatch, *roles: Role) -> None:
    monkeypatch.setenv("WARDLIGHT_LOCAL_ROLES", ", ".join(roles))


def open_page(rows: CallRows, monkeypatch: pytest.MonkeyPatch, page: str, *roles: Role) -> AppTest:
    acting(monkeypatch, *roles)
    return open_app(rows.database.url, monkeypatch, page)


def kept(app: AppTest, *, but: str = "") -> str:
    """Everything that the session keeps between runs, as a text, but for one widget."""
    held = app.session_state._state._state
    return str([held[key] for key in held._keys() if but not in key or not but])


def look(app: AppTest, typed: str, *, sure: bool = True) -> AppTest:
    app.text_input(key="call_check_typed").input(typed)
    if sure:
        app.checkbox(key="call_check_sure").check()
    return next(b for b in app.button if b.label == "Look it up").click().run()


def test_reason_must_be_confirmed_before_anything_is_looked_up(
    rows: CallRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(rows, monkeypatch, "call_check.py", Role.SERGEANT)
    assert app.selectbox(key="call_check_reason").value == "call_handling"
    look(app, ADDRESS, sure=False)
    assert "Confirm the reason first" in texts(app)
    assert "Repeat" not in texts(app)
    assert read_log(rows.database).empty
    assert app.text_input(key="call_check_typed").value == ADDRESS, "no need to type it again"


def test_answer_says_the_sentence_first_after_the_look_is_logged(
    rows: CallRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = look(open_page(rows, monkeypatch, "call_check.py", Role.SERGEANT), ADDRESS)
    assert not app.exception and not app.error
    assert "Repeat victim: 2 incidents since" in texts(app)
    assert "Not asked" in texts(app)
    log = read_log(rows.database)
    assert log["reason"].tolist() == ["call_handling"]
    assert json.loads(log["details"].iloc[0])["search"] == "address"


def test_answer_is_not_shown_if_the_log_cannot_be_written(
    rows: CallRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dashboard.services import audit
    from geodata.errors import KeyFileError

    def refuse(*_: object, **__: object) -> int:
        raise KeyFileError("The key file cannot be read.", "", "")

    app = open_page(rows, monkeypatch, "call_check.py", Role.SERGEANT)
    monkeypatch.setattr(audit, "log", refuse)
    look(app, ADDRESS)
    assert "Repeat victim" not in texts(app)


def test_nothing_typed_stays_in_session_link_or_cache(
    rows: CallRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    for typed in (ADDRESS, "14 Exmaple Road, Anytown QX1 2AB"):
        app = look(open_page(rows, monkeypatch, "call_check.py", Role.SERGEANT), typed)
        assert not app.exception
        assert typed not in kept(app)
        assert typed not in texts(app)
        assert app.text_input(key="call_check_typed").value == ""
        assert not {"typed", "address"} & set(app.query_params)
        assert "QX1" not in str(app.query_params)


def test_text_of_a_failed_look_stays_in_its_box_only_and_goes_with_an_answer(
    rows: CallRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(rows, monkeypatch, "call_check.py", Role.SERGEANT)
    for typed in ("01632 960999", "9 Nowhere Lane, Anytown QX9 9ZZ", "C-00001"):
        look(app, typed)
        assert not app.exception and not app.error
        assert app.text_input(key="call_check_typed").value == typed, "no need to type it again"
        assert not app.checkbox(key="call_check_sure").value, "each look needs its reason"
        assert typed not in kept(app, but="call_check_typed")
        assert typed not in texts(app) and typed not in str(app.query_params)
        assert typed not in read_log(rows.database).astype(str).to_string()
    look(app, ADDRESS)
    assert app.text_input(key="call_check_typed").value == ""
    assert "C-00001" not in kept(app)


def test_error_of_a_look_is_shown_and_leaves_the_page_and_the_text(
    rows: CallRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(rows, monkeypatch, "call_check.py", Role.SERGEANT)
    look(app, "   ")
    assert "Nothing was asked for." in app.error[0].value
    assert [button for button in app.button if button.label == "Look it up"]
    assert "Looks are logged" in texts(app)


def test_answer_says_whose_it_is_to_roles_that_may_know(
    rows: CallRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = look(open_page(rows, monkeypatch, "call_check.py", Role.SERGEANT), ADDRESS)
    assert "**14 Example Road, Anytown, found by address**" in texts(app)
    app.run()
    assert "14 Example Road" not in texts(app) + kept(app)
    app = look(open_page(rows, monkeypatch, "call_check.py", Role.ENGAGE), ADDRESS)
    assert "14 Example Road" not in texts(app)
    assert "not shown to your role" in texts(app)


def test_open_data_says_before_any_look_that_no_address_can_be_checked(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = CallRows(sqlite_database)
    reference = rows.incident("2026-09-01", location_precision="snapped", time_precision="month")
    app = open_page(rows, monkeypatch, "call_check.py", Role.SERGEANT)
    assert "No addresses, calls or victims are held (open data)" in texts(app)
    assert app.text_input(key="call_check_typed").label == "Reference of an incident"
    look(app, ADDRESS)
    assert "No addresses are held, so an address cannot be checked here." in texts(app)
    look(app, reference)
    assert f"**Incident {reference}, September 2026**" in texts(app)
    assert "Calls: none are held." in texts(app)


def test_repeat_caller_has_one_mark(rows: CallRows, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        rows.call(f"{dt.date.today() - dt.timedelta(5)}", "New Person", "01632 960555")
    app = look(open_page(rows, monkeypatch, "call_check.py", Role.SERGEANT), "01632 960555")
    assert "**The caller of this number**" in texts(app)
    assert app.warning[-1].value.startswith("▲ **Repeat caller: 2 calls")
    assert "**Caller** ▲ Repeat: as said above." in texts(app)


def test_addresses_of_a_postcode_are_reached_row_by_row(
    rows: CallRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (16, 18, 20):
        rows.place(f"{number} Example Road, Anytown, QX1 2AB")
    app = look(open_page(rows, monkeypatch, "call_check.py", Role.SERGEANT), "QX1 2AB")
    labels = [b.label.split(" Example")[0] for b in app.button if "Example Road" in b.label]
    assert labels == ["14", "16", "18", "20"]


def test_likely_address_is_picked_by_key_and_answered(
    rows: CallRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(rows, monkeypatch, "call_check.py", Role.SERGEANT)
    look(app, "14 Exmaple Road, Anytown QX1 2AB")
    button = next(b for b in app.button if b.label.startswith("14 Example Road"))
    button.click().run()
    assert "Repeat victim: 2 incidents since" in texts(app)
    assert read_log(rows.database)["reason"].unique().tolist() == ["call_handling"]


def test_answer_is_gone_with_the_next_run(rows: CallRows, monkeypatch: pytest.MonkeyPatch) -> None:
    app = look(open_page(rows, monkeypatch, "call_check.py", Role.SERGEANT), ADDRESS)
    app.run()
    assert "Repeat victim" not in texts(app)
    assert len(read_log(rows.database)) == 1


@pytest.mark.parametrize("role", Role)
def test_pages_open_for_their_roles_only(role: Role) -> None:
    opened = {view.file for view in views_for(Actor("test:x", "X", frozenset({role})))}
    inside = {Role.ANALYST, Role.SERGEANT, Role.ENGAGE, Role.SUPERVISOR}
    assert ({"call_check.py", "callers.py"} <= opened) is (role in inside)
    assert {"call_check.py", "callers.py"} <= {view.file for view in TABLE}


def test_row_is_red_in_words_and_no_name_is_on_the_page(
    rows: CallRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    for role in (Role.ANALYST, Role.ENGAGE, Role.SUPERVISOR):
        app = open_page(rows, monkeypatch, "callers.py", role)
        assert not app.exception and not app.error
        table = app.dataframe[0].value
        assert table["Plan"].tolist() == [
            "■ Red. No plan yet: needs a named owner and a next review"
        ]
        assert table["Caller"].str.startswith("Caller ").all()
        assert NAME not in texts(app) + table.to_string()
        assert "estimate" in texts(app).casefold() or "Estimate" in app.subheader[0].value
        assert "calls less" in texts(app)
        assert set(app.query_params) == {"district", "month"}


def test_engage_sees_a_name_only_after_a_logged_reason(
    rows: CallRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dashboard.components import caller_panels

    key = pseudonym("caller", NAME)
    monkeypatch.setattr(caller_panels, "show_list", lambda found: key)
    app = open_page(rows, monkeypatch, "callers.py", Role.ENGAGE)
    press = next(b for b in app.button if b.label.startswith("Show the name"))
    press.click().run()
    assert "Pick a reason first." in texts(app)
    assert [b for b in app.button if b.label == "Set the plan"], "the page goes on"
    assert "What plans may have saved" in str([head.value for head in app.header])
    assert NAME not in texts(app) and read_log(rows.database).empty
    app.selectbox(key="caller_name_reason").select("victim_care")
    next(b for b in app.button if b.label.startswith("Show the name")).click().run()
    assert f"**{NAME}**" in texts(app)
    log = read_log(rows.database)
    assert (log["event"].tolist(), log["record_key"].tolist()) == (["consultation"], [key])
    assert NAME not in kept(app)
    app.run()
    assert NAME not in texts(app)


def test_caller_is_opened_without_the_table(
    rows: CallRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(rows, monkeypatch, "callers.py", Role.ENGAGE)
    assert not [b for b in app.button if b.label.startswith("Show the name")]
    app.selectbox(key="caller_chosen").select(pseudonym("caller", NAME)).run()
    assert not app.exception
    assert [b for b in app.button if b.label.startswith("Show the name")]
    assert "counted to" in texts(app)
    assert not set(app.query_params) - {"district", "month"}


def test_ties_are_written_as_among_repeats(rows: CallRows, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        rows.call(f"{MONTH.first_day} 13:00", "Third Person")
    app = open_page(rows, monkeypatch, "callers.py", Role.ANALYST)
    assert app.dataframe[0].value["Rank"].tolist() == ["1=", "1="]


def test_analyst_and_supervisor_have_no_way_to_a_name_or_a_plan(
    rows: CallRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dashboard.components import caller_panels

    monkeypatch.setattr(caller_panels, "show_list", lambda found: pseudonym("caller", NAME))
    for role in (Role.ANALYST, Role.SUPERVISOR, Role.SERGEANT):
        app = open_page(rows, monkeypatch, "callers.py", role)
        labels = [button.label for button in app.button]
        assert not [label for label in labels if "name" in label or "plan" in label]
        assert "Names are shown to the role 'engage' only." in texts(app)


def test_plan_is_set_with_owner_review_and_reason(
    rows: CallRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dashboard.components import caller_panels

    monkeypatch.setattr(caller_panels, "show_list", lambda found: pseudonym("caller", NAME))
    app = open_page(rows, monkeypatch, "callers.py", Role.ENGAGE)
    next(box for box in app.text_input if box.label == "Owner of the plan").input("PCSO Example")
    app.selectbox(key="caller_plan_reason").select("problem_solving")
    next(b for b in app.button if b.label == "Set the plan").click().run()
    assert not app.exception and not app.error
    assert "is set." in app.success[0].value
    plans = read_plans(rows.database)
    assert plans["owner"].tolist() == ["PCSO Example"]
    assert plans["started_on"].tolist() == [DATA_END], "the last day of the synthetic data"


def test_link_with_an_unknown_district_is_said_and_ignored(
    rows: CallRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    acting(monkeypatch, Role.ANALYST)
    app = open_app(rows.database.url, monkeypatch, "callers.py", district="E07999999")
    assert "was ignored" in texts(app)
    assert not app.exception


def test_district_without_repeat_callers_says_so(
    rows: CallRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows.call(f"{MONTH.first_day}", "A", district_code="E07000998")
    acting(monkeypatch, Role.ANALYST)
    app = open_app(rows.database.url, monkeypatch, "callers.py", district="E07000998")
    assert "Nobody called 2 times or more" in texts(app)


def test_caches_hold_nothing_of_a_look(rows: CallRows, monkeypatch: pytest.MonkeyPatch) -> None:
    import inspect

    from dashboard import acting as doing

    for name in ("check_call", "check_record", "open_caller_name"):
        assert "cache" not in inspect.getsource(getattr(doing, name))
    look(open_page(rows, monkeypatch, "call_check.py", Role.SERGEANT), ADDRESS)
    st.cache_data.clear()
