"""The block of a ward profile on worry: an estimate with its range, and the quadrant."""

from typing import Any

import pandas as pd

from analytics.worry.configuration import Quadrants
from analytics.worry.estimators import METHODS
from analytics.worry.matrix import Quadrant
from dashboard.permissions import handed
from dashboard.services.profile_blocks import Worry
from dashboard.services.ward_mix import Segments
from dashboard.services.where_next import why_not
from geodata.calendar import say_date

NOT_IN_MIX = "The mix of lifestyles of this ward is not held, so nothing can be estimated for it."
CORNERS = (Quadrant.ACT, Quadrant.QUIET, Quadrant.REASSURE, Quadrant.KEEP)


@handed
def find_worry(found: Any, ward_code: str, segments: Segments | None = None) -> Worry:
    """Find what is known of worry in a ward.

    Parameters
    ----------
    found : MatrixFound or None
        As `dashboard.services.worry` gives it; None if no survey that is held asks about worry.
    ward_code : str
    segments : Segments, optional
        The kinds of area that worry was carried by, to suggest what fits the largest.
    """
    if found is None:
        return Worry(reason=why_not(None, "worry"))
    of_survey = found.estimates
    said = {
        "survey": str(of_survey.survey.name),
        "measure": str(of_survey.measure.label),
        "year": _say_year(of_survey.year),
        "is_share": bool(of_survey.measure.is_share),
        "ranges_from": str(of_survey.survey.modelled_from),
    }
    reason = why_not(of_survey, "worry")
    if reason:
        return Worry(reason=reason, **said)
    row = _row(of_survey.estimates.table, ward_code)
    if row is None or pd.isna(row["value"]):
        return Worry(reason=NOT_IN_MIX, **said)
    said |= {
        "method": METHODS[of_survey.estimates.method],
        "value": float(row["value"]),
        "low": float(row["low"]),
        "high": float(row["high"]),
        "model_share": float(row["model_share"]),
    }
    place = _row(found.matrix.table, ward_code) if found.matrix is not None else None
    if place is None:
        return Worry(**said)
    advice = found.quadrants.advice_of(str(place["quadrant"]))
    is_known = place["quadrant"] != Quadrant.UNKNOWN
    return Worry(
        **said,
        county=float(found.matrix.worry_cut),
        quadrant=advice.name,
        why=str(place["why"]),
        p_worry_high=float(place["p_worry_high"]),
        p_asb_high=float(place["p_asb_high"]) if is_known else float("nan"),
        certainty=float(found.matrix.certainty),
        tactics=tuple(advice.tactics),
        communications=tuple(advice.communications),
        proposal=found.quadrants.sentence,
        **{name: float(place[name]) for name in ("asb", "asb_low", "asb_high")},
        asb_cut=float(found.matrix.asb_cut),
        others=_others(found.matrix.table),
        corners=tuple(found.quadrants.advice_of(corner).name for corner in CORNERS),
        **_find_kind(found.quadrants, segments, ward_code, str(place["quadrant"])),
    )


def _find_kind(
    words: Quadrants, segments: Segments | None, ward_code: str, quadrant: str
) -> dict[str, Any]:
    """Find the kind of area that most residents of a ward live in, and what suits it."""
    if segments is None:
        return {}
    mine = segments.mix[segments.mix["ward_code"] == ward_code]
    shares = dict(zip(mine["segment_code"].astype(str), mine["share"], strict=True))
    advised = words.advise_mix(shares, segments.classification, quadrant, least_share=0.0)
    if not advised:
        return {}
    first = advised[0]
    return {
        "kind": segments.names.get(first.segment_code, first.segment_code),
        "kind_share": float(first.share),
        "kind_tactics": first.tactics,
        "kind_channels": first.channels,
    }


def _row(table: pd.DataFrame, ward_code: str) -> pd.Series | None:
    rows = table[table["code"] == ward_code]
    return None if rows.empty else rows.iloc[0]


def _others(table: pd.DataFrame) -> tuple[tuple[float, float], ...]:
    both = table[["worry", "asb"]].dropna()
    return tuple((float(worry), float(asb)) for worry, asb in both.itertuples(index=False))


def _say_year(year: Any) -> str:
    return "" if year is None else f"year to {say_date(year.last)}"
