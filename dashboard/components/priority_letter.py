"""'You said, we did' to take away: as a print, as plain text and as rows for a spreadsheet."""

import datetime as dt

import pandas as pd
import streamlit as st

from dashboard.components import downloads, priority_tables
from dashboard.components.priority_filters import PriorityFilter
from dashboard.navigation import OFFICIAL
from dashboard.reports import letter
from dashboard.services.engagement import find_list_day, say_old


def offer(
    table: pd.DataFrame,
    officers: pd.DataFrame,
    place: str,
    chosen: PriorityFilter,
    *,
    notice: str,
    is_synthetic: bool,
    as_of: dt.date,
) -> None:
    """Offer the letter of the priorities that are shown.

    Parameters
    ----------
    table : DataFrame
        Rows of the register.
    officers : DataFrame
        Of all wards: `geodata.schemas.OFFICER_COLUMNS`.
    place : str
        What is looked at.
    chosen : PriorityFilter
    notice : str
        Goes with everything that leaves.
    is_synthetic : bool
        The days of an invented list are invented too, so its age is not told.
    as_of : date
        Day on which the register was read.
    """
    mine = officers[officers["ward_code"].isin(table["ward_code"])]
    written = letter.write_letter(
        table, mine, place,
        holds=priority_tables.say_holds(chosen.source, chosen.standing),
        marking=OFFICIAL, notice=notice, is_synthetic=is_synthetic, as_of=as_of,
    )  # fmt: skip
    name = f"wardlight-you-said-{chosen.name}"
    rows = downloads.to_csv(priority_tables.feedback_rows(table), notice)
    st.markdown("**You said, we did**: a letter of the priorities on the list, to hand out")
    with st.container(horizontal=True):
        # Set when it is asked for, since a county fills a hundred pages.
        st.download_button(
            "Print (PDF)", lambda: letter.make_pdf(written), f"{name}.pdf", "application/pdf",
            on_click="ignore",
        )  # fmt: skip
        for label, made, end, kind in (
            ("Plain text", letter.make_text(written), "txt", "text/plain"),
            ("Spreadsheet (CSV)", rows, "csv", "text/csv"),
        ):
            st.download_button(label, made, f"{name}.{end}", kind, on_click="ignore")
    old = "" if is_synthetic else say_old(find_list_day(mine), as_of)
    if old:
        st.warning(
            f"Officers are named in it. {old} Check the names before it goes out.",
            icon=":material/history:",
        )
