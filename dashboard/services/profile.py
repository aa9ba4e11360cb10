"""One page on a ward: ten blocks, for those inside and for partners.

The partner's version takes its figures from the release and from survey estimates alone. What
both versions say of the same thing is the same.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pandas as pd

from analytics.disclosure import Release
from dashboard.permissions import Permission, handed, needs
from dashboard.services import audit, profile_counts, profile_released
from dashboard.services.actions import ActionList
from dashboard.services.explore import Held
from dashboard.services.profile_blocks import (
    Asb,
    Categories,
    Completeness,
    Notes,
    PlannedAction,
    Plans,
    Profile,
    Repeats,
    When,
    require_audience,
)
from dashboard.services.profile_engaged import Engaged
from dashboard.services.profile_notes import add_notes, say_notes, say_released_notes
from dashboard.services.profile_outline import Outline, draw_outline
from dashboard.services.profile_worry import find_worry
from dashboard.services.questions import Break
from dashboard.services.repeats import RepeatData
from dashboard.services.ward_mix import Segments
from dashboard.services.worry import WardAsb
from geodata.errors import UnknownAreaError, safe_value
from geodata.store.database import Database
from geodata.store.repeats import Reach
from geodata.store.restricted import Restricted

MARKINGS = {"operational": "OFFICIAL-SENSITIVE", "partner": "OFFICIAL"}
NO_PLANS = Plans((), 0, shows_actions=False)
"""Of the partner's version: nothing is shown of actions and plans."""

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
    worry : MatrixFound or None
        Counts in it for the operational version, released figures for the partner's; None if
        no survey that is held asks about worry.
    segments : Segments or None
        The classification that worry was carried with; None if there is none.
    """

    wards: gpd.GeoDataFrame
    notice: str
    is_synthetic: bool
    worry: Any
    segments: Segments | None = None

    @property
    def today(self) -> dt.date | None:
        """The day it is; None if data are invented, since the days in them are invented too."""
        return None if self.is_synthetic else dt.date.today()


@dataclass(frozen=True)
class Counted:
    """What of a profile changes only with the incidents and areas held, so that it can be kept."""

    ward_code: str
    audience: str
    outline: Outline | None = field(repr=False)
    asb: Asb
    categories: Categories
    when: When
    repeats: Repeats
    completeness: Completeness
    notes: Notes


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
def count_operational(
    wards: gpd.GeoDataFrame,
    breaks: Sequence[Break],
    counted: WardAsb,
    held: Held,
    questions: pd.DataFrame,
    repeats: RepeatData,
    reach: Reach,
    ward_code: str,
) -> Counted:
    """Count what those who may see counts are shown of a ward.

    Parameters
    ----------
    wards : GeoDataFrame
    breaks : sequence of Break
        Changes of recording.
    counted : WardAsb
        Of every ward.
    held, questions, repeats
        Of the ward alone.
    reach : Reach
        To which day incidents are known.
    ward_code : str

    Raises
    ------
    UnknownAreaError
        If there is no such ward.
    """
    require_ward(wards, ward_code)
    asb = profile_counts.find_asb(counted, held, wards, ward_code, breaks)
    period = counted.period if asb.period else None
    places = profile_counts.find_repeat_places(repeats, reach, ward_code)
    name = str(wards.loc[wards["code"] == ward_code, "name"].iloc[0])
    return Counted(
        ward_code=ward_code,
        audience="operational",
        outline=draw_outline(wards, ward_code),
        asb=asb,
        categories=profile_counts.find_categories(held.incidents, period, name),
        when=profile_counts.find_when(held.incidents, period),
        repeats=places,
        completeness=profile_counts.find_completeness(questions, period, breaks),
        notes=say_notes(held.forces, counted.period, asb, places),
    )


@needs(Permission.SEE_RELEASED_LSOA)
def count_released(
    wards: gpd.GeoDataFrame,
    breaks: Sequence[Break],
    release: Release,
    repeat_figures: pd.DataFrame,
    ward_code: str,
) -> Counted:
    """Look up what partners are shown of a ward, in released figures only.

    Raises
    ------
    UnknownAreaError
        If there is no such ward.
    """
    require_ward(wards, ward_code)
    row = wards[wards["code"] == ward_code].iloc[0]
    asb = profile_released.find_asb(release, wards, ward_code, breaks)
    code, district = str(row["district_code"]), str(row["district"])
    return Counted(
        ward_code=ward_code,
        audience="partner",
        outline=draw_outline(wards, ward_code),
        asb=asb,
        categories=profile_released.find_categories(release, code, district),
        when=profile_released.find_when(release, code, district),
        repeats=profile_released.find_repeats(
            repeat_figures, ward_code, code, "more than one incident in 12 calendar months"
        ),
        completeness=profile_released.find_completeness(release, code, district),
        notes=say_released_notes(release, asb),
    )


@handed
def put_together(ground: Ground, counted: Counted, engaged: Engaged, plans: Plans) -> Profile:
    """Put the ten blocks together: what was counted, and what is read anew each time.

    Raises
    ------
    ValueError
        If the worry of a partner's version stands on counts that are not released.
    """
    is_released = ground.worry is None or ground.worry.asb.released
    if counted.audience == "partner" and not is_released:
        raise ValueError("a partner's profile takes a matrix of released figures only")
    row = ground.wards[ground.wards["code"] == counted.ward_code].iloc[0]
    worry = find_worry(ground.worry, counted.ward_code, ground.segments)
    return Profile(
        ward_code=counted.ward_code,
        ward=str(row["name"]),
        district=str(row["district"]),
        audience=counted.audience,
        marking=MARKINGS[counted.audience],
        notice=ground.notice,
        is_synthetic=ground.is_synthetic,
        outline=counted.outline,
        team=engaged.team,
        asb=counted.asb,
        categories=counted.categories,
        when=counted.when,
        repeats=counted.repeats,
        completeness=counted.completeness,
        worry=worry,
        priorities=engaged.priorities,
        plans=plans,
        notes=add_notes(counted.notes, worry, engaged.team),
    )


@needs(Permission.SEE_COUNTS)
def find_plans(actions: ActionList, restricted: Restricted, *, is_live: bool) -> Plans:
    """Find the open actions of a ward, without titles of those about people and restricted places.

    Parameters
    ----------
    actions : ActionList
        Of the ward.
    restricted : Restricted
        Right for the places that they are about.
    is_live : bool
        True if a plan for the ward is live.
    """
    table = actions.table
    of_place = table["about_kind"].eq("location")
    is_restricted = table["about_key"].map(restricted.covers).astype(bool)
    shown = table[~(table["about_kind"].isin(ABOUT_PEOPLE) | of_place & is_restricted)]
    rows = tuple(
        PlannedAction(str(title), str(owner), None if pd.isna(due) else due, str(state))
        for title, owner, due, state in zip(
            shown["title"], shown["owner"], shown["due"], shown["state"], strict=True
        )
    )
    return Plans(rows, len(table), shows_actions=True, is_live=is_live)


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
