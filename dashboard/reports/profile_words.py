"""What a ward profile says: ten blocks in sentences and small tables, for screen and print alike.

Screen and print take their words from here, so that they never differ in a figure.
"""

import datetime as dt
import math
from dataclasses import dataclass

from dashboard.messages import say_count, say_list, say_number, say_range
from dashboard.reports.profile_worry_words import say_worry
from dashboard.services.profile_blocks import AUDIENCES, Profile
from geodata.calendar import say_date, say_time

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NEAR = "On or near "
"""How street names of incidents begin; said once in the head of the table."""

NO_PLANS = (
    "Problem-solving plans, powers used, patrol hours and what worked are not recorded in "
    "Wardlight yet, so nothing follows about what is being done here."
)
LIVE_PLAN = (
    "A problem-solving plan for this ward is live. Powers used, patrol hours and what worked are "
    "not recorded in Wardlight yet."
)


@dataclass(frozen=True)
class Table:
    """A small table: what it is called, its head and its rows of words."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: str = ""


@dataclass(frozen=True)
class Section:
    """One block: its number and title, what it says, and a table where it has one."""

    number: int
    title: str
    lines: tuple[str, ...]
    table: Table | None = None
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Headline:
    """One of the figures that stand on top: its label, the figure, and what it is to be read by."""

    label: str
    figure: str
    note: str


def say_title(profile: Profile) -> str:
    """Give the title of a profile."""
    return f"{profile.ward} ward profile"


def say_subtitle(profile: Profile) -> str:
    """Say of which district, for whom and to which day a profile is."""
    district = f"{profile.district}. " if profile.district else ""
    return f"{district}{AUDIENCES[profile.audience]}. {profile.notes.data_to}."


def say_headlines(profile: Profile) -> tuple[Headline, Headline, Headline]:
    """Give the three figures that stand on top: incidents, rate, worry."""
    asb, worry = profile.asb, profile.worry
    shown = math.isfinite(asb.count)
    return (
        Headline(
            "ASB incidents",
            f"{asb.count:,.0f}" if shown else asb.note or "No figure",
            asb.period if shown else asb.period or "",
        ),
        Headline(
            "Per 1,000 residents",
            say_number(asb.rate, 1).capitalize(),
            f"Likely range {say_range(asb.rate_low, asb.rate_high, 1)}"
            if math.isfinite(asb.rate)
            else "",
        ),
        Headline("Worry", "No estimate", "Block 7 says why")
        if worry.reason
        else Headline(
            "Worry, per cent" if worry.is_share else "Worry, 0 to 100",
            f"{worry.value:.0f}",
            f"Modelled; likely range {say_range(worry.low, worry.high)}",
        ),
    )


def say_sections(profile: Profile) -> tuple[Section, ...]:
    """Give the ten blocks in words."""
    return (
        _team(profile),
        _asb(profile),
        _categories(profile),
        _when(profile),
        _repeats(profile),
        _completeness(profile),
        Section(7, "How worried are people?", say_worry(profile.worry)),
        _priorities(profile),
        _plans(profile),
        Section(10, "About these figures", profile.notes.lines),
    )


def _team(profile: Profile) -> Section:
    title = "Who looks after this ward?"
    officers = profile.team.officers
    if not officers:
        return Section(1, title, ("No named officer is recorded for this ward.",))
    rows = tuple(
        (
            f"{one.name} (first contact)" if one.is_lead and len(officers) > 1 else one.name,
            one.role or "–",
            one.team or "–",
            ", ".join(part for part in (one.email, one.phone) if part) or "–",
        )
        for one in officers
    )
    head = ("Name", "Role", "Team", "Contact")
    return Section(1, title, (), Table("Neighbourhood team", head, rows))


def _asb(profile: Profile) -> Section:
    asb = profile.asb
    title = "How much ASB is recorded?"
    if not math.isfinite(asb.count):
        said = f"{asb.period}: {asb.note.lower()}." if asb.period else asb.note
        return Section(2, title, (said, *_others(profile)))
    lines = [f"{say_count(asb.count, 'incident')} of ASB in {asb.period}."]
    if math.isfinite(asb.rate):
        lines.append(
            f"{asb.rate:,.1f} for every 1,000 residents, likely range "
            f"{say_range(asb.rate_low, asb.rate_high, 1)}.{_rank(profile)}"
        )
    lines += [*_others(profile), _trend(profile)]
    return Section(2, title, tuple(lines))


def _others(profile: Profile) -> tuple[str, ...]:
    asb = profile.asb
    if not asb.others:
        return ()
    said = say_list(
        [f"{one.area} {one.value:,.1f} ({say_range(one.low, one.high, 1)})" for one in asb.others]
    )
    return (f"For comparison, with likely ranges: {said} for every 1,000 residents.",)


def _rank(profile: Profile) -> str:
    low, high, wards = profile.asb.rank_low, profile.asb.rank_high, profile.asb.wards
    if not low:
        return ""
    if low == high:
        return f" Likely rank {low} of {wards} wards, 1 the highest."
    return f" Likely rank between {low} and {high} of {wards} wards, 1 the highest."


def _trend(profile: Profile) -> str:
    change, compared = profile.asb.change, profile.asb.compared
    if change is None:
        return compared
    ratio = ""
    if change.before:
        ratio = (
            f": {change.ratio:.2f} times as many, likely range {change.ratio_low:.2f} to "
            f"{change.ratio_high:.2f}"
        )
    before = f"{change.before:,} in {compared}"
    if not change.is_clear:
        return f"No clear change from {before}{ratio}."
    return f"{change.direction.capitalize()} than the {before}{ratio}. This is a clear change."


def _categories(profile: Profile) -> Section:
    found = profile.categories
    title = "What kind of ASB?"
    if found.reason and not found.categories:
        return Section(3, title, (found.reason,))
    rows = tuple(
        (name.capitalize(), f"{count:,.0f}" if math.isfinite(count) else note.lower())
        for name, count, note in found.categories
    )
    lines = []
    if profile.audience == "partner":
        lines.append(
            f"Categories are released by district only: these are of {found.area} in "
            f"{found.period}."
        )
    if found.reason:
        lines.append(found.reason)
    after = ()
    if found.types:
        said = say_list([f"{name} ({count:,.0f})" for name, count in found.types])
        after = (f"Most common types: {said}.",)
    return Section(
        3, title, tuple(lines), Table(f"ASB by category, {found.area}", ("Category", "Incidents"),
                                      rows), after,
    )  # fmt: skip


def _when(profile: Profile) -> Section:
    when = profile.when
    title = "When does it happen?"
    if when.reason:
        return Section(4, title, (f"{when.reason.removesuffix('.')}.",))
    run = f"{_clock(when.peak_start)} to {_clock(when.peak_end)}"
    days = [sum(row[day] for row in when.grid) for day in range(7)]
    busiest = WEEKDAYS[days.index(max(days))] if any(days) else ""
    share = f"{when.share:.0%} of incidents (likely range {when.low:.0%} to {when.high:.0%})"
    said = (
        f"Busiest from {run}: {share}."
        if when.is_clear
        else f"No hours stand out clearly; {run} holds {share}."
    )
    if busiest:
        said += f" Busiest day: {busiest}. A day here runs from 6am to 5:59am."
    lines = [said]
    if when.untimed:
        lines.append(f"{say_count(when.untimed)} without a time of day left out.")
    return Section(4, title, tuple(lines))


def _repeats(profile: Profile) -> Section:
    found = profile.repeats
    title = "Does it come back to the same places?"
    if not found.is_listed:
        said = f"{found.total:,.0f}" if math.isfinite(found.total) else found.note
        lines = (f"Repeat places ({found.rule}): {said}.", f"{found.reason}.")
        return Section(5, title, lines)
    if found.reason:
        return Section(5, title, (found.reason,))
    lines = (f"{say_count(found.total, 'place')} with {found.rule}.",)
    rows = tuple(
        (place.street.removeprefix(NEAR), f"{place.incidents:,}", _day(place.last))
        for place in found.places
    )
    if not rows:
        return Section(5, title, (f"No place has {found.rule}.",))
    head = ("On or near", "Incidents", "Latest")
    return Section(5, title, lines, Table("Places with most incidents", head, rows))


def _completeness(profile: Profile) -> Section:
    found = profile.completeness
    title = "Are the right questions asked?"
    if found.reason:
        return Section(6, title, (f"{found.reason.removesuffix('.')}.",))
    rows = tuple(
        (
            part.name,
            f"{part.count:,} of {part.of:,}",
            f"{part.share:.0%}" if math.isfinite(part.share) else "–",
            f"{part.low:.0%} to {part.high:.0%}" if math.isfinite(part.low) else "–",
        )
        for part in found.parts
    )
    head = ("Question", "Answered", "Share", "Likely range")
    mark = f"How far to trust these records: {found.mark}. {_after_colon(found.sentence)}"
    return Section(6, title, (), Table("Questions answered", head, rows), (mark,))


def _priorities(profile: Profile) -> Section:
    found = profile.priorities
    title = "What do residents ask for?"
    if not found.rows:
        said = "No priority is listed for this ward. That is a gap in what is known, not an answer."
        return Section(8, title, (said,))
    rows = tuple(
        (one.title, f"{one.source}, {_day(one.agreed_on)}", one.status, one.we_did or "–")
        for one in found.rows
    )
    asked = [one.how_representative for one in found.rows if one.how_representative]
    after = (f"Who was asked: {asked[0]}",) if asked else ()
    head = ("You said", "Source and date", "Status", "We did")
    return Section(8, title, (), Table("Residents' priorities", head, rows), after)


def _plans(profile: Profile) -> Section:
    plans = profile.plans
    title = "What is being done?"
    known = LIVE_PLAN if plans.is_live else NO_PLANS
    if not plans.shows_actions:
        return Section(9, title, (known,))
    if not plans.total_actions:
        return Section(9, title, ("No open action is recorded for this ward.", known))
    rows = tuple((one.title, one.owner, f"{_day(one.due)} ({one.state})") for one in plans.actions)
    hidden = plans.total_actions - len(plans.actions)
    after = (
        [f"{say_count(hidden, 'action')} about people or a restricted place not printed."]
        if hidden
        else []
    )
    table = Table("Open actions", ("Action", "Owner", "Due"), rows) if rows else None
    return Section(9, title, (), table, (*after, known))


def cut_table(table: Table | None, most: int) -> Table | None:
    """Give the first rows of a table, and say how many there are besides."""
    if table is None or len(table.rows) <= most:
        return table
    hidden = len(table.rows) - most
    return Table(table.caption, table.head, table.rows[:most], f"{hidden} more not printed.")


def _clock(hour: int) -> str:
    return say_time(dt.time(hour))


def _day(day: dt.date | None) -> str:
    return say_date(day) if day else "day not known"


def _after_colon(sentence: str) -> str:
    said = sentence.split(": ", 1)[-1]
    return said[:1].upper() + said[1:]
