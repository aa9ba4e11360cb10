"""Which wards next: which qualify for problem solving, why, and how sure is that?

A ward qualifies with high ASB, or with high worry and low confidence, unless a plan for it is
live. The list starts a conversation about resources and engagement. It says nothing about people
and is never a reason to enforce.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.worry.matrix import place_in_matrix
from analytics.worry.measures import Measure
from analytics.worry.sample import WardEstimates
from analytics.worry.where_next import LISTED, PLANNED, UNSURE, list_where_next
from dashboard.permissions import Permission, handed, needs
from dashboard.services import actions
from dashboard.services.explore import name_apart
from dashboard.services.worry import EstimatesFound, WardAsb, shrink_asb
from geodata.calendar import Period
from geodata.errors import UserFacingError
from geodata.store.database import Database

FIGURES = (
    "asb", "asb_low", "asb_high", "worry", "worry_low", "worry_high",
    "confidence", "confidence_low", "confidence_high",
)  # fmt: skip
CHANCES = ("p_asb_high", "p_worry_high", "p_confidence_low")


class WardNotListedError(UserFacingError):
    """A ward was asked for that the list does not have, or no longer has."""


@dataclass(frozen=True)
class WhereNext:
    """The wards that qualify, in the order to talk about them.

    Attributes
    ----------
    table : DataFrame
        One row a ward: rank, code, name, called (the name that tells it apart in the county),
        district, district_code, because (tuple of str), certainty (0 to 1: chance that at least
        one reason holds, which orders the list), `CHANCES` (of each condition by itself, 0 to 1;
        NaN where it is not known) and `FIGURES` (ASB per 1,000 residents, shrunken; worry and
        confidence from 0 to 100, modelled; NaN where not known). Wards with more reasons first,
        then the surer by the per cent, then the higher rate of ASB.
    places : int
        Wards looked at.
    plans : int
        Wards with a live plan, whether they would qualify or not.
    planned : tuple of str
        Codes of wards that would qualify and have a live plan.
    unsure : int
        Wards without a plan that do not qualify, and of which neither that is sure.
    unknown : int
        Wards without a rate of ASB.
    certainty : float
        Least chance asked for of each condition, 0.5 to 1.
    period : Period or None
        Months that ASB is of.
    worry_from, confidence_from : str
        What worry and confidence are measured by; '' where there is no estimate of here.
    worry_unit, confidence_unit : str
        'per cent' or 'mean score, 0 to 100'; '' where there is no estimate of here.
    unjudged : tuple of str
        Which of 'worry' and 'confidence' have no estimate of here.
    without : str
        Why worry or confidence cannot be used; '' if both can.
    """

    table: pd.DataFrame
    places: int
    plans: int
    planned: tuple[str, ...]
    unsure: int
    unknown: int
    certainty: float
    period: Period | None
    worry_from: str
    confidence_from: str
    worry_unit: str
    confidence_unit: str
    unjudged: tuple[str, ...]
    without: str


@needs(Permission.SEE_COUNTS)
def live_plans(database: Database) -> set[str]:
    """Give the codes of wards with a live plan; none today, since plans are not kept yet."""
    del database
    return set()


@needs(Permission.SEE_ACTIONS)
def open_actions(database: Database) -> dict[str, int]:
    """Count the open actions about each ward as a whole, by its code.

    Those about a person, a place or a case in it are no answer to why the ward is listed.
    """
    table = actions.list_actions(database, about_kind="ward").table
    return {str(code): int(count) for code, count in table["about_key"].value_counts().items()}


@handed
def estimates_of_here(found: EstimatesFound | None) -> WardEstimates | None:
    """Give estimates that say something of here; None without any, or for a shape alone."""
    return None if found is None or found.shape_only else found.estimates


@handed
def why_not(found: EstimatesFound | None, what: str) -> str:
    """Say why estimates cannot be used; '' if they can."""
    if found is None:
        return f"No survey that is held asks about {what}."
    if found.estimates is None:
        return found.refused
    if found.shape_only:
        return "The survey is of other places or times: it shows a shape and no figure of here."
    return ""


@handed
def say_unit(measure: Measure) -> str:
    """Say the unit of a measure of a survey, the same wherever its figures are put beside it."""
    return "per cent" if measure.is_share else "mean score, 0 to 100"


@handed
def find_where_next(
    asb: WardAsb,
    worry: EstimatesFound | None,
    confidence: EstimatesFound | None,
    plans: Collection[str],
    wards: pd.DataFrame,
    certainty: float,
) -> WhereNext:
    """Find the wards that qualify.

    Parameters
    ----------
    asb : WardAsb
        Recorded ASB.
    worry, confidence : EstimatesFound or None
        Worry, and confidence that police and council deal with ASB; where either is not usable
        only high ASB qualifies.
    plans : collection of str
        Codes of wards with a live plan.
    wards : DataFrame
        code, name, district, district_code.
    certainty : float
        From 0.5 to below 1.
    """
    worried, confident = _table(worry), _table(confidence)
    codes = asb.table["code"].to_numpy()
    here = estimates_of_here(worry)
    matrix = place_in_matrix(
        shrink_asb(asb), worried, codes=codes, certainty=certainty,
        effects=here.effects if here is not None else None,
    )  # fmt: skip
    every = list_where_next(matrix.table, confident, plans, certainty=certainty)
    figures = matrix.table.merge(
        confident[["code", "value", "low", "high"]].set_axis(
            ["code", "confidence", "confidence_low", "confidence_high"], axis=1
        ),
        on="code", how="left",
    )  # fmt: skip
    names = pd.DataFrame(wards[["code", "name", "district", "district_code"]])
    names.insert(2, "called", name_apart(names))
    listed = every.loc[every["state"] == LISTED, ["code", "because", "certainty", *CHANCES]]
    # Both joins keep the order of the list.
    table = listed.merge(names, on="code").merge(figures[["code", *FIGURES]], on="code")
    table.insert(0, "rank", np.arange(1, len(table) + 1))
    return WhereNext(
        table=table,
        places=len(matrix.table),
        plans=len(set(plans) & set(codes)),
        planned=tuple(every.loc[every["state"] == PLANNED, "code"]),
        unsure=int((every["state"] == UNSURE).sum()),
        unknown=int(matrix.table["p_asb_high"].isna().sum()),
        certainty=certainty,
        period=asb.period,
        worry_from=_say_measure(worry),
        confidence_from=_say_measure(confidence),
        worry_unit=_say_unit(worry),
        confidence_unit=_say_unit(confidence),
        unjudged=tuple(
            what
            for what, found in (("worry", worry), ("confidence", confidence))
            if estimates_of_here(found) is None
        ),
        without=why_not(worry, "worry") or why_not(confidence, "confidence"),
    )


@needs(Permission.ACT)
def send_to_tasking(
    database: Database,
    found: WhereNext,
    ward_code: str,
    *,
    title: str,
    owner: str,
    agency: str,
    due: dt.date | None,
) -> int:
    """Make an action about a ward of the list, with its figures as evidence; give its number.

    Raises
    ------
    WardNotListedError
        If the list does not hold the ward.
    ActionError
        If title, owner or day is missing or not usable.
    """
    rows = found.table[found.table["code"] == ward_code]
    if rows.empty:
        raise WardNotListedError(
            "This ward is not on the list now.",
            "The data or the settings of the page have changed since it was shown.",
            "Open the page again and choose a ward that it lists.",
        )
    row = rows.iloc[0]
    evidence = {
        "why": "; ".join(row["because"]),
        "rank": int(row["rank"]),
        "least certainty asked for": f"{found.certainty:.0%}",
    }
    for name, words in (
        ("asb", "ASB per 1,000 residents"),
        ("worry", f"worry, modelled, {found.worry_unit}"),
        ("confidence", f"confidence, modelled, {found.confidence_unit}"),
    ):
        if pd.notna(row[name]):
            evidence[words] = (
                f"{row[name]:.1f} (likely range {row[f'{name}_low']:.1f} to "
                f"{row[f'{name}_high']:.1f})"
            )
    return actions.create_action(
        database,
        title=title,
        owner=owner,
        due=due,
        about_kind="ward",
        about_key=ward_code,
        ward_code=ward_code,
        district_code=str(row["district_code"]),
        agency=agency,
        evidence=evidence,
        reason="tasking",
    )


def _table(found: EstimatesFound | None) -> pd.DataFrame:
    estimates = estimates_of_here(found)
    if estimates is not None:
        return estimates.table
    columns = {"code": "str", "value": float, "se": float, "low": float, "high": float}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in columns.items()})


def _say_unit(found: EstimatesFound | None) -> str:
    return "" if found is None or estimates_of_here(found) is None else say_unit(found.measure)


def _say_measure(found: EstimatesFound | None) -> str:
    if found is None or estimates_of_here(found) is None:
        return ""
    return f"{found.measure.label} ({found.survey.name})"
