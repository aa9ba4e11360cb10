"""Calls for service: callers by name and number, several calls for one incident, and none.

Names are made of syllables and numbers come from the ranges that Ofcom keeps for drama, so
neither belongs to anybody.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.addresses import pseudonyms
from geodata.schemas import CALL_COLUMNS, CALLER_PLAN_COLUMNS
from geodata.sealing import get_key_ring
from geodata.sources.demo import names
from geodata.sources.demo.agencies import Truths
from geodata.sources.demo.geography import DISTRICTS, Geography, Ints
from geodata.sources.demo.places import Places
from geodata.sources.demo.timing import Times, is_clock_change

CALL_SYSTEM = "synthetic control room"
DRAMA_RANGES = (
    "+447700900", "+441632960", "+442079460", "+441134960", "+441144960", "+441154960",
    "+441164960", "+441174960", "+441184960", "+441214960", "+441314960", "+441414960",
    "+441514960", "+441614960", "+441914980", "+442920180", "+448081570", "+443069990",
)  # fmt: skip
"""Beginnings of numbers that Ofcom keeps free; three more digits follow."""

MONTHS = 13
REPEAT_CALLERS = 10
FEWEST_REPEAT_CALLERS = 4
PLANTED_A_DISTRICT = 4
FEWEST_CALLS = 2
"""Somebody who called less often is no repeat caller, and not part of the truth."""
TOLD_BY_CALL = 0.20
_GIVEN = ("ella", "orin", "ixa", "ardo", "una", "emis", "ovia", "ulf")

Texts = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Calls:
    """Calls (schemas.CALL_COLUMNS), plans (schemas.CALLER_PLAN_COLUMNS) and names by caller."""

    calls: pd.DataFrame
    plans: pd.DataFrame


def build_calls(
    rng: np.random.Generator,
    geography: Geography,
    places: Places,
    keys: Texts,
    incidents: pd.DataFrame,
    where: Ints,
    truths: Truths,
    scale: float,
) -> Calls:
    """Build the calls of the last 13 months.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    geography, places : Geography, Places
        Where callers live.
    keys : ndarray of str
        Key of each location.
    incidents : DataFrame
        Incidents of the police in order of time.
    where : ndarray
        Number of each incident's location, -1 for none.
    truths : Truths
        Takes the busiest repeat callers of each district.
    scale : float
        Size of the county; 1 for 45,000 incidents a year.
    """
    reported = incidents["reported_at"].to_numpy().astype("datetime64[m]")
    end = reported.max().astype("datetime64[D]") + np.timedelta64(1, "D")
    first = np.datetime64((end.astype("datetime64[M]") - MONTHS).astype("datetime64[D]"), "m")
    public = (incidents["report_channel"] == "public").to_numpy()
    recent = np.flatnonzero(public & (reported >= first))
    district = geography.ward_district[geography.lsoa_ward[places.lsoa]]
    people = _Repeaters.draw(rng, places, district, scale)
    often = _call_often(rng, people, recent, reported, where, district, first, end)
    once = _call_once(rng, recent, reported, len(people.home))
    drawn = pd.concat([often, once], ignore_index=True)
    # Nobody calls in the hour that clocks skip.
    skipped = is_clock_change(drawn["called_at"].to_numpy().astype("datetime64[D]"))
    skipped &= (drawn["called_at"].dt.hour == 1).to_numpy()
    drawn["called_at"] += pd.to_timedelta(np.where(skipped, 60, 0), unit="min")
    drawn = drawn[drawn["called_at"] < end].sort_values("called_at", kind="stable")
    drawn = drawn.reset_index(drop=True)
    about = drawn["incident"].to_numpy()
    person = drawn["person"].to_numpy()
    place = np.where(about >= 0, where[about], -1)
    at_home = (place < 0) & (person < len(people.home))
    place = np.where(at_home, people.home[np.where(at_home, person, 0)], place)
    ids = incidents["incident_id"].to_numpy(dtype=object)
    calls = pd.DataFrame(
        {
            "force": incidents["force"].iloc[0],
            "source_system": CALL_SYSTEM,
            "call_id": [f"CALL-{n:06d}" for n in range(1, len(drawn) + 1)],
            "called_at": drawn["called_at"].astype("datetime64[s]"),
            "month": drawn["called_at"].dt.strftime("%Y-%m"),
            "incident_id": np.where(about >= 0, ids[about], ""),
            "location_key": np.where(place >= 0, keys[place], ""),
            "district_code": np.where(place >= 0, geography.district_codes[district[place]], ""),
            **_describe_people(rng, person, len(people.home)),
        }
    )[list(CALL_COLUMNS)]
    plans = _plan(rng, calls, person, people, geography, truths, end)
    return Calls(calls, plans)


@dataclass(frozen=True)
class _Repeaters:
    """People who call often: home, district, first month and months, calls a month."""

    home: Ints
    district: Ints
    start: Ints
    months: Ints
    rate: Floats

    @classmethod
    def draw(
        cls, rng: np.random.Generator, places: Places, district: Ints, scale: float
    ) -> "_Repeaters":
        usable = (places.precision == "exact") & ~places.is_excluded
        each = max(FEWEST_REPEAT_CALLERS, round(REPEAT_CALLERS * min(scale, 1)))
        home = np.concatenate(
            [
                rng.choice(np.flatnonzero(usable & (district == one)), each, replace=False)
                for one in range(DISTRICTS)
            ]
        )
        months = rng.integers(3, MONTHS + 1, len(home))
        start = np.floor(rng.random(len(home)) * (MONTHS - months + 1)).astype(np.int64)
        rate = 1.5 + rng.gamma(1.2, 2.4, len(home))
        return cls(home, district[home], start, months, rate)


def _call_often(
    rng: np.random.Generator, people: _Repeaters, recent: Ints, reported: Times, where: Ints,
    district: Ints, first: np.datetime64, end: np.datetime64,
) -> pd.DataFrame:  # fmt: skip
    """Draw the calls of repeat callers: about half are about an incident of their district."""
    count = rng.poisson(people.rate * people.months)
    person = np.repeat(np.arange(len(count)), count)
    length = (end - first).astype("timedelta64[m]").astype(np.int64) / MONTHS
    minutes = (people.start[person] + rng.random(len(person)) * people.months[person]) * length
    when = first + minutes.astype("m8[m]")
    placed = recent[where[recent] >= 0]
    of = district[where[placed]]
    about = np.full(len(person), -1)
    linked = rng.random(len(person)) < 0.45
    for one in range(DISTRICTS):
        there = placed[of == one]
        there = there[np.argsort(reported[there], kind="stable")]
        mine = np.flatnonzero(linked & (people.district[person] == one))
        if len(there) and len(mine):
            found = np.searchsorted(reported[there], when[mine]).clip(max=len(there) - 1)
            about[mine] = there[found]
    later = rng.integers(0, 180, len(person)).astype("m8[m]")
    when = np.where(about >= 0, reported[about] + later, when)
    return pd.DataFrame({"person": person, "called_at": when, "incident": about})


def _call_once(
    rng: np.random.Generator, recent: Ints, reported: Times, first_person: int
) -> pd.DataFrame:
    """Draw the calls of everybody else: of a share of incidents one or more, some of none."""
    told = recent[rng.random(len(recent)) < TOLD_BY_CALL]
    again = told[rng.random(len(told)) < 0.12]
    about = np.concatenate([told, again])
    when = reported[about] + np.where(
        np.arange(len(about)) < len(told), 0, rng.integers(1, 150, len(about))
    ).astype("m8[m]")
    others = recent[rng.random(len(recent)) < 0.15 * TOLD_BY_CALL]
    aside = reported[others] + rng.integers(1, 5 * 1_440, len(others)).astype("m8[m]")
    person = first_person + np.arange(len(about) + len(others))
    same = np.arange(len(told), len(about))[rng.random(len(again)) < 0.4]
    position = {int(row): n for n, row in enumerate(told)}
    person[same] = [first_person + position[int(row)] for row in about[same]]
    return pd.DataFrame(
        {
            "person": person,
            "called_at": np.concatenate([when, aside]),
            "incident": np.concatenate([about, np.full(len(others), -1)]),
        }
    )


def _describe_people(rng: np.random.Generator, person: Ints, known: int) -> dict[str, Texts]:
    """Give each call the keys and the sealed name of its caller; the first `known` have both."""
    people, of = np.unique(person, return_inverse=True)
    often = people < known
    has_name = often | (rng.random(len(people)) < 0.6)
    has_phone = often | (rng.random(len(people)) < 0.5)
    number = rng.permutation(1_000 * len(DRAMA_RANGES))
    number = np.concatenate([number[number < 2_000], number[number >= 2_000]])
    has_phone &= np.cumsum(has_phone) <= len(number)
    phones = [
        f"{DRAMA_RANGES[n // 1_000]}{n % 1_000:03d}" for n in number[: has_phone.sum()].tolist()
    ]
    phone_key = np.full(len(people), "", dtype=object)
    phone_key[has_phone] = pseudonyms("phone", phones)
    has_reference = often | (rng.random(len(people)) < 0.85)
    caller = np.full(len(people), "", dtype=object)
    caller[has_phone] = pseudonyms("caller", phones)
    caller[has_reference] = pseudonyms(
        "caller", (name_reference(one) for one in people[has_reference].tolist())
    )
    made = np.array(name_people(rng, len(people)), dtype=object)
    ring = get_key_ring()
    sealed = [
        ring.seal(name) if held else ""
        for name, held in zip(made[of].tolist(), has_name[of].tolist(), strict=True)
    ]
    return {
        "caller_key": caller[of],
        "phone_key": phone_key[of],
        "sealed_name": np.array(sealed, dtype=object),
    }


def name_reference(person: int) -> str:
    """Give the reference that the control room would know a caller by."""
    return f"CALLER-{person + 1:06d}"


def name_people(rng: np.random.Generator, count: int) -> list[str]:
    """Name people such as 'Vynella Quorenholt'; several may have one name, as people do."""
    stems = names.make_names(rng, 1_200)
    given = [
        stems[i][:4].capitalize() + _GIVEN[j]
        for i, j in zip(
            rng.integers(0, len(stems), count).tolist(),
            rng.integers(0, len(_GIVEN), count).tolist(),
            strict=True,
        )
    ]
    family = rng.integers(0, len(stems), count).tolist()
    return [f"{first} {stems[last]}" for first, last in zip(given, family, strict=True)]


def _plan(
    rng: np.random.Generator, calls: pd.DataFrame, person: Ints, people: _Repeaters,
    geography: Geography, truths: Truths, end: np.datetime64,
) -> pd.DataFrame:  # fmt: skip
    """Plan for some repeat callers, and note the busiest of each district as planted."""
    count = np.bincount(person, minlength=len(people.home))[: len(people.home)]
    last_day = pd.Timestamp(end).date() - dt.timedelta(days=1)
    rows = []
    for one in range(DISTRICTS):
        here = np.flatnonzero(people.district == one)
        here = here[np.argsort(-count[here], kind="stable")]
        # By chance somebody never calls: no plan and no truth can name a key of theirs.
        here = here[count[here] > 0]
        often = here[:PLANTED_A_DISTRICT]
        often = often[count[often] >= FEWEST_CALLS]
        truths.left_out["repeat caller"] += PLANTED_A_DISTRICT - len(often)
        for caller in often.tolist():
            found = calls[person == caller]
            label = (
                f"One caller, {len(found)} calls in {found['month'].nunique()} months, "
                f"district {geography.district_codes[one]}"
            )
            truths.add("repeat caller", label, found["called_at"], found["call_id"])
        for caller in here[rng.random(len(here)) < 0.5].tolist():
            due = last_day + dt.timedelta(days=int(rng.integers(-40, 61)))
            has_owner, has_review = rng.random() < 0.85, rng.random() < 0.85
            begun = last_day - dt.timedelta(days=int(rng.integers(60, 300)))
            rows.append(
                {
                    "caller_key": calls["caller_key"].to_numpy()[np.argmax(person == caller)],
                    "owner": f"Neighbourhood sergeant {int(rng.integers(1, 40))}"
                    if has_owner
                    else "",
                    "next_review": due if has_review else None,
                    "started_on": begun if has_owner and has_review else None,
                    "status": "open",
                }
            )
    return pd.DataFrame(rows, columns=list(CALLER_PLAN_COLUMNS))
