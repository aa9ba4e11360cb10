"""Cases in the store and the services: who sees which, what is kept, and two who write at once."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from analytics.cases import risk_matrix
from analytics.cases.risk_matrix import RiskAnswerError
from dashboard.permissions import Actor, NotAllowedError, Role, acting_as
from dashboard.services import case_changes, case_radar, cases
from dashboard.services.audit import ReasonMissingError
from geodata import settings
from geodata.errors import CaseError
from geodata.sealing import get_key_ring
from geodata.store import case_changes as changes
from geodata.store import cases as store
from geodata.store.areas import table_of
from geodata.store.audit_search import find_look
from geodata.store.database import Database
from geodata.store.models import Case, CaseUpdate, Import, RiskAssessment, StandardStep
from tests.call_rows import CallRows

OPENED = dt.date(2026, 3, 1)
ON = dt.date(2026, 4, 1)
PARTNER = Actor("p1", "P. Partner", frozenset({Role.PARTNER}), agency="Homes for All")
OTHER = Actor("p2", "O. Partner", frozenset({Role.PARTNER}), agency="Homes")
SERGEANT = Actor("s1", "S. Sergeant", frozenset({Role.SERGEANT}))
SUPERVISOR = Actor("s2", "S. Visor", frozenset({Role.SUPERVISOR}))
SECRET = "She told us where the spare key is"


def add_cases(database: Database) -> dict[str, int]:
    """Three cases: shared with one agency, shared with two, and shared with nobody."""
    shared = {"A": "Homes for All", "B": "Council; homes FOR all ", "C": ""}
    keys = {}
    with database.begin() as connection:
        run = connection.execute(
            sa.insert(table_of(Import)).values(
                source="cases", file_name="cases.csv", content_hash="0", scope="", rows_read=3,
                rows_stored=3, rows_refused=0, rows_left_out=0, imported_by="tests",
                imported_at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC), is_synthetic=False, details="",
            )
        )  # fmt: skip
        for name, agencies in shared.items():
            result = connection.execute(
                sa.insert(table_of(Case)).values(
                    import_id=run.inserted_primary_key[0], force="Kent", source_system="cases",
                    case_id=f"CASE-{name}", opened=OPENED, status="open", lead_agency="Council",
                    owner="Officer 1", risk_band="high" if name == "A" else "medium",
                    location_key="addr-1", victim_key=f"victim-{name}", problem_key="problem-1",
                    ward_code="", district_code="", shared_with=agencies,
                    sealed_extra=get_key_ring().seal(json.dumps({"Officer note": SECRET})),
                )
            )  # fmt: skip
            keys[name] = int(result.inserted_primary_key[0])
    return keys


@pytest.fixture
def keys(database: Database) -> dict[str, int]:
    return add_cases(database)


@pytest.fixture
def as_sergeant() -> Iterator[None]:
    with acting_as(SERGEANT):
        yield


def events(database: Database) -> pd.DataFrame:
    names = "event, user_id, record_kind, record_key, reason, details"
    return database.read_frame(f"SELECT {names} FROM audit_events ORDER BY id")


def opened(database: Database, case_key: int) -> cases.CaseFile:
    number = cases.open_case(database, case_key, "case_review")
    return cases.read_case(database, case_key, number, ON)


def test_partner_sees_only_cases_shared_with_the_whole_name_of_their_agency(
    database: Database, keys: dict[str, int]
) -> None:
    with acting_as(PARTNER):
        found = cases.list_cases(database, ON)
        assert found.table["case_id"].tolist() == ["CASE-A", "CASE-B"] and not found.whole
        assert set(cases.list_late_standards(database, ON)[1]["case_id"]) == {"CASE-A", "CASE-B"}
    for somebody in (OTHER, Actor("p3", "N", frozenset({Role.PARTNER}), agency=" ")):
        with acting_as(somebody):
            assert cases.list_cases(database, ON).table.empty
            assert cases.list_late_standards(database, ON)[0].empty
    with acting_as(SERGEANT):
        assert len(cases.list_cases(database, ON).table) == 3
    with acting_as(PARTNER.share_screen()), pytest.raises(NotAllowedError):
        cases.list_cases(database, ON)


def test_partner_reaches_an_unshared_case_by_no_function(
    database: Database, keys: dict[str, int]
) -> None:
    hidden, missing = keys["C"], 999
    with acting_as(SERGEANT):
        look = cases.open_case(database, hidden, "case_review")
    seen = (None, "")
    tries = {
        "find": lambda key: cases.find_case(database, key),
        "open": lambda key: cases.open_case(database, key, "case_review"),
        "read": lambda key: cases.read_case(database, key, look, ON),
        "update": lambda key: case_changes.add_update(database, key, "Hello"),
        "review": lambda key: case_changes.record_review(database, key, "sergeant", "x"),
        "risk": lambda key: case_changes.assess_risk(database, key, {}, after=0),
        "standard": lambda key: case_changes.set_standard(
            database, key, "satisfaction", agency="", due=ON, done=None, not_possible="x",
            seen=seen,
        ),
        "told": lambda key: case_changes.set_victim_told(database, key, ON, seen=None),
        "open review": lambda key: case_changes.open_review(database, key, "x", ON),
    }  # fmt: skip
    before = len(events(database))
    for somebody in (PARTNER, OTHER):
        with acting_as(somebody):
            for name, attempt in tries.items():
                said = []
                for key in (hidden, missing):
                    with pytest.raises((CaseError, NotAllowedError)) as caught:
                        attempt(key)
                    said.append(str(caught.value).replace(str(key), "N"))
                assert said[0] == said[1], name
            with pytest.raises(NotAllowedError):
                case_radar.find_radar(database, ON)
            with pytest.raises(NotAllowedError):
                case_radar.judge_case(database, {"district_code": ""}, ON)
            with pytest.raises(NotAllowedError):
                case_changes.sign_off_matrix(database, "x")
    assert len(events(database)) == before
    assert store.read_updates(database, hidden).empty


def test_partner_adds_an_update_to_a_shared_case_and_no_more(
    database: Database, keys: dict[str, int]
) -> None:
    with acting_as(PARTNER):
        case_changes.add_update(database, keys["A"], f"  {SECRET}  ")
        file = opened(database, keys["A"])
        assert file.updates[["by", "agency", "text"]].to_numpy().tolist() == [
            ["P. Partner", "Homes for All", SECRET]
        ]
        assert file.extra == {} and file.review_state is None and file.answers == {}
        with pytest.raises(NotAllowedError):
            case_changes.set_victim_told(database, keys["A"], ON, seen=None)
        with pytest.raises(NotAllowedError):
            case_changes.assess_risk(database, keys["A"], {}, after=0)
        for text in (" ", "x" * 4_001):
            with pytest.raises(CaseError, match="missing or too long"):
                case_changes.add_update(database, keys["A"], text)
    held = database.read_frame("SELECT sealed_text FROM case_updates")["sealed_text"].iloc[0]
    assert SECRET not in held and get_key_ring().open(held) == SECRET
    logged = events(database)
    assert SECRET not in logged.to_json()
    assert logged[["event", "record_key"]].to_numpy().tolist() == [
        ["alteration", str(keys["A"])], ["consultation", str(keys["A"])],
    ]  # fmt: skip


def test_look_at_a_case_needs_a_reason_and_is_logged_before_anything_is_shown(
    database: Database, keys: dict[str, int]
) -> None:
    with acting_as(SERGEANT):
        with pytest.raises(ReasonMissingError):
            cases.open_case(database, keys["A"], "")
        with pytest.raises(CaseError, match="Say first why"):
            cases.read_case(database, keys["A"], 1, ON)
        look = cases.open_case(database, keys["A"], "victim_care")
        file = cases.read_case(database, keys["A"], look, ON)
        assert file.extra == {"Officer note": SECRET} and file.row["case_id"] == "CASE-A"
        with pytest.raises(CaseError, match="Say first why"):
            cases.read_case(database, keys["B"], look, ON)
    with acting_as(SUPERVISOR), pytest.raises(CaseError, match="Say first why"):
        cases.read_case(database, keys["A"], look, ON)
    logged = events(database)
    assert logged[["event", "user_id", "record_kind", "record_key", "reason"]].to_numpy().tolist() \
        == [["consultation", "s1", "case", str(keys["A"]), "victim_care"]]  # fmt: skip


def test_look_holds_for_twelve_hours(
    database: Database, keys: dict[str, int], as_sergeant: None
) -> None:
    look = cases.open_case(database, keys["A"], "victim_care")
    now = dt.datetime.now(dt.UTC)
    assert find_look(database, look, "s1", now - dt.timedelta(hours=1)) is not None
    assert find_look(database, look, "s1", now + dt.timedelta(seconds=5)) is None
    assert find_look(database, look, "s2", now - dt.timedelta(hours=1)) is None


def test_assessments_stand_beside_each_other_and_the_newest_counts(
    database: Database, keys: dict[str, int], as_sergeant: None
) -> None:
    first = case_changes.assess_risk(database, keys["B"], {"how_often": "daily"}, after=0)
    assert (first.lowest, first.highest, first.answered) == (5, 37, 1)
    row = cases.list_cases(database, ON).table.set_index("case_id").loc["CASE-B"]
    assert (row["band_low"], row["band_high"]) == ("standard", "high")
    assert row["review"] == "overdue" and "Sergeant" in row["review_words"]
    newest = int(store.read_assessments(database, keys["B"])["id"].iloc[0])
    case_changes.assess_risk(
        database, keys["B"], {"how_often": "daily"}, ["suicide_risk"], after=newest
    )
    file = opened(database, keys["B"])
    assert file.answers == {"how_often": "daily"} and file.facts == ("suicide_risk",)
    assert file.assessments["lowest_band"].tolist() == ["high", "standard"]
    assert file.row["band_from"] == cases.ASSESSED_HERE
    held = database.read_frame("SELECT sealed_answers FROM risk_assessments")["sealed_answers"]
    assert not held.str.contains("daily").any()


def test_override_needs_a_reason_and_lowering_a_supervisor(
    database: Database, keys: dict[str, int]
) -> None:
    def override(band: str, reason: str = SECRET, after: int = 0) -> None:
        case_changes.assess_risk(
            database, keys["B"], {}, override_band=band, override_reason=reason, after=after
        )

    with acting_as(SERGEANT):
        with pytest.raises(RiskAnswerError, match="needs a reason"):
            override("high", " ")
        with pytest.raises(RiskAnswerError, match="needs a supervisor"):
            override("standard")
        override("high")
    with acting_as(SUPERVISOR):
        newest = int(store.read_assessments(database, keys["B"])["id"].iloc[0])
        override("standard", after=newest)
        file = opened(database, keys["B"])
        assert (file.row["band_low"], file.row["band_high"]) == ("standard", "standard")
        assert file.override_reason == SECRET
    details = [json.loads(text) for text in events(database)["details"]]
    assert [one["lowered"] for one in details if "lowered" in one] == [False, True]
    assert SECRET not in events(database).to_json()


def test_of_two_who_assess_at_once_the_second_is_told(
    database: Database, keys: dict[str, int], as_sergeant: None
) -> None:
    case_changes.assess_risk(database, keys["A"], {"linked": "yes"}, after=0)
    with pytest.raises(CaseError, match="Somebody else changed"):
        case_changes.assess_risk(database, keys["A"], {"linked": "no"}, after=0)
    assert len(store.read_assessments(database, keys["A"])) == 1


def test_two_writers_conflict_and_neither_loses_what_the_other_wrote(
    database: Database, keys: dict[str, int], as_sergeant: None
) -> None:
    key = keys["A"]
    given = {"agency": "Council", "due": ON, "by": "x"}

    def step(done: dt.date | None, why: str, seen: tuple[dt.date | None, str]) -> None:
        with database.begin() as connection:
            changes.set_step(
                connection, key, "satisfaction", done=done, not_possible=why, seen=seen, **given
            )

    step(OPENED, "", (None, ""))
    with pytest.raises(CaseError, match="Somebody else changed"):
        step(None, SECRET, (None, ""))
    step(None, SECRET, (OPENED, ""))
    row = store.read_steps(database, key).iloc[0]
    assert (pd.isna(row["done"]), row["not_possible"]) == (True, SECRET)
    assert store.read_steps(database)["not_possible"].tolist() == ["explained"]

    for write in (
        lambda c: changes.set_victim_told(c, key, ON, seen=None),
        lambda c: changes.open_review(c, key, on=ON, by="x", reason=SECRET),
    ):
        with database.begin() as connection:
            write(connection)
        with pytest.raises(CaseError, match="Somebody else"), database.begin() as connection:
            write(connection)


def test_change_and_its_log_stand_or_fall_together(
    database: Database, keys: dict[str, int], as_sergeant: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> int:
        raise CaseError("The log is full.", "", "")

    monkeypatch.setattr(case_changes.audit, "log", fail)
    with pytest.raises(CaseError, match="log is full"):
        case_changes.add_update(database, keys["A"], "Hello")
    assert store.read_updates(database, keys["A"]).empty


def test_standard_is_met_explained_or_refused(
    database: Database, keys: dict[str, int], as_sergeant: None
) -> None:
    def save(standard: str = "satisfaction", **more: object) -> None:
        given = {"agency": "Homes", "due": ON, "done": None, "not_possible": "", "seen": (None, "")}
        case_changes.set_standard(database, keys["A"], standard, **{**given, **more})

    save(done=dt.date(2026, 3, 5))
    steps = opened(database, keys["A"]).steps.set_index("standard")
    assert len(steps) == 13
    assert tuple(steps.loc["satisfaction", ["state", "agency"]]) == ("done", "Homes")
    assert steps.loc["confidentiality", "state"] == "late"
    for wrong, said in (
        ({"standard": "tea"}, "not known"),
        ({"done": OPENED, "not_possible": "x"}, "either met or explained"),
        ({"done": OPENED - dt.timedelta(days=1)}, "not accepted"),
        ({"done": dt.date.today() + dt.timedelta(days=1)}, "not accepted"),
        ({"not_possible": "x" * 4_001}, "too long"),
    ):
        with pytest.raises(CaseError, match=said):
            save(**wrong)


def test_review_restarts_its_clock_and_confirms_a_closing_at_high_risk(
    database: Database, keys: dict[str, int], as_sergeant: None
) -> None:
    with database.begin() as connection:
        connection.execute(
            sa.update(table_of(Case)).where(table_of(Case).c.id == keys["A"])
            .values(closed=OPENED + dt.timedelta(days=5))
        )  # fmt: skip
    found = cases.list_cases(database, ON)
    row = found.table.set_index("case_id").loc["CASE-A"]
    assert row["needs_person"] and row["is_open"]
    assert found.by_band.set_index("band").loc["high", "confirm"] == 1
    case_changes.record_review(database, keys["A"], "inspector", "Looked at and confirmed")
    row = cases.list_cases(database, ON).table.set_index("case_id").loc["CASE-A"]
    assert not row["needs_person"] and not row["is_open"]
    with pytest.raises(CaseError, match="not known"):
        case_changes.record_review(database, keys["A"], "constable", "x")


def test_overdue_cases_come_first_and_are_counted_by_band(
    database: Database, keys: dict[str, int], as_sergeant: None
) -> None:
    found = cases.list_cases(database, ON)
    assert found.table["case_id"].tolist() == ["CASE-A", "CASE-B", "CASE-C"]
    counted = found.by_band.set_index("band")
    assert counted.loc["high", ["open", "overdue"]].tolist() == [1, 1]
    assert counted.loc["medium", ["open", "overdue"]].tolist() == [2, 2]
    early = cases.list_cases(database, OPENED + dt.timedelta(days=1)).by_band
    assert early["overdue"].sum() == 0


def test_sign_off_holds_for_this_very_file_and_is_told_under_a_name(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "own.toml"
    default = Path(risk_matrix.__file__).with_name("risk_matrix.toml").read_text("utf-8")
    path.write_text(default, "utf-8")
    monkeypatch.setenv("WARDLIGHT_RISK_MATRIX", str(path))
    settings.get_settings.cache_clear()
    with acting_as(SUPERVISOR):
        unsigned = cases.read_configuration(database)
        assert "illustrative - not policy - local sign-off needed" in cases.say_status(unsigned)
        case_changes.sign_off_matrix(database, unsigned.matrix.content_hash)
        assert "signed off as local policy by S. Visor" in cases.say_status(
            cases.read_configuration(database)
        )
        with pytest.raises(CaseError, match="signed off already"):
            case_changes.sign_off_matrix(database, unsigned.matrix.content_hash)
        path.write_text(default.replace("points = 5", "points = 6", 1), "utf-8")
        again = cases.read_configuration(database)
        assert again.signed_on is None and "sign-off needed" in cases.say_status(again)
        with pytest.raises(CaseError, match="changed a moment ago"):
            case_changes.sign_off_matrix(database, unsigned.matrix.content_hash)
    with acting_as(SERGEANT), pytest.raises(NotAllowedError):
        case_changes.sign_off_matrix(database, again.matrix.content_hash)
    logged = events(database).iloc[-1]
    assert (logged["event"], logged["record_kind"]) == ("alteration", "configuration")


def test_senior_manager_opens_a_review_only_where_the_wording_allows_it(
    database: Database, keys: dict[str, int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with acting_as(SUPERVISOR):
        with pytest.raises(CaseError, match="cannot open a case review here"):
            case_changes.open_review(database, keys["A"], SECRET, ON)
        path = tmp_path / "rules.toml"
        path.write_text(
            '[[rules]]\nname = "Own"\nvalid_from = 2014-10-20\ndistricts = ["*"]\n'
            'source = "Test"\nreports = 3\nwithin_months = 6\nreport_within_months = 1\n'
            "senior_manager = true\n"
        )
        monkeypatch.setenv("WARDLIGHT_CASE_REVIEW_RULES", str(path))
        settings.get_settings.cache_clear()
        case_changes.open_review(database, keys["A"], SECRET, ON)
        state = opened(database, keys["A"]).review_state
        assert state is not None and state.state == "threshold met"


def test_tables_keep_no_free_text_in_the_clear(database: Database) -> None:
    plain = {
        table.name: [c.name for c in table.columns if isinstance(c.type, sa.Text)]
        for table in map(table_of, (Case, CaseUpdate, RiskAssessment, StandardStep))
    }
    assert {name.split("_")[0] for names in plain.values() for name in names} == {"sealed"}


def test_partner_sees_and_changes_the_cases_that_their_agency_leads(
    database: Database, keys: dict[str, int]
) -> None:
    council = Actor("p4", "C. Partner", frozenset({Role.PARTNER}), agency=" COUNCIL ")
    part = Actor("p5", "D. Partner", frozenset({Role.PARTNER}), agency="Counci")
    with acting_as(council):
        found = cases.list_cases(database, ON)
        assert len(found.table) == 3 and not found.whole
        file = opened(database, keys["C"])
        assert (file.extra, file.answers, file.review_state) == ({}, {}, None)
        case_changes.add_update(database, keys["C"], "We went round")
        with pytest.raises(NotAllowedError):
            case_changes.assess_risk(database, keys["C"], {}, after=0)
    with acting_as(part):
        assert cases.list_cases(database, ON).table.empty
        with pytest.raises(CaseError):
            cases.open_case(database, keys["C"], "case_review")


def test_high_risk_comes_first_among_the_overdue_then_the_longest(
    database: Database, as_sergeant: None
) -> None:
    rows = CallRows(database)
    days = {"medium": dt.date(2020, 1, 1), "high": dt.date(2026, 2, 1)}
    for band, opened_on in days.items():
        rows.case(case_id=f"{band}-1", risk_band=band, opened=opened_on)
        rows.case(case_id=f"{band}-2", risk_band=band, opened=opened_on - dt.timedelta(days=99))
    found = cases.list_cases(database, ON)
    assert found.table["case_id"].tolist() == ["high-2", "high-1", "medium-2", "medium-1"]
    assert "overdue by 2," in found.table["review_words"].iloc[2]


def test_case_says_whether_a_hard_rule_or_an_override_set_the_band(
    database: Database, keys: dict[str, int]
) -> None:
    with acting_as(SUPERVISOR):
        assert opened(database, keys["A"]).set_by == ""
        case_changes.assess_risk(database, keys["A"], {"how_often": "daily"}, after=0)
        assert opened(database, keys["A"]).set_by == ""
        newest = int(store.read_assessments(database, keys["A"])["id"].iloc[0])
        case_changes.assess_risk(database, keys["A"], {}, ["suicide_risk"], after=newest)
        assert opened(database, keys["A"]).set_by == cases.HARD_RULE
        case_changes.assess_risk(
            database, keys["A"], {}, ["suicide_risk"], override_band="high",
            override_reason="A note", after=newest + 1,
        )  # fmt: skip
        assert opened(database, keys["A"]).set_by == cases.OVERRIDE
