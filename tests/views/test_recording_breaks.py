"""Changes of recording on the page on questions: marked, and removed only when confirmed."""

import datetime as dt

import pytest

from dashboard.services import questions
from geodata.store.database import Database
from tests.views.test_views import open_app, texts


def test_change_is_removed_by_a_second_button_that_says_what_it_did(
    own_county: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = questions.mark_break(
        own_county, force="Synthetic County Police", day=dt.date(2026, 4, 1), what="New rules"
    )
    app = open_app(own_county.url, monkeypatch, "questions.py")
    assert not app.exception
    assert "Remove the change of 1 April 2026?" in texts(app)
    app.button(key=f"remove_break_{number}").click().run()
    assert not app.exception and not questions.list_breaks(own_county)
    assert "Removed: New rules" in app.success[0].value
