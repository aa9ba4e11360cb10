"""The Crime and worry page: what it says first, who sees what, and that its parts agree."""

import json
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from analytics.worry.checking import Gain
from dashboard import loading
from dashboard.components import worry_filters
from dashboard.permissions import Role, acting_as, system_actor
from dashboard.services import worry
from dashboard.services.survey import AREA, SHAPE_ONLY
from dashboard.worry_choice import CONTROLS, WorryChoice
from geodata.store.database import Database
from tests.views.test_view_permissions import open_as
from tests.views.test_views import texts

PAGE = "views/worry.py"


def open_page(
    monkeypatch: pytest.MonkeyPatch, database: Database, *roles: Role, **query: str
) -> AppTest:
    app, _ = open_as(monkeypatch, database.url, *roles)
    for name, value in query.items():
        app.query_params[name] = value
    app = app.switch_page(PAGE).run()
    assert not app.exception
    return app


def asked(app: AppTest) -> dict[str, str]:
    """Parameters of the address, however the test keeps them."""
    return {name: value if isinstance(value, str) else value[0]
            for name, value in app.query_params.items()}  # fmt: skip


def box(app: AppTest, label: str) -> Selectbox:
    return next(one for one in app.selectbox if one.label == label)


def banners(app: AppTest) -> str:
    return " ".join(one.value for one in app.warning)


def decks(app: AppTest) -> list[dict]:
    return [json.loads(deck.proto.json) for deck in app.get("deck_gl_json_chart")]


def listed(app: AppTest) -> set[str]:
    return set(next(table.value for table in app.dataframe if "Quadrant" in table.value)["Code"])


def coloured(app: AppTest, database: Database) -> set[str]:
    """Codes of the wards that the map colours."""
    with acting_as(system_actor("test")):
        codes = loading.areas("ward", loading.version())["code"].tolist()
    areas = next(layer for layer in decks(app)[0]["layers"] if layer["id"] == "areas")
    lookup = areas["_subLayerProps"]["polygons-fill"]["getFillColor"]
    return {codes[place] for place in lookup["domain"]}


def test_page_says_first_that_it_is_a_model(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(monkeypatch, small_county_database, Role.SERGEANT)
    assert "Modelled estimate, not a ward survey." in banners(app)
    said = texts(app)
    assert "are too close to call" in said
    assert "Held to the districts" in said
    assert "never a ground to enforce" in said
    assert "proposal, not policy" in said


@pytest.mark.parametrize("quadrant", ["act", "close"])
def test_quadrant_holds_map_and_list_to_the_same_wards(
    quadrant: str, small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(monkeypatch, small_county_database, Role.SERGEANT, quadrant=quadrant)
    with acting_as(system_actor("test")):
        version = loading.version()
        name = loading.usual_survey(version)
        assert name is not None
        found = loading.matrix(name, "worry", 0.8, (None, None), version)
    assert found.matrix is not None
    table = found.matrix.table
    expected = set(table.loc[table["quadrant"] == quadrant, "code"])
    assert listed(app) == coloured(app, small_county_database) == expected


def test_stricter_certainty_moves_wards_to_too_close_and_says_how_many(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(monkeypatch, small_county_database, Role.SERGEANT, sure="95", asb="20")
    assert "stand elsewhere than with the usual setting" in texts(app)
    assert "high ASB begins at 20.0 (Recorded ASB per 1,000 residents, " in texts(app)


def test_ward_in_focus_shows_figures_tactics_and_mix(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(monkeypatch, small_county_database, Role.SERGEANT)
    code = sorted(listed(app))[0]
    app = open_page(monkeypatch, small_county_database, Role.SERGEANT, area=code)
    said = texts(app)
    assert "chance that it is high" in said
    assert "never kinds of people" in said
    assert any("Ways to tell people" in table.value for table in app.table)


def test_gap_is_for_engagement_and_never_enforcement(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(monkeypatch, small_county_database, Role.SERGEANT, ask="gap")
    assert "For engagement, never enforcement." in banners(app)
    table = app.dataframe[0].value
    chances = [int(text.split()[-1].rstrip("%")) for text in table["Chance"]]
    assert chances == sorted(chances, reverse=True)
    assert "100%" not in set(table["Chance"])
    numbered = next((one.value for one in app.dataframe if "#" in one.value), None)
    drawn = next((layer for layer in decks(app)[0]["layers"] if layer["id"] == "ranks"), None)
    assert (numbered is None) == (drawn is None)
    assert "Not clear:" in texts(app)


def test_gap_answers_for_the_ward_in_focus(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(monkeypatch, small_county_database, Role.SERGEANT, ask="gap")
    row = app.dataframe[-1].value.iloc[0]
    app = open_page(monkeypatch, small_county_database, Role.SERGEANT, ask="gap", area=row["Code"])
    assert f"**{row['Ward']}, {row['District']}: ○ Not clear** (chance {row['Chance']})" in texts(
        app
    )


@pytest.mark.parametrize("ask", list(CONTROLS))
def test_question_asks_for_what_it_rests_on_alone(
    ask: str, small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(monkeypatch, small_county_database, Role.SERGEANT, ask=ask)
    widgets = [*app.selectbox, *app.slider, *app.select_slider, *app.checkbox]
    keys = {one.key.removeprefix("worry_") for one in widgets if one.key}
    controls = set().union(*CONTROLS.values()) - {"quadrant"}
    assert keys & controls == set(CONTROLS[ask]) - {"quadrant"}


def test_sliders_reach_as_far_as_the_wards_and_open_at_the_median(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(monkeypatch, small_county_database, Role.SERGEANT)
    table = next(one.value for one in app.dataframe if "Quadrant" in one.value)
    for slider, column in zip(app.slider, ("ASB per 1,000", "Worry"), strict=True):
        assert slider.value == pytest.approx(table[column].median(), abs=0.11)
        assert slider.min <= table[column].min() + 0.1
        assert slider.max >= table[column].max() - 0.1
    assert "The usual setting" in texts(app)
    cut = app.slider[0]
    cut.set_value(round(cut.value + 4 * cut.step, 1)).run()
    assert not app.exception
    assert asked(app)["asb"] == f"{app.slider[0].value:g}"
    assert "stand elsewhere than with the usual setting" in texts(app)
    next(one for one in app.button if one.label == "Usual setting").click().run()
    assert "asb" not in app.query_params and "The usual setting" in texts(app)


def test_confidence_beside_worry_holds_map_and_list_to_the_same_wards(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(
        monkeypatch, small_county_database, Role.SERGEANT,
        ask="drivers", beside="yes:confident_agencies", quadrant="close",
    )  # fmt: skip
    table = next(one.value for one in app.dataframe if "Quadrant" in one.value)
    assert "Confidence, %" in table and "ASB per 1,000" not in table
    assert set(table["Code"]) == coloured(app, small_county_database)
    said = texts(app)
    assert "What could be done" not in said and "Act and show it" not in said


def test_bare_address_on_the_page_itself_clears_the_choice(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(monkeypatch, small_county_database, Role.SERGEANT)
    with acting_as(system_actor("test")):
        chosen = min(loading.area_names("district", loading.version()))
    box(app, "District").set_value(chosen).run()
    assert asked(app)["district"] == chosen
    app.query_params.clear()
    app.run()
    assert box(app, "District").value == "" and "district" not in asked(app)
    # Coming from another page, the choice is kept.
    box(app, "District").set_value(chosen).run()
    app.switch_page("views/survey.py").run()
    app.query_params.clear()
    app.switch_page(PAGE).run()
    assert not app.exception
    assert asked(app)["district"] == chosen


def test_drivers_stand_beside_worry_without_young_people(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(monkeypatch, small_county_database, Role.SERGEANT, ask="drivers")
    offered = " ".join(box(app, "Worry is set beside").options).lower()
    assert "nois" in offered and "litter" in offered
    assert "young" not in offered and "hanging" not in offered


def test_signal_events_are_those_running_with_the_numbers_of_their_page(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(monkeypatch, small_county_database, Role.SERGEANT, signals="on")
    with acting_as(system_actor("test")):
        version = loading.version()
        every = loading.signal_list(version)
        wards = loading.areas("ward", version)
        district = wards["district_code"].iloc[0]
        here = loading.running_signals(district, version)
        anywhere = loading.running_signals(None, version)
    running = set(every.loc[every["state"] == "running", "id"])
    assert set(anywhere["id"]) == running and 0 < len(running) < len(every)
    names = set(wards.loc[wards["district_code"] == district, "name"])
    reaching = {row.id for row in every.itertuples() if names & set(row.reached)}
    assert set(here["id"]) <= running & reaching
    layer = next(one for one in decks(app)[0]["layers"] if one["id"] == "signal-numbers")
    assert {one["t"] for one in layer["data"]} == {f"S{number}" for number in running}
    listed_below = next(table.value for table in app.dataframe if "No." in table.value)
    assert set(listed_below["No."]) == running


@pytest.fixture
def survey_of_elsewhere(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Database]:
    """The small county whose survey is said to be of other places or times."""
    clear_caches()
    known = worry.load_surveys

    def far(database: Database) -> list:
        return [replace(head, reach=SHAPE_ONLY) for head in known(database)
                if head.reach == AREA]  # fmt: skip

    monkeypatch.setattr(worry, "load_surveys", far)
    yield small_county_database
    clear_caches()


def clear_caches() -> None:
    st.cache_data.clear()
    st.cache_resource.clear()


def test_survey_of_elsewhere_shows_order_only(
    survey_of_elsewhere: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(monkeypatch, survey_of_elsewhere, Role.SERGEANT, cut="45", quadrant="close")
    said = texts(app)
    assert "Shape only: not figures of here" in banners(app)
    assert "The link's cut was ignored" in banners(app)
    assert [slider.key for slider in app.slider] == ["worry_asb"]
    table = next(one.value for one in app.dataframe if "Code" in one.value)
    assert "Points from the middle" in table and "Worry" not in table
    code = str(table["Code"].iloc[0])
    app = open_page(monkeypatch, survey_of_elsewhere, Role.SERGEANT, area=code)
    said = texts(app)
    assert "points from the middle of the wards" in said
    assert "What could be done" not in said and "How to tell people" not in said
    assert not any("Ways to tell people" in one.value for one in app.table)


@pytest.mark.parametrize("ask", ["gap", "drivers"])
def test_survey_of_elsewhere_answers_nothing_else(
    ask: str, survey_of_elsewhere: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(monkeypatch, survey_of_elsewhere, Role.SERGEANT, ask=ask)
    assert "so it has no answer to this" in texts(app) + str([one.value for one in app.info])
    assert not app.dataframe and not decks(app)


def test_refusal_shows_the_direct_figures_of_districts(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    clear_caches()
    monkeypatch.setattr(worry, "check_gain", lambda *_: Gain(-1.0, -3.0, 1.0, 0.2, False, 3_000))
    app = open_page(monkeypatch, small_county_database, Role.SERGEANT)
    assert worry.NO_GAIN in " ".join(one.value for one in app.error)
    assert "respondents" not in banners(app) and not app.slider
    table = next(one.value for one in app.dataframe if "Likely range" in one.value)
    with acting_as(system_actor("test")):
        districts = set(loading.area_names("district", loading.version()).values())
    assert districts <= set(table["Place"])
    clear_caches()


def test_partner_sees_released_figures_and_no_signal_event(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(monkeypatch, small_county_database, Role.PARTNER, signals="on")
    assert "as released, with small counts withheld" in texts(app)
    _, actor = open_as(monkeypatch, small_county_database.url, Role.PARTNER)
    with acting_as(actor):
        period = loading.ward_asb(loading.version()).period
    assert period is not None and period.label in banners(app) and "as released" in banners(app)
    assert not [box for box in app.checkbox if box.label == "Draw signal events"]
    assert not any("signal" in layer["id"] for layer in decks(app)[0]["layers"])


def test_partner_matrix_is_a_function_of_released_counts_alone(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, actor = open_as(monkeypatch, small_county_database.url, Role.PARTNER)
    with acting_as(actor):
        version = loading.version()
        asb = loading.ward_asb(version)
        period = next(key for key in loading.released_periods(version) if "Q" not in key)
        shown = loading.released_figures("ward", period, None, "count", version).table
    assert asb.released
    assert np.array_equal(
        asb.table["count"].to_numpy(), shown["incidents"].to_numpy(dtype=float), equal_nan=True
    )
    assert np.nanmin(asb.table["count"]) >= 5


def test_shared_screen_drops_the_operator_to_released_figures(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, _ = open_as(monkeypatch, small_county_database.url, *Role, sharing=True)
    app = app.switch_page(PAGE).run()
    assert not app.exception
    assert "as released, with small counts withheld" in texts(app)


def test_database_without_a_survey_says_what_to_do(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    st.cache_data.clear()
    st.cache_resource.clear()
    app = open_page(monkeypatch, sqlite_database, Role.SERGEANT)
    assert "No boundaries are held" in texts(app) or "No survey is held" in texts(app)


def test_link_with_unknown_words_says_what_was_ignored(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(
        monkeypatch, small_county_database, Role.SERGEANT,
        sure="12", item="yes:no_such", area="Somebody", method="guess",
    )  # fmt: skip
    said = banners(app)
    for word in ("sure", "area", "method"):
        assert f"The link's {word} " in said
    assert "is no worry asked in this survey" in said


@pytest.mark.parametrize(
    "choice",
    [
        WorryChoice(),
        WorryChoice(ask="gap", district="X07000001", area="X05000001", survey=3, sure=95),
        WorryChoice(item="yes:noise", quadrant="close", asb=20.5, cut=45.0, signals="on"),
        WorryChoice(ask="drivers", beside="yes:litter"),
        WorryChoice(method="synthetic"),
    ],
)
def test_choice_survives_its_address(choice: WorryChoice) -> None:
    assert WorryChoice.from_query(choice.to_query()) == (choice, [])


def test_clicks_on_the_chart_focus_a_ward_or_hold_to_a_quadrant(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held: dict = {}
    monkeypatch.setattr(st, "session_state", held)
    written: list[WorryChoice] = []
    monkeypatch.setattr(worry_filters, "write", written.append)
    for picked, expected in (
        ([{"code": "X05000001", "quadrant": "act"}], WorryChoice(area="X05000001")),
        ([{"code": "", "quadrant": "quiet"}], WorryChoice(quadrant="quiet")),
    ):
        held["chart"] = {"selection": {"pick": picked}}
        worry_filters.follow_chart("chart")
        assert written.pop() == expected
    held["chart"] = {"selection": {"pick": []}}
    worry_filters.follow_chart("chart")
    assert not written
