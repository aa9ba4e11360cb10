"""Faults are counted all, kept partly, and say no personal data."""

import numpy as np
import pandas as pd
import pytest

from geodata.faults import KEPT_PER_REASON, Faults


def test_a_fault_reads_as_row_column_value_and_what_is_accepted() -> None:
    faults = Faults()
    faults.add(118, "Longitude", "abc", "a number is accepted")
    (column, reason, count, first) = faults.by_reason()[0]
    assert (column, reason, count) == ("Longitude", "a number is accepted", 1)
    assert str(first[0]) == "row 118, Longitude: 'abc'; a number is accepted"


def test_a_row_with_two_faults_is_refused_once() -> None:
    faults = Faults()
    faults.add(2, "a", "x", "a number is accepted")
    faults.add(2, "b", "y", "a date is accepted")
    assert faults.count == 1
    assert len(faults) == 2
    assert faults.rows == {2}


def test_all_faults_are_counted_though_not_all_are_kept() -> None:
    faults = Faults()
    rows = np.arange(2, KEPT_PER_REASON + 502)
    faults.add_rows(rows, "a", pd.Series(["x"] * len(rows), dtype="str"), "a number is accepted")
    faults.add_rows(pd.Index([1_000_000]), "a", ["y"], "a number is accepted")
    assert len(faults) == KEPT_PER_REASON + 501
    assert faults.count == KEPT_PER_REASON + 501
    assert len(faults.to_frame()) == KEPT_PER_REASON
    assert [fault.row for fault in faults.by_reason()[0][3]] == [2, 3, 4]


def test_personal_values_are_told_by_length_only() -> None:
    faults = Faults()
    faults.add(5, "Address", "14 Secret Road", "an address is accepted", personal=True)
    assert "Secret" not in faults.to_frame().to_string()
    assert "14 characters" in faults.to_frame()["value"].iloc[0]


def test_kinds_are_given_most_first_and_frame_by_row() -> None:
    faults = Faults()
    faults.add_rows([9], "b", ["v"], "one")
    faults.add_rows([7, 3], "a", ["v", "w"], "two")
    assert [kind[2] for kind in faults.by_reason()] == [2, 1]
    assert faults.to_frame()["row"].tolist() == [3, 7, 9]


def test_no_faults_give_an_empty_frame_with_its_columns() -> None:
    faults = Faults()
    faults.add_rows([], "a", [], "never")
    assert len(faults) == 0
    assert faults.by_reason() == []
    assert list(faults.to_frame().columns) == ["row", "column", "value", "reason"]


def test_rows_and_values_of_different_length_are_a_programming_error() -> None:
    with pytest.raises(ValueError, match="2 rows but 1 values"):
        Faults().add_rows([1, 2], "a", ["x"], "one")


def test_notes_add_up_and_refuse_nothing() -> None:
    faults = Faults()
    faults.note("odd word", 3)
    faults.note("odd word", 2)
    assert faults.notes == [("odd word", 5)]
    assert faults.count == 0
