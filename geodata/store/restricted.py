"""Which addresses and people are restricted for domestic abuse: one rule for every page.

Restricted are the exact addresses of an incident of domestic abuse, ASB or crime and however old,
and those where a victim of it had any incident; and the people who are a victim of it or had any
incident at a restricted address. Addresses that were merged are one. An institution and a place
that only stands for an unknown one are nobody's home, so they restrict nobody.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.store.database import Database
from geodata.store.merges import effective_keys

_EXACT = (
    "CASE WHEN i.location_precision = 'exact' AND NOT COALESCE(l.is_excluded, FALSE) "
    "AND NOT COALESCE(l.is_default_geocode, FALSE) THEN i.location_key ELSE '' END"
)
_ROWS = (
    f"SELECT DISTINCT {_EXACT} AS place, i.victim_key AS victim, "
    "CASE WHEN i.domestic_abuse_flag = 'yes' THEN 1 ELSE 0 END AS flagged "
    "FROM incidents i LEFT JOIN locations l ON l.location_key = i.location_key WHERE "
)
_REFERENCES = (
    "SELECT i.force, i.incident_id FROM incidents i "
    "LEFT JOIN locations l ON l.location_key = i.location_key WHERE "
)
_BATCH = 500


@dataclass(frozen=True)
class Restricted:
    """Addresses and people whose history is not shown.

    Attributes
    ----------
    places : frozenset of str
        Keys that merged addresses go by.
    victims : frozenset of str
    heads : mapping of str to str
        From `geodata.store.merges.effective_keys`.
    """

    places: frozenset[str] = field(repr=False)
    victims: frozenset[str] = field(repr=False)
    heads: Mapping[str, str] = field(repr=False)

    def covers(self, location_key: str, victim_key: str = "") -> bool:
        """Say whether a place, under whichever key it goes, or a person is restricted."""
        return self.heads.get(location_key, location_key) in self.places or (
            victim_key in self.victims
        )

    def mark(self, frame: pd.DataFrame) -> npt.NDArray[np.bool_]:
        """Say for each row with a location_key and a victim_key whether it is restricted."""
        pairs = zip(frame["location_key"], frame["victim_key"], strict=True)
        return np.array([self.covers(str(place), str(victim)) for place, victim in pairs], bool)


@dataclass(frozen=True)
class _Rows:
    """Distinct places, victims and marks of some incidents; "" for none."""

    rows: frozenset[tuple[str, str, bool]]

    def __or__(self, other: "_Rows") -> "_Rows":
        return _Rows(self.rows | other.rows)

    @property
    def places(self) -> set[str]:
        return {place for place, _, _ in self.rows} - {""}

    @property
    def victims(self) -> set[str]:
        return {victim for _, victim, _ in self.rows} - {""}

    @property
    def flagged(self) -> "_Rows":
        return _Rows(frozenset(row for row in self.rows if row[2]))


def read_restricted(
    database: Database,
    *,
    location_keys: Collection[str] | None = None,
    victim_keys: Collection[str] | None = None,
    heads: Mapping[str, str] | None = None,
) -> Restricted:
    """Find what is restricted: of everything held, or only whether some keys are.

    Parameters
    ----------
    database : Database
    location_keys, victim_keys : collection of str, optional
        Of a look-up. The answer is then right for these and for the people at these places, and
        says nothing about others; it goes through indexes.
    heads : mapping of str to str, optional
        From `geodata.store.merges.effective_keys`, if it is at hand.
    """
    heads = effective_keys(database) if heads is None else heads
    if database.transaction is None:
        with database.engine.connect() as connection:
            return _find(database.inside(connection), location_keys, victim_keys, heads)
    return _find(database, location_keys, victim_keys, heads)


def read_restricted_callers(database: Database, restricted: Restricted) -> frozenset[str]:
    """Read who ever called from a restricted address or about what happened to somebody there.

    Parameters
    ----------
    database : Database
    restricted : Restricted
        Of everything held.
    """
    flagged = database.read_frame(_REFERENCES + "i.domestic_abuse_flag = 'yes'")
    about = set(zip(flagged["force"], flagged["incident_id"], strict=True))
    members = join_members(restricted.places, restricted.heads)
    for column, keys, condition in (
        ("i.location_key", members, f" AND {_EXACT} <> ''"),
        ("i.victim_key", restricted.victims, ""),
    ):
        for force, reference in _read(database, _REFERENCES, column, keys, condition):
            about.add((force, reference))
    found: set[str] = set()
    calls = "SELECT DISTINCT caller_key, force, incident_id FROM calls WHERE caller_key <> '' AND "
    for caller, _, _ in _read(database, calls, "location_key", members):
        found.add(caller)
    for caller, force, reference in _read(database, calls, "incident_id", {r for _, r in about}):
        if (force, reference) in about:
            found.add(caller)
    return frozenset(found)


def read_called_about(
    database: Database, references: Collection[tuple[str, str]]
) -> tuple[set[str], set[str], bool]:
    """Read the exact places and the victims of incidents of any kind, by force and reference.

    Returns
    -------
    places, victims : set of str
    is_flagged : bool
        True if any is marked as domestic abuse itself.
    """
    sql = f"SELECT i.force, i.incident_id, {_ROWS.removeprefix('SELECT DISTINCT ')}"
    wanted = {reference for _, reference in references}
    rows = [
        row
        for row in _read(database, sql, "i.incident_id", wanted)
        if (row[0], row[1]) in references
    ]
    flagged = any(row[4] for row in rows)
    return {row[2] for row in rows} - {""}, {row[3] for row in rows} - {""}, flagged


def join_members(keys: Collection[str], heads: Mapping[str, str]) -> set[str]:
    """List every key that counts with some others after merges of addresses."""
    wanted = {heads.get(key, key) for key in keys if key}
    return wanted | {key for key, head in heads.items() if head in wanted}


def _find(
    database: Database,
    location_keys: Collection[str] | None,
    victim_keys: Collection[str] | None,
    heads: Mapping[str, str],
) -> Restricted:
    if location_keys is None and victim_keys is None:
        everything = database.read_frame(_ROWS + "i.domestic_abuse_flag = 'yes'")
        flagged = _join(everything.itertuples(index=False), heads)
    else:
        flagged = _look_near(database, location_keys or (), victim_keys or (), heads)
    places = flagged.places | _of_victims(database, flagged.victims, heads).places
    victims = flagged.victims | _of_places(database, places, heads).victims
    return Restricted(frozenset(places), frozenset(victims), heads)


def _look_near(
    database: Database, places: Collection[str], victims: Collection[str], heads: Mapping[str, str]
) -> _Rows:
    """Read every incident of domestic abuse that could restrict these places or people.

    A person is restricted by an address that is so by a victim's incident elsewhere: from the
    people to their addresses, to the people there, and to what happened to those.
    """
    at = _of_places(database, places, heads)
    people = at.victims | set(victims)
    of = _of_victims(database, people, heads)
    there = _of_places(database, of.places - set(places), heads)
    further = _of_victims(database, there.victims - people, heads)
    return (at | of | there | further).flagged


def _of_places(database: Database, keys: Collection[str], heads: Mapping[str, str]) -> _Rows:
    exact = f" AND {_EXACT} <> ''"
    return _join(_read(database, _ROWS, "i.location_key", join_members(keys, heads), exact), heads)


def _of_victims(database: Database, keys: Collection[str], heads: Mapping[str, str]) -> _Rows:
    return _join(_read(database, _ROWS, "i.victim_key", keys), heads)


def _join(rows: Iterable[tuple[object, ...]], heads: Mapping[str, str]) -> _Rows:
    return _Rows(
        frozenset(
            (heads.get(str(place), str(place)), str(victim), bool(flagged))
            for place, victim, flagged in rows
        )
    )


def _read(
    database: Database, sql: str, column: str, given: Collection[str], condition: str = ""
) -> Iterable[tuple[str, ...]]:
    keys = sorted({key for key in given if key})
    for start in range(0, len(keys), _BATCH):
        batch = keys[start : start + _BATCH]
        where = f"{column} IN ({', '.join('?' * len(batch))}){condition}"
        yield from database.read_frame(sql + where, *batch).itertuples(index=False, name=None)
