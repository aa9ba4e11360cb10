"""Incidents told to several agencies, victims who move, and records that must never rank.

All of it is taken from or put beside the background, never the planted hotspots, runs, victims
and places, so that what those are tested for stays as it is.
"""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.addresses import pseudonyms
from geodata.categories import NOT_RECORDED
from geodata.sources.demo.geography import Geography, Ints
from geodata.sources.demo.places import Places
from geodata.sources.demo.recording import answer

COUNCIL, HOUSING = "synthetic council", "synthetic housing"
TOLD_TWICE, MOVING, SHELTERED = 150, 30, 30
CLOSE_MINUTES = 45
MOVED_WITHIN_DAYS = 170

Bools = npt.NDArray[np.bool_]


@dataclass
class Truths:
    """Rows of planted truth that are added after the incidents are known.

    `left_out` counts by kind the patterns that the county is too small for.
    """

    first: int
    rows: list[dict[str, object]] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    def add(self, kind: str, label: str, days: pd.Series, references: pd.Series) -> None:
        """Add one pattern that is not a place on the map: its days and its references."""
        self.rows.append(
            {
                "planted_id": f"SYN-PLANTED-{self.first + len(self.rows) + 1:03d}",
                "kind": kind,
                "label": label,
                "easting": np.nan,
                "northing": np.nan,
                "radius_m": 0.0,
                "first_day": days.min().normalize(),
                "last_day": days.max().normalize(),
                "incident_ids": " ".join(references),
            }
        )

    def to_frame(self) -> pd.DataFrame:
        """List them in the shape of schemas.PLANTED_COLUMNS."""
        return pd.DataFrame(self.rows)


@dataclass
class Background:
    """Which incidents may be changed: exact, to the minute, and no part of a pattern.

    Attributes
    ----------
    where : ndarray
        Number of each incident's location, -1 for none.
    free : ndarray of bool
        True where no pattern uses the incident or its location.
    """

    where: Ints
    free: Bools

    def take(self, rows: Ints) -> None:
        """Mark incidents as used, with every other one at their locations."""
        self.free &= ~np.isin(self.where, self.where[rows])


def find_background(frame: pd.DataFrame, places: Places, where: Ints, pattern: Ints) -> Background:
    """Find the incidents that are free to be changed."""
    usable = (places.precision == "exact") & ~places.is_excluded & ~places.is_default
    planted = np.zeros(len(places), dtype=bool)
    planted[where[(pattern >= 0) & (where >= 0)]] = True
    minute = (frame["time_precision"] == "minute").to_numpy()
    return Background(where, (where >= 0) & minute & (usable & ~planted)[where])


def plant_moving_victims(
    rng: np.random.Generator,
    geography: Geography,
    places: Places,
    frame: pd.DataFrame,
    background: Background,
    truths: Truths,
    scale: float,
) -> None:
    """Let people be victims at several addresses of one district within half a year."""
    told = frame[["occurred_from", "incident_id"]]
    victims = frame["victim_key"].to_numpy(dtype=object)
    rows = np.flatnonzero(background.free & (victims != ""))
    where = background.where[rows]
    district = geography.ward_district[geography.lsoa_ward[places.lsoa[where]]]
    days = frame["occurred_from"].to_numpy()[rows].astype("datetime64[D]").astype(np.int64)
    order = np.lexsort((days, district))
    wanted = max(8, round(MOVING * min(scale, 1)))
    keys = pseudonyms("victim", (f"moving victim {number}" for number in range(wanted)))
    starts = rng.permutation(len(order))
    taken = np.zeros(len(order), dtype=bool)
    made = 0
    for start in starts.tolist():
        if made == wanted:
            break
        group = np.arange(start, min(start + int(rng.integers(3, 6)), len(order)))
        chosen = order[group]
        apart = len(set(where[chosen].tolist())) == len(group)
        near = len(set(district[chosen].tolist())) == 1
        soon = days[chosen[-1]] - days[chosen[0]] <= MOVED_WITHIN_DAYS
        if len(group) < 3 or taken[group].any() or not (apart and near and soon):
            continue
        taken[group] = True
        victims[rows[chosen]] = keys[made]
        found = told.iloc[rows[chosen]]
        label = f"One victim at {len(group)} addresses, a report at each"
        truths.add(
            "victim at several addresses", label, found["occurred_from"], found["incident_id"]
        )
        made += 1
    truths.left_out["victim at several addresses"] += wanted - made
    frame["victim_key"] = victims
    background.take(rows[order[taken]])


def plant_sheltered(
    rng: np.random.Generator,
    frame: pd.DataFrame,
    background: Background,
    truths: Truths,
    scale: float,
) -> None:
    """Mark domestic abuse, often at busy addresses that must never rank, and children."""
    count = len(frame)
    told = frame[["occurred_from", "incident_id"]]
    abuse = answer(rng, rng.random(count) < 0.40, 0.0)
    personal = (frame["nsir_category"] == "personal").to_numpy()
    rows = np.flatnonzero(background.free & personal)
    places, number = np.unique(background.where[rows], return_counts=True)
    wanted = max(8, round(SHELTERED * min(scale, 1)))
    busy = places[np.argsort(-number, kind="stable")][: 4 * wanted]
    held = min(wanted, len(busy))
    truths.left_out["domestic abuse address"] += wanted - held
    for place in rng.choice(busy, held, replace=False).tolist():
        here = rows[background.where[rows] == place]
        abuse[here] = "yes"
        found = told.iloc[here]
        label = f"An address with {len(here)} records of domestic abuse, which never ranks"
        truths.add("domestic abuse address", label, found["occurred_from"], found["incident_id"])
        background.take(here)
    rare = background.free & personal & (rng.random(count) < 0.015)
    abuse[rare] = "yes"
    background.take(np.flatnonzero(rare))
    frame["domestic_abuse_flag"] = abuse
    frame["child_flag"] = answer(rng, rng.random(count) < 0.40, np.where(personal, 0.06, 0.01))


def tell_twice(
    rng: np.random.Generator,
    frame: pd.DataFrame,
    background: Background,
    truths: Truths,
    scale: float,
) -> pd.DataFrame:
    """Give the second and third record of incidents that several agencies were told of.

    Half of them share a reference between the agencies; the others have only the victim, or
    the address and the type, and times within 45 minutes.

    Returns
    -------
    DataFrame
        Rows in the shape of ``frame``, which itself gets the shared references.
    """
    hour = frame["occurred_from"].dt.hour.to_numpy()
    # By day and evening no copy runs past midnight or into the hour that clocks skip.
    rows = np.flatnonzero(background.free & (hour >= 7) & (hour <= 21))
    hoped = max(20, round(TOLD_TWICE * min(scale, 1)))
    wanted = min(hoped, len(rows))
    truths.left_out["one incident told twice"] += hoped - wanted
    chosen = np.sort(rng.choice(rows, wanted, replace=False))
    background.take(chosen)
    linked = rng.random(wanted) < 0.5
    keys = np.array(pseudonyms("event", (f"told twice {n}" for n in range(wanted))), dtype=object)
    events = frame["event_key"].to_numpy(dtype=object)
    events[chosen[linked]] = keys[linked]
    frame["event_key"] = events
    parts = []
    to_both = rng.random(wanted) < 0.35
    by_council = to_both | (rng.random(wanted) < 0.6)
    for system, prefix, agency, heard in (
        (COUNCIL, "SYNC", "District council", by_council),
        (HOUSING, "SYNH", "Housing provider", to_both | ~by_council),
    ):
        part = frame.iloc[chosen[heard]].copy()
        size = len(part)
        late = pd.to_timedelta(rng.integers(0, CLOSE_MINUTES + 1, size), unit="min")
        part["occurred_from"] = part["occurred_from"] + late
        delay = pd.to_timedelta(rng.integers(60, 3 * 1_440, size), unit="min")
        end = frame["reported_at"].max()
        reported = (part["occurred_from"] + delay).clip(upper=end)
        part["reported_at"] = reported.where(reported >= part["occurred_from"], end)
        part["incident_id"] = [f"{prefix}-{n:06d}" for n in range(1, size + 1)]
        part = part.assign(
            source_system=system, report_channel="public", lead_agency=agency, outcome="",
            grade=NOT_RECORDED, thrive_recorded=NOT_RECORDED, harm_score=np.nan,
        )  # fmt: skip
        part["occurred_to"] = np.datetime64("NaT", "s")
        parts.append(part.assign(of=np.flatnonzero(heard)))
    copies = pd.concat(parts, ignore_index=True)
    told = ["occurred_from", "incident_id", "of"]
    records = pd.concat([frame.iloc[chosen].assign(of=np.arange(wanted))[told], copies[told]])
    for shared, (_, whole) in zip(linked.tolist(), records.groupby("of", sort=True), strict=True):
        how = "with one reference" if shared else "without a shared reference"
        label = f"One incident told to {len(whole)} agencies, {how}"
        truths.add("one incident told twice", label, whole["occurred_from"], whole["incident_id"])
    times = ["reported_at", "occurred_from", "occurred_to"]
    return copies.drop(columns="of").astype(frame[times].dtypes.to_dict())
