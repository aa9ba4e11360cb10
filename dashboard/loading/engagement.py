"""Neighbourhood teams, priorities and signal events: never from a cache, since people edit them."""

import datetime as dt

import pandas as pd

from dashboard.gates import gate
from dashboard.loading.held import areas, current_database
from dashboard.permissions import Permission
from dashboard.services import counting_day, engagement, priorities, signal_events


@gate(Permission.SEE_RELEASED)
def officers(ward_code: str | None = None) -> pd.DataFrame:
    """Give who works for a ward, or for all."""
    return engagement.load_officers(current_database(), ward_code)


@gate(Permission.SEE_RELEASED)
def team(ward_code: str, version: str) -> engagement.Team:
    """Give the team of a ward that is held."""
    return engagement.make_team(officers(ward_code), areas("ward", version), ward_code)


@gate(Permission.SEE_RELEASED)
def vacant_wards(version: str) -> pd.DataFrame:
    """List the wards without a named officer: code, ward, district."""
    return engagement.list_vacant(officers(), areas("ward", version))


@gate(Permission.SEE_RELEASED)
def holds_postcodes() -> bool:
    """Say whether any postcode can be looked up."""
    return engagement.holds_postcodes(current_database())


@gate(Permission.SEE_RELEASED)
def ward_of_postcode(typed: str) -> str:
    """Give the ward of a postcode.

    Raises
    ------
    PostcodeError
        If it is no whole postcode, or not held.
    """
    return engagement.find_ward_by_postcode(current_database(), typed)


@gate(Permission.SEE_PRIORITIES)
def register_day(version: str) -> dt.date:
    """Give the day that the register is read on."""
    del version
    return priorities.find_register_day(current_database())


@gate(Permission.SEE_PRIORITIES)
def register(district: str | None, version: str, *, ward: str | None = None) -> priorities.Register:
    """Give the register of a ward, a district, or of all, with the wards that have none listed."""
    return priorities.make_register(
        priorities.load_priorities(current_database()), areas("ward", version), district, ward,
        on=register_day(version),
    )  # fmt: skip


@gate(Permission.SEE_COUNTS)
def signals(version: str, on: dt.date | None = None) -> pd.DataFrame:
    """Give the signal events that are not withdrawn, or those that unsettle on a day."""
    del version
    return signal_events.load_signals(current_database(), on)


@gate(Permission.SEE_COUNTS)
def signal_day(version: str) -> dt.date:
    """Give the day on which a signal event is said to run, to be over or to come."""
    del version
    return counting_day.find_counting_day(current_database())


@gate(Permission.SEE_COUNTS)
def signal_list(version: str) -> pd.DataFrame:
    """Give the signal events with their state on the day that counts, and the wards reached."""
    found = signal_events.mark_running(signals(version), signal_day(version))
    reached = signal_events.find_wards_reached(found, areas("ward", version))
    return found.assign(reached=pd.Series(reached, index=found.index, dtype=object))


@gate(Permission.SEE_COUNTS)
def running_signals(district: str | None, version: str) -> pd.DataFrame:
    """Give the signal events that run on the day that counts and reach wards of a district.

    None is any district.
    """
    found = signal_list(version)
    wards = areas("ward", version)
    inside = wards[wards["district_code"] == district] if district else wards
    reached = signal_events.find_wards_reached(found, inside)
    reaches = pd.Series([bool(names) for names in reached], index=found.index, dtype=bool)
    return found[(found["state"] == "running") & reaches]
