"""Calls and cases from file to store, on both databases: updated by reference, and kept sealed."""

import json
import logging
from pathlib import Path

import pytest
import sqlalchemy as sa

from geodata.addresses import address_key, pseudonym
from geodata.county import load_county
from geodata.ingest import ImportOptions, run_import
from geodata.report import ImportReport
from geodata.sealing import get_key_ring
from geodata.sources.demo import build_county
from geodata.store.calls import read_calls
from geodata.store.database import Database
from geodata.store.imports import read_refusals

SOURCE = '[source]\nforce = "Testshire Police"\nsystem = "log"\n'
INCIDENTS = SOURCE + (
    '[columns]\nincident_id = "ref"\noccurred_from = "when"\neasting = "e"\nnorthing = "n"\n'
    'address = "home"\npostcode = "pc"\nevent_key = "event"\ndomestic_abuse_flag = "da"\n'
    'child_flag = "child"\n[dates]\nformats = ["%d/%m/%Y %H:%M"]\n'
)
CALLS = SOURCE + (
    '[columns]\ncall_id = "id"\ncalled_at = "when"\ncaller = "name"\nphone = "tel"\n'
    'incident_id = "ref"\naddress = "home"\n[dates]\nformats = ["%d/%m/%Y %H:%M"]\n'
)
CASES = SOURCE + (
    '[columns]\ncase_id = "id"\nopened = "from"\nclosed = "to"\nrisk_band = "risk"\n'
    'owner = "who"\naddress = "home"\n[dates]\nformats = ["%d/%m/%Y"]\n'
)
HOME = "Flat 2, 14 Zelowick Road"
SECRETS = ("Zelowick Road", "zelowick road", "Vynella", "Quorenholt", "900123", "01632", "worse")


def load(database: Database, source: str, folder: Path, mapping: str, text: str) -> ImportReport:
    (folder / "map.toml").write_text(mapping)
    path = folder / f"{source}.csv"
    path.write_text(text)
    options = ImportOptions(mapping=folder / "map.toml")
    return run_import(database, source, [path], options=options, imported_by="tests")


def rows_of(database: Database, table: str) -> list[dict]:
    return database.read_frame(f"SELECT * FROM {table} ORDER BY id").to_dict("records")


def load_incidents(database: Database, folder: Path) -> ImportReport:
    return load(
        database, "incidents", folder, INCIDENTS,
        "ref,when,e,n,home,pc,event,da,child\n"
        f'A1,05/06/2026 23:30,580500,160500,"{HOME}",QX1 2AB,E7,Y,\n'
        'A2,06/06/2026 02:15,580500,160500,"14 Flat 2 Zelowick Rd, QX1 2AB",,E7,,N\n',
    )  # fmt: skip


def test_incident_fields_are_stored_with_the_address_sealed(
    database: Database, tmp_path: Path
) -> None:
    load_incidents(database, tmp_path)
    first, second = rows_of(database, "incidents")
    assert first["event_key"] == second["event_key"] == pseudonym("event", "E7")
    assert (first["domestic_abuse_flag"], second["child_flag"]) == ("yes", "no")
    assert second["domestic_abuse_flag"] == "not recorded"
    assert first["location_key"] == second["location_key"]
    (place,) = rows_of(database, "locations")
    assert place["location_key"] == address_key("", f"{HOME}, QX1 2AB")
    assert get_key_ring().open(place["sealed_address"]) == f"{HOME}, QX1 2AB"
    assert place["postcode_key"] == pseudonym("postcode", "qx12ab")
    assert place["block_key"].startswith("block-")


def test_calls_take_what_they_lack_from_their_incident_and_load_once(
    database: Database, tmp_path: Path
) -> None:
    load_incidents(database, tmp_path)
    text = (
        "id,when,name,tel,ref,home\n"
        "C1,05/06/2026 23:31,Vynella Quorenholt,07700 900123,A1,\n"
        "C2,05/06/2026 23:40,,07700900123,A1,\n"
        'C3,07/06/2026 10:00,Vynella Quorenholt,,,"1 Zelowick Road, QX1 2AB"\n'
        "C4,bad,Vynella Quorenholt,07700 900123,,\n"
    )
    report = load(database, "calls", tmp_path, CALLS, text)
    assert (report.rows_read, report.rows_stored, report.rows_refused) == (4, 3, 1)
    calls = rows_of(database, "calls")
    assert calls[0]["location_key"] == address_key("", f"{HOME}, QX1 2AB")
    assert calls[0]["caller_key"] == calls[1]["caller_key"] != ""
    assert calls[2]["caller_key"] == "", "a name alone tells nobody apart"
    assert get_key_ring().open(calls[0]["sealed_name"]) == "Vynella Quorenholt"
    assert calls[0]["month"] == "2026-06"
    assert read_calls(database, months=("2026-06",))["call_id"].tolist() == ["C1", "C2", "C3"]
    assert "sealed_name" not in read_calls(database)
    again = load(database, "calls", tmp_path, CALLS, text)
    assert again.files[0].already_held
    more = text + "C5,08/06/2026 10:00,,,,\n"
    newer = load(database, "calls", tmp_path, CALLS, more)
    assert (newer.rows_stored, newer.rows_left_out) == (1, 3)
    assert len(rows_of(database, "calls")) == 4


def test_newer_export_of_cases_updates_by_reference(database: Database, tmp_path: Path) -> None:
    first = (
        "id,from,to,risk,who,home,Notes\n"
        "K1,01/03/2026,,high,Housing officer 12,,Vynella says it is worse\n"
        "K2,02/03/2026,,medium,Housing officer 3,,\n"
        "K3,03/03/2026,,,,,\n"
        "K4,03/03/2026,01/01/2026,,,,\n"
    )
    report = load(database, "cases", tmp_path, CASES, first)
    assert (report.rows_stored, report.rows_refused) == (3, 1)
    assert load(database, "cases", tmp_path, CASES, first).files[0].already_held
    with database.begin() as connection:
        connection.execute(sa.text("UPDATE cases SET review_opened_by = 'a person'"))
    second = (
        "id,from,to,risk,who,home,Notes\n"
        "K1,01/03/2026,,high,Housing officer 12,,Vynella says it is worse\n"
        "K2,02/03/2026,09/04/2026,standard,Housing officer 3,,\n"
        "K5,05/03/2026,,,,14 Zelowick Road,\n"
    )
    report = load(database, "cases", tmp_path, CASES, second)
    assert (report.rows_stored, report.rows_left_out) == (2, 1)
    assert "New cases: 1; changed: 1, of them closed: 1; as they were: 1." in report.sentences[0]
    cases = {row["case_id"]: row for row in rows_of(database, "cases")}
    assert list(cases) == ["K1", "K2", "K3", "K5"], "a case that a newer export lacks stays"
    assert (cases["K2"]["status"], cases["K2"]["risk_band"]) == ("closed", "standard")
    assert str(cases["K2"]["closed"])[:10] == "2026-04-09"
    assert cases["K1"]["review_opened_by"] == "a person"
    extra = json.loads(get_key_ring().open(cases["K1"]["sealed_extra"]))
    assert extra == {"Notes": "Vynella says it is worse"}
    assert len(rows_of(database, "locations")) == 1


def test_place_known_from_a_call_gets_its_coordinates_from_an_incident(
    database: Database, tmp_path: Path
) -> None:
    load(
        database, "calls", tmp_path, CALLS,
        f'id,when,name,tel,ref,home\nC1,05/06/2026 23:31,,,,"{HOME}, QX1 2AB"\n',
    )  # fmt: skip
    (before,) = rows_of(database, "locations")
    load_incidents(database, tmp_path)
    (after,) = rows_of(database, "locations")
    assert before["precision"] == "none"
    assert (after["easting"], after["precision"]) == (580_500, "exact")
    assert after["sealed_address"] == before["sealed_address"], "the first seal stays"


def test_no_name_number_or_address_is_in_file_log_or_message(
    sqlite_database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    reports = [load_incidents(sqlite_database, tmp_path)]
    calls = (
        "id,when,name,tel,ref,home\n"
        f'C1,05/06/2026 23:31,Vynella Quorenholt,07700 900123,A1,"{HOME}"\n'
        f'C2,Vynella Quorenholt,Vynella Quorenholt,01632 960123,A1,"{HOME}"\n'
    )
    reports.append(load(sqlite_database, "calls", tmp_path, CALLS, calls))
    reports.append(
        load(
            sqlite_database, "cases", tmp_path, CASES,
            "id,from,to,risk,who,home,Notes\n"
            f'K1,01/03/2026,,high,Housing officer 12,"{HOME}",Vynella says it is worse\n'
            f'K2,Zelowick Road,,high,Housing officer 12,"{HOME}",Vynella says it is worse\n',
        )
    )  # fmt: skip
    said = "".join("".join(report.sentences) + str(report.to_dict()) for report in reports)
    said += read_refusals(sqlite_database).to_csv() + caplog.text + "".join(capfd.readouterr())
    with sqlite_database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    path = Path(str(sqlite_database.engine.url.database))
    held = b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))
    for secret in SECRETS:
        assert secret not in said, secret
        assert secret.encode() not in held, secret


def test_county_has_calls_plans_and_cases_and_no_text_of_a_person(
    sqlite_database: Database,
) -> None:
    county = build_county(incidents_per_year=1_000, years=1)
    load_county(sqlite_database, county, imported_by="tests")
    assert len(read_calls(sqlite_database)) == len(county.calls) > 300
    assert len(rows_of(sqlite_database, "caller_plans")) == len(county.caller_plans) > 10
    assert len(rows_of(sqlite_database, "cases")) == len(county.cases) > 20
    ring = get_key_ring()
    addresses = [ring.open(one) for one in county.locations["sealed_address"].head(500)]
    names = [ring.open(one) for one in county.calls["sealed_name"].head(500)]
    fronts = {text.split(", ")[0] for text in addresses if text[:1].isdigit()}
    with sqlite_database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    path = Path(str(sqlite_database.engine.url.database))
    held = b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))
    assert len(fronts) > 100
    for secret in [
        *fronts, *(name for name in names if name), "+447700900", "CALLER-0000", "999000000",
    ]:  # fmt: skip
        assert secret.encode() not in held, secret
