"""The choices of the Released figures page: kind of area, district, period, measure.

Every choice is a word of a short list, and stands in the address: there is nothing to combine
beyond what was released.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.services.area_figures import MEASURES, say_period
from geodata.calendar import Period
from geodata.errors import safe_value

KIND_WORDS = {"ward": "Wards", "lsoa": "LSOAs (small areas)"}


@dataclass(frozen=True)
class Choice:
    """What of the released figures is looked at."""

    kind: str
    district: str | None
    period: str
    measure: str


def ask(
    periods: Mapping[str, Period], districts: Mapping[str, str], kinds: Sequence[str]
) -> Choice:
    """Show the choices in the sidebar and give what is chosen."""
    with st.sidebar:
        kind = _pick("kind", "Areas", {k: KIND_WORDS[k] for k in kinds})
        if kind == "lsoa":
            periods = {key: period for key, period in periods.items() if "Q" not in key}
        names = {key: say_period(key, period) for key, period in periods.items()}
        period = _pick("released", "Period", names)
        ordered = dict(sorted(districts.items(), key=lambda item: item[1]))
        district = _pick("district", "District", {"": "All districts", **ordered})
        measure = _pick("measure", "Colour areas by", MEASURES)
    return Choice(kind, district or None, period, measure)


def _pick(name: str, label: str, options: Mapping[str, str]) -> str:
    """Show one choice whose truth is the address."""
    keys = list(options)
    asked = st.query_params.get(name, keys[0])
    if asked not in options:
        st.warning(f"The link's {name} {safe_value(asked)} is not released here and was ignored.")
        asked = keys[0]
    key = f"released_{name}"
    st.session_state[key] = asked
    chosen: str = st.selectbox(
        label, keys, key=key, format_func=options.get, on_change=_write, args=(name, keys[0])
    )
    return chosen


def _write(name: str, usual: str) -> None:
    chosen = st.session_state[f"released_{name}"]
    if chosen == usual:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = chosen
