"""The pages Hotspots and How good is it?: findings, nothing found, deep links, errors, jobs."""

from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from analytics import prediction
from dashboard import jobs
from dashboard.services import forecasts, running
from dashboard.services.forecasts import Ask, Tools
from geodata.store import runs
from geodata.store.areas import read_areas
from geodata.store.database import Database
from tests.views.test_views import deck_of, open_app, texts

FORCE = "Synthetic County Police"
METHODS = ("count_12_months", "decayed_count")


@pytest.fixture(scope="module")
def tested_county(module_county: Database, tmp_path_factory: pytest.TempPathFactory) -> Database:
    """The county with a stored back-test and forecast; do not write to it."""
    folder = tmp_path_factory.mktemp("tested")
    tools = Tools(backtest=partial(prediction.backtest, methods=METHODS), checkpoints=folder)
    for kind in ("backtest", "forecast"):
        ask = Ask(kind, FORCE, horizon_days=28, cell_m=500.0, folds=3)
        run = forecasts.ask_run(module_county, ask, "tests")
        running.work_on(module_county, run, tools=tools)
    return module_county


@pytest.mark.parametrize(
    ("ask", "finding"),
    [
        ("where", "of the ground (by chance"),
        ("chance", "cells of all districts"),
        ("new", "by the last 12 months held"),
        ("next", "is stored yet"),
    ],
)
def test_each_question_has_its_finding(
    ask: str, finding: str, small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(small_county_database.url, monkeypatch, "hotspots.py", ask=ask)
    assert not app.exception and not app.error
    assert finding in texts(app)
    assert "Synthetic data" in texts(app)


def test_place_of_a_link_has_its_card_on_map_and_list(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(small_county_database.url, monkeypatch, "hotspots.py", spot="2")
    said = texts(app)
    assert "What would drop it" in said and "Trust in the records" in said
    assert app.selectbox(key="hotspot_spot").value == 2
    tables = [each.value for each in app.dataframe if "#" in each.value.columns]
    assert 2 in tables[0]["#"].tolist()
    layers = {layer["id"]: layer for layer in deck_of(app)["layers"]}
    assert {"cells", "spot-areas", "spots", "ranks", "focus-0"} <= set(layers)
    assert layers["spots"]["pickable"] and not layers["cells"]["pickable"]
    numbers = [item["n"] for item in layers["spots"]["data"]]  # type: ignore[attr-defined]
    assert numbers == sorted(tables[0]["#"].tolist())


def test_place_keeps_its_number_from_question_to_question(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(small_county_database.url, monkeypatch, "hotspots.py")
    app.selectbox(key="hotspot_spot").select(1).run()
    assert app.query_params["spot"] in ("1", ["1"])
    name = next(line.value for line in app.markdown if line.value.startswith("**1. "))
    for ask in ("chance", "new"):
        app.radio(key="hotspot_ask").set_value(ask).run()
        assert not app.exception and not app.error
        assert name in [line.value for line in app.markdown]
    app.radio(key="hotspot_ask").set_value("next").run()
    assert "spot" not in app.query_params


def test_filter_and_settings_share_the_address(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(small_county_database.url, monkeypatch, "hotspots.py", rank="harm", spot="1")
    district = read_areas(small_county_database, "district").iloc[0]
    app.selectbox(key="filter_district").select(district["code"]).run()
    assert not app.exception
    assert app.query_params["rank"] in ("harm", ["harm"])
    assert "spot" not in app.query_params, "the number means another place in another district"
    assert f"Hotspots: {district['name']}" in texts(app)
    app.selectbox(key="hotspot_slots").select(10).run()
    tables = [each.value for each in app.dataframe if "#" in each.value.columns]
    assert len(tables[0]) <= 10 and tables[0]["Harm"].is_monotonic_decreasing


def test_months_can_be_walked_through(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(small_county_database.url, monkeypatch, "hotspots.py", ask="new")
    button = next(each for each in app.button if each.label == "Next month")
    button.click().run()
    assert not app.exception
    first = app.query_params["month"]
    next(each for each in app.button if each.label == "Next month").click().run()
    assert app.query_params["month"] > first


def test_bad_settings_of_a_link_are_said(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(
        small_county_database.url, monkeypatch, "hotspots.py", eps="77", rank="harm", spot="many"
    )
    assert "eps '77' was ignored" in texts(app) and "spot 'many' was ignored" in texts(app)
    assert app.selectbox(key="hotspot_rank").value == "harm"


def test_nothing_found_is_said_plainly(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(
        small_county_database.url, monkeypatch, "hotspots.py",
        category="personal", type="abandoned vehicles", channel="partner", hours="night",
        **{"from": "2024-02", "to": "2024-02"},
    )  # fmt: skip
    assert not app.exception
    assert "No incidents match these filters." in texts(app)


def test_too_short_a_history_is_an_error_with_a_next_step(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(
        small_county_database.url, monkeypatch, "hotspots.py", ask="new",
        **{"from": "2023-10", "to": "2023-11"},
    )  # fmt: skip
    assert not app.exception
    assert "too few months" in texts(app) and "What to do next" in texts(app)


@pytest.mark.parametrize(
    ("page", "kind"), [("hotspots.py", "forecast"), ("forecast_quality.py", "backtest")]
)
def test_job_is_started_followed_and_cancelled(
    page: str, kind: str, own_county: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    launched: list[int] = []
    monkeypatch.setattr(jobs, "launch", lambda run_id, _url: launched.append(run_id))
    app = open_app(own_county.url, monkeypatch, page, ask="next")
    assert "is stored yet" in texts(app)
    app.button(key=f"start_{kind}").click().run()
    assert not app.exception and not app.error
    assert len(launched) == 1
    run = runs.read_run(own_county, launched[0])
    assert (run.kind, run.scope, run.status) == (kind, FORCE, "queued")
    runs.claim_run(own_county, run.id, jobs.mark_of_this_process())
    runs.update_progress(own_county, run.id, "Fold 3", 3, 12)
    app.run()
    app.button(key=f"cancel_{kind}").click().run()
    assert runs.is_cancel_requested(own_county, run.id)
    runs.fail_run(own_county, run.id, "Cancelled.", cancelled=True)
    app.run()
    assert "ended without a result. Cancelled." in texts(app)
    assert app.button(key=f"start_{kind}")


def test_job_whose_process_died_can_be_started_again(
    own_county: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = forecasts.ask_run(own_county, Ask("forecast", FORCE), "tests")
    machine, pid, _ = jobs.mark_of_this_process().split("|")
    runs.claim_run(own_county, run_id, f"{machine}|{pid}|0")
    app = open_app(own_county.url, monkeypatch, "hotspots.py", ask="next")
    assert runs.STOPPED in texts(app)
    assert app.button(key="start_forecast")


def places_of(app: AppTest) -> list[int]:
    table = next(each.value for each in app.dataframe if "#" in each.value.columns)
    numbers: list[int] = table["#"].tolist()
    return numbers


def test_stored_forecast_is_shown_with_its_age_and_verdict(
    tested_county: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(
        tested_county.url, monkeypatch, "hotspots.py", ask="next", horizon="28", spot="3"
    )
    assert not app.exception and not app.error
    said = texts(app)
    stored = forecasts.read_forecast(tested_county, FORCE)
    assert stored and stored.said["verdict"] in said
    assert "Made today" in said and "28 days ahead" in said
    assert ("so this is the ranking" in said) == (not stored.said["shown"])
    assert "incidents expected in this cell" in said
    assert places_of(app) == list(range(1, len(places_of(app)) + 1))
    layers = {layer["id"] for layer in deck_of(app)["layers"]}
    assert {"cells", "spots", "focus-0"} <= layers


def test_other_horizon_has_no_forecast_yet(
    tested_county: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(tested_county.url, monkeypatch, "hotspots.py", ask="next")
    assert f"No forecast of {FORCE} is stored yet for 7 days ahead." in texts(app)


def test_back_test_is_told_in_words_before_plots(
    tested_county: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(tested_county.url, monkeypatch, "forecast_quality.py", horizon="28")
    assert not app.exception and not app.error
    stored = forecasts.read_backtest(tested_county, FORCE)
    assert stored
    words = [*app.success, *app.warning]
    assert any(stored.result.verdict in each.value for each in words)
    said = texts(app)
    assert "Of 100 incidents of a test window" in said
    assert "Nobody could expect more than about" in said
    assert "Made today" in said and "data have changed" not in said
    methods = app.dataframe[0].value
    assert len(methods) == len(METHODS)
    assert any("(in use)" in name for name in methods["Method"])
    assert len(app.get("arrow_vega_lite_chart")) + len(app.get("vega_lite_chart")) >= 4
    labels = {each.label for each in app.get("download_button")}
    assert {"Download the model card (markdown)", "Download the model card (JSON)"} <= labels


def test_feedback_loop_test_runs_on_its_button(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(small_county_database.url, monkeypatch, "forecast_quality.py")
    button = next(each for each in app.button if each.label == "Run the feedback-loop test")
    button.click().run(timeout=120)
    assert not app.exception
    assert any("stays put" in each.value for each in app.success)
    assert any("runs away" in each.value for each in app.info)


def test_what_is_warmed_is_what_the_page_asks_for_first(
    small_county_database: Database,
    sqlite_database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from dashboard import loading
    from dashboard.services import hotspots

    def find_again(*_: object) -> None:
        raise AssertionError("the page did not find what was warmed")

    for database in (sqlite_database, small_county_database):
        page = open_app(database.url, monkeypatch)
        loading.warm_hotspots(loading.version())
    monkeypatch.setattr(hotspots, "find_spots", find_again)
    page = page.switch_page("views/hotspots.py").run()
    assert not page.exception
    assert "of the ground (by chance" in texts(page)
