"""What never ranks as a repeat, and how much of it there is, so that it is counted and said.

Domestic abuse has its own, confidential handling; a list of addresses would put people at risk.
A place that only stands for an unknown one, an institution where everybody's incidents are
recorded, and a point on a street are no addresses of a problem.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

BoolArray = npt.NDArray[np.bool_]

NO_ADDRESS = "without an exact address (street, snapped point or no place)"
DEFAULT = "at a place where records land for want of one"
INSTITUTION = "at an excluded institution"
ABUSE_ADDRESS = "at an address with domestic abuse, or of a victim of it"
NO_VICTIM = "without a victim recorded"
ABUSE_VICTIM = "of a victim of domestic abuse, or of somebody at such an address"


@dataclass(frozen=True)
class LeftOut:
    """What one reason leaves out.

    Attributes
    ----------
    reason : str
        In words that finish '12 incidents …'.
    incidents : int
        Incidents; each under the first reason that applies.
    keys : int
        Addresses or people; 0 where there is no key.
    """

    reason: str
    incidents: int
    keys: int


@dataclass(frozen=True)
class Ranking:
    """Which incidents may rank, and what the others are.

    Attributes
    ----------
    keep : ndarray of bool
        One an incident.
    reason : ndarray of str
        Why each may not rank; empty if it may.
    """

    keep: BoolArray
    reason: npt.NDArray[np.object_]

    def count(self, keys: pd.Series, chosen: BoolArray | None = None) -> tuple[LeftOut, ...]:
        """Count what is left out by reason, of all incidents or of those chosen."""
        out = ~self.keep if chosen is None else ~self.keep & chosen
        frame = pd.DataFrame({"reason": self.reason[out], "key": keys.to_numpy(dtype=object)[out]})
        found = []
        for reason in dict.fromkeys([*ORDER, *frame["reason"]]):
            rows = frame[frame["reason"] == reason]
            if len(rows):
                known = rows.loc[rows["key"] != "", "key"]
                found.append(LeftOut(str(reason), len(rows), int(known.nunique())))
        return tuple(found)


ORDER = (NO_VICTIM, NO_ADDRESS, DEFAULT, INSTITUTION, ABUSE_ADDRESS, ABUSE_VICTIM)


def rank_places(frame: pd.DataFrame, abuse_places: Collection[str] = ()) -> Ranking:
    """Say which incidents may count towards a repeat location.

    Parameters
    ----------
    frame : DataFrame
        Columns location_key, location_precision, domestic_abuse_flag, is_default_geocode and
        is_excluded, of everything held: one domestic-abuse incident, however old, takes the
        whole address out, and so does one mark as default or excluded.
    abuse_places : collection of str, optional
        Addresses restricted for domestic abuse by records outside the frame too, such as crimes.

    Returns
    -------
    Ranking
        The first reason of: default geocode, institution, no exact address, domestic abuse.
    """
    key = _codes(frame["location_key"])
    exact = (frame["location_precision"] == "exact").to_numpy() & (key >= 0)
    reason = np.full(len(frame), "", dtype=object)
    _mark(reason, abuse_addresses(frame, abuse_places), ABUSE_ADDRESS)
    _mark(reason, ~exact, NO_ADDRESS)
    _mark(reason, _spread(key, frame["is_excluded"].to_numpy(dtype=bool)), INSTITUTION)
    default = frame["is_default_geocode"].to_numpy(dtype=bool)
    default = _spread(key, default) | (frame["location_precision"] == "default").to_numpy()
    _mark(reason, default, DEFAULT)
    return Ranking(reason == "", reason)


def rank_victims(
    frame: pd.DataFrame,
    abuse_places: Collection[str] = (),
    abuse_victims: Collection[str] = (),
) -> Ranking:
    """Say which incidents may count towards a repeat victim.

    A person with any domestic-abuse incident, or with any incident at an address with one, is
    out altogether. Where it happened does not matter otherwise: a person may be harmed anywhere.

    Parameters
    ----------
    frame : DataFrame
        Columns victim_key, location_key, location_precision, domestic_abuse_flag,
        is_default_geocode and is_excluded, of everything held.
    abuse_places, abuse_victims : collection of str, optional
        Addresses and people restricted for it by records outside the frame too.
    """
    victim = _codes(frame["victim_key"])
    at_risk = _abused(frame) | abuse_addresses(frame, abuse_places)
    at_risk |= frame["victim_key"].isin(list(abuse_victims)).to_numpy()
    reason = np.full(len(frame), "", dtype=object)
    _mark(reason, _spread(victim, at_risk), ABUSE_VICTIM)
    _mark(reason, victim < 0, NO_VICTIM)
    return Ranking(reason == "", reason)


def abuse_addresses(frame: pd.DataFrame, abuse_places: Collection[str] = ()) -> BoolArray:
    """Say which incidents lie at an exact address with any domestic-abuse incident.

    An institution or a default place is nobody's address: there each incident is by itself.
    """
    exact = (frame["location_precision"] == "exact").to_numpy()
    institution = frame["is_excluded"].to_numpy(dtype=bool)
    exact = exact & ~institution & ~frame["is_default_geocode"].to_numpy(dtype=bool)
    key = np.where(exact, _codes(frame["location_key"]), -1)
    named = exact & frame["location_key"].isin(list(abuse_places)).to_numpy()
    return _spread(key, _abused(frame) | named)


def _abused(frame: pd.DataFrame) -> BoolArray:
    flagged: BoolArray = (frame["domestic_abuse_flag"] == "yes").to_numpy(dtype=bool)
    return flagged


def _codes(column: pd.Series) -> npt.NDArray[np.int64]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes, names = column.cat.codes.to_numpy(), column.cat.categories
    else:
        codes, names = pd.factorize(column)
    empty = np.flatnonzero(np.asarray(names, dtype=object) == "")
    return np.where(np.isin(codes, empty), -1, codes).astype(np.int64)


def _spread(key: npt.NDArray[np.int64], marked: BoolArray) -> BoolArray:
    """Mark every row of a key of which one is marked; a row without a key stands for itself."""
    with_key = key >= 0
    whole = np.zeros(int(key.max(initial=-1)) + 1, dtype=bool)
    whole[key[marked & with_key]] = True
    spread = marked.copy()
    spread[with_key] |= whole[key[with_key]]
    return spread


def _mark(reason: npt.NDArray[np.object_], rows: BoolArray, words: str) -> None:
    reason[rows] = words
