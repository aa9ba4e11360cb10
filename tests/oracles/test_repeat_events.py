"""Which reports are of one incident: the fast way against the rule written out, one by one."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.repeats.events import keep_one_report, number_events

START = dt.datetime(2024, 2, 28, 22)
HOUR = dt.timedelta(minutes=60)

reports = st.lists(
    st.tuples(
        st.sampled_from(["police", "council", "landlord"]),
        st.sampled_from(["", "v1", "v2"]),
        st.sampled_from(["", "a1", "a2"]),
        st.sampled_from(["exact", "exact", "street"]),
        st.sampled_from(["noise", "neighbours"]),
        st.sampled_from(["", "", "", "e1", "e2"]),
        st.integers(0, 40).map(lambda steps: steps * 10),
        st.sampled_from(["minute", "minute", "minute", "day", "month"]),
    ),
    max_size=14,
)


def as_frame(rows) -> pd.DataFrame:
    columns = [
        "source_system", "victim_key", "location_key", "location_precision", "asb_type",
        "event_key", "minutes", "time_precision",
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns)
    begun = [START + dt.timedelta(minutes=int(m)) for m in frame.pop("minutes")]
    known = {
        "minute": lambda at: at,
        "day": lambda at: at.replace(hour=0, minute=0),
        "month": lambda at: pd.NaT,
    }
    frame["occurred_at"] = pd.to_datetime(
        [known[p](at) for p, at in zip(frame["time_precision"], begun, strict=True)]
    ).astype("datetime64[us]")
    return frame


def join_by_rule(frame: pd.DataFrame) -> list[int]:
    """Follow the docstring of `number_events` word by word."""
    rows = list(frame.itertuples())
    head = list(range(len(rows)))

    def unite(a: int, b: int) -> None:
        low, high = sorted((head[a], head[b]))
        for place, of in enumerate(head):
            if of == high:
                head[place] = low

    for a in range(len(rows)):
        for b in range(a):
            if rows[a].event_key and rows[a].event_key == rows[b].event_key:
                unite(a, b)

    def by_victim(row):
        return row.victim_key or None

    def by_place(row):
        exact = row.location_key and row.location_precision == "exact"
        return (row.location_key, row.asb_type) if exact else None

    def turn(row):
        hourless = row.time_precision == "day"
        return (
            row.occurred_at.date(),
            hourless,
            row.occurred_at,
            row.source_system_code,
            row.Index,
        )

    codes = {name: code for code, name in enumerate(pd.factorize(frame["source_system"])[1])}
    rows = list(frame.assign(source_system_code=frame["source_system"].map(codes)).itertuples())
    for group_of in (by_victim, by_place):
        dated = [row for row in rows if group_of(row) and row.time_precision != "month"]
        incidents: list[dict] = []
        for row in sorted(dated, key=turn):
            for incident in incidents:
                first = incident["first"]
                if group_of(first) != group_of(row) or row.source_system in incident["systems"]:
                    continue
                if row.time_precision == "day":
                    close = first.occurred_at.date() == row.occurred_at.date()
                else:
                    close = (
                        first.time_precision == "minute"
                        and row.occurred_at - first.occurred_at <= HOUR
                    )
                names = {name for name in (*incident["victims"], row.victim_key) if name}
                if close and len(names) < 2:
                    unite(first.Index, row.Index)
                    incident["systems"].add(row.source_system)
                    incident["victims"] = names
                    break
            else:
                incidents.append(
                    {"first": row, "systems": {row.source_system}, "victims": {row.victim_key}}
                )
    return head


@given(reports, st.booleans())
@settings(deadline=None, max_examples=400)
def test_numbers_are_those_of_the_rule_followed_report_by_report(rows, as_categories) -> None:
    frame = as_frame(rows)
    expected = join_by_rule(frame)
    if as_categories:
        # Systems keep the order of their appearance, by which ties of time are broken.
        names = list(dict.fromkeys(frame["source_system"]))
        frame["source_system"] = pd.Categorical(frame["source_system"], names)
        for name in ("victim_key", "location_key", "event_key", "asb_type"):
            frame[name] = frame[name].astype("category")
    found = number_events(frame)
    assert found.tolist() == pd.factorize(np.array(expected, dtype=np.int64))[0].tolist()


@given(reports)
@settings(deadline=None)
def test_one_report_stays_of_each_incident_and_key(rows) -> None:
    frame = as_frame(rows)
    events = number_events(frame)
    kept = keep_one_report(frame["victim_key"], events, frame["occurred_at"])
    pairs = {(k, e) for k, e in zip(frame["victim_key"], events, strict=True) if k}
    assert {(frame["victim_key"][row], events[row]) for row in kept} == pairs
    assert len(kept) == len(pairs)
    for row in kept:
        same = (frame["victim_key"] == frame["victim_key"][row]) & (events == events[row])
        begun = frame.loc[same, "occurred_at"].min()
        assert frame["occurred_at"][row] == begun or (pd.isna(begun))


def told(*rows: tuple[str, str, int]) -> list[int]:
    """Reports of one victim: system, address, minutes after the start."""
    return number_events(
        as_frame([(s, "v1", a, "exact", "noise", "", m, "minute") for s, a, m in rows])
    ).tolist()


def test_one_incident_told_to_three_agencies_counts_once() -> None:
    assert told(("police", "a1", 0), ("council", "a1", 30), ("landlord", "a2", 60)) == [0, 0, 0]


def test_three_behaviours_on_one_day_are_three() -> None:
    assert told(("police", "a1", 0), ("police", "a1", 20), ("police", "a1", 40)) == [0, 1, 2]
    assert told(("police", "a1", 0), ("council", "a1", 61), ("landlord", "a1", 122)) == [0, 1, 2]


def test_two_agencies_that_each_tell_of_two_incidents_tell_of_two() -> None:
    assert told(
        ("police", "a1", 0), ("council", "a1", 10), ("police", "a1", 40), ("council", "a1", 50)
    ) == [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("victims", "numbers"), [(("", ""), [0, 0]), (("v1", ""), [0, 0]), (("v1", "v2"), [0, 1])]
)
def test_without_a_name_the_exact_address_and_type_decide(victims, numbers) -> None:
    rows = [
        (system, victim, "a1", "exact", "noise", "", 10, "minute")
        for system, victim in zip(("police", "council"), victims, strict=True)
    ]
    assert number_events(as_frame(rows)).tolist() == numbers
    street = [(*row[:3], "street", *row[4:]) for row in rows]
    assert number_events(as_frame(street)).tolist() == [0, 1]


def test_no_reports_have_no_numbers() -> None:
    assert number_events(as_frame([])).tolist() == []
