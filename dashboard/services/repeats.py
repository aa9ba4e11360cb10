"""Find repeat victims and repeat places: incidents in, ranked lists without an address out.

What a list shows of a home or a person is the street, the ward and the end of a pseudonym. The
record behind a row is opened by `dashboard.services.repeat_records`, for a reason.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.repeats.events import SAME_INCIDENT, keep_one_report, number_events
from analytics.repeats.exclusions import LeftOut, Ranking, rank_places, rank_victims
from analytics.repeats.repeaters import RepeatRule, find_repeats, place_in_window
from dashboard.permissions import Permission, handed, needs
from geodata.calendar import Period
from geodata.crs import to_wgs84
from geodata.store.database import Database
from geodata.store.merges import effective_keys
from geodata.store.repeats import (
    list_addresses,
    read_incidents_of,
    read_links,
    read_repeat_frame,
    read_repeat_window,
)
from geodata.store.restricted import read_restricted

KEY_COLUMN = {"places": "location_key", "victims": "victim_key"}
MOST_ROWS = 200
SHORT_LETTERS = 6
POINT_M = 25.0
"""Places are drawn to the nearest 25 m: near enough for a map, too far to tell a front door."""

FLAGS = {
    "vulnerable_flag": "vulnerable",
    "hate_flag": "hate",
    "child_flag": "child",
}


@dataclass(frozen=True)
class RepeatData:
    """Incidents ready for finding repeats; shared by sessions and not to be changed.

    Attributes
    ----------
    frame : DataFrame
        As `geodata.store.repeats.read_repeat_frame`, with accepted merges of addresses applied.
    events : ndarray of int64
        Number of the incident that each report is of.
    ranking : dict of str to Ranking
        Which reports may count, for places and for victims.
    rows : dict of str to ndarray of int64
        Positions of one report for each incident and key that may rank.
    merged : dict of str to tuple of str
        Keys that an accepted merge brought together, by the key they go by.
    """

    frame: pd.DataFrame = field(repr=False)
    events: npt.NDArray[np.int64] = field(repr=False)
    ranking: dict[str, Ranking] = field(repr=False)
    rows: dict[str, npt.NDArray[np.int64]] = field(repr=False)
    merged: dict[str, tuple[str, ...]] = field(repr=False)

    @property
    def last_day(self) -> dt.date | None:
        """The newest day that an incident is known to have begun on."""
        newest = self.frame["occurred_at"].max()
        return None if pd.isna(newest) else newest.date()

    def members(self, key: str) -> tuple[str, ...]:
        """Give every key that an address goes by."""
        return self.merged.get(key, (key,))

    def head(self, key: str) -> str:
        """Give the key that an address goes by in the lists."""
        return next((new for new, members in self.merged.items() if key in members), key)

    def may_rank(self, kind: str, key: str) -> bool:
        """Say whether a key could stand on a list: it has a report that is not left out."""
        of_rows = self.frame[KEY_COLUMN[kind]].iloc[self.rows[kind]]
        return bool((of_rows == key).any())


@dataclass(frozen=True)
class RepeatList:
    """Repeat victims or places of an area, the most incidents first.

    Attributes
    ----------
    kind : str
        places or victims.
    rule : RepeatRule
    as_at : date
    table : DataFrame
        One row each, at most `MOST_ROWS` and ties of the last: ``rank`` (ties share it), ``tied``,
        ``short`` (end of the pseudonym), ``label`` (public name of the street), ``ward_code``,
        ``ward``, ``district_code``, ``district``, ``incidents``, ``reports``, ``most`` (in any
        window of that length so far), ``first``, ``last``, ``sources``, ``channels``, ``types``,
        ``flags``, ``longitude`` and ``latitude`` (to the nearest 25 m; missing for victims).
    keys : tuple of str
        Key behind each row; never shown.
    total : int
        How many there are, listed or not.
    incidents : int
        Incidents behind all of them.
    cannot_tell : int
        How many may be repeats but for days or types that are not recorded.
    left_out : tuple of LeftOut
        Reports of the window and area that never count, by reason.
    by_ward : Series
        How many each ward has, by ward code, whatever the area.
    """

    kind: str
    rule: RepeatRule
    as_at: dt.date
    table: pd.DataFrame = field(repr=False)
    keys: tuple[str, ...] = field(repr=False)
    total: int
    incidents: int
    cannot_tell: int
    left_out: tuple[LeftOut, ...]
    by_ward: pd.Series = field(repr=False)


@needs(Permission.SEE_REPEATS)
def load_repeats(database: Database, months: Period | None = None) -> RepeatData:
    """Load every ASB incident, or what decides who repeats in some months; say which may rank."""
    merges = effective_keys(database)
    if months is None:
        return _prepare(database, read_repeat_frame(database), merges)
    return _prepare(database, read_repeat_window(database, months, merges, SAME_INCIDENT), merges)


@needs(Permission.SEE_REPEATS)
def load_repeats_near(database: Database, ward_code: str) -> RepeatData:
    """Load every report of a ward's addresses, and each that could be of one incident with it."""
    merges = effective_keys(database)
    places = set(list_addresses(database, ward_code))
    victims, events = set[str](), set[str]()
    while True:
        heads = {merges.get(key, key) for key in places}
        places |= heads | {key for key, head in merges.items() if head in heads}
        frame = read_incidents_of(
            database, location_keys=places, victim_keys=victims, event_keys=events
        )
        known = len(places) + len(victims) + len(events)
        places |= set(frame.loc[frame["location_precision"] == "exact", "location_key"]) - {""}
        victims |= set(frame["victim_key"]) - {""}
        events |= set(frame["event_key"]) - {""}
        if len(places) + len(victims) + len(events) == known:
            return _prepare(database, frame, merges)


def _prepare(database: Database, frame: pd.DataFrame, merges: Mapping[str, str]) -> RepeatData:
    merged: dict[str, tuple[str, ...]] = {}
    if merges:
        whole = frame["location_key"].astype(str)
        frame["location_key"] = whole.map(merges).fillna(whole).astype("category")
        for old, new in sorted(merges.items()):
            merged[new] = (*merged.get(new, (new,)), *((old,) if old != new else ()))
    events = number_events(frame)
    restricted = read_restricted(database, heads=merges)
    ranking = {
        "places": rank_places(frame, restricted.places),
        "victims": rank_victims(frame, restricted.places, restricted.victims),
    }
    rows = {}
    for kind, column in KEY_COLUMN.items():
        kept = keep_one_report(frame[column], events, frame["occurred_at"])
        rows[kind] = kept[ranking[kind].keep[kept]]
    return RepeatData(frame, events, ranking, rows, merged)


@needs(Permission.SEE_REPEATS)
def merges_version(database: Database) -> str:
    """Give the key of the merges of addresses that count now."""
    merges = sorted(effective_keys(database).items())
    return hashlib.blake2b(repr(merges).encode(), digest_size=6).hexdigest() if merges else "0"


@handed
def find_list(
    data: RepeatData,
    kind: str,
    rule: RepeatRule,
    as_at: dt.date,
    *,
    district: str | None = None,
    ward: str | None = None,
    wards: Mapping[str, str],
    districts: Mapping[str, str],
) -> RepeatList:
    """Rank the repeat victims or places of an area.

    Parameters
    ----------
    data : RepeatData
    kind : {'places', 'victims'}
    rule, as_at
        More than so many within so long, up to and with this day.
    district, ward : str, optional
        Codes; a victim is listed under the ward of their latest incident in the window, with all
        of their incidents wherever they were.
    wards, districts : mapping of str to str
        Names by code.
    """
    found, latest = _find_all(data, kind, rule, as_at)
    repeats = found[found["is_repeat"]].join(latest, on="key")
    by_ward = repeats["ward_code"].value_counts()
    chosen = repeats[_within(repeats, district, ward)]
    chosen = chosen.sort_values(["incidents", "last", "key"], ascending=[False, False, True])
    ranks = chosen["incidents"].rank(method="min", ascending=False).astype(np.int64)
    chosen = chosen.assign(rank=ranks, tied=chosen["incidents"].duplicated(keep=False))
    if len(chosen) > MOST_ROWS:
        chosen = chosen[chosen["incidents"] >= chosen["incidents"].iloc[MOST_ROWS - 1]]
    unsure = found[found["cannot_tell"]].join(latest, on="key")
    return RepeatList(
        kind=kind,
        rule=rule,
        as_at=as_at,
        table=_describe(data, kind, rule, as_at, chosen, wards, districts),
        keys=tuple(chosen["key"]),
        total=len(ranks),
        incidents=int(repeats.loc[ranks.index, "incidents"].sum()),
        cannot_tell=int(_within(unsure, district, ward).sum()),
        left_out=_count_left_out(data, kind, rule, as_at, district, ward),
        by_ward=by_ward,
    )


@needs(Permission.SEE_REPEATS)
def count_by_ward(data: RepeatData, rule: RepeatRule, as_at: dt.date) -> pd.DataFrame:
    """Count repeat places and repeat victims of every ward, exactly as they are.

    For whoever releases them: nothing is suppressed here. Each place and each person is counted
    in one ward, that of the latest incident in the window.

    Returns
    -------
    DataFrame
        ``ward_code`` ("" for no ward), ``repeat_places``, ``repeat_victims``; wards with either.
    """
    counts = {}
    for kind in KEY_COLUMN:
        found, latest = _find_all(data, kind, rule, as_at)
        repeats = found[found["is_repeat"]].join(latest, on="key")
        counts[f"repeat_{kind}"] = repeats["ward_code"].value_counts()
    table = pd.DataFrame(counts).fillna(0).astype(np.int64).sort_index()
    return table.rename_axis("ward_code").reset_index()


@needs(Permission.SEE_REPEATS)
def find_owners(database: Database, found: RepeatList, data: RepeatData) -> list[str]:
    """Give for each row of a list who owns the open case or action about it; "" for nobody."""
    keys = [member for key in found.keys for member in data.members(key)]
    links = read_links(
        database,
        location_keys=keys if found.kind == "places" else (),
        victim_keys=keys if found.kind == "victims" else (),
    )
    links = links[links["status"] == "open"]
    owners: dict[str, list[str]] = {}
    for kind, key, owner in zip(links["kind"], links["key"], links["owner"], strict=True):
        words = f"{owner or 'no owner'} ({kind})"
        if words not in owners.setdefault(str(key), []):
            owners[str(key)].append(words)
    return [
        ", ".join(word for member in data.members(key) for word in owners.get(member, []))
        for key in found.keys
    ]


def _find_all(
    data: RepeatData, kind: str, rule: RepeatRule, as_at: dt.date
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the repeats of everything held, and street, ward and place of each key's latest."""
    rows = data.frame.iloc[data.rows[kind]]
    key = KEY_COLUMN[kind]
    found = find_repeats(
        rows[key], rows["occurred_at"], rule, as_at, months=rows["month"], kinds=rows["asb_type"]
    )
    surely, maybe = place_in_window(rows["occurred_at"], rule, as_at, months=rows["month"])
    columns = [key, "occurred_at", "id", "label", "ward_code", "district_code",
               "easting", "northing"]  # fmt: skip
    inside = rows.loc[surely | maybe, columns]
    inside = inside.astype(
        dict.fromkeys((key, "label", "ward_code", "district_code"), object)
    ).sort_values(["occurred_at", "id"], na_position="first")
    latest = inside.drop_duplicates(key, keep="last").set_index(key)
    return found, latest.drop(columns=["occurred_at", "id"])


def _within(frame: pd.DataFrame, district: str | None, ward: str | None) -> pd.Series:
    inside = pd.Series(True, index=frame.index)
    if district:
        inside &= frame["district_code"] == district
    if ward:
        inside &= frame["ward_code"] == ward
    return inside


def _count_left_out(
    data: RepeatData, kind: str, rule: RepeatRule, as_at: dt.date, district: str | None,
    ward: str | None,
) -> tuple[LeftOut, ...]:  # fmt: skip
    frame = data.frame
    surely, _ = place_in_window(frame["occurred_at"], rule, as_at, months=frame["month"])
    chosen = surely & _within(frame, district, ward).to_numpy(dtype=bool)
    return data.ranking[kind].count(frame[KEY_COLUMN[kind]], chosen)


def _describe(
    data: RepeatData,
    kind: str,
    rule: RepeatRule,
    as_at: dt.date,
    chosen: pd.DataFrame,
    wards: Mapping[str, str],
    districts: Mapping[str, str],
) -> pd.DataFrame:
    """Add to each row what its reports say, from every report and not only the first."""
    key = KEY_COLUMN[kind]
    surely, _ = place_in_window(data.frame["occurred_at"], rule, as_at, months=data.frame["month"])
    may_rank = surely & data.ranking[kind].keep
    reports = data.frame[may_rank & data.frame[key].isin(chosen["key"]).to_numpy()]
    reports = reports.astype({key: object})
    longitude, latitude = _blur(chosen) if kind == "places" else (np.nan, np.nan)
    order = chosen["key"]
    table = pd.DataFrame(
        {
            "rank": chosen["rank"],
            "tied": chosen["tied"],
            "short": [shorten(name) for name in order],
            "label": chosen["label"],
            "ward_code": chosen["ward_code"],
            "ward": [wards.get(str(code), "No ward") for code in chosen["ward_code"]],
            "district_code": chosen["district_code"],
            "district": [districts.get(str(code), "") for code in chosen["district_code"]],
            "incidents": chosen["incidents"],
            "reports": _look_up(reports[key].value_counts().to_dict(), order, 0),
            "most": chosen["most_in_any_window"],
            "first": chosen["first"],
            "last": chosen["last"],
            "sources": _look_up(_tally(reports, key, "source_system"), order, ""),
            "channels": _look_up(_tally(reports, key, "report_channel"), order, ""),
            "types": _look_up(_tally(reports, key, "asb_type"), order, ""),
            "flags": _look_up(_list_flags(reports, key), order, ""),
            "longitude": longitude,
            "latitude": latitude,
        }
    )
    return table.reset_index(drop=True)


def _look_up(found: Mapping[str, Any], keys: pd.Series, nothing: object) -> list[Any]:
    return [found.get(key, nothing) for key in keys]


@handed
def shorten(key: str) -> str:
    """Give the end of a pseudonym, enough to tell rows apart when two people talk.

    The key of a point on the map is its coordinates, so nothing of it is given.
    """
    return "" if key.startswith("pt-") else key[-SHORT_LETTERS:].upper()


def _blur(chosen: pd.DataFrame) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    east, north = (
        np.round(chosen[name].to_numpy(dtype=np.float64) / POINT_M) * POINT_M
        for name in ("easting", "northing")
    )
    if not len(chosen):
        return east, north
    longitude, latitude = to_wgs84(east, north)
    return np.asarray(longitude).round(5), np.asarray(latitude).round(5)


def _tally(reports: pd.DataFrame, key: str, column: str) -> dict[str, str]:
    """Say for each key how many reports have which value, the most first."""
    counts = reports.astype({column: object}).groupby([key, column]).size().reset_index(name="n")
    counts = counts.sort_values([key, "n", column], ascending=[True, False, True])
    words = counts[column] + " " + counts["n"].map("{:,}".format)
    return {str(k): ", ".join(v) for k, v in words.groupby(counts[key])}


def _list_flags(reports: pd.DataFrame, key: str) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for column, word in FLAGS.items():
        for name in reports.loc[reports[column] == "yes", key].unique():
            found.setdefault(str(name), []).append(word)
    return {name: ", ".join(words) for name, words in found.items()}
