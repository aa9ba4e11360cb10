"""Which wards next and the safety index: finding, weights, links, an action, who is kept out."""

import pytest
from streamlit.testing.v1 import AppTest

from analytics.worry.safety_index import PARTS
from geodata.store.actions import read_actions
from geodata.store.database import Database
from tests.good_gain import take_gain_as_good
from tests.views.test_views import deck_of, open_app, texts


@pytest.fixture(autouse=True)
def quick_check(monkeypatch: pytest.MonkeyPatch) -> None:
    take_gain_as_good(monkeypatch)


KEYS = [part.key for part in PARTS]


def _listed(app: AppTest) -> list[str]:
    assert not app.exception and not app.error
    names: list[str] = app.dataframe[0].value["Ward"].tolist()
    return names


def _charts(app: AppTest) -> list[str]:
    held = [*app.get("arrow_vega_lite_chart"), *app.get("vega_lite_chart")]
    return [one.proto.spec for one in held]


def test_list_says_why_how_sure_and_what_it_is_not(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(small_county_database.url, monkeypatch, "where_next.py")
    names = _listed(app)
    said = texts(app)
    [toggle] = [one for one in app.toggle if one.label.startswith("Show all")]
    every = int(toggle.label.split()[2])
    assert len(names) == 20 < every and not toggle.value
    assert f"{every} wards of all districts qualify" in said
    # The finding names the first wards before it counts.
    assert "**First: " + names[0] in said and "much ASB" in said
    assert "modelled estimates, not a ward survey" in said
    assert "no ground to enforce" in said and "holds no live plan for a ward" in said
    assert "may qualify and are too close to call" in said
    toggle.set_value(True).run()
    assert app.query_params["show"] in ("all", ["all"])
    assert len(_listed(app)) == every and _listed(app)[:20] == names
    because = set(app.dataframe[0].value["Because"])
    reasons = {"ASB", "Worry and confidence", "ASB, worry and confidence"}
    assert because <= reasons and len(because) > 1
    chances = app.dataframe[0].value[["ASB high", "Worry high", "Confidence low"]]
    assert not chances.isin(["100%", "0%"]).any(axis=None)
    assert "Actions" not in app.dataframe[0].value, "no ward has one yet"
    layers = {layer["id"] for layer in deck_of(app)["layers"]}
    assert {"areas", "hatch-2", "ranks"} <= layers
    assert app.title[0].value == "Which wards next in all districts?"
    # The more is asked, the fewer qualify; the link carries it.
    sure = open_app(small_county_database.url, monkeypatch, "where_next.py", sure="95", show="all")
    assert len(_listed(sure)) < every
    odd = open_app(small_county_database.url, monkeypatch, "where_next.py", sure="lots")
    assert "The link's sure 'lots' was ignored" in texts(odd)


def test_row_becomes_an_action_with_its_figures_as_evidence(
    own_county: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = open_app(own_county.url, monkeypatch, "where_next.py")
    name = _listed(first)[0].split(",")[0]
    pairs = {select.label: select for select in first.selectbox}
    ward = next(code for code in _codes(own_county, name))
    pairs["Ward"].select(ward).run()
    assert first.query_params["area"] in (ward, [ward])
    assert f"**{name}, " in texts(first)
    before = len(read_actions(own_county))
    form = {box.label: box for box in first.text_input}
    assert form["What is to be done"].value.startswith(f"Scan {_listed(first)[0]}: high ")
    form["Owner"].input("Sergeant")
    form["Agency"].input("Police")
    button = next(one for one in first.button if one.label == "Make an action")
    button.click().run()
    assert not first.exception and "is made" in "\n".join(one.value for one in first.success)
    rows = read_actions(own_county)
    assert len(rows) == before + 1
    made = rows.iloc[-1] if rows["id"].is_monotonic_increasing else rows.loc[rows["id"].idxmax()]
    assert made["about_kind"] == "ward" and made["ward_code"] == ward
    assert "likely range" in made["evidence"]["ASB per 1,000 residents"]
    # The page says that somebody is at work there, and what was written is gone.
    assert "**1 open action** about it" in texts(first)
    row = first.dataframe[0].value.iloc[0]
    assert row["Actions"] == "1 open" and (first.dataframe[0].value["Actions"] != "").sum() == 1
    assert "An open action is no plan" in texts(first)
    assert {box.label: box.value for box in first.text_input}["Owner"] == ""
    next(one for one in first.button if one.label == "Make an action").click().run()
    assert first.error and len(read_actions(own_county)) == before + 1
    # The synthetic survey asks for worry on a scale and whether people agree to be confident.
    units = {name for name in made["evidence"] if "modelled" in name}
    assert units == {"worry, modelled, mean score, 0 to 100", "confidence, modelled, per cent"}


def _codes(database: Database, name: str) -> list[str]:
    from geodata.store.areas import read_areas

    wards = read_areas(database, "ward")
    return wards.loc[wards["name"] == name, "code"].tolist()


def test_index_shows_parts_weights_and_how_firm_ranks_are(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(small_county_database.url, monkeypatch, "safety_index.py")
    names = _listed(app)
    said = texts(app)
    assert "100 = mean of the county's wards" in said and "never feeds the forecast" in said
    assert "1,000 draws of other weights" in said
    assert any("How firm are the ranks" in spec for spec in _charts(app))
    about = app.table[0].value.reset_index()
    assert {"Recorded ASB", "Worry", "Repeat places"} <= set(about["Part"])
    weighted = about.loc[about["Weight"] > 0, "Part"]
    assert "Deprivation" in set(weighted) and "Synthetic deprivation score" in said
    # One part at a time fits the page; side by side they make up the index.
    [box] = [one for one in app.selectbox if one.label == "Part"]
    figures = app.dataframe[1].value[["Index"]]
    for part, key in zip(box.options, KEYS, strict=True):
        app = next(one for one in app.selectbox if one.label == "Part").set_value(key).run()
        shown = app.dataframe[1].value
        assert len(shown.columns) == 6
        if part in set(weighted):
            figures[f"{part}, index"] = shown[f"{part}, index"]
    assert app.query_params["part"] in (KEYS[-1], [KEYS[-1]])
    ranged = figures.drop(columns="Deprivation, index")
    assert ranged.map(lambda said: said.endswith(")") and " to " in said).all(axis=None)
    assert not figures["Deprivation, index"].str.contains("to").any()
    numbers = figures.map(lambda said: float(said.split()[0]))
    assert (numbers.iloc[:, 1:].mean(axis=1) - numbers["Index"]).abs().max() <= 1
    assert app.dataframe[0].value["Moved"].eq("same").all()
    sliders = {slider.label: slider for slider in app.slider}
    sliders["Worry"].set_value(5).run()
    sliders = {slider.label: slider for slider in app.slider}
    sliders["Recorded ASB"].set_value(0).run()
    assert app.query_params["weights"] in ("asb.0-worry.5", ["asb.0-worry.5"])
    assert _listed(app) != names
    assert not app.dataframe[0].value["Moved"].eq("same").all()
    next(one for one in app.button if one.label == "Usual weights").click().run()
    assert "weights" not in app.query_params and _listed(app) == names


def test_parts_can_be_given_an_equal_spread_and_the_link_holds_it(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(small_county_database.url, monkeypatch, "safety_index.py")
    names = _listed(app)
    [scale] = [radio for radio in app.radio if radio.label == "Parts on one scale"]
    scale.set_value("spread").run()
    assert app.query_params["scale"] in ("spread", ["spread"])
    assert _listed(app) != names
    assert "one standard deviation between wards" in texts(app)
    shares = app.table[0].value
    assert {"Share, ratio to the mean", "Share, equal spread"} <= set(shares)
    share = shares.loc["Worry", "Share, equal spread"]
    assert f"worry {share}" in texts(app)
    odd = open_app(small_county_database.url, monkeypatch, "safety_index.py", scale="loud")
    assert "The link's scale 'loud' was ignored" in texts(odd) and _listed(odd) == names


def test_link_gives_the_weights_and_what_it_cannot_have_is_told(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(
        small_county_database.url, monkeypatch, "safety_index.py", weights="worry.3-youth.2"
    )
    assert {slider.label: slider.value for slider in app.slider}["Worry"] == 3
    assert "'youth.2' was ignored" in texts(app)
    odd = open_app(
        small_county_database.url, monkeypatch, "safety_index.py", w="99", part="youth", area="W1"
    )
    said = texts(odd)
    assert "The link's parameter 'w' was ignored; accepted: " in said and "weights" in said
    assert "The link's part 'youth' was ignored" in said and "parameter 'area'" not in said


def test_weights_that_are_all_0_are_kept_and_give_no_index(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    none = "-".join(f"{key}.0" for key in KEYS)
    app = open_app(small_county_database.url, monkeypatch, "safety_index.py", weights=none)
    assert not app.exception and not app.dataframe
    assert "Every part has the weight 0, so there is no index" in texts(app)
    assert "link" not in texts(app).lower()
    assert {slider.value for slider in app.slider} == {0}
    next(slider for slider in app.slider if slider.label == "Worry").set_value(2).run()
    assert len(_listed(app)) and "Made of worry alone" in texts(app)


@pytest.fixture
def without_survey_or_score(own_county: Database) -> str:
    """The address of a county of which only incidents are known."""
    taken = ("survey_answers", "survey_estimates", "survey_respondents", "surveys",
             "area_scores", "area_score_sources")  # fmt: skip
    with own_county.begin() as connection:
        for table in taken:
            connection.exec_driver_sql(f"DELETE FROM {table}")
        connection.exec_driver_sql("UPDATE incidents SET location_key = ''")
    return own_county.url


def test_without_survey_or_score_pages_say_so_beside_the_finding(
    without_survey_or_score: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(without_survey_or_score, monkeypatch, "where_next.py")
    said = texts(app)
    assert not app.exception and " 0 by " not in said
    assert "Worry and confidence cannot be judged here" in said
    assert "modelled" not in said
    app = open_app(without_survey_or_score, monkeypatch, "safety_index.py")
    said = texts(app)
    assert not app.exception
    assert "Made of recorded ASB alone" in said and "draws" not in said
    assert "lack of confidence, repeat places and deprivation" in said
    assert "wardlight import area-scores" in said and "modelled estimate" not in said
    assert "In top ten" not in app.dataframe[0].value
    assert not any("How firm are the ranks" in spec for spec in _charts(app))


@pytest.mark.parametrize("page", ["where_next.py", "safety_index.py"])
@pytest.mark.parametrize("role", ["partner", "viewer"])
def test_counts_are_needed_to_open(
    page: str, role: str, small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARDLIGHT_LOCAL_ROLES", role)
    app = open_app(small_county_database.url, monkeypatch, page)
    assert not app.exception and not app.dataframe
    assert "Your role does not allow this" in texts(app)
