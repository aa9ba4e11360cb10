"""What looks after the installation: people, the log, merges."""

import pandas as pd
import streamlit as st

from dashboard.gates import gate
from dashboard.loading.held import current_database
from dashboard.permissions import Permission
from dashboard.services import (
    address_merges,
    audit,
)
from dashboard.services import people as people_held


@gate(Permission.MANAGE_PEOPLE)
def people() -> pd.DataFrame:
    """List who may sign in; never from a cache."""
    return people_held.list_people(current_database())


@gate(Permission.MERGE_ADDRESSES)
def merge_counts() -> dict[str, int]:
    """Count pairs of addresses by what was decided; never from a cache."""
    return address_merges.count(current_database())


@gate(Permission.MERGE_ADDRESSES)
def holds_addresses() -> bool:
    """Say whether any place has an address."""
    return address_merges.holds_addresses(current_database())


@gate(Permission.MERGE_ADDRESSES)
def merge_pair(number: int, look: int) -> address_merges.Pair:
    """Give two addresses to judge, whose look was logged; never from a cache."""
    return address_merges.show_pair(current_database(), number, look)


@gate(Permission.MERGE_ADDRESSES)
def merge_decisions() -> pd.DataFrame:
    """List what was decided about pairs of addresses; holds no address."""
    return address_merges.list_decisions(current_database())


@gate(Permission.SEARCH_AUDIT)
@st.cache_data(ttl=300, max_entries=4, show_spinner="Checking the audit log…")
def audit_state(version: str) -> audit.AuditState:
    """Give whether the audit log is whole, as it was at most five minutes ago."""
    del version
    return audit.find_state(current_database())
