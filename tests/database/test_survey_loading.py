"""What the pages on surveys keep: answers are read once, and a choice finds only its part anew."""

import datetime as dt
import re
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit as st

from dashboard import loading
from dashboard.permissions import acting_as, system_actor
from dashboard.services import survey, worry
from geodata import settings
from geodata.store.database import Database
from tests.good_gain import take_gain_as_good


@pytest.fixture(autouse=True)
def county(small_county_database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WARDLIGHT_DATABASE_URL", small_county_database.url)
    settings.get_settings.cache_clear()
    st.cache_data.clear()
    st.cache_resource.clear()
    take_gain_as_good(monkeypatch)
    with acting_as(system_actor("test")):
        yield
    st.cache_data.clear()
    st.cache_resource.clear()


def count(monkeypatch: pytest.MonkeyPatch, module: object, *names: str) -> list[str]:
    """Note each call of some functions."""
    called: list[str] = []
    for name in names:
        own = getattr(module, name)

        def noted(*args, own=own, name=name, **given):
            called.append(name)
            return own(*args, **given)

        monkeypatch.setattr(module, name, noted)
    return called


def test_answers_are_read_once_for_direct_figures_and_wards(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read = count(monkeypatch, survey, "read_answers", "read_respondents")
    version = loading.version()
    head = next(one for one in loading.surveys(version) if one.kind == "microdata")
    loading.survey_figures(head.id, "worry", None, version)
    for measure in ("worry", "yes:asb_experienced"):
        assert loading.estimates(head.name, measure, "synthetic", version).estimates is not None
    assert sorted(read) == ["read_answers", "read_respondents"]


def test_another_measure_or_district_finds_only_its_part(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = ("find_direct", "list_years", "list_everything", "list_contrasts")
    found = count(monkeypatch, survey, *parts)
    version = loading.version()
    head = next(one for one in loading.surveys(version) if one.kind == "microdata")
    district = loading.survey_places(head.id, version)[0]
    loading.survey_figures(head.id, "worry", None, version)
    assert sorted(found) == sorted(parts)
    found.clear()
    loading.survey_figures(head.id, "yes:asb_experienced", None, version)
    assert found == ["find_direct", "list_years"]
    found.clear()
    joined = loading.survey_figures(head.id, "worry", district, version)
    assert found == ["list_years", "list_everything"]
    assert joined.years["value"].notna().any() and len(joined.contrasts)


def test_pages_find_what_was_warmed(monkeypatch: pytest.MonkeyPatch) -> None:
    version = loading.version()
    loading.warm_worry(version)
    anew = count(monkeypatch, worry, "find_estimates", "count_asb")
    anew_of_survey = count(monkeypatch, survey, "find_direct", "list_everything")
    name = loading.usual_survey(version)
    assert name is not None
    head = next(one for one in loading.surveys(version) if one.name == name)
    usual = worry.usual_measure(head)
    assert usual is not None
    loading.matrix(name, usual.key, worry.USUAL_CERTAINTY, (None, None), version)
    sides = worry.side_measures(head)
    assert {one.role for one in sides} >= {"experience", "driver", "confidence"}
    for measure in sides:
        assert loading.estimates(name, measure.key, "multilevel", version).measure == measure
    loading.reporting_gap(name, worry.usual_measure(head, "experience").key, version)
    loading.survey_figures(head.id, usual.key, None, version)
    assert not anew and not anew_of_survey


def test_edited_words_of_quadrants_and_a_new_set_show_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    version = loading.version()
    name = loading.usual_survey(version)
    shipped = files("analytics.worry").joinpath("quadrants.toml").read_text(encoding="utf-8")
    path = tmp_path / "own.toml"
    path.write_text(shipped, encoding="utf-8")
    monkeypatch.setattr(worry, "named_path", lambda setting: path)

    def status() -> str:
        found = loading.matrix(name, "worry", 0.8, (None, None), version, "synthetic")
        return found.quadrants.status

    assert status() == "proposal, not policy"
    edited = shipped.replace("proposal, not policy", "edited")
    path.write_text(edited, encoding="utf-8")
    assert status() == "edited"
    later = edited[edited.index("\n[[sets]]\n") :].replace("edited", "agreed later")
    start = re.search(r"valid_from = (\S+)", later)
    assert start is not None
    path.write_text(edited + "\n" + later.replace(start[1], "2031-01-01"), encoding="utf-8")
    assert status() == "edited"

    on_a_later_day = SimpleNamespace(today=lambda: dt.date(2031, 1, 1))
    monkeypatch.setattr(worry, "dt", SimpleNamespace(date=on_a_later_day))
    assert status() == "agreed later"
