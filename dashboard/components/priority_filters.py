"""The filters of the Priorities page: all of them in the link."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from dashboard.components import priority_tables, record_panels
from dashboard.components.ward_links import LINK as WARD
from dashboard.components.ward_links import name_wards, read_ward
from dashboard.link_choice import say_ignored
from geodata.engagement_words import PRIORITY_SOURCES

DISTRICT, SOURCE, STANDING = "district", "source", "status"


@dataclass(frozen=True)
class PriorityFilter:
    """Which priorities the page shows, all of it in the link; None or empty means any."""

    district: str | None
    ward: str | None
    source: str
    standing: str

    @property
    def name(self) -> str:
        """Codes and fixed words for the name of a file."""
        words = (self.ward or self.district or "all", self.source, self.standing)
        return "-".join(filter(None, words))


def ask_filter(wards: pd.DataFrame, districts: Mapping[str, str]) -> PriorityFilter:
    """Show the filters at the side and give what is chosen; the link holds all of it."""
    names = name_wards(wards)
    ward = read_ward(names)
    of_ward = dict(zip(wards["code"], wards["district_code"], strict=True))
    district = _read(DISTRICT, districts, "the code of a district that is held")
    if ward and district and of_ward[ward] != district:
        st.warning(say_ignored(DISTRICT, district, "the district of the ward, or none"))
        st.query_params.pop(DISTRICT, None)
        district = ""
    source = _read(SOURCE, PRIORITY_SOURCES, ", ".join(PRIORITY_SOURCES))
    standing = _read(STANDING, priority_tables.SHOWN, "live, met")
    offered = [code for code in names if not district or of_ward[code] == district]
    with st.sidebar:
        _choose(DISTRICT, "District", sorted(districts, key=districts.__getitem__), districts,
                district, "All districts", forget=WARD)  # fmt: skip
        _choose(WARD, "Ward", sorted(offered, key=names.__getitem__), names, ward, "All wards")
        _choose(SOURCE, "Source", list(PRIORITY_SOURCES), PRIORITY_SOURCES, source, "All sources")
        _choose(STANDING, "Status", [word for word in priority_tables.SHOWN if word],
                priority_tables.SHOWN, standing, "All")  # fmt: skip
    return PriorityFilter(district or None, ward, source, standing)


def _read(name: str, accepted: Mapping[str, str], words: str) -> str:
    """Give a parameter of the link; one that is not accepted is said and taken out."""
    given = st.query_params.get(name, "")
    if given and given not in accepted:
        st.warning(say_ignored(name, given, words))
        st.query_params.pop(name, None)
        return ""
    return given


def _choose(
    name: str,
    label: str,
    codes: Sequence[str],
    words: Mapping[str, str],
    chosen: str | None,
    nothing: str,
    forget: str = "",
) -> None:
    key = f"priorities_{name}"
    st.session_state[key] = chosen or ""

    def follow() -> None:
        record_panels.put(forget or name, "")
        record_panels.put(name, st.session_state[key])

    st.selectbox(
        label, ["", *codes], key=key, on_change=follow,
        format_func=lambda code: words[code] if code else nothing,
    )  # fmt: skip
