"""The page 'Same address?': a reason first, a pair side by side, merge and undo."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.services import address_merges
from geodata.store import merges
from geodata.store.database import Database
from tests.database.test_merges import HOME, events, hold
from tests.views.test_views import open_app, texts


def press(app: AppTest, words: str) -> None:
    next(one for one in app.button if one.label == words).click().run()
    assert not app.exception


def everything(app: AppTest) -> str:
    return texts(app) + "\n".join(str(one.value) for one in [*app.text, *app.dataframe])


def pick_reason(app: AppTest) -> None:
    app.sidebar.selectbox[0].select("data_quality").run()
    assert not app.exception


def test_no_address_is_shown_before_a_reason_is_picked(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(sqlite_database)
    address_merges.suggest(sqlite_database)
    app = open_app(sqlite_database.url, monkeypatch, "address_merges.py")
    assert not app.exception
    assert "3 pairs wait for a decision" in texts(app)
    assert "Pick a reason" in texts(app)
    assert "Quoren" not in everything(app)


def test_pairs_are_searched_judged_and_a_merge_undone(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(sqlite_database)
    app = open_app(sqlite_database.url, monkeypatch, "address_merges.py")
    pick_reason(app)
    assert "No pair waits" in texts(app)
    press(app, "Look for addresses that may be one")
    assert "5 places with an address were compared: 3 new pairs" in app.success[0].value
    press(app, "Show the next pair")
    assert HOME in [one.value for one in app.text]
    first = merges.list_waiting(sqlite_database)[0]
    press(app, "Later")
    assert merges.count_merges(sqlite_database)["suggested"] == 3
    press(app, "Later")
    press(app, "Later")
    press(app, "Same address: merge")
    assert merges.read_merges(sqlite_database, "accepted")["id"].tolist() == [first]
    assert "Merged" in app.success[0].value
    press(app, "Not the same")
    assert merges.count_merges(sqlite_database)["rejected"] == 1
    next(one for one in app.selectbox if one.label.startswith("Decision")).select(first).run()
    press(app, "Show the two addresses")
    assert [one.value for one in app.text].count(HOME) >= 1
    press(app, "Undo this merge")
    assert "Undone" in app.success[0].value
    assert merges.effective_keys(sqlite_database) == {}
    assert [str(one) for one in app.query_params] == []


def test_look_at_a_pair_is_logged_once_however_often_the_page_runs(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(sqlite_database)
    address_merges.suggest(sqlite_database)
    app = open_app(sqlite_database.url, monkeypatch, "address_merges.py")
    before = len(events(sqlite_database))
    pick_reason(app)
    assert len(events(sqlite_database)) == before
    press(app, "Show the next pair")
    for _ in range(3):
        app.run()
    assert HOME in [one.value for one in app.text]
    assert len(events(sqlite_database)) == before + 2, "one look at each of the two places"
    app.sidebar.selectbox[0].select("supervision").run()
    assert len(events(sqlite_database)) == before + 4, "another reason is another look"
    press(app, "Later")
    app.run()
    assert len(events(sqlite_database)) == before + 6


def test_pair_that_somebody_else_decided_is_said(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(sqlite_database)
    address_merges.suggest(sqlite_database)
    app = open_app(sqlite_database.url, monkeypatch, "address_merges.py")
    pick_reason(app)
    press(app, "Show the next pair")
    for number in merges.list_waiting(sqlite_database):
        address_merges.decide(sqlite_database, number, "rejected", "data_quality")
    press(app, "Same address: merge")
    assert "Somebody decided about that pair in the meantime." in texts(app)
    assert merges.count_merges(sqlite_database)["accepted"] == 0


def test_role_without_merging_is_shown_none(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(sqlite_database)
    address_merges.suggest(sqlite_database)
    monkeypatch.setenv("WARDLIGHT_LOCAL_ROLES", "sergeant")
    app = open_app(sqlite_database.url, monkeypatch, "address_merges.py")
    assert "Quoren" not in everything(app)
    assert "Your role does not allow this." in texts(app)
