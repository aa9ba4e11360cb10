"""The Cases page for an analyst and for a partner: list, one case, radar, standards, links."""

import datetime as dt
import json

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.permissions import Actor, Role
from dashboard.services import sessions
from dashboard.services.sessions import Session
from geodata.calendar import say_date
from geodata.sealing import get_key_ring
from geodata.store import cases as store
from geodata.store.database import Database
from tests.call_rows import CallRows, read_log
from tests.views.test_views import open_app, texts

ANALYST = Actor("local:a", "A. Analyst", frozenset({Role.ANALYST}))
SUPERVISOR = Actor("local:s", "S. Visor", frozenset({Role.SUPERVISOR}))
PARTNER = Actor("local:p", "P. Partner", frozenset({Role.PARTNER}), agency="Homes")
SECRET = "The spare key is under the pot"


@pytest.fixture
def held(sqlite_database: Database) -> Database:
    """Two cases, one shared with Homes, and a victim whose reports meet the threshold."""
    rows = CallRows(sqlite_database)
    for name, shared in (("A", "Homes"), ("B", "")):
        rows.case(
            case_id=f"CASE-{name}", victim_key=f"victim-{name}", problem_key="p", status="open",
            lead_agency="Council", owner="Officer 7", risk_band="high", shared_with=shared,
            sealed_extra=get_key_ring().seal(json.dumps({"Officer note": SECRET})),
        )  # fmt: skip
    for day in ("2026-10-01", "2026-10-08", "2026-11-01"):
        rows.incident(day, victim_key="victim-B", problem_key="p")
    return sqlite_database


def open_as(
    actor: Actor, database: Database, monkeypatch: pytest.MonkeyPatch, **query: str
) -> AppTest:
    session = Session(actor, local=True)
    monkeypatch.setattr(sessions, "find_local_session", lambda _: session)
    return open_app(database.url, monkeypatch, "cases.py", **query)


def label(app: AppTest, kind: str, words: str):
    return next(one for one in getattr(app, kind) if one.label.startswith(words))


def look_at(app: AppTest) -> AppTest:
    app.selectbox(key="cases_reason").select("case_review").run()
    return label(app, "button", "Open the case").click().run()


def everything(app: AppTest) -> str:
    frames = [frame.value.to_csv() for frame in app.dataframe]
    plain = [str(each.value) for each in app.get("text")]
    return "\n".join([texts(app), *frames, *plain, *(str(s.options) for s in app.selectbox)])


def test_list_shows_overdue_first_with_words_and_the_status_of_the_matrix(
    held: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_as(ANALYST, held, monkeypatch)
    assert not app.exception and not app.error
    said = texts(app)
    assert "2 open cases, **2 reviews overdue**" in said
    assert "illustrative - not policy - local sign-off needed" in said
    listed = app.dataframe[1].value
    assert listed["Case"].tolist() == ["CASE-A", "CASE-B"]
    assert listed["Review"].str.startswith("▲ Sergeant review overdue by").all()
    assert SECRET not in everything(app)
    assert not [b for b in app.button if b.label == "Sign off"]


def test_partner_meets_only_shared_cases_on_every_part(
    held: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for part in ("list", "case", "radar", "standards", "nonsense"):
        app = open_as(PARTNER, held, monkeypatch, part=part)
        assert not app.exception and not app.error, part
        said = everything(app)
        assert "CASE-B" not in said and SECRET not in said, part
        assert "Threshold met" not in said, part
    app = open_as(PARTNER, held, monkeypatch, part="list")
    assert "1 open case led by or shared with your agency" in texts(app)


def test_link_to_an_unshared_case_opens_nothing_for_a_partner(
    held: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in ("2", "999"):
        app = look_at(open_as(PARTNER, held, monkeypatch, part="case", case=number))
        assert not app.exception
        assert f"There is no case {number} that you may see." in app.error[0].value
        assert "CASE-B" not in everything(app) and "Officer 7" not in everything(app)
    assert read_log(held).empty


def test_forged_session_state_shows_a_partner_nothing(
    held: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_at(open_as(ANALYST, held, monkeypatch, part="case", case="2"))
    app = open_as(PARTNER, held, monkeypatch, part="case", case="2")
    app.session_state["cases_open"] = (2, 1)
    app.run()
    assert "There is no case 2 that you may see." in app.error[0].value
    assert SECRET not in everything(app) and "Officer 7" not in everything(app)


def test_partner_adds_an_update_to_a_shared_case(
    held: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = look_at(open_as(PARTNER, held, monkeypatch, part="case", case="1"))
    assert not app.exception and not app.error
    assert [tab.label for tab in app.tabs] == ["Updates and reviews", "Service standards", "Risk"]
    label(app, "text_area", "What happened").input("Wardens went round")
    label(app, "button", "Add").click().run()
    assert not app.exception and not app.error
    assert "It is added to the case." in app.success[0].value
    assert "Wardens went round" in everything(app)
    updates = store.read_updates(held, 1)
    assert updates[["agency", "text"]].to_numpy().tolist() == [["Homes", "Wardens went round"]]
    assert not [b for b in app.button if b.label.startswith("Save")]
    assert SECRET not in everything(app)


def test_case_needs_a_reason_and_each_look_is_logged_once(
    held: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_as(ANALYST, held, monkeypatch, part="case", case="2")
    assert "Officer 7" not in everything(app)
    label(app, "button", "Open the case").click().run()
    assert "Pick a reason first." in app.error[0].value
    look_at(app)
    assert not app.error and "Officer 7" in texts(app) and SECRET in everything(app)
    app.run()
    app.run()
    log = read_log(held)
    assert log[["event", "record_kind", "record_key", "reason"]].to_numpy().tolist() == [
        ["consultation", "case", "2", "case_review"]
    ]
    assert dict(app.query_params).keys() <= {"case", "part"}


def test_risk_form_shows_a_range_that_narrows_and_saves_it(
    held: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = look_at(open_as(ANALYST, held, monkeypatch, part="case", case="1"))
    assert "Score 0 to 37, 0 of 11 answered: standard to high risk." in texts(app)
    app.selectbox(key="risk_1_0_how_often").select("daily").run()
    assert "Score 5 to 37, 1 of 11 answered: standard to high risk." in texts(app)
    app.checkbox(key="risk_1_0_fact_suicide_risk").check().run()
    assert "1 of 11 answered: high risk. Set by: A risk of suicide was disclosed" in texts(app)
    app.button(key="risk_1_0_save").click().run()
    assert not app.exception and not app.error
    assert "The risk assessment is saved" in app.success[0].value
    day = say_date(dt.datetime.now(dt.UTC).date())
    head = f"**High risk**, assessed here by A. Analyst on {day}, set by hard rule."
    assert head in texts(app)
    app.selectbox(key="risk_1_1_override").select("standard").run()
    app.text_input(key="risk_1_1_reason").input("Moved away").run()
    app.button(key="risk_1_1_save").click().run()
    assert "The risk cannot be set to standard." in app.error[0].value
    assert len(store.read_assessments(held, 1)) == 1


def test_lowering_is_refused_to_an_analyst_and_open_to_a_supervisor(
    held: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for actor, wanted in ((ANALYST, 0), (SUPERVISOR, 1)):
        app = look_at(open_as(actor, held, monkeypatch, part="case", case="1"))
        app.selectbox(key="risk_1_0_override").select("medium").run()
        app.text_input(key="risk_1_0_reason").input("Moved away").run()
        app.button(key="risk_1_0_save").click().run()
        assert not app.exception
        assert bool(app.error) is (wanted == 0)
        assert len(store.read_assessments(held, 1)) == wanted


def test_standards_are_thirteen_and_one_can_be_explained(
    held: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = look_at(open_as(ANALYST, held, monkeypatch, part="case", case="1"))
    steps = next(f.value for f in app.dataframe if "Standard" in f.value.columns)
    assert len(steps) == 13 and steps["State"].str.startswith("▲ Late by").all()
    label(app, "text_input", "If it is not possible").input("Explained by telephone")
    label(app, "button", "Save the standard").click().run()
    assert not app.exception and not app.error
    steps = next(f.value for f in app.dataframe if "Standard" in f.value.columns)
    assert steps["State"].iloc[0] == "◆ Not possible, explained"


def test_radar_asks_whether_the_victim_was_told_and_the_case_keeps_the_day(
    held: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_as(ANALYST, held, monkeypatch, part="radar")
    assert not app.exception and not app.error
    table = app.dataframe[0].value
    assert table["State"].tolist() == ["▲ Threshold met"]
    assert table["Victim told"].tolist() == ["▲ no record"]
    assert "1 without a record that the victim was told" in texts(app)
    assert "victim-B" not in everything(app)
    app = look_at(open_as(ANALYST, held, monkeypatch, part="case", case="2"))
    assert "Threshold met - has the victim been told?" in texts(app)
    label(app, "date_input", "Victim told on").set_value(dt.date(2026, 11, 2))
    label(app, "button", "Save the day").click().run()
    assert not app.exception and not app.error
    told = store.read_cases(held, case_key=2)["victim_told"].iloc[0]
    assert told.date() == dt.date(2026, 11, 2)


def test_supervisor_signs_the_matrix_off_and_the_page_says_who(
    held: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_as(SUPERVISOR, held, monkeypatch)
    label(app, "checkbox", "I have read it").check()
    label(app, "button", "Sign off").click().run()
    assert not app.exception and not app.error
    assert "signed off as local policy by S. Visor" in texts(app)
    assert "sign-off needed" not in texts(app)


def test_no_cases_say_where_they_come_from(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for part in ("list", "case", "radar", "standards"):
        app = open_as(ANALYST, sqlite_database, monkeypatch, part=part)
        assert not app.exception and not app.error, part
    app = open_as(ANALYST, sqlite_database, monkeypatch)
    assert "wardlight import cases" in texts(app)


def test_list_of_cases_leaves_only_with_reason_and_recipient(
    held: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_as(ANALYST, held, monkeypatch)
    app = label(app, "button", "Log it").click().run()
    assert app.error and not app.get("download_button")
    app = open_as(ANALYST, held, monkeypatch)
    label(app, "selectbox", "Why does it leave").select("case_review")
    label(app, "text_input", "Who receives it").input("Exton Council")
    app = label(app, "button", "Log it").click().run()
    assert not app.error and app.get("download_button")
    logged = read_log(held)
    leaves = logged[logged["event"] == "disclosure"]
    assert leaves[["record_kind", "record_key", "recipient"]].to_numpy().tolist() == [
        ["export", "cases", "Exton Council"]
    ]


def test_partner_without_an_agency_is_told_so(
    held: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = Actor("local:n", "N. Partner", frozenset({Role.PARTNER}), agency=" ")
    for part in ("list", "case", "standards"):
        app = open_as(nobody, held, monkeypatch, part=part)
        assert not app.exception and not app.error, part
        said = texts(app)
        assert "No agency is set for you." in said and "WARDLIGHT_LOCAL_AGENCY" in said, part
        assert "CASE-" not in everything(app), part
    app = open_as(PARTNER, held, monkeypatch, part="list")
    assert "No agency is set" not in texts(app)


def test_high_risk_is_not_answered_away_and_the_form_keeps_the_answers(
    held: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = look_at(open_as(ANALYST, held, monkeypatch, part="case", case="1"))
    app.selectbox(key="risk_1_0_how_often").select("daily")
    app.checkbox(key="risk_1_0_fact_suicide_risk").check()
    app.button(key="risk_1_0_save").click().run()
    assert not app.error
    app.selectbox(key="risk_1_1_override").select("high")
    app.text_input(key="risk_1_1_reason").input("A note was found")
    app.button(key="risk_1_1_save").click().run()
    assert not app.error
    assert app.selectbox(key="risk_1_2_how_often").value == "daily"
    assert app.checkbox(key="risk_1_2_fact_suicide_risk").value is True
    assert app.selectbox(key="risk_1_2_override").value == "high"
    assert app.text_input(key="risk_1_2_reason").value == "A note was found"
    app.checkbox(key="risk_1_2_fact_suicide_risk").uncheck()
    app.selectbox(key="risk_1_2_how_often").select("only_time").run()
    assert "only a supervisor may save it" in app.warning[-1].value
    app.button(key="risk_1_2_save").click().run()
    assert "needs a supervisor" in app.error[0].value
    assert len(store.read_assessments(held, 1)) == 2
    app.run()
    assert app.selectbox(key="risk_1_2_how_often").value == "only_time"
    assert app.checkbox(key="risk_1_2_fact_suicide_risk").value is False


def test_radar_row_without_a_case_leads_to_its_reports_and_to_tasking(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, rows = sqlite_database, CallRows(sqlite_database)
    rows.case(case_id="CASE-B", victim_key="victim-B", problem_key="p")
    for day in ("2026-09-20", "2026-10-08", "2026-11-01"):
        rows.incident(day, victim_key="victim-lone-1", problem_key="q", source_system="council")
    for day in ("2026-10-01", "2026-10-08", "2026-11-01"):
        rows.incident(day, victim_key="victim-B", problem_key="p")
    app = open_as(ANALYST, held, monkeypatch, part="radar")
    assert app.dataframe[0].value["Case"].tolist() == ["no case", "CASE-B"]
    assert "▲ threshold met" in texts(app)
    app.selectbox(key="radar_box").select(1).run()
    assert label(app, "button", "Go to CASE-B")
    assert not [each for each in app.button if each.label.startswith("Open the victim")]
    app.selectbox(key="radar_box").select(0).run()
    assert not app.exception and not app.error
    assert "No case is held about this." in texts(app)
    label(app, "button", "Open the victim").click().run()
    assert "Pick a reason first." in app.error[0].value
    app.selectbox(key="radar_reason").select("victim_care")
    label(app, "button", "Open the victim").click().run()
    assert not app.exception and not app.error, app.error[0].value
    assert "3 reports of 3 incidents held" in texts(app)
    shown = app.dataframe[0].value
    assert shown["Began"].tolist() == ["1 November 2026", "8 October 2026", "20 September 2026"]
    assert set(shown["Told to"]) == {"council"}
    assert "victim-lone-1" not in everything(app) and set(app.query_params) == {"part"}
    looks = read_log(held)
    assert looks[["event", "record_kind", "record_key", "reason"]].to_numpy().tolist() == [
        ["consultation", "victim", "victim-lone-1", "victim_care"]
    ]
    title = label(app, "text_input", "What is to be done")
    assert title.value.startswith("Tell the victim of the right to ask")
    label(app, "text_input", "Owner").input("A. Sergeant")
    label(app, "button", "Send to tasking").click().run()
    assert not app.exception and not app.error
    assert "Action 1 is on the list of actions." in app.success[0].value


def test_radar_says_that_it_cannot_tell_without_victims_and_days(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = CallRows(sqlite_database)
    rows.incident("2026-10-01", time_precision="month", reported_at=None)
    app = open_as(ANALYST, sqlite_database, monkeypatch, part="radar")
    assert "Cannot tell: no victims and no days are held." in app.info[0].value
    rows.incident("2026-10-02", victim_key="victim-1")
    app = open_as(ANALYST, sqlite_database, monkeypatch, part="radar")
    assert app.info[0].value.startswith("Nobody is at the threshold")


def test_each_part_says_which_day_counts(held: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "1 November 2026 counts as today: it is the last day of the synthetic data."
    for part in ("list", "radar", "standards"):
        assert said in texts(open_as(ANALYST, held, monkeypatch, part=part)), part
