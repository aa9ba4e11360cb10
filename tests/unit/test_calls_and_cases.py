"""Calls and cases come through whole; names, numbers and addresses only sealed or as keys."""

import datetime as dt
import json

import pandas as pd
import pytest

from geodata.addresses import address_key, pseudonym
from geodata.errors import ColumnsMissingError, MappingError
from geodata.faults import Faults
from geodata.schemas import CALL_COLUMNS, CASE_COLUMNS, LOCATION_COLUMNS
from geodata.sealing import get_key_ring
from geodata.sources.calls import CallFrames, read_calls_file
from geodata.sources.cases import CaseFrames, read_cases_file
from geodata.sources.mapping import parse_mapping, suggest_mapping
from geodata.sources.record_forms import CALL_FORM, CASE_FORM

TODAY = dt.date(2026, 9, 30)
HEAD = '[source]\nforce = "Example Police"\nsystem = "log"\n'
CALLS = HEAD + (
    '[columns]\ncall_id = "id"\ncalled_at = "when"\ncaller = "name"\nphone = "tel"\n'
    'caller_key = "person"\naddress = "home"\nincident_id = "about"\ndistrict = "area"\n'
    '[dates]\nformats = ["%d/%m/%Y %H:%M", "%d/%m/%Y"]\n'
)
CASES = HEAD + (
    '[columns]\ncase_id = "id"\nopened = "from"\nclosed = "to"\nrisk_band = "risk"\n'
    'owner = "who"\nnext_review = "due"\nshared_with = "with"\nvictim_key = "v"\n'
    'address = "home"\nward_code = "ward"\n[dates]\nformats = ["%d/%m/%Y"]\n'
    '[translate.risk_band]\nGold = "high"\n'
)
DISTRICTS = {"x07000001": "X07000001", "example vale": "X07000001"}
WARDS = {"X05000001": "X07000001"}


def table(**columns: list[str]) -> pd.DataFrame:
    size = len(next(iter(columns.values())))
    return pd.DataFrame(columns, index=pd.RangeIndex(2, size + 2), dtype="str")


def read_calls(**columns: list[str]) -> tuple[CallFrames, Faults]:
    size = len(columns["id"])
    for name in ("name", "tel", "person", "home", "about", "area"):
        columns.setdefault(name, [""] * size)
    columns.setdefault("when", ["01/09/2026 21:30"] * size)
    faults = Faults()
    mapping = parse_mapping(CALLS, form=CALL_FORM)
    frames = read_calls_file(table(**columns), mapping, faults, "c.csv", DISTRICTS, today=TODAY)
    return frames, faults


def read_cases(**columns: list[str]) -> tuple[CaseFrames, Faults]:
    size = len(columns["id"])
    for name in ("to", "risk", "who", "due", "with", "v", "home", "ward"):
        columns.setdefault(name, [""] * size)
    columns.setdefault("from", ["01/03/2026"] * size)
    faults = Faults()
    mapping = parse_mapping(CASES, form=CASE_FORM)
    frames = read_cases_file(table(**columns), mapping, faults, "c.csv", WARDS, today=TODAY)
    return frames, faults


def test_call_has_keys_of_place_caller_and_number_and_a_sealed_name() -> None:
    frames, faults = read_calls(
        id=["C1", "C2", "C3"],
        name=["Vynella Quorenholt", "", ""],
        tel=["01632 960 123", "+44 1632 960123", "none given"],
        person=["P9", "", ""],
        home=["2 Zelowick Rd, QX1 2AB", "2 Zelowick Road QX12AB", ""],
        area=["X07000001", "Example Vale", "Elsewhere"],
    )
    calls = frames.calls
    assert list(calls.columns) == list(CALL_COLUMNS)
    assert list(frames.locations.columns) == list(LOCATION_COLUMNS)
    assert calls["phone_key"].tolist() == [pseudonym("phone", "+441632960123")] * 2 + [""]
    assert calls["caller_key"].tolist() == [
        pseudonym("caller", "P9"), pseudonym("caller", "+441632960123"), "",
    ]  # fmt: skip
    assert calls["location_key"].iloc[0] == address_key("", "2 Zelowick Road, QX1 2AB")
    assert calls["location_key"].nunique() == 2
    assert len(frames.locations) == 1
    assert calls["district_code"].tolist() == ["X07000001", "X07000001", ""]
    assert get_key_ring().open(calls["sealed_name"].iloc[0]) == "Vynella Quorenholt"
    assert faults.count == 0
    assert {note for note, _ in faults.notes} == {
        "phone: not a telephone number, read as not known",
        "district: neither a code nor a name that is held, not kept",
    }


def test_refused_calls_are_told_and_nothing_personal_with_them() -> None:
    frames, faults = read_calls(
        id=["C1", "C1", "", "C4", "C5", "C6"],
        when=[
            "01/09/2026 21:30", "01/09/2026 21:30", "01/09/2026", "", "Vynella Quorenholt",
            "31/02/2026",
        ],
        name=["Vynella Quorenholt"] * 6,
        tel=["07700 900123"] * 6,
        home=["14 Zelowick Road"] * 6,
    )  # fmt: skip
    assert frames.calls["call_id"].tolist() == ["C1"]
    assert faults.rows == {3, 4, 5, 6, 7}
    told = faults.to_frame().set_index("row")["value"].to_dict()
    assert told[6] == "text of 18 characters"
    assert told[7] == "'31/02/2026'"
    everything = faults.to_frame().to_csv() + str(faults.notes)
    everything += frames.calls.to_csv() + frames.locations.to_csv()
    for personal in ("Quorenholt", "Zelowick", "900123"):
        assert personal.casefold() not in everything.casefold()


def test_case_keeps_days_agencies_and_unknown_columns_sealed() -> None:
    frames, faults = read_cases(
        **{"from": ["01/03/2026", "02/03/2026"]},
        id=["K1", "K2"],
        to=["", "09/04/2026"],
        risk=["gold", "Standard"],
        who=["Housing officer 12", ""],
        due=["01/12/2026", ""],
        **{"with": ["Example Council, Example Homes|Example Council", ""]},
        v=["V-1", ""],
        home=["2 Zelowick Road QX1 2AB", ""],
        ward=["X05000001", "X05999999"],
        Notes=["Vynella said it is worse", ""],
        Letter=["sent", ""],
    )
    cases = frames.cases
    assert list(cases.columns) == list(CASE_COLUMNS)
    first, second = cases.iloc[0], cases.iloc[1]
    assert (first["opened"], first["closed"]) == (dt.date(2026, 3, 1), None)
    assert (first["status"], second["status"]) == ("open", "closed")
    assert first["next_review"] == dt.date(2026, 12, 1), "a review may lie ahead"
    assert cases["risk_band"].tolist() == ["high", "standard"]
    assert first["shared_with"] == "Example Council; Example Homes"
    assert (first["ward_code"], first["district_code"]) == ("X05000001", "X07000001")
    assert second["ward_code"] == ""
    extra = json.loads(get_key_ring().open(first["sealed_extra"]))
    assert extra == {"Notes": "Vynella said it is worse", "Letter": "sent"}
    assert second["sealed_extra"] == ""
    assert {"location_key", "status", "district_code", "sealed_extra"} <= set(frames.given)
    assert "lead_agency" not in frames.given
    assert faults.count == 0
    assert "Vynella" not in cases.to_csv() + str(faults.notes)


def test_a_case_that_closes_before_it_opens_or_was_opened_tomorrow_is_refused() -> None:
    frames, faults = read_cases(
        **{"from": ["01/03/2026", "01/10/2026", "", "01/03/2026"]},
        id=["K1", "K2", "K3", "K4"],
        to=["28/02/2026", "", "", "01/03/2026"],
    )
    assert faults.rows == {2, 3, 4}
    assert frames.cases["case_id"].tolist() == ["K4"]


@pytest.mark.parametrize(
    ("form", "text", "said"),
    [
        (CALL_FORM, HEAD + '[columns]\ncalled_at = "when"\n', "does not name call_id"),
        (CALL_FORM, HEAD + '[columns]\ncall_id = "a"\neasting = "x"\n', "unknown key 'easting'"),
        (CASE_FORM, HEAD + '[columns]\ncase_id = "a"\n', "does not name opened"),
        (CASE_FORM, CASES + '[coordinates]\ncrs = "EPSG:27700"\n', "unknown key 'coordinates'"),
        (CASE_FORM, CASES.replace('"high"', '"golden"'), "accepted are standard, medium, high"),
    ],
)
def test_mapping_of_calls_and_cases_says_what_is_wrong(form, text: str, said: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(MappingError, match=said):
        parse_mapping(text, form=form)


def test_a_column_that_is_not_there_is_named() -> None:
    mapping = parse_mapping(CASES, form=CASE_FORM)
    with pytest.raises(ColumnsMissingError, match="'from' is not there"):
        read_cases_file(table(id=["1"]), mapping, Faults(), "c.csv", WARDS, today=TODAY)


def test_drafts_for_calls_and_cases_are_accepted_and_say_no_value() -> None:
    calls = table(
        **{"Call number": ["1"], "Call time": ["01/09/2026 21:30"]},
        **{"Caller name": ["Vynella Quorenholt"], "Telephone": ["01632 960123"]},
    )
    text = suggest_mapping(calls, "calls.csv", CALL_FORM)
    columns = parse_mapping(text, form=CALL_FORM).columns
    assert columns["caller"] == "Caller name"
    assert columns["phone"] == "Telephone"
    cases = table(
        **{"Case ref": ["1"], "Date opened": ["2026-03-01"], "Risk level": ["Gold"]},
        **{"Address": ["2 Zelowick Road"], "Case officer": ["Officer 3"]},
    )
    drafted = suggest_mapping(cases, "cases.csv", CASE_FORM)
    mapping = parse_mapping(drafted, form=CASE_FORM)
    assert mapping.columns["risk_band"] == "Risk level"
    assert "Gold" in mapping.translate["risk_band"]
    for personal in ("Quorenholt", "960123", "Zelowick"):
        assert personal not in text + drafted


def test_free_text_in_a_field_of_words_is_told_by_its_length() -> None:
    frames, faults = read_cases(
        id=["A", "B", "C", "D"], risk=["Gold", "Mr Quagga told me", "Tier 2", "Purple"]
    )
    assert frames.cases["risk_band"].tolist() == ["high", *["not recorded"] * 3]
    said = sorted(text for text, _ in faults.notes)
    assert said == [
        "risk_band: 'Purple' is not translated, read as not recorded",
        "risk_band: text of 17 characters is not translated, read as not recorded",
        "risk_band: text of 6 characters is not translated, read as not recorded",
    ]


PERSONAL_REFERENCES = ["9 Vynworthy Drive", "QX21 8FG", "Mrs Quagga", "quagga@example.org"]


def test_reference_that_is_an_address_or_a_name_is_refused_and_not_told() -> None:
    plain = ["C1", "AB 1234", "20260901-117", "07700900111", "CAD 45 of 1 September"]
    ids = [*plain, *PERSONAL_REFERENCES]
    for read, frame in ((read_calls, "calls"), (read_cases, "cases")):
        frames, faults = read(id=[*ids, ids[-1]])
        assert len(getattr(frames, frame)) == len(plain)
        assert faults.rows == {7, 8, 9, 10, 11}
        told = faults.to_frame()
        assert told["column"].eq("id").all()
        assert told["value"].tolist() == [
            f"text of {len(text)} characters" for text in [*PERSONAL_REFERENCES, ids[-1]]
        ]


def test_call_about_an_incident_that_is_an_address_is_refused() -> None:
    frames, faults = read_calls(id=["C1", "C2"], about=["INC-1", "9 Vynworthy Drive"])
    assert frames.calls["incident_id"].tolist() == ["INC-1"]
    assert [str(fault) for fault in faults.by_reason()[0][3]] == [
        "row 3, about: text of 17 characters; a reference that is no address and no name is "
        "accepted"
    ]
