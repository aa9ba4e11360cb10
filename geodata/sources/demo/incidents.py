"""Incidents: the background rate and the planted patterns, put in order and written down."""

import numpy as np
import pandas as pd

from geodata.addresses import pseudonyms
from geodata.categories import ASB_CRIME_TYPE, NOT_RECORDED
from geodata.schemas import INCIDENT_COLUMNS
from geodata.sources.demo.geography import Geography, Ints
from geodata.sources.demo.patterns import Planting
from geodata.sources.demo.recording import Texts, record_answers, record_kind
from geodata.sources.demo.timing import Diary, Times

FORCE = "Synthetic County Police"
SOURCE_SYSTEM = "synthetic"
NOT_LOCATED_SHARE = 0.025
DAY_ONLY_SHARE = 0.03


def build_incidents(
    rng: np.random.Generator,
    geography: Geography,
    planting: Planting,
    diary: Diary,
    total: int,
    keys: Texts,
) -> tuple[pd.DataFrame, Ints, Ints]:
    """Build the incidents in order of time; `keys` are those of the locations.

    Returns
    -------
    incidents : DataFrame
        Of schemas.INCIDENT_COLUMNS, `total` rows (more only if the planted ones are more).
    pattern : ndarray
        Number of the planted pattern of each incident; -1 for the background.
    where : ndarray
        Number of the location of each incident; -1 for none.
    """
    places = planting.places
    planted = planting.pattern
    where, when = _draw_background(rng, planting, diary, max(total - len(planted), 0))
    pattern = np.concatenate([np.full(len(where), -1), planted])
    where = np.concatenate([where, *planting.location])
    when = np.concatenate([when, *planting.time])
    order = np.argsort(when, kind="stable")
    pattern, where, when = pattern[order], where[order], when[order]
    count = len(when)

    month_number = when.astype("datetime64[M]").astype(np.int64)
    progress = (month_number - month_number[0]) / max(month_number[-1] - month_number[0], 1)
    hour = when.astype("datetime64[h]").astype(np.int64) % 24
    kinds = np.append(np.array([row["kind"] for row in planting.rows], dtype=object), "")[pattern]
    is_victim = kinds == "repeat victim"
    repeats = is_victim | (kinds == "repeat location")
    located = where >= 0
    in_centre = places.in_centre[where] & located
    kind = record_kind(
        rng, month=month_number % 12 + 1, hour=hour, in_centre=in_centre,
        repeats=repeats, is_personal=is_victim,
    )  # fmt: skip
    channel, category = kind["report_channel"], kind["nsir_category"]
    answers = record_answers(
        rng, channel=channel, category=category, repeats=repeats, progress=progress
    )
    end = diary.days[-1].astype("datetime64[m]") + np.timedelta64(24 * 60 - 1, "m")
    day_only = (pattern < 0) & (rng.random(count) < DAY_ONLY_SHARE)
    occurred = np.where(day_only, when.astype("datetime64[D]").astype("datetime64[m]"), when)
    problem = np.isin(kinds, ("near-repeat run", "repeat victim", "repeat location"))
    months = np.array([f"{m // 12 + 1970}-{m % 12 + 1:02d}" for m in range(month_number[-1] + 1)])
    frame = pd.DataFrame(
        {
            "incident_id": np.array([f"SYN-{i:06d}" for i in range(1, count + 1)], dtype=object),
            "force": FORCE,
            "source_system": SOURCE_SYSTEM,
            "asb": True,
            "crime_type": ASB_CRIME_TYPE,
            "reported_at": _draw_reports(rng, when, channel, end).astype("datetime64[s]"),
            "occurred_from": occurred.astype("datetime64[s]"),
            "occurred_to": _draw_ends(rng, when, day_only, end).astype("datetime64[s]"),
            "time_precision": np.where(day_only, "day", "minute"),
            "month": months[month_number],
            "easting": np.where(located, places.easting[where], np.nan),
            "northing": np.where(located, places.northing[where], np.nan),
            "location_key": np.where(located, keys[where], ""),
            "location_precision": np.where(located, places.precision[where], "none"),
            "lsoa_code": np.where(located, geography.lsoa_codes[places.lsoa[where]], ""),
            "victim_key": _name_victims(rng, where, pattern, is_victim, category),
            "problem_key": np.where(problem, _name_problems(len(planting.rows))[pattern], ""),
            "event_key": "",
            "domestic_abuse_flag": NOT_RECORDED,
            "child_flag": NOT_RECORDED,
            **kind,
            **answers,
        }
    )
    return frame[list(INCIDENT_COLUMNS)], pattern, where


def _draw_background(
    rng: np.random.Generator, planting: Planting, diary: Diary, count: int
) -> tuple[Ints, Times]:
    """Draw places by their weight and times by the table of homes or of town centres."""
    places = planting.places
    ladder = np.cumsum(places.weight)
    where = np.searchsorted(ladder, rng.random(count) * ladder[-1], side="right")
    where = np.minimum(where, len(places) - 1)
    centre = places.in_centre[where]
    day, hour = diary.draw(rng, count, diary.home)
    late_day, late_hour = diary.draw(rng, count, diary.centre)
    when = diary.to_times(rng, np.where(centre, late_day, day), np.where(centre, late_hour, hour))
    return np.where(rng.random(count) < NOT_LOCATED_SHARE, -1, where), when


def _draw_reports(rng: np.random.Generator, when: Times, channel: Texts, end: Times) -> Times:
    """Report at once when an officer saw it, mostly within the hour otherwise, some days on."""
    count = len(when)
    soon = rng.exponential(25, count)
    later = rng.random(count) < np.where(channel == "partner", 0.35, 0.10)
    delay = np.where(later, rng.exponential(2.5 * 24 * 60, count), soon)
    delay = np.where(channel == "officer-generated", 0, delay)
    return np.asarray(np.minimum(when + delay.astype("m8[m]"), end))


def _draw_ends(rng: np.random.Generator, when: Times, day_only: np.ndarray, end: Times) -> Times:
    lasted = (2 + rng.exponential(35, len(when))).astype("m8[m]")
    ends = np.minimum(when + lasted, end)
    return np.where(day_only | (rng.random(len(when)) < 0.35), np.datetime64("NaT"), ends)


def _name_problems(count: int) -> Texts:
    """Give the pseudonym of each planted problem, and "" after them."""
    names = pseudonyms("problem", (f"P-{n:05d}" for n in range(1, count + 1)))
    return np.array([*names, ""], dtype=object)


def _name_victims(
    rng: np.random.Generator, where: Ints, pattern: Ints, is_victim: np.ndarray, category: Texts
) -> Texts:
    """Give personal incidents a pseudonym: often a new person, at times one of two at home."""
    count = len(where)
    has_victim = is_victim | ((category == "personal") & (rng.random(count) < 0.7))
    same_home = (where >= 0) & (rng.random(count) < 0.3)
    person = np.where(
        same_home, 2 * where + rng.integers(0, 2, count), 4_000_000 + np.arange(count)
    )
    person = np.where(is_victim, 8_000_000 + pattern, person)
    # An odd factor permutes the 32-bit numbers, so different people keep different keys.
    mixed = (person * 2_654_435_761 + 97) % 2**32
    held = mixed[has_victim]
    numbers, of = np.unique(held, return_inverse=True)
    names = pseudonyms("victim", (f"V-{n:08X}" for n in numbers.tolist()))
    keys = np.full(count, "", dtype=object)
    keys[has_victim] = np.array(names, dtype=object)[of]
    return keys
