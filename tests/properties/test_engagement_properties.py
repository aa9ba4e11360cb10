"""Postcodes, map references and the register hold for anything that may come."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.components import priority_tables
from dashboard.reports.letter import make_text, write_letter
from dashboard.services.priorities import make_register
from geodata.engagement_words import PRIORITY_SOURCES, PRIORITY_STATES
from geodata.map_references import read_map_reference
from geodata.postcodes import read_postcode, say_postcode
from geodata.schemas import OFFICER_COLUMNS

DAY = dt.date(2026, 6, 17)
WARDS = pd.DataFrame(
    {
        "code": ["a", "b", "c"], "name": ["A", "B", "C"], "district": ["D", "D", "E"],
        "district_code": ["d", "d", "e"], "residents": [1_000.0, np.nan, 50.0],
    }
)  # fmt: skip


@given(st.text(max_size=12))
def test_reading_a_postcode_again_changes_nothing(text: str) -> None:
    read = read_postcode(text)
    if read is not None:
        assert read_postcode(read) == read == read_postcode(say_postcode(read).lower())


@given(st.integers(100_000, 659_999), st.integers(0, 659_999), st.sampled_from([1, 2, 3, 4, 5]))
def test_grid_reference_lies_within_half_a_unit_of_what_it_was_written_from(
    easting: int, northing: int, digits: int
) -> None:
    letters = "ABCDEFGHJKLMNOPQRSTUVWXYZ"
    across, up = easting // 100_000 + 10, northing // 100_000 + 5
    first = letters[(4 - up // 5) * 5 + across // 5]
    second = letters[(4 - up % 5) * 5 + across % 5]
    unit = 10 ** (5 - digits)
    figures = f"{easting % 100_000 // unit:0{digits}d}{northing % 100_000 // unit:0{digits}d}"
    if digits == 1:
        assert read_map_reference(f"{first}{second}{figures}") is None
        return
    found = read_map_reference(f"{first}{second} {figures}")
    assert found is not None
    assert found == pytest.approx((easting, northing), abs=unit / 2 + 1e-9)


@given(st.text(max_size=30))
def test_reading_a_map_reference_never_breaks(text: str) -> None:
    found = read_map_reference(text)
    assert found is None or all(np.isfinite(found))


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "c", "z"]),
            st.sampled_from(list(PRIORITY_SOURCES)),
            st.sampled_from(list(PRIORITY_STATES)),
            st.none() | st.integers(1, 10_000),
            st.sampled_from(["", "Words."]),
        ),
        max_size=12,
    )
)
def test_register_loses_no_priority_and_every_one_can_be_told(rows: list[tuple]) -> None:
    table = pd.DataFrame(
        {
            "id": range(len(rows)),
            "ward_code": pd.Series([row[0] for row in rows], dtype="str"),
            "title": "Litter",
            "source": pd.Series([row[1] for row in rows], dtype="str"),
            "agreed_on": pd.Series([DAY] * len(rows), dtype=object),
            "status": pd.Series([row[2] for row in rows], dtype="str"),
            "linked_plan": "",
            "people_asked": pd.array([row[3] for row in rows], dtype="Int64"),
            "how_representative": pd.Series([row[4] for row in rows], dtype="str"),
            "you_said": "",
            "we_did": pd.Series([row[4] for row in rows], dtype="str"),
        }
    )
    found = make_register(table, WARDS, on=DAY)
    known = [row for row in rows if row[0] != "z"]
    assert len(found.table) == len(known)
    assert found.listed + len(found.without) == found.wards == 3
    assert found.unlinked == found.live and len(found.none_live) <= found.listed
    nobody = pd.DataFrame(columns=list(OFFICER_COLUMNS))
    text = make_text(
        write_letter(
            found.table, nobody, "all", holds="", marking="OFFICIAL", notice="Invented.",
            is_synthetic=True, as_of=DAY,
        )
    ).decode()  # fmt: skip
    assert text.count("You said: ") == len(known) and "nan" not in text.lower().split()
    assert len(priority_tables.feedback_rows(found.table)) == len(known)
