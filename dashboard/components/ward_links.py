"""The ward that a link points at: read, checked against what is held, and named for a choice."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from geodata.errors import safe_value

LINK = "area"
"""Parameter of the address that holds the code of a ward, as on the map."""


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
