"""What pages that keep a list share: the list that opens one record, and what a form leaves behind.

The number of the open record stands in the address; the box above the list opens one without a
mouse.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NoReturn

import pandas as pd
import streamlit as st

from dashboard.components import notices

ROW_PX = 35
"""Height of a row of Streamlit's lists, and of their head."""


@dataclass(frozen=True)
class RecordList:
    """A list whose rows open.

    Attributes
    ----------
    link : str
        Parameter of the address that holds the number of the open record.
    ask : str
        Words on the box above the list.
    columns : mapping of str to object
        How Streamlit shows some columns.
    order : sequence of str, optional
        Columns that are shown; all by default.
    most_rows : tuple of (int, int), optional
        Rows that are seen at once, and once one is open; the rest are scrolled to.
    """

    link: str
    ask: str
    columns: Mapping[str, object]
    order: Sequence[str] | None = None
    most_rows: tuple[int, int] | None = None


def put(name: str, value: object) -> None:
    """Put a parameter into the address, or take it out where there is nothing to say."""
    if value:
        st.query_params[name] = str(value)
    else:
        st.query_params.pop(name, None)


def read_opened(link: str, numbers: Sequence[int]) -> int | None:
    """Give the number of the record that the link names; one that is not listed is taken out."""
    linked = st.query_params.get(link, "")
    number = int(linked) if linked.isdecimal() and int(linked) in numbers else None
    put(link, number)
    return number


def show_list(listed: RecordList, table: pd.DataFrame, names: Mapping[int, str]) -> int | None:
    """Show the list (a column 'No.') and give the number of the open record.

    Parameters
    ----------
    listed : RecordList
    table : DataFrame
        As a reader sees it, one row a record.
    names : mapping of int to str
        Each record in the box, by its number.
    """
    numbers = [int(number) for number in table["No."]]
    number = read_opened(listed.link, numbers)
    box = f"{listed.link}_box"
    st.session_state[box] = number
    st.selectbox(
        listed.ask, numbers, key=box, format_func=names.get,
        placeholder="Choose here, or choose a row of the list",
        on_change=lambda: put(listed.link, st.session_state[box]),
    )  # fmt: skip
    # With a key of its own for each choice the list always marks what is open.
    key = f"{listed.link}_list_{len(numbers)}_{number}"
    rows = [] if number is None else [numbers.index(number)]

    def follow() -> None:
        picked = st.session_state[key]["selection"]["rows"]
        put(listed.link, numbers[picked[0]] if picked and picked[0] < len(numbers) else None)

    st.dataframe(
        table, key=key, hide_index=True, selection_mode="single-row",
        column_config=dict(listed.columns), column_order=listed.order,
        height=_height(listed, len(table), is_open=number is not None),
        selection_default={"selection": {"rows": rows, "columns": [], "cells": []}},
        on_select=follow,
    )  # fmt: skip
    return number


def _height(listed: RecordList, rows: int, *, is_open: bool) -> int | Literal["auto"]:
    most = listed.most_rows[is_open] if listed.most_rows else rows
    return "auto" if rows <= most else ROW_PX * (most + 1) + 5


def name_form(link: str) -> str:
    """Name the form that adds a record: anew after each one, so that only what was stored goes."""
    return f"add_{link}_{st.session_state.get(_added(link), 0)}"


def add(link: str, store: Callable[[], int], sentence: str) -> None:
    """Store a new record and say so in the next run, or say here what stands against it.

    Parameters
    ----------
    link : str
        As in `RecordList`.
    store : callable
        Stores it and gives its number.
    sentence : str
        What is said; '{}' in it stands for the number.
    """
    number = notices.or_say(store)
    if number is not None:
        st.session_state[_added(link)] = number
        finish(link, sentence.format(number))


def finish(link: str, sentence: str) -> NoReturn:
    """Run the page again, which then says what was done."""
    st.session_state[_said(link)] = sentence
    st.rerun()


def show_said(link: str) -> None:
    """Show what was done by the form of the run before."""
    sentence = st.session_state.pop(_said(link), "")
    if sentence:
        st.success(sentence, icon=":material/check:")


def _added(link: str) -> str:
    return f"{link}_added"


def _said(link: str) -> str:
    return f"{link}_said"
