"""Who may ask for an ASB case review now, or after one more report; nobody is contacted by this.

Reports of a victim about one problem count together; a report without a problem may belong to any
of the victim's, which leaves 'cannot tell' where it could change the answer. Whoever is
restricted for domestic abuse is left out of the list and counted.
"""

import datetime as dt
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

import pandas as pd

from analytics.cases.case_review import (
    CANNOT_TELL,
    MET,
    NONE,
    ONE_MORE,
    ReviewRules,
    ReviewState,
    find_review_state,
    judge_reports,
    load_review_rules,
    read_review_rules,
)
from analytics.cases.review_dates import read_reports
from analytics.repeats.events import number_events
from dashboard.permissions import Permission, handed, needs
from dashboard.services.repeats import shorten
from geodata.calendar import Month
from geodata.settings import named_path
from geodata.store import cases as store
from geodata.store.database import Database
from geodata.store.repeats import read_incidents_of
from geodata.store.restricted import read_restricted

ORDER = {MET: 0, ONE_MORE: 1, CANNOT_TELL: 2}
SEVERAL = "several people"
SPARE_MONTHS = 2
"""Reports are read a little further back than any threshold, for months known only in part."""


@dataclass(frozen=True)
class RadarKey:
    """What a row of the radar is about: who reported, and the problem if one is recorded."""

    victims: tuple[str, ...]
    problem: str


@dataclass(frozen=True)
class Radar:
    """Victims and problems at or near the threshold of the case review.

    Attributes
    ----------
    table : DataFrame
        state, words, victim (end of the pseudonym), problem (the same; empty if not recorded),
        incidents, strict_incidents, lapses_on, strict_lapses_on, told, case_key, case_id, owner,
        lead_agency, ward_code, district_code, rules. Met and not told first, then by the day it
        lapses.
    on : date
    left_out : int
        Victims restricted for domestic abuse, who are not listed.
    rules : tuple of str
        Thresholds that were applied, in words.
    keys : tuple of RadarKey
        What each row is about; leaves the server in no way.
    gaps : tuple of str
        'victims', 'days' or both if the table is empty because no incident held has any.
    """

    table: pd.DataFrame = field(repr=False)
    on: dt.date
    left_out: int
    rules: tuple[str, ...]
    keys: tuple[RadarKey, ...] = field(repr=False)
    gaps: tuple[str, ...]

    @property
    def silence(self) -> str:
        """Say why the table is empty: nobody is near the threshold, or it cannot be told."""
        if not self.gaps:
            return "Nobody is at the threshold of the case review, or one report short of it."
        lacking = " and ".join(f"no {gap}" for gap in self.gaps)
        return f"Cannot tell: {lacking} are held."


@handed
def review_rules(on: dt.date, district: str = "") -> ReviewRules:
    """Give the thresholds of the case review in force in a district on a day.

    Raises
    ------
    FileNotReadableError, SettingsError
        If the local file is missing or not accepted, or none is in force.
    """
    return load_review_rules(on, district, named_path("case_review_rules"))


@handed
def as_reports(rows: pd.DataFrame, problem: str) -> pd.DataFrame:
    """Turn incidents with their number of the event into reports about a problem.

    Parameters
    ----------
    rows : DataFrame
        As `geodata.store.repeats` gives them, with ``event``.
    problem : str
        Key of the problem; empty if none is recorded, which links nothing.

    Returns
    -------
    DataFrame
        As `analytics.cases.case_review.find_review_state` takes it: where only the month of the
        behaviour is known, its first and last day.
    """
    known = rows["occurred_at"].notna().to_numpy()
    first = pd.to_datetime([f"{n // 12:04d}-{n % 12 + 1:02d}-01" for n in rows["month"].tolist()])
    begun = rows["occurred_at"].dt.normalize()
    month = pd.Series(first, index=rows.index)
    return pd.DataFrame(
        {
            "behaviour_on": begun.where(known, month),
            "behaviour_until": begun.where(known, month + pd.offsets.MonthEnd(0)),
            "reported_on": rows["reported_at"].dt.normalize(),
            "event": rows["event"].to_numpy(),
            "linked": [True if problem and key == problem else None for key in rows["problem_key"]],
            "person": rows["victim_key"].to_numpy(),
        },
        index=rows.index,
    )


@needs(Permission.SEE_CASES)
def find_radar(database: Database, on: dt.date) -> Radar:
    """Find every victim and problem at the threshold of the case review, or one report short."""
    path = named_path("case_review_rules")
    longest = max(each.within_months for each in read_review_rules(path))
    since = (Month.of(on) - (longest + SPARE_MONTHS)).first_day
    frame = read_incidents_of(database, victim_keys=store.read_victims_reporting(database, since))
    frame = frame.assign(event=number_events(frame)) if len(frame) else frame.assign(event=0)
    restricted = read_restricted(database)
    marked = set(frame["victim_key"]) & restricted.victims
    kept = frame[~frame["victim_key"].isin(marked)]
    kept = kept[kept["reported_at"].fillna(pd.Timestamp(on)) >= pd.Timestamp(since)]
    cases = store.read_cases(database)
    cases = cases[~restricted.mark(cases)]
    by_victim = dict(tuple(cases[cases["victim_key"] != ""].groupby("victim_key")))
    kept = kept.reset_index(drop=True)
    reports = read_reports(as_reports(kept, ""), None)
    problems, districts = kept["problem_key"].tolist(), kept["district_code"].tolist()
    victims = kept["victim_key"].tolist()
    rows, keys, used, held_rules = [], [], {}, {}
    for victim, problem, places in chain(_groups(kept), _shared(kept)):
        district = next((districts[n] for n in places if districts[n]), "")
        if district not in held_rules:
            held_rules[district] = load_review_rules(on, district, path)
        rules = held_rules[district]
        if not victim and not rules.by_several:
            continue
        if len({reports[n].event for n in places}) + 1 < rules.reports:
            continue
        linked = [
            replace(reports[n], linked=True) if problem and problems[n] == problem else reports[n]
            for n in places
        ]
        found = judge_reports(linked, on, rules)
        if found.state == NONE:
            continue
        used[rules.name] = rules.sentence
        case = _case_of(by_victim.get(victim), problem)
        newest = kept.iloc[places[-1]]
        rows.append(_row(found, rules, newest, victim or SEVERAL, problem, case))
        people = (victim,) if victim else tuple(sorted({victims[n] for n in places}))
        keys.append(RadarKey(people, problem))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    if len(table):
        table["_order"] = table["state"].map(ORDER) * 2 + table["told"].notna()
        table = table.sort_values(["_order", "lapses_on", "victim", "problem"])
        keys = [keys[n] for n in table.index]
        table = table.drop(columns="_order").reset_index(drop=True)
    gaps = () if len(table) else store.find_gaps(database)
    return Radar(table, on, len(marked), tuple(used.values()), tuple(keys), gaps)


@needs(Permission.SEE_CASES)
def judge_case(
    database: Database, case: dict[Hashable, Any], on: dt.date
) -> tuple[ReviewState | None, ReviewRules]:
    """Say whether the victim of a case may ask for a case review of its problem.

    Returns
    -------
    ReviewState or None
        None if the case names no victim.
    ReviewRules
        The thresholds of its district.
    """
    rules = review_rules(on, str(case["district_code"]))
    victim, problem = str(case["victim_key"]), str(case["problem_key"])
    if not victim:
        return None, rules
    frame = read_incidents_of(database, victim_keys=[victim])
    frame = frame.assign(event=number_events(frame)) if len(frame) else frame.assign(event=0)
    if problem:
        frame = frame[frame["problem_key"].isin(["", problem])]
    opened = pd.notna(case["review_opened"])
    state = find_review_state(
        as_reports(frame, problem), on, rules, linked=None, senior_manager=bool(opened)
    )
    return state, rules


COLUMNS = (
    "state", "words", "victim", "problem", "incidents", "strict_incidents", "lapses_on",
    "strict_lapses_on", "told", "case_key", "case_id", "owner", "lead_agency", "ward_code",
    "district_code", "rules",
)  # fmt: skip


def _groups(frame: pd.DataFrame) -> Iterator[tuple[str, str, list[int]]]:
    """Give the rows of each victim and problem, with those whose problem is not recorded."""
    keys = frame["problem_key"].tolist()
    for victim, rows in sorted(frame.groupby("victim_key").indices.items()):
        mine = rows.tolist()
        known = dict.fromkeys(keys[n] for n in mine if keys[n])
        for problem in known or [""]:
            yield str(victim), problem, [n for n in mine if keys[n] in ("", problem)]


def _shared(frame: pd.DataFrame) -> Iterator[tuple[str, str, list[int]]]:
    """Give the rows of each problem of several victims, for thresholds that count people."""
    victims = frame["victim_key"].tolist()
    for problem, rows in sorted(frame.groupby("problem_key").indices.items()):
        mine = rows.tolist()
        if problem and len({victims[n] for n in mine}) > 1:
            yield "", str(problem), mine


def _case_of(cases: pd.DataFrame | None, problem: str) -> Any | None:
    """Give the case of a victim about a problem: an open one, the newest, if there are several."""
    if cases is None:
        return None
    mine = cases[cases["problem_key"].isin(["", problem])] if problem else cases
    if mine.empty:
        return None
    return mine.assign(_closed=mine["closed"].notna()).sort_values(
        ["_closed", "opened"], ascending=[True, False]
    ).iloc[0]  # fmt: skip


def _row(
    found: ReviewState, rules: ReviewRules, newest: pd.Series, victim: str, problem: str,
    case: Any | None,
) -> dict[str, Any]:  # fmt: skip
    return {
        "state": found.state,
        "words": found.words,
        "victim": victim if victim == SEVERAL else shorten(victim),
        "problem": shorten(problem),
        "incidents": _range(found.loose_least, found.loose_count),
        "strict_incidents": _range(found.strict_least, found.strict_count),
        "lapses_on": found.lapses_on,
        "strict_lapses_on": found.strict_lapses_on,
        "told": None if case is None or pd.isna(case["victim_told"]) else case["victim_told"],
        "case_key": 0 if case is None else int(case["id"]),
        "case_id": "" if case is None else str(case["case_id"]),
        "owner": "" if case is None else str(case["owner"]),
        "lead_agency": "" if case is None else str(case["lead_agency"]),
        "ward_code": str(newest["ward_code"]),
        "district_code": str(newest["district_code"]),
        "rules": rules.name,
    }


def _range(least: int, most: int) -> str:
    return str(most) if least == most else f"{least} to {most}"
