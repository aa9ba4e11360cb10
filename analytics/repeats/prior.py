"""What came before a call: is this person, this place or this caller a repeat, and why?

Three different things with three answers: the same person harmed more than once, the same
address more than once, the same telephone calling more than once. It also says which of the
questions of a first call were ever answered; a question that was not asked is never a 'no'.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from analytics.repeats.events import number_events
from analytics.repeats.repeaters import PRESETS, RepeatRule, find_repeats
from geodata.calendar import Month, say_date

RULE = PRESETS["12-months"]
REPEAT, NEXT, NONE, NOT_COUNTED, CANNOT_TELL = (
    "repeat", "repeat if this is new", "none", "not counted", "cannot tell",
)  # fmt: skip
STATES = (REPEAT, NEXT, NONE, NOT_COUNTED, CANNOT_TELL)
NOUNS = {"person": "victim", "place": "location", "caller": "caller"}
SHOWN_DATES = 6


@dataclass(frozen=True)
class Prior:
    """Whether a person, place or caller is a repeat, and from which dates.

    Attributes
    ----------
    what : str
        'person', 'place' or 'caller'.
    state : str
        One of `STATES`: with one incident before, this call makes the repeat if it is about a
        new one.
    count : int
        Incidents (calls for a caller) surely in the window.
    since : date
        First day of the window.
    dates : tuple of date
        Days of those with a day, newest first.
    others : int
        How many other people or addresses of the same look-up have a lower or equal count.
    words : str
        The answer in a sentence.
    """

    what: str
    state: str
    count: int
    since: dt.date
    dates: tuple[dt.date, ...]
    others: int
    words: str


@dataclass(frozen=True)
class Flag:
    """Whether something was recorded: 'yes', 'no' or 'not asked', and how often.

    ``is_open`` is True while the question is worth asking: nobody said yes, and not every
    incident has an answer.
    """

    state: str
    words: str
    is_open: bool


def number_incidents(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the number of the incident that each report is of, in order of time.

    Parameters
    ----------
    frame : DataFrame
        As `geodata.store.repeats` gives them.

    Returns
    -------
    DataFrame
        With a column ``event``; reports of one incident share it.
    """
    return frame.assign(event=number_events(frame)).sort_values(
        ["occurred_at", "id"], ignore_index=True
    )


def take_window(frame: pd.DataFrame, as_at: dt.date, rule: RepeatRule = RULE) -> pd.DataFrame:
    """Which incidents lie surely in the window that ends on a day, both ends included?"""
    first = rule.first_day(as_at)
    begun = frame["occurred_at"]
    dated = begun.notna().to_numpy()
    end = pd.Timestamp(as_at) + pd.Timedelta(days=1)
    inside = ((begun >= pd.Timestamp(first)) & (begun < end)).to_numpy()
    month = frame["month"].to_numpy()
    whole = (month > Month.of(first).ordinal) & (month < Month.of(as_at).ordinal)
    return frame[inside | (~dated & whole)]


def judge_incidents(
    frame: pd.DataFrame,
    what: str,
    keys: Collection[str],
    as_at: dt.date,
    rule: RepeatRule = RULE,
) -> Prior:
    """Is any of these people or places a repeat at the end of a day, and why?

    Parameters
    ----------
    frame : DataFrame
        From `number_incidents`.
    what : {'person', 'place'}
        Decides whether ``victim_key`` or ``location_key`` is compared.
    keys : collection of str
        People or places of the look-up.
    as_at : date
        The window ends with this day.
    rule : RepeatRule
        By default more than one incident in 12 calendar months.

    Returns
    -------
    Prior
        Of the key with most incidents. Without any key nobody can tell, which is not 'none'.
    """
    column = {"person": "victim_key", "place": "location_key"}[what]
    since = rule.first_day(as_at)
    wanted = {key for key in keys if key}
    if not wanted:
        words = (
            "Cannot tell: no victim is recorded here."
            if what == "person"
            else "Cannot tell: no exact address is recorded."
        )
        return Prior(what, CANNOT_TELL, 0, since, (), 0, words)
    rows = frame[frame[column].isin(wanted)].drop_duplicates([column, "event"])
    found = find_repeats(rows[column], rows["occurred_at"], rule, as_at, months=rows["month"])
    found = found.sort_values(["incidents", "possible", "key"], ascending=[False, False, True])
    if found.empty or not found["possible"].iloc[0]:
        words = f"No earlier incident since {say_date(since)}, as far as is recorded."
        return Prior(what, NONE, 0, since, (), 0, words)
    top = found.iloc[0]
    inside = take_window(rows[rows[column] == top["key"]], as_at, rule)
    dates = _days(inside["occurred_at"])
    count = int(top["incidents"])
    others = int((found["incidents"] > 0).sum()) - (1 if count else 0)
    if top["cannot_tell"] or not count:
        words = "Cannot tell: of an incident only the month is known, which the 12 months cut."
        return Prior(what, CANNOT_TELL, count, since, dates, others, words)
    state = REPEAT if top["is_repeat"] else NEXT
    words = _say(what, state, count, since, dates, "incident")
    return Prior(what, state, count, since, dates, others, words)


def judge_calls(calls: pd.DataFrame, as_at: dt.date, rule: RepeatRule = RULE) -> Prior:
    """Has any of these callers called more than once in the window? Calls are not incidents.

    Parameters
    ----------
    calls : DataFrame
        caller_key and called_at.
    as_at : date
        The window ends with this day.
    rule : RepeatRule
        By default more than one call in 12 calendar months.
    """
    since = rule.first_day(as_at)
    inside = take_calls(calls, as_at, rule)
    known = inside[inside["caller_key"] != ""]
    if inside.empty:
        words = f"No call since {say_date(since)} is held."
        return Prior("caller", NONE, 0, since, (), 0, words)
    if known.empty:
        return Prior(
            "caller", CANNOT_TELL, 0, since, (), 0, "Cannot tell: who called is not recorded."
        )
    counts = known["caller_key"].value_counts()
    top = min(counts.index[counts == counts.iloc[0]])
    dates = _days(known["called_at"][known["caller_key"] == top])
    count = int(counts.iloc[0])
    state = REPEAT if count >= rule.least else NEXT
    words = _say("caller", state, count, since, dates, "call")
    return Prior("caller", state, count, since, dates, len(counts) - 1, words)


def take_calls(calls: pd.DataFrame, as_at: dt.date, rule: RepeatRule = RULE) -> pd.DataFrame:
    """Which calls lie in the window that ends on a day, both ends included?"""
    first = pd.Timestamp(rule.first_day(as_at))
    end = pd.Timestamp(as_at) + pd.Timedelta(days=1)
    return calls[(calls["called_at"] >= first) & (calls["called_at"] < end)]


def judge_flag(incidents: pd.DataFrame, column: str) -> Flag:
    """Was it ever recorded in these incidents that the victim is at risk, or that it is hate?

    Parameters
    ----------
    incidents : DataFrame
        Reports in the window, with ``event``; one report that says yes makes the incident yes.
    column : str
        A flag of yes, no or not recorded.
    """
    events = incidents.groupby("event", sort=False)[column].agg(set)
    total = len(events)
    yes = sum("yes" in values for values in events)
    asked = sum(bool(values & {"yes", "no"}) for values in events)
    of = f"of {total} incident{'' if total == 1 else 's'}"
    if not total:
        return Flag("not asked", "Not asked: no incident is held.", is_open=True)
    if yes:
        return Flag("yes", f"Yes: recorded in {yes} {of}.", is_open=False)
    if asked == total:
        return Flag("no", f"No: asked in {asked} {of}.", is_open=False)
    if asked:
        return Flag("no", f"No where asked, but asked in only {asked} {of}.", is_open=True)
    where = f"in any {of}" if total > 1 else "in the one incident"
    return Flag(
        "not asked", f"Not asked, or not recorded, {where}. That is not a 'no'.", is_open=True
    )


def _days(moments: pd.Series) -> tuple[dt.date, ...]:
    return tuple(moment.date() for moment in sorted(moments.dropna(), reverse=True))


def _say(
    what: str, state: str, count: int, since: dt.date, dates: tuple[dt.date, ...], unit: str
) -> str:
    shown = ", ".join(say_date(day) for day in dates[:SHOWN_DATES])
    more = f" and {len(dates) - SHOWN_DATES} more" if len(dates) > SHOWN_DATES else ""
    days = f" ({shown}{more})" if shown else ""
    if state == REPEAT:
        return f"Repeat {NOUNS[what]}: {count} {unit}s since {say_date(since)}{days}."
    if state == NEXT and unit == "incident":
        return (
            f"One earlier incident since {say_date(since)}{days}: a repeat {NOUNS[what]} if this "
            "call is about a new one."
        )
    return f"One earlier call since {say_date(since)}{days}."
