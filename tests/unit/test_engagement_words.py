"""Postcodes, map references, the register and its words, and maps of signal events."""

import datetime as dt

import geopandas
import pandas as pd
import pytest
import shapely
from pyproj import Transformer

from dashboard.components import priority_tables, signal_maps, signal_tables
from dashboard.reports import priority_words
from dashboard.services import engagement, signal_events
from dashboard.services.priorities import Register, compare_sources, make_register
from geodata.engagement_words import PRIORITY_SOURCES
from geodata.map_references import read_map_reference
from geodata.postcodes import read_postcode, say_postcode
from geodata.sources.named_columns import fold_name
from geodata.sources.priorities import SOURCE_WORDS

DAY = dt.date(2026, 6, 17)


def wards() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "code": ["X05000001", "X05000002", "X05000003"],
            "name": ["Vale", "Mill", "Coast"],
            "district": ["Medford", "Medford", "Hythe"],
            "district_code": ["X07000001", "X07000001", "X07000002"],
            "residents": [8_000.0, 0.0, 5_000.0],
        }
    )


def priorities(**changes: list) -> pd.DataFrame:
    given = {
        "id": [1, 2, 3, 4],
        "ward_code": ["X05000001", "X05000001", "X05000003", "X05000009"],
        "title": ["Off-road bikes", "Litter", "Noise", "Gone"],
        "source": ["pact", "survey", "parish", "pact"],
        "agreed_on": [DAY, DAY, DAY, DAY],
        "status": ["done", "agreed", "not taken up", "agreed"],
        "linked_plan": ["", "", "P12", ""],
        "people_asked": pd.array([40, 1_200, None, 3], dtype="Int64"),
        "how_representative": ["Mostly older residents", "", "", ""],
        "you_said": ["Bikes keep us awake.", "", "", ""],
        "we_did": ["", "", "", ""],
        "is_synthetic": [True] * 4,
    }
    return pd.DataFrame({**given, **changes})


def register(
    table: pd.DataFrame | None = None, district: str | None = None, ward: str | None = None
) -> Register:
    return make_register(priorities() if table is None else table, wards(), district, ward, on=DAY)


@pytest.mark.parametrize("typed", ["XX1 1AB", "xx11ab", " x x1-1a.b ", "XX1_1AB"])
def test_postcode_is_read_however_it_is_typed(typed: str) -> None:
    assert read_postcode(typed) == "XX11AB"
    assert say_postcode("XX11AB") == "XX1 1AB"


@pytest.mark.parametrize("typed", ["", "XX1", "1AB", "High Street", "XX111AB1", "XX1 11B"])
def test_what_is_no_whole_postcode_is_not_read(typed: str) -> None:
    assert read_postcode(typed) is None


def test_map_references_agree_with_the_projection() -> None:
    to_degrees = Transformer.from_crs(27700, 4326, always_xy=True)
    longitude, latitude = to_degrees.transform(576_050, 155_550)
    for text in (f"{latitude:.6f}, {longitude:.6f}", "TQ 7605 5555", "576055 155555"):
        found = read_map_reference(text)
        assert found is not None
        assert found == pytest.approx((576_050, 155_550), abs=8)


def test_grid_letters_give_the_squares_of_the_national_grid() -> None:
    corners = {"SV": (0, 0), "SU": (4, 1), "TQ": (5, 1), "TR": (6, 1), "NZ": (4, 5), "TA": (5, 4)}
    for letters, (east, north) in corners.items():
        found = read_map_reference(f"{letters}0000000000")
        assert found == (east * 100_000 + 0.5, north * 100_000 + 0.5)


@pytest.mark.parametrize(
    "text", ["", "here", "TQ 76 5", "HP 00 00", "9 9", "51.2, 170", "576050", "IO 12 34"]
)
def test_what_is_no_place_in_england_and_wales_is_not_read(text: str) -> None:
    assert read_map_reference(text) is None


def test_register_counts_wards_with_none_and_what_is_missing() -> None:
    found = register()
    assert (found.wards, found.listed, found.live) == (3, 2, 1)
    assert found.table["title"].tolist() == ["Litter", "Off-road bikes", "Noise"]
    assert found.without["ward"].tolist() == ["Mill"]
    assert found.none_live["ward"].tolist() == ["Coast"]
    assert (found.unlinked, found.unanswered, found.unexplained) == (1, 1, 2)
    shares = found.table.set_index("title")["percent_asked"]
    assert shares["Off-road bikes"] == pytest.approx(0.5)
    assert shares["Litter"] == pytest.approx(15) and pd.isna(shares["Noise"])
    assert "2 of 3 wards in the county have a priority listed; **1 has none**" in (
        priority_tables.say_standing(found, "the county")
    )


def test_register_of_a_district_holds_its_wards_only() -> None:
    found = register(priorities(), "X07000002")
    assert (found.wards, found.listed, found.live) == (1, 1, 0)
    assert found.table["title"].tolist() == ["Noise"] and found.without.empty


def test_ward_without_residents_has_no_share() -> None:
    table = priorities(ward_code=["X05000002"] * 4)
    found = register(table).table
    assert found["percent_asked"].isna().all()


def test_sources_are_compared_by_how_many_they_asked() -> None:
    found = compare_sources(register())
    assert found["source"].tolist() == ["pact", "parish", "survey"]
    assert found.set_index("source")["people"]["pact"] == 40
    shown = priority_tables.source_table(found).set_index("Source")
    assert "chose to take part" in shown.loc["Parish or town council", "How far it goes"]
    assert shown.loc["Survey", "Of residents"] == "about 15 in 100"
    nobody = register(priorities().iloc[:0])
    assert priority_tables.source_table(compare_sources(nobody)).empty


def test_who_was_asked_is_said_with_its_weakness() -> None:
    rows = register().table.set_index("title")
    said = priority_words.say_asked(rows.loc["Off-road bikes"].to_dict())
    assert said == (
        "40 people were asked, fewer than 1 in 100 residents of the ward. Mostly older residents. "
        "People chose to take part, so they do not stand for all residents."
    )
    noise = priority_words.say_asked(rows.loc["Noise"].to_dict())
    assert noise.startswith("How many people were asked is not recorded.")


def test_choice_of_priorities_keeps_ward_source_and_standing() -> None:
    table = register().table

    def titles(**given) -> list[str]:
        return priority_tables.choose(
            table, **{"ward": None, "source": "", "standing": "", **given}
        )["title"].tolist()

    assert titles(ward="X05000003") == ["Noise"] and titles(source="survey") == ["Litter"]
    assert titles(standing="live") == ["Litter"]
    assert titles(standing="met") == ["Off-road bikes", "Noise"]


@pytest.mark.parametrize(
    "typed, word",
    [
        ("My Community Voice", "mcv"), ("MY_COMMUNITY_VOICE", "mcv"), ("mcv", "mcv"),
        ("Online messages", "online"), ("Other online messages", "online"), ("", "other"),
    ],
)  # fmt: skip
def test_source_of_a_file_is_read_however_it_is_written(typed: str, word: str) -> None:
    assert SOURCE_WORDS[fold_name(typed)] == word


def test_every_source_is_read_back_by_its_word_and_its_label() -> None:
    for word, said in PRIORITY_SOURCES.items():
        assert SOURCE_WORDS[fold_name(word)] == SOURCE_WORDS[fold_name(said)] == word


def test_team_has_its_lead_first_and_the_oldest_day() -> None:
    officers = pd.DataFrame(
        {
            "ward_code": ["X05000001"] * 2, "name": ["A", "B"], "role": ["", ""],
            "team": ["", "Vale team"], "email": ["", ""], "phone": ["", ""],
            "is_lead": [True, False], "as_at": [DAY, dt.date(2026, 1, 1)],
        }
    )  # fmt: skip
    team = engagement.make_team(officers, wards(), "X05000001")
    assert (team.ward, team.district, team.name) == ("Vale", "Medford", "Vale team")
    assert team.officers["name"].tolist() == ["A", "B"] and team.as_at == dt.date(2026, 1, 1)
    assert engagement.make_team(officers, wards(), "X05000003").officers.empty
    assert engagement.list_vacant(officers, wards())["ward"].tolist() == ["Coast", "Mill"]


def events() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": [1, 2, 3],
            "title": ["Fire", "March", "Rumour"],
            "kind": ["crime", "other event", "social disorder"],
            "happened_on": [DAY, DAY - dt.timedelta(9), DAY + dt.timedelta(1)],
            "ends_on": pd.Series([None, DAY - dt.timedelta(1), None], dtype=object),
            "easting": [500.0, 500.0, 5_000.0],
            "northing": [500.0, 500.0, 5_000.0],
            "radius_m": [400.0, 600.0, 100.0],
            "ward_code": ["X05000001", "X05000001", ""],
            "source": ["", "", ""],
        }
    )


def test_signal_event_runs_from_its_day_to_its_last() -> None:
    assert signal_events.mark_running(events(), DAY)["state"].tolist() == [
        "running", "over", "to come",
    ]  # fmt: skip
    last = events().assign(ends_on=DAY)
    assert signal_events.mark_running(last, DAY)["state"].tolist()[:2] == ["running", "running"]


def test_circle_reaches_the_wards_it_touches() -> None:
    squares = [shapely.box(x, 0, x + 1_000, 1_000) for x in (0, 1_000, 2_000)]
    areas = geopandas.GeoDataFrame({"name": ["b", "a", "c"]}, geometry=squares, crs="EPSG:27700")
    assert signal_events.find_wards_reached(events(), areas) == [["b"], ["a", "b"], []]


def test_signal_layers_draw_metres_and_leave_over_ones_empty() -> None:
    marked = signal_events.mark_running(events(), DAY)
    circles, numbers = signal_maps.signal_layers(marked)
    assert [one["r"] for one in circles.data] == [400.0, 600.0, 100.0]
    assert [one["f"][3] for one in circles.data] == [70, 0, 0]
    assert [one["t"] for one in numbers.data] == ["S1", "S2", "S3"]
    assert signal_maps.signal_layers(marked.iloc[:0]) == []


def test_signal_sentence_counts_what_runs() -> None:
    marked = signal_events.mark_running(events(), DAY).assign(reached=[["a", "b"], ["c"], []])
    said = signal_tables.say_events(marked, DAY)
    assert said.startswith("As of 17 June 2026 **1 signal event is running")
    assert "1 signal event is running" in said and "reach parts of 2 wards" in said
    assert signal_tables.say_events(marked.iloc[1:], DAY) == (
        "As of 17 June 2026 no signal event is running."
    )
    shown = signal_tables.signal_table(marked, {"X05000001": "Vale"})
    assert shown["Ward"].tolist() == ["Vale", "Vale", "None"]
    assert shown["Until"].tolist() == ["Not known", "16 June 2026", "Not known"]
