"""Pages that find a team, hold the register of priorities and tag signal events."""

import pytest
from streamlit.testing.v1 import AppTest

from geodata.postcodes import say_postcode
from geodata.store.database import Database
from geodata.store.engagement import read_priorities, read_signals
from tests.views.test_views import deck_of, open_app, texts


def label(app: AppTest, kind: str, words: str):
    return next(one for one in getattr(app, kind) if one.label == words)


def test_postcode_gives_the_named_officer_and_only_the_ward_goes_into_the_link(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = small_county_database.read_frame(
        "SELECT p.postcode, p.ward_code, o.name, o.team FROM postcodes p "
        "JOIN neighbourhood_officers o ON o.ward_code = p.ward_code WHERE o.is_lead "
        "ORDER BY p.postcode LIMIT 1"
    ).iloc[0]
    app = open_app(small_county_database.url, monkeypatch, "neighbourhood.py")
    typed = say_postcode(row["postcode"]).lower()
    label(app, "text_input", "Postcode").input(typed)
    label(app, "button", "Find the team").click().run()
    assert not app.exception and not app.error
    assert row["name"] in texts(app) and row["team"] in texts(app)
    assert dict(app.query_params) == {"area": row["ward_code"]}
    app.run()
    assert row["name"] in texts(app)
    assert typed not in texts(app).lower()


def test_team_of_an_earlier_look_up_goes_once_one_fails(
    own_county: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = own_county.read_frame(
        "SELECT p.postcode, p.ward_code, o.name FROM postcodes p JOIN neighbourhood_officers o "
        "ON o.ward_code = p.ward_code WHERE o.is_lead ORDER BY p.ward_code, p.postcode"
    ).drop_duplicates("ward_code")
    held, astray = rows.iloc[0], rows.iloc[1]
    with own_county.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE postcodes SET ward_code = 'E05999999' WHERE postcode = '{astray['postcode']}'"
        )
    app = open_app(own_county.url, monkeypatch, "neighbourhood.py")
    for typed, said in (
        ("ZZ99 9ZZ", "not held"), ("ZZ", "What to do next"),
        (astray["postcode"], "boundaries are not held now"),
    ):  # fmt: skip
        label(app, "text_input", "Postcode").input(held["postcode"])
        label(app, "button", "Find the team").click().run()
        assert held["name"] in texts(app)
        label(app, "text_input", "Postcode").input(typed)
        label(app, "button", "Find the team").click().run()
        assert not app.exception and said in texts(app)
        assert held["name"] not in texts(app) and "area" not in app.query_params, typed


def test_wrong_postcode_is_said_and_not_repeated(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(small_county_database.url, monkeypatch, "neighbourhood.py")
    label(app, "text_input", "Postcode").input("ZZ99 9ZZ")
    label(app, "button", "Find the team").click().run()
    assert "not held" in app.error[0].value and "ZZ99" not in texts(app)


def test_ward_without_an_officer_says_what_to_do_and_is_listed(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    vacant = small_county_database.read_frame(
        "SELECT code FROM areas WHERE kind = 'ward' AND code NOT IN "
        "(SELECT ward_code FROM neighbourhood_officers) ORDER BY code"
    )["code"]
    app = open_app(small_county_database.url, monkeypatch, "neighbourhood.py", area=vacant[0])
    assert "No officer is named for this ward" in texts(app)
    assert set(app.dataframe[0].value["Code"]) == set(vacant)


def test_link_to_an_unknown_ward_is_said_and_ignored(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for page in ("neighbourhood.py", "priorities.py"):
        app = open_app(small_county_database.url, monkeypatch, page, area="E05999999")
        assert not app.exception and "is not held here and was ignored" in texts(app)
        assert "area" not in app.query_params


def test_priority_is_added_opened_and_answered_on_the_page(
    own_county: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(own_county.url, monkeypatch, "priorities.py", area="X05000003")
    assert "listed" in texts(app) and "On the map:" in texts(app)
    label(app, "text_input", "Priority").input("Off-road bikes in the park")
    label(app, "text_area", "Who was asked and how").input("Those who came to the hall")
    label(app, "button", "Add the priority").click().run()
    assert not app.exception and not app.error
    number = int("".join(c for c in app.success[0].value if c.isdigit()))
    app.query_params["priority"] = str(number)
    app.run()
    assert "How many people were asked is not recorded." in texts(app)
    changed = [one for one in app.text_area if one.label == "We did"]
    changed[0].input("Put up two gates")
    label(app, "selectbox", "How it stands").select("done")
    label(app, "button", "Save the changes").click().run()
    assert not app.exception and not app.error
    assert f"Priority {number} is changed." in app.success[0].value
    assert "**We did:** Put up two gates" in texts(app)


def test_personal_detail_in_a_priority_is_refused_on_the_page(
    own_county: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(own_county.url, monkeypatch, "priorities.py", area="X05000003")
    label(app, "text_input", "Priority").input("Mr Quagga and his bikes")
    label(app, "text_area", "Who was asked and how").input("Those who came")
    label(app, "button", "Add the priority").click().run()
    assert "must not hold personal details" in app.error[0].value


def test_register_lists_the_wards_with_none(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(small_county_database.url, monkeypatch, "priorities.py")
    listed = set(read_priorities(small_county_database)["ward_code"])
    shown = next(one.value for one in app.dataframe if "Code" in one.value)
    assert shown.shape[0] and not set(shown["Code"]) & listed
    assert [one.label for one in app.get("download_button")] == [
        "Print (PDF)", "Plain text", "Spreadsheet (CSV)",
    ]  # fmt: skip


def test_source_and_status_stand_in_the_link_and_filter_list_and_map(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = read_priorities(small_county_database)
    pact = held[held["source"].eq("pact")]
    live = pact[pact["status"].isin(["agreed", "in hand"])]
    app = open_app(
        small_county_database.url, monkeypatch, "priorities.py", source="pact", status="live"
    )
    assert label(app, "selectbox", "Source").value == "pact"
    assert len(app.dataframe[0].value) == len(live)
    wards = live["ward_code"].nunique()
    has = "ward has" if wards == 1 else "wards have"
    assert f"**{wards} {has} a priority through a PACT meeting" in texts(app)
    assert {"hatch-2", "areas"} <= {layer["id"] for layer in deck_of(app)["layers"]}
    label(app, "selectbox", "Status").select("met").run()
    assert dict(app.query_params) == {"source": "pact", "status": "met"}
    assert len(app.dataframe[0].value) == len(pact) - len(live)
    label(app, "selectbox", "Source").select("").run()
    assert dict(app.query_params) == {"status": "met"}


def test_link_with_words_that_are_none_is_said_and_shows_all(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(
        small_county_database.url, monkeypatch, "priorities.py",
        source="rumour", status="soon", district="X07999999",
    )  # fmt: skip
    assert not app.exception and not app.query_params
    for word in ("rumour", "soon", "X07999999"):
        assert f"'{word}' was ignored" in texts(app)
    assert len(app.dataframe[0].value) == len(read_priorities(small_county_database))


def test_ward_that_is_chosen_is_what_the_headline_speaks_of_and_sets_no_district(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = read_priorities(small_county_database)
    ward = held["ward_code"].iloc[0]
    name = small_county_database.read_frame(
        "SELECT name FROM areas WHERE kind = 'ward' AND code = ?", ward
    )["name"].iloc[0]
    app = open_app(small_county_database.url, monkeypatch, "priorities.py", area=ward)
    count = int(held["ward_code"].eq(ward).sum())
    assert f"**{name}" in texts(app)
    assert f"has {count} {'priority' if count == 1 else 'priorities'} listed" in texts(app)
    assert label(app, "selectbox", "District").value == ""
    assert dict(app.query_params) == {"area": ward}
    assert "focus-0" in [layer["id"] for layer in deck_of(app)["layers"]]


def test_signal_event_is_tagged_drawn_and_taken_off(
    own_county: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = len(read_signals(own_county))
    app = open_app(own_county.url, monkeypatch, "signals.py")
    assert {"signal-events", "scale-bar"} <= {layer["id"] for layer in deck_of(app)["layers"]}
    assert "As of " in texts(app)
    label(app, "text_input", "What happened").input("Fire at a pavilion")
    label(app, "selectbox", "Ward").select("X05000003")
    label(app, "date_input", "Day").set_value(read_signals(own_county)["happened_on"].max())
    label(app, "button", "Tag the event").click().run()
    assert not app.exception and not app.error
    held = read_signals(own_county)
    number = int(held.loc[held["title"] == "Fire at a pavilion", "id"].iloc[0])
    assert len(held) == before + 1 and f"S{number} is on the map" in app.success[0].value
    app.query_params["signal"] = str(number)
    app.run()
    assert "Reaches 500 metres" in texts(app)
    label(app, "button", "Take it off the map").click().run()
    assert not app.exception and not app.error
    assert len(read_signals(own_county)) == before


def test_page_without_priorities_or_events_says_what_to_do(
    own_county: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_county.begin() as connection:
        for table in ("priorities", "signal_events", "neighbourhood_officers", "postcodes"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    for page, words in (
        ("priorities.py", "import priorities"), ("signals.py", "Tag one with the form"),
        ("neighbourhood.py", "import teams"),
    ):  # fmt: skip
        app = open_app(own_county.url, monkeypatch, page)
        assert not app.exception and words in texts(app), page
