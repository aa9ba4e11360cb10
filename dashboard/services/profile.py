"""One page on a ward: ten blocks, for those inside and for partners.

The partner's version takes its figures from the release and from survey estimates alone. What
both versions say of the same thing is the same.
"""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from analytics.disclosure import Release
from dashboard.permissions import Permission, handed, needs
from dashboard.services import audit, profile_counts, profile_released
from dashboard.services.actions import ActionList
from dashboard.services.explore import Held
from dashboard.services.profile_blocks import (
    Officer,
    PlannedAction,
    Plans,
    Priorities,
    Priority,
    Profile,
    Team,
    require_audience,
)
from dashboard.services.profile_notes import say_notes, say_released_notes
from dashboard.services.profile_outline import draw_outline
from dashboard.services.profile_worry import find_worry
from dashboard.services.questions import Break
from dashboard.services.repeats import RepeatData
from geodata.engagement_words import LIVE_STATES, PRIORITY_SOURCES, PRIORITY_STATES
from geodata.errors import UnknownAreaError, safe_value
from geodata.store.database import Database
from geodata.store.engagement import read_officers, read_priorities

MARKINGS = {"operational": "OFFICIAL-SENSITIVE", "partner": "OFFICIAL"}
ABOUT_PEOPLE = ("victim", "caller", "case")
"""What an action is about whose title is not printed."""


@dataclass(frozen=True)
class Ground:
    """What both versions stand on.

    Attributes
    ----------
    wards : GeoDataFrame
        As `dashboard.services.explore.load_areas`.
    notice : str
        Goes with every figure.
    is_synthetic : bool
    breaks : tuple of Break
    worry : MatrixFound or None
        Counts in it for the operational version, released figures for the partner's; None if
        no survey is held.
    """

    wards: gpd.GeoDataFrame
    notice: str
    is_synthetic: bool
    breaks: tuple[Break, ...]
    worry: Any


@dataclass(frozen=True)
class Engaged:
    """Officers and priorities of one ward."""

    team: Team
    priorities: Priorities


@needs(Permission.SEE_COUNTS, Permission.SEE_RELEASED_LSOA)
def load_engaged(database: Database, ward_code: str) -> Engaged:
    """Load who works for a ward and what its residents asked for; live priorities first."""
    officers = read_officers(database, ward_code)
    days = officers["as_at"].dropna()
    team = Team(
        tuple(
            Officer(
                str(row["name"]), str(row["role"]), str(row["team"]), str(row["email"]),
                str(row["phone"]), bool(row["is_lead"]),
            )
            for row in officers.to_dict("records")
        ),
        None if days.empty else max(days),
    )  # fmt: skip
    held = read_priorities(database, ward_code)
    is_live = held["status"].isin(LIVE_STATES)
    rows = pd.concat([held[is_live], held[~is_live]]).to_dict("records")
    priorities = tuple(
        Priority(
            title=str(row["title"]),
            source=PRIORITY_SOURCES.get(str(row["source"]), str(row["source"])),
            agreed_on=None if pd.isna(row["agreed_on"]) else row["agreed_on"],
            status=PRIORITY_STATES.get(str(row["status"]), str(row["status"])),
            linked_plan=str(row["linked_plan"]),
            we_did=str(row["we_did"]),
            how_representative=str(row["how_representative"]),
        )
        for row in rows
    )
    return Engaged(team, Priorities(priorities, len(priorities)))


@handed
def require_ward(wards: pd.DataFrame, ward_code: str) -> None:
    """Refuse a code that is no ward held.

    Raises
    ------
    UnknownAreaError
    """
    if not (wards["code"] == ward_code).any():
        raise UnknownAreaError(
            "There is no such ward.",
            f"{safe_value(ward_code)} is not a code of the ward boundaries held.",
            "Give a code such as E05000001; the Ward profile page lists them by name.",
        )


@needs(Permission.SEE_COUNTS)
def find_operational(
    ground: Ground,
    engaged: Engaged,
    held: Held,
    questions: pd.DataFrame,
    repeats: RepeatData,
    actions: ActionList,
    ward_code: str,
) -> Profile:
    """Find the ten blocks for those who may see counts.

    Raises
    ------
    UnknownAreaError
        If there is no such ward.
    """
    require_ward(ground.wards, ward_code)
    row = ground.wards[ground.wards["code"] == ward_code].iloc[0]
    asb = profile_counts.find_asb(held, ground.wards, ward_code, ground.breaks)
    worry = find_worry(ground.worry, ward_code)
    places = profile_counts.find_repeat_places(repeats, ward_code)
    return Profile(
        ward_code=ward_code,
        ward=str(row["name"]),
        district=str(row["district"]),
        audience="operational",
        marking=MARKINGS["operational"],
        notice=ground.notice,
        is_synthetic=ground.is_synthetic,
        outline=draw_outline(ground.wards, ward_code),
        team=engaged.team,
        asb=asb,
        categories=profile_counts.find_categories(held, ward_code, str(row["name"])),
        when=profile_counts.find_when(held, ward_code),
        repeats=places,
        completeness=profile_counts.find_completeness(questions, held, ward_code, ground.breaks),
        worry=worry,
        priorities=engaged.priorities,
        plans=_plans(actions),
        notes=say_notes(held, asb, places, worry, engaged.team),
    )


@needs(Permission.SEE_RELEASED_LSOA)
def find_released(
    ground: Ground,
    engaged: Engaged,
    release: Release,
    repeat_figures: pd.DataFrame,
    ward_code: str,
) -> Profile:
    """Find the ten blocks for partners, from released figures only.

    Raises
    ------
    UnknownAreaError
        If there is no such ward.
    ValueError
        If the worry handed in stands on counts that are not released.
    """
    require_ward(ground.wards, ward_code)
    if ground.worry is not None and not ground.worry.asb.released:
        raise ValueError("a partner's profile takes a matrix of released figures only")
    row = ground.wards[ground.wards["code"] == ward_code].iloc[0]
    asb = profile_released.find_asb(release, ground.wards, ward_code, ground.breaks)
    worry = find_worry(ground.worry, ward_code)
    rule = "more than one incident in 12 calendar months"
    return Profile(
        ward_code=ward_code,
        ward=str(row["name"]),
        district=str(row["district"]),
        audience="partner",
        marking=MARKINGS["partner"],
        notice=ground.notice,
        is_synthetic=ground.is_synthetic,
        outline=draw_outline(ground.wards, ward_code),
        team=engaged.team,
        asb=asb,
        categories=profile_released.find_categories(
            release, str(row["district_code"]), str(row["district"])
        ),
        when=profile_released.say_when(),
        repeats=profile_released.find_repeats(repeat_figures, ward_code, rule),
        completeness=profile_released.say_completeness(),
        worry=worry,
        priorities=engaged.priorities,
        plans=Plans((), 0, shows_actions=False),
        notes=say_released_notes(release, asb, worry, engaged.team),
    )


@needs(Permission.SEE_COUNTS, Permission.SEE_RELEASED_LSOA)
def log_print(
    database: Database, ward_code: str, audience: str, reason: str, recipient: str
) -> int:
    """Log that the print of a profile leaves, to whom and why; give the number of the event.

    Raises
    ------
    ReasonMissingError
        If no reason was picked or nobody is named as recipient.
    """
    require_audience(audience)
    return audit.log(
        database, "disclosure", "ward profile", ward_code, reason, recipient=recipient,
        details={"version": audience, "addresses": False},
    )  # fmt: skip


def _plans(actions: ActionList) -> Plans:
    table = actions.table
    shown = table[~table["about_kind"].isin(ABOUT_PEOPLE)]
    rows = tuple(
        PlannedAction(str(title), str(owner), None if pd.isna(due) else due, str(state))
        for title, owner, due, state in zip(
            shown["title"], shown["owner"], shown["due"], shown["state"], strict=True
        )
    )
    return Plans(rows, len(table), shows_actions=True)
