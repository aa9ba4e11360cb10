"""What the Ward profile page asks and shows: the same words as its print."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.components import logged_download, profile_charts
from dashboard.components.plain_words import plain
from dashboard.components.ward_links import LINK, name_wards, read_ward
from dashboard.reports.profile import file_name, make_pdf
from dashboard.reports.profile_finding import say_finding
from dashboard.reports.profile_parts import Section, Table
from dashboard.reports.profile_words import say_headlines, say_sections
from dashboard.services.profile_blocks import AUDIENCES, Profile
from geodata.errors import safe_value

VERSION = "version"
WARD_BOX, VERSION_BOX = "profile_ward", "profile_version"
NOTHING_CHOSEN = "Choose a ward on the left, or come here from a page that shows one."
PAIRS = ((2, 3), (4, 5))
"""Blocks that stand side by side, as in the print."""


def ask(wards: pd.DataFrame, audiences: Sequence[str]) -> tuple[str | None, str]:
    """Ask for a ward and a version; give the code and the version, both also in the address.

    Parameters
    ----------
    wards : DataFrame
        Current wards: code, name, district.
    audiences : sequence of str
        Versions that whoever asks may have.
    """
    names = name_wards(wards)
    ward = read_ward(names)
    asked = st.query_params.get(VERSION, audiences[0])
    if asked not in audiences:
        st.warning(f"The link's version {safe_value(asked)} is not open to you and was ignored.")
        asked = audiences[0]
    st.session_state[WARD_BOX], st.session_state[VERSION_BOX] = ward or "", asked
    with st.sidebar:
        st.selectbox(
            "Ward", ["", *sorted(names, key=names.__getitem__)], key=WARD_BOX,
            format_func=lambda code: names.get(code, "Choose a ward"),
            on_change=_write, args=(LINK, WARD_BOX, ""),
        )  # fmt: skip
        st.radio(
            "Version", list(audiences), key=VERSION_BOX, format_func=AUDIENCES.get,
            on_change=_write, args=(VERSION, VERSION_BOX, audiences[0]),
        )  # fmt: skip
        if "partner" in audiences:
            st.caption("The partner version holds released figures and no places.")
    return ward, asked


def show(profile: Profile) -> None:
    """Show the finding with the figures it is made of, then the ten blocks."""
    sections = say_sections(profile)
    first, aside = st.columns([6, 2], gap="large")
    with first:
        st.markdown(f"**{plain(' '.join(say_finding(profile)))}**")
        for column, one in zip(st.columns(3), say_headlines(profile), strict=True):
            with column:
                st.metric(one.label, one.figure)
                st.caption(plain(one.note))
        _show_section(sections[0])
    with aside:
        _show_outline(profile)
    left, right = st.columns([5, 6], gap="large")
    with left:
        _show_section(sections[1])
    with right:
        _show_chart(_draw_bars(profile))
    for pair in PAIRS:
        for column, place in zip(st.columns(2, gap="large"), pair, strict=True):
            with column:
                _show_section(sections[place])
                if place == 3:
                    _show_chart(_draw_when(profile))
    for section in sections[6:]:
        _show_section(section)


def _draw_bars(profile: Profile) -> Any:
    return profile_charts.bar_chart(profile.asb.bars, profile.asb.bars_of, profile.ward)


def _draw_when(profile: Profile) -> Any:
    """Draw hours and weekdays, or the district's months where hours are not released."""
    when = profile.when
    drawn = profile_charts.when_chart(when)
    return drawn or profile_charts.bar_chart(when.months, "month", when.area)


def offer_print(profile: Profile, log: Callable[[str, str], int]) -> None:
    """Offer the print once it is logged who receives it and why."""
    logged_download.offer_file(
        lambda: make_pdf(profile),
        file_name(profile),
        "application/pdf",
        f"{profile.ward_code} {profile.audience}",
        log,
        title="Print: take the profile away (PDF, at most two A4 pages)",
        label="Download the print (PDF)",
    )


def _show_outline(profile: Profile) -> None:
    if profile.outline is None:
        return
    st.image(profile.outline.svg, width=170)
    st.caption(f"{plain(profile.outline.words)} Bar: {profile.outline.scale_km} km.")


def _show_section(section: Section) -> None:
    st.markdown(f"#### {section.number}. {section.title}")
    _show_lines(section.lines)
    if section.table is not None:
        _show_table(section.table)
    _show_lines(section.after)


def _show_lines(lines: Sequence[str]) -> None:
    if lines:
        st.markdown("  \n".join(plain(said) for said in lines))


def _show_table(table: Table) -> None:
    st.table(
        pd.DataFrame(
            [[plain(said) for said in row] for row in table.rows], columns=list(table.head)
        ).set_index(table.head[0])
    )
    if table.more:
        st.caption(table.more)


def _show_chart(chart: Any) -> None:
    if chart is not None:
        st.altair_chart(chart, width="stretch", theme=None)


def _write(name: str, box: str, usual: str) -> None:
    chosen = st.session_state[box]
    if chosen == usual:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = chosen
