"""A partner who looks at worry, the matrix and profiles, and works back from what is shown.

Whatever these pages give a partner is a function of the release and of survey estimates: rates
turned back into counts give released counts and nothing else, and with every incident deleted
after the release was made each page still says the same.
"""

import inspect
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
import streamlit as st

from analytics.disclosure import SHOWN, THRESHOLD
from analytics.worry.sample import Method
from dashboard import loading
from dashboard.loading import profile as profile_loading
from dashboard.loading import released as released_loading
from dashboard.loading import worry as worry_loading
from dashboard.permissions import Actor, NotAllowedError, Role, acting_as
from dashboard.services import worry, worry_figures
from geodata import settings
from geodata.store.database import Database
from geodata.store.incidents import read_incident_frame
from tests.good_gain import take_gain_as_good

PARTNER = Actor("partner", "A partner", frozenset({Role.PARTNER}), agency="Housing provider")
SHARING = Actor("analyst", "An analyst", frozenset({Role.ANALYST}), sharing_screen=True)
CUTS = (0.5, 2.0, 5.0, 10.0, 20.0)


@pytest.fixture(autouse=True)
def quick_check(monkeypatch: pytest.MonkeyPatch) -> None:
    take_gain_as_good(monkeypatch)


@pytest.fixture
def county(own_county: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A copy that may lose its incidents, named by the settings, with empty caches."""
    monkeypatch.setenv("WARDLIGHT_DATABASE_URL", own_county.url)
    settings.get_settings.cache_clear()
    st.cache_data.clear()
    st.cache_resource.clear()
    yield own_county
    st.cache_data.clear()
    st.cache_resource.clear()


def _release_of_year() -> tuple[pd.DataFrame, str]:
    release = released_loading.release(loading.version())
    year = next(key for key in release.periods if "Q" not in key)
    return release.of_areas("ward", year), year


def _look(wards: list[str]) -> dict[str, Any]:
    """Give everything a partner can ask for on these pages, as values to compare."""
    version = loading.version()
    name = loading.usual_survey(version)
    assert name is not None
    found: dict[str, Any] = {"asb": loading.ward_asb(version).table}
    for cut in CUTS:
        matrix = loading.matrix(name, "worry", 0.6, (cut, None), version).matrix
        assert matrix is not None
        found[f"matrix at {cut}"] = matrix.table
    for ward in wards:
        for audience in profile_loading.profile_audiences():
            assert audience == "partner"
            found[f"profile of {ward}"] = asdict(loading.ward_profile(ward, audience, version))
    return found


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, pd.DataFrame):
        return bool(one.equals(other))
    return repr(one) == repr(other)


def test_rates_turned_back_into_counts_give_released_counts_only(county: Database) -> None:
    with acting_as(PARTNER):
        version = loading.version()
        rows, _ = _release_of_year()
        asb = loading.ward_asb(version)
        assert asb.released
        rates = worry.shrink_asb(asb)
    # The attacker knows the residents and the prior, which every ward with a figure gives away.
    residents = asb.table["residents"].to_numpy(dtype=float) / 1_000
    counts = rates.value * (rates.prior_rate + residents) - rates.prior_shape
    by_ward = pd.Series(counts, index=asb.table["code"]).dropna()
    shown = rows[rows["mark"] == SHOWN]["count"]
    assert set(by_ward.index) <= set(shown.index)
    assert np.allclose(by_ward, shown.reindex(by_ward.index))
    assert not by_ward.round().between(1, THRESHOLD - 1).any()
    hidden = rows.index[rows["mark"] != SHOWN]
    assert len(hidden) > 10
    table = asb.table.set_index("code")
    assert table.loc[hidden, "count"].isna().all()


def test_ward_that_is_withheld_has_no_rate_and_no_chance_at_any_cut(county: Database) -> None:
    with acting_as(PARTNER):
        rows, _ = _release_of_year()
        hidden = rows.index[rows["mark"] != SHOWN]
        version = loading.version()
        name = loading.usual_survey(version)
        assert name is not None
        for cut in CUTS:
            matrix = loading.matrix(name, "worry", 0.8, (cut, None), version).matrix
            assert matrix is not None
            table = matrix.table.set_index("code").loc[hidden]
            assert table[["asb", "asb_low", "asb_high", "p_asb_high"]].isna().all(axis=None)
            assert (table["quadrant"] == "unknown").all()


def test_pages_say_the_same_once_every_incident_is_gone(county: Database) -> None:
    with acting_as(PARTNER):
        rows, _ = _release_of_year()
        truth = read_incident_frame(county)
        small = truth["ward_code"].astype(str).value_counts()
        rarest = [code for code in reversed(small.index) if code in rows.index][:6]
        before = _look(rarest)
        with county.begin() as connection:
            connection.execute(sa.text("DELETE FROM incidents"))
        # The release itself stays as it was made; everything else is found anew.
        for cached in (
            worry_loading.released_asb,
            worry_loading._matrix,
            profile_loading._released,
        ):
            inspect.unwrap(cached, stop=lambda one: hasattr(one, "clear")).clear()
        after = _look(rarest)
    for ward in rarest:
        shown = rows.loc[ward, "mark"] == SHOWN
        assert np.isfinite(before[f"profile of {ward}"]["asb"]["count"]) == shown
        assert np.isfinite(before[f"profile of {ward}"]["asb"]["rate"]) == shown
    assert read_incident_frame(county).empty
    assert before.keys() == after.keys() and len(before) == 1 + len(CUTS) + len(rarest)
    for what in before:
        assert _same(before[what], after[what]), what


def test_shared_screen_and_command_give_what_a_partner_gets(county: Database) -> None:
    with acting_as(PARTNER):
        partner = loading.ward_asb(loading.version())
        record = worry_figures.to_record(
            worry_figures.find_worry(county, method=Method.SYNTHETIC),
            loading.areas("ward", loading.version()),
            loading.notice(loading.version()),
        )
    with acting_as(SHARING):
        shared = loading.ward_asb(loading.version())
    pd.testing.assert_frame_equal(partner.table, shared.table)
    assert record["asb"]["released_figures_only"] is True
    rates = {row["code"]: row["asb"] for row in record["wards"]}
    rows, _ = _release_of_year()
    hidden = rows.index[rows["mark"] != SHOWN]
    assert all(rates[code] is None for code in hidden)
    with acting_as(Actor("a", "An analyst", frozenset({Role.ANALYST}))):
        counted = loading.ward_asb(loading.version())
    assert not counted.released and counted.table["count"].notna().all()


def test_command_gives_named_columns_and_nothing_of_a_district_with_one_respondent(
    county: Database,
) -> None:
    lone, of_all = _leave_one_respondent(county)
    with acting_as(PARTNER):
        version = loading.version()
        record = worry_figures.to_record(
            worry_figures.find_worry(county, method=Method.SYNTHETIC),
            loading.areas("ward", version),
            loading.notice(version),
        )
    assert not record["refused"] and len(record["wards"]) > 100 and record["pooled"]
    for part, keys in {
        "districts": "code direct direct_low direct_high n modelled benchmarked shift",
        "pooled": "segment_code pooled_into",
        "wards": "code name district_code district residents asb asb_low asb_high p_asb_high "
        "worry worry_low worry_high p_worry_high quadrant why se model_share",
    }.items():
        assert {tuple(row) for row in record[part]} == {tuple(keys.split())}
    by_code = {row["code"]: row for row in record["districts"]}
    row = by_code.pop(lone)
    assert row["n"] == "fewer than 100" and not row["benchmarked"]
    assert [row[name] for name in ("direct", "direct_low", "direct_high", "shift")] == [None] * 4
    assert row["modelled"] is not None and row["modelled"] not in of_all
    assert all(isinstance(other["n"], int) for other in by_code.values())


def _leave_one_respondent(county: Database) -> tuple[str, set[float]]:
    """Leave one respondent in a district: its code, and what that respondent answered."""
    with county.begin() as connection:
        district, keep = connection.execute(
            sa.text(
                "SELECT district_code, max(respondent) FROM survey_respondents WHERE quarter = "
                "(SELECT max(quarter) FROM survey_respondents) AND district_code <> '' "
                "GROUP BY district_code LIMIT 1"
            )
        ).one()
        those = "district_code = :district AND respondent <> :keep"
        of = {"district": district, "keep": keep}
        for table in ("survey_answers", "survey_respondents"):
            connection.execute(
                sa.text(
                    f"DELETE FROM {table} WHERE respondent IN "
                    f"(SELECT respondent FROM survey_respondents WHERE {those})"
                ),
                of,
            )
        answers = connection.execute(
            sa.text("SELECT score FROM survey_answers WHERE respondent = :keep"), {"keep": keep}
        )
        scores = [float(score) for (score,) in answers]
    return district, {*scores, round(float(np.mean(scores)), 4)}


def test_where_next_index_and_signals_are_closed_to_partners(county: Database) -> None:
    for actor in (PARTNER, SHARING, Actor("v", "A viewer", frozenset({Role.VIEWER}))):
        with acting_as(actor):
            version = loading.version()
            for ask in (
                lambda v: loading.next_wards(0.8, v),
                loading.safety_weights,
                lambda v: loading.safety_index((("asb", 1),), "ratio", v),
                loading.signals,
            ):
                with pytest.raises(NotAllowedError):
                    ask(version)
