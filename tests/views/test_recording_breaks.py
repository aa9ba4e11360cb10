"""Changes of recording on the page on questions: marked, and removed only when confirmed."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from dashboard.services import questions
from geodata.store.database import Database, open_database
from tests.views.test_views import open_app, texts


def test_change_is_removed_by_a_second_button_that_says_what_it_did(
    small_county_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "county.sqlite3"
    shutil.copyfile(str(small_county_database.engine.url.database), path)
    database = open_database(f"sqlite:///{path}")
    number = questions.mark_break(
        database, force="Synthetic County Police", day=dt.date(2026, 4, 1), what="New rules"
    )
    app = open_app(database.url, monkeypatch, "questions.py")
    assert not app.exception
    assert "Remove the change of 1 April 2026?" in texts(app)
    app.button(key=f"remove_break_{number}").click().run()
    assert not app.exception and not questions.list_breaks(database)
    assert "Removed: New rules" in app.success[0].value
    database.engine.dispose()
