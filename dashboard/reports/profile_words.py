"""What a ward profile says: ten blocks in sentences and small tables, for screen and print alike.

Screen and print take their words from here, so that they never differ in a figure.
"""

import datetime as dt
import math

from analytics.rates import poisson_interval
from dashboard.messages import say_count, say_list, say_number, say_range, say_times
from dashboard.reports.profile_engaged_words import say_priorities, say_team
from dashboard.reports.profile_parts import Headline, Section, Table, say_day
from dashboard.reports.profile_worry_words import say_worry
from dashboard.services.profile_blocks import AUDIENCES, NEAR, Bar, Profile, RepeatPlace
from geodata.calendar import say_time

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NO_PLANS = (
    "Problem-solving plans, powers used, patrol hours and what worked are not recorded in "
    "Wardlight yet, so nothing follows about what is being done here."
)
LIVE_PLAN = (
    "A problem-solving plan for this ward is live. Powers used, patrol hours and what worked are "
    "not recorded in Wardlight yet."
)


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
        say_team(profile.team, profile.district),
        _asb(profile),
        _categories(profile),
        _when(profile),
        _repeats(profile),
        _completeness(profile),
        Section(7, "How worried are people?", say_worry(profile.worry)),
        say_priorities(profile.priorities),
        _plans(profile),
        Section(10, "About these figures", profile.notes.lines),
    )


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
    lines += [*_others(profile), say_trend(profile)]
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


def say_trend(profile: Profile) -> str:
    """Say how the count stands to that of a year earlier, or why nothing is compared."""
    change, compared = profile.asb.change, profile.asb.compared
    if change is None:
        return compared
    ratio = ""
    if change.before:
        ratio = f": {say_times(change)}"
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
        said = f"{when.reason.removesuffix('.')}."
        return Section(4, title, (said, *_months(when.area, when.months)))
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


def _months(area: str, months: tuple[Bar, ...]) -> tuple[str, ...]:
    """Say the highest and the lowest of the released months of a district, with their ranges."""
    shown = [bar for bar in months if math.isfinite(bar.count)]
    if len(shown) < 2:
        return ()
    most = max(shown, key=lambda bar: bar.count)
    least = min(shown, key=lambda bar: bar.count)
    ranges = poisson_interval([most.count, least.count])
    ends = [
        f"{bar.count:,.0f} in {bar.label} (likely range {say_range(low, high)})"
        for bar, low, high in zip((most, least), ranges.low, ranges.high, strict=True)
    ]
    said = f"Months are released by district only: in {area}, most were {ends[0]}, fewest {ends[1]}"
    if ranges.low[0] <= ranges.high[1]:
        said += "; these ranges meet, so the months may not differ"
    hidden = len(months) - len(shown)
    return (f"{said}.", *([f"{say_count(hidden, 'month')} not shown."] if hidden else ()))


def _repeats(profile: Profile) -> Section:
    found = profile.repeats
    title = "Does it come back to the same places?"
    if not found.is_listed:
        said = f"{found.total:,.0f}" if math.isfinite(found.total) else found.note
        of_ward = f"Repeat places ({found.rule}): {said}"
        if math.isfinite(found.of_district):
            of_ward += f"; {found.of_district:,.0f} in {profile.district or 'the district'}"
        return Section(5, title, (f"{of_ward}.", f"{found.reason.removesuffix('.')}."))
    if found.reason:
        return Section(5, title, (found.reason,))
    lines = (f"{say_count(found.total, 'place')} with {found.rule}.",)
    rows = tuple(
        (_say_place(place), f"{place.incidents:,}", say_day(place.last)) for place in found.places
    )
    if not rows:
        return Section(5, title, (f"No place has {found.rule}.",))
    head = ("On or near", "Incidents", "Latest")
    table = Table("Places with most incidents", head, rows, of=int(found.total))
    return Section(5, title, lines, table)


def _say_place(place: RepeatPlace) -> str:
    """Say a street, and which of its places where it has several."""
    street = place.street.removeprefix(NEAR)
    if not street:
        return "Street not known"
    if place.of == 1:
        return street
    of = f" of {place.of}" if place.of else ""
    return f"{street}, place {place.number}{of}"


def _completeness(profile: Profile) -> Section:
    found = profile.completeness
    title = "Are the right questions asked?"
    reason = f"{found.reason.removesuffix('.')}." if found.reason else ""
    if reason and not found.parts:
        return Section(6, title, (reason,))
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
    if reason:
        of = f"Of the released figures of {found.area} in {found.period}:"
        return Section(6, title, (reason, of), Table("How far figures are complete", head, rows))
    mark = f"How far to trust these records: {found.mark}. {_after_colon(found.sentence)}"
    return Section(6, title, (), Table("Questions answered", head, rows), (mark,))


def _plans(profile: Profile) -> Section:
    plans = profile.plans
    title = "What is being done?"
    known = LIVE_PLAN if plans.is_live else NO_PLANS
    if not plans.shows_actions:
        return Section(9, title, (known,))
    if not plans.total_actions:
        return Section(9, title, ("No open action is recorded for this ward.", known))
    rows = tuple(
        (one.title, one.owner, f"{say_day(one.due)} ({one.state})") for one in plans.actions
    )
    hidden = plans.total_actions - len(plans.actions)
    after = (
        [f"{say_count(hidden, 'action')} about people or a restricted place not printed."]
        if hidden
        else []
    )
    table = Table("Open actions", ("Action", "Owner", "Due"), rows) if rows else None
    return Section(9, title, (), table, (*after, known))


def _clock(hour: int) -> str:
    return say_time(dt.time(hour))


def _after_colon(sentence: str) -> str:
    said = sentence.split(": ", 1)[-1]
    return said[:1].upper() + said[1:]
