"""What a ward profile says of people: who works for the ward, what its residents asked for."""

from dashboard.messages import say_list
from dashboard.reports.priority_words import say_asked, say_did
from dashboard.reports.profile_parts import Section, Table, say_day
from dashboard.services.profile_blocks import NearTeam, Officer, Priorities, Priority, Team
from geodata.engagement_words import PRIORITY_SOURCES, PRIORITY_STATES

NOBODY = "No officer is named for this ward."
ASK = "Otherwise give 101, and ask whoever keeps the list of teams to name somebody."
MOST_NEAR = 3
"""Teams of other wards that are named where this ward has nobody."""

CHECK = "Check it before you give a name."


def say_team(team: Team, district: str) -> Section:
    """Say who looks after the ward, how old the list is, and where to ask if nobody is named."""
    title = "Who looks after this ward?"
    if not team.officers:
        return Section(1, title, (NOBODY, *_say_near(team.near, district)))
    rows = tuple(
        (_say_name(one, len(team.officers)), one.role or "–", one.team or "–", _say_reach(one))
        for one in team.officers
    )
    head = ("Name", "Role", "Team", "Contact")
    old = (f"{team.old} {CHECK}",) if team.old else ()
    return Section(1, title, (), Table("Neighbourhood team", head, rows), old)


def _say_name(officer: Officer, officers: int) -> str:
    is_first = officer.is_lead and officers > 1
    return f"{officer.name} (first contact)" if is_first else officer.name


def _say_reach(one: Officer | NearTeam) -> str:
    return ", ".join(part for part in (one.email, one.phone) if part) or "–"


def _say_near(near: tuple[NearTeam, ...], district: str) -> tuple[str, ...]:
    if not near:
        return (f"{ASK.removeprefix('Otherwise ').capitalize()}",)
    named = say_list([f"{one.name} ({_say_reach(one)})" for one in near[:MOST_NEAR]])
    more = f", and {len(near) - MOST_NEAR} more" if len(near) > MOST_NEAR else ""
    return (f"For other wards of {district or 'the district'}: {named}{more}.", ASK)


def say_priorities(found: Priorities) -> Section:
    """Say what residents asked for, who was asked, what is planned and what was done."""
    title = "What do residents ask for?"
    if not found.rows:
        said = "No priority is listed for this ward. That is a gap in what is known, not an answer."
        return Section(8, title, (said,))
    asked = [say_asked(vars(one)) for one in found.rows]
    is_one = len(asked) > 1 and len(set(asked)) == 1
    rows = tuple(
        (
            one.you_said or one.title,
            _say_source(one) if is_one else f"{_say_source(one)}. {who}",
            _say_standing(one),
            say_did(vars(one)),
        )
        for one, who in zip(found.rows, asked, strict=True)
    )
    head = ("You said", "Source and date" if is_one else "Source and who was asked",
            "Status and plan", "We did")  # fmt: skip
    after = (f"Who was asked, each time: {asked[0]}",) if is_one else ()
    return Section(8, title, (), Table("Residents' priorities", head, rows), after)


def _say_source(one: Priority) -> str:
    return f"{PRIORITY_SOURCES.get(one.source, one.source)}, {say_day(one.agreed_on)}"


def _say_standing(one: Priority) -> str:
    state = PRIORITY_STATES.get(one.status, one.status)
    return f"{state}. {f'Plan: {one.linked_plan}' if one.linked_plan else 'No plan is linked'}."
