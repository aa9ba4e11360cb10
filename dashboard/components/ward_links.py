"""The ward that a link points at, its name for a choice, and the ways to its other pages."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from dashboard.components import filters
from dashboard.navigation import TABLE
from dashboard.permissions import current_actor
from geodata.errors import safe_value

LINK = "area"
"""Parameter of the address that holds the code of a ward, as on the map."""

HOLD_A_WARD = {
    "map.py": "Map",
    "worry.py": "Worry",
    "profile.py": "Profile",
    "repeats.py": "Repeats",
    "where_next.py": "Which wards next?",
    "safety_index.py": "Safety index",
    "priorities.py": "Priorities",
    "neighbourhood.py": "Team",
}
"""Pages that show one ward when the link names it, with a word short enough for a row of them."""

KEEP_FILTERS = ("map.py",)
"""Pages whose other filters, such as the period, stay as they were chosen."""


def name_wards(wards: pd.DataFrame) -> dict[str, str]:
    """Give each ward's name with its district by code, since names repeat."""
    return {
        str(code): f"{name}, {district}" if district else str(name)
        for code, name, district in zip(
            wards["code"], wards["name"], wards["district"], strict=True
        )
    }


def read_ward(names: Mapping[str, str]) -> str | None:
    """Give the ward that the link names; one that is not held is said and taken out."""
    code = st.query_params.get(LINK, "")
    if code and code not in names:
        st.warning(f"The link's ward {safe_value(code)} is not held here and was ignored.")
        st.query_params.pop(LINK, None)
        return None
    return code or None


def show_ways_on(code: str, here: str, name: str = "") -> None:
    """Show the ways to the other pages about a ward, of those that the role opens.

    Parameters
    ----------
    code : str
        Code of the ward in focus.
    here : str
        File of the page that shows them, which is left out.
    name : str, optional
        Name of the ward, where nothing beside the ways says it.
    """
    actor = current_actor()
    views = [view for view in TABLE if view.file in HOLD_A_WARD and view.file != here]
    open_views = [view for view in views if view.open_to(actor)]
    if not open_views:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown(f"**{name or 'This ward'}** on", width="content")
        for view in open_views:
            st.page_link(
                f"views/{view.file}", label=HOLD_A_WARD[view.file], help=view.title,
                width="content", query_params=_query(code, view.file),
            )  # fmt: skip


def say_box(box: str, place: str = "at the side") -> str:
    """Say beside a list that a box chooses as well, for whoever works without a mouse."""
    return f"Choose a row here, or in the box “{box}” {place}, which needs no mouse."


def _query(code: str, file: str) -> dict[str, str]:
    held = st.session_state.get(filters.REMEMBERED) or {} if file in KEEP_FILTERS else {}
    dropped = {"area", "district", "kind", "layer"}
    return {name: value for name, value in held.items() if name not in dropped} | {LINK: code}
