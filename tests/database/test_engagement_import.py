"""Teams, postcodes and priorities from files: good, bad and twice, on both databases."""

import json
from pathlib import Path

import pytest
import shapely
from pyproj import Transformer

from geodata.errors import (
    ColumnsMissingError,
    NothingToImportError,
    ReferenceDataMissingError,
    StrictImportError,
)
from geodata.ingest import ImportOptions, run_import
from geodata.report import ImportReport
from geodata.store import engagement
from geodata.store.database import Database
from geodata.store.imports import read_refusals

TO_DEGREES = Transformer.from_crs(27700, 4326, always_xy=True)
WEST, EAST = "X05000001", "X05000002"


def load(database: Database, source: str, path: Path, **options) -> ImportReport:
    return run_import(
        database, source, [path], options=ImportOptions(**options), imported_by="tests"
    )


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def held(database: Database, tmp_path: Path) -> Database:
    """Two wards of one kilometre side by side, of the same name in two districts."""
    wards, districts = [], []
    for number, west in enumerate((580_000, 581_000), 1):
        ring = shapely.box(west, 160_000, west + 1_000, 161_000).exterior.coords
        ground = {
            "type": "Polygon",
            "coordinates": [[list(TO_DEGREES.transform(x, y)) for x, y in ring]],
        }
        of = {"LAD25CD": f"X0700000{number}", "LAD25NM": ("Hythbeck", "Wexmere")[number - 1]}
        ward = {"WD25CD": f"X0500000{number}", "WD25NM": "Ashlode", **of}
        wards.append({"type": "Feature", "properties": ward, "geometry": ground})
        districts.append({"type": "Feature", "properties": of, "geometry": ground})
    for name, features, kind in (("w", wards, "ward"), ("d", districts, "district")):
        path = tmp_path / f"{name}.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        load(database, "boundaries", path, kind=kind)
    lookup = write(tmp_path / "lookup.csv", "LSOA21CD,WD25CD", f"X01000001,{EAST}")
    load(database, "lookup", lookup)
    return database


def test_teams_come_by_code_or_by_name_with_the_district(held: Database, tmp_path: Path) -> None:
    path = write(
        tmp_path / "teams.csv",
        "Ward,District,Officer,Rank,Team name,E-mail,Telephone,Lead,As at",
        "ashlode,Hythbeck,A. Sergeant,Sergeant,West team,w@team.example,101 ext. 4321,yes,1/9/2026",
        f"{EAST},,B. Beat,PCSO,East team,,+44 1632 960001,no,",
        f"{EAST},,,,,,,,",
    )
    report = load(held, "teams", path)
    assert (report.rows_read, report.rows_stored, report.rows_refused) == (3, 3, 0)
    assert "a ward has nobody" in report.sentences[0]
    west = engagement.read_officers(held, WEST).iloc[0]
    assert (west["name"], west["phone"], bool(west["is_lead"])) == (
        "A. Sergeant", "101 ext. 4321", True,
    )  # fmt: skip
    assert str(west["as_at"]) == "2026-09-01"
    assert engagement.read_officers(held, EAST)["name"].tolist() == ["B. Beat"]


def test_bad_rows_of_teams_are_refused_and_no_detail_is_repeated(
    held: Database, tmp_path: Path
) -> None:
    path = write(
        tmp_path / "teams.csv",
        "ward,name,email,phone,lead,as_at",
        "Ashlode,Two Wards,,,no,",
        "Nowhere,No Ward,,,no,",
        f"{WEST},Bad Mail,not an address,,no,",
        f"{WEST},Bad Phone,,ring the bell,no,",
        f"{WEST},Bad Lead,,,perhaps,",
        f"{WEST},Bad Day,,,no,soon",
        f"{WEST},Good Name,,101,yes,2026-09-01",
        f"{WEST},Good Name,,101,yes,2026-09-01",
    )
    report = load(held, "teams", path)
    assert (report.rows_read, report.rows_stored, report.rows_refused) == (8, 1, 7)
    reasons = " ".join(report.sentences)
    assert "a name of one ward" in reasons and "yes or no" in reasons
    values = " ".join(read_refusals(held)["value"].astype(str))
    assert "not an address" not in values and "bell" not in values and "Good Name" not in values
    with pytest.raises(StrictImportError):
        load(held, "teams", write(tmp_path / "two.csv", "ward,name", "Nowhere,A"), strict=True)
    with pytest.raises(ColumnsMissingError, match="name"):
        load(held, "teams", write(tmp_path / "three.csv", "ward,who", "x,y"))
    with pytest.raises(ColumnsMissingError, match="ward_code"):
        load(held, "teams", write(tmp_path / "four.csv", "name,role", "x,y"))
    with pytest.raises(NothingToImportError):
        load(held, "teams", write(tmp_path / "five.csv", "ward,name"))


@pytest.mark.parametrize(
    "header",
    [
        "pcd,pcd2,pcds,dointr,osward,oseast1m,osnrth1m,lsoa21,lat,long",
        "pcd7,pcd8,pcds,dointr,wd25cd,east1m,north1m,lsoa21cd,lat,long",
    ],
)
def test_directory_is_read_in_old_and_new_names_and_placed_in_three_ways(
    held: Database, tmp_path: Path, header: str
) -> None:
    path = write(
        tmp_path / "directory.csv",
        header,
        f"XX1 1AA,XX1  1AA,XX1 1AA,202001,{WEST},580500,160500,X01000009,,",
        "XX1 1AB,XX1  1AB,XX1 1AB,202001,E05999999,581500,160500,,,",
        "XX1 1AC,XX1  1AC,XX1 1AC,202001,,,,X01000001,99.999999,0",
        "XX1 1AD,XX1  1AD,XX1 1AD,202001,E05999999,700,700,X01000007,,",
        "XX1,XX1,XX1,202001,,,,,,",
        f"XX1 1AA,XX1  1AA,XX1 1AA,202001,{EAST},,,,,",
    )
    report = load(held, "postcodes", path)
    assert (report.rows_read, report.rows_stored) == (6, 3)
    assert (report.rows_left_out, report.rows_refused) == (1, 2)
    note = "Placed by the ward's code: 1; by a point: 1; by an LSOA: 1. In no ward"
    assert note in report.sentences[0]
    found = [engagement.find_postcode(held, f"xx1 1a{end}") for end in "abcd"]
    assert found == [WEST, EAST, EAST, None]
    assert "XX1" not in " ".join(read_refusals(held)["value"].astype(str))


def test_postcodes_with_degrees_only_are_placed_by_their_point(
    held: Database, tmp_path: Path
) -> None:
    longitude, latitude = TO_DEGREES.transform(581_500, 160_500)
    path = write(
        tmp_path / "p.csv", "postcode,latitude,longitude", f"XX1 1AA,{latitude:.6f},{longitude:.6f}"
    )
    assert load(held, "postcodes", path).rows_stored == 1
    assert engagement.find_postcode(held, "XX11AA") == EAST
    assert load(held, "postcodes", path).rows_read == 0, "the same bytes add nothing"
    with pytest.raises(ColumnsMissingError, match="does not say where"):
        load(held, "postcodes", write(tmp_path / "q.csv", "postcode,colour", "XX1 1AA,red"))


def test_nothing_is_placed_without_wards(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "p.csv", "postcode,osward", "XX1 1AA,E05000001")
    with pytest.raises(ReferenceDataMissingError, match="No wards"):
        load(database, "postcodes", path)


def test_priorities_come_with_words_of_many_kinds(held: Database, tmp_path: Path) -> None:
    path = write(
        tmp_path / "priorities.csv",
        "Ward code,Priority,Agreed by,Date agreed,Status,Plan,People asked,Who was asked,You said",
        f'{WEST},Off-road bikes,PACT,17/06/2026,in progress,P7,"1,200",Door to door,Too loud',
        f"{EAST},Litter,Parish council,17 June 2026,,,,,",
    )
    report = load(held, "priorities", path)
    assert (report.rows_stored, report.rows_refused) == (2, 0)
    rows = engagement.read_priorities(held).set_index("title")
    first = rows.loc["Off-road bikes"]
    assert (first["source"], first["status"], first["people_asked"]) == ("pact", "in hand", 1_200)
    assert (first["you_said"], first["linked_plan"]) == ("Too loud", "P7")
    assert (rows.loc["Litter", "source"], rows.loc["Litter", "status"]) == ("parish", "agreed")
    assert first["changed_by"] == "tests"


def test_bad_priorities_are_refused_and_no_detail_is_repeated(
    held: Database, tmp_path: Path
) -> None:
    path = write(
        tmp_path / "priorities.csv",
        "ward,title,source,agreed_on,status,people_asked,you_said",
        f"{WEST},,pact,2026-06-17,,,",
        f"{WEST},No day,pact,,,,",
        f"{WEST},Later,pact,2099-01-01,,,",
        f"{WEST},Odd source,horoscope,2026-06-17,,,",
        f"{WEST},Odd state,pact,2026-06-17,perhaps,,",
        f"{WEST},Odd people,pact,2026-06-17,,many,",
        f"{WEST},Odd number,pact,2026-06-17,,1000001,",
        f"{WEST},Odd\x07sign,pact,2026-06-17,,,",
        f"{WEST},Turned,pact,2026-06-17,,,a\u202eb",
        f"{WEST},Personal,pact,2026-06-17,,,Mr Quagga of 9 Vynworthy Drive",
        f"{WEST},{'x' * 121},pact,2026-06-17,,,",
        f"{WEST},Good,pact,2026-06-17,,,",
        f"{WEST},Good,pact,2026-06-17,,,",
    )
    report = load(held, "priorities", path)
    assert (report.rows_read, report.rows_stored, report.rows_refused) == (13, 1, 12)
    assert "Quagga" not in " ".join(read_refusals(held)["value"].astype(str))
    assert "Quagga" not in " ".join(report.sentences)


def test_a_second_file_brings_priorities_up_to_date_but_not_what_people_wrote(
    held: Database, tmp_path: Path
) -> None:
    head = "ward,title,agreed_on,status"
    first = [f"{WEST},Bikes,2026-06-17,agreed", f"{EAST},Litter,2026-06-17,agreed"]
    load(held, "priorities", write(tmp_path / "a.csv", head, *first))
    litter = engagement.read_priorities(held, EAST).iloc[0]
    with held.begin() as connection:
        engagement.change_priority(
            connection, int(litter["id"]), {"status": "in hand"}, "a", seen=litter["changed_at"]
        )
    second = [line.replace("agreed", "done") for line in first]
    report = load(held, "priorities", write(tmp_path / "b.csv", head, *second))
    assert (report.rows_stored, report.rows_left_out) == (1, 1)
    assert "written on screen" in report.sentences[0]
    found = engagement.read_priorities(held).set_index("title")["status"]
    assert found.to_dict() == {"Bikes": "done", "Litter": "in hand"}


def test_priority_mended_on_screen_does_not_come_back_as_it_was(
    held: Database, tmp_path: Path
) -> None:
    head = "ward,title,agreed_on,status"
    load(held, "priorities", write(tmp_path / "a.csv", head, f"{WEST},Biks,2026-06-17,agreed"))
    row = engagement.read_priorities(held).iloc[0]
    with held.begin() as connection:
        engagement.change_priority(
            connection, int(row["id"]), {"title": "Bikes", "ward_code": EAST}, "a",
            seen=row["changed_at"],
        )  # fmt: skip
    for number, title in enumerate(("Biks", "Bikes")):
        ward = (WEST, EAST)[number]
        path = write(tmp_path / f"{number}.csv", head, f"{ward},{title},2026-06-17,done")
        report = load(held, "priorities", path)
        assert (report.rows_stored, report.rows_left_out) == (0, 1)
    found = engagement.read_priorities(held)
    assert found[["ward_code", "title", "status"]].values.tolist() == [[EAST, "Bikes", "agreed"]]


def test_second_list_of_postcodes_says_what_it_lacks_and_takes_it_out_if_asked(
    held: Database, tmp_path: Path
) -> None:
    head = "postcode,osward"
    old = write(tmp_path / "a.csv", head, f"XX1 1AA,{WEST}", f"XX1 1AB,{WEST}", f"XX1 1AD,{WEST}")
    report = load(held, "postcodes", old)
    assert "come again" not in report.sentences[0]
    new = write(tmp_path / "b.csv", head, f"XX1 1AA,{EAST}")
    assert "2 held before did not come again and stay" in load(held, "postcodes", new).sentences[0]
    assert engagement.count_postcodes(held) == 3
    report = load(held, "postcodes", new, replace=True)
    assert "2 held before that did not come again are taken out" in report.sentences[0]
    assert engagement.find_postcode(held, "XX1 1AA") == EAST
    assert engagement.count_postcodes(held) == 1
    load(held, "postcodes", old, replace=True)
    assert engagement.count_postcodes(held) == 3, "an older list comes back whole"
    parts = [old, new]
    run_import(held, "postcodes", parts, options=ImportOptions(replace=True), imported_by="tests")
    assert engagement.count_postcodes(held) == 3, "the files of one import are one list"
