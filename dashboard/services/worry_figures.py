"""Worry as plain values: everything the page on crime and worry rests on, for programs.

Whoever may see counts gets ASB as counted; everybody else gets what the release holds, so that
the file says no more than the page. The file holds the columns that are named here and no other:
what models work with can be the answers of a few people.
"""

import math
from typing import Any

import pandas as pd

from analytics.worry.direct import LEAST_N_EFF
from analytics.worry.measures import list_measures
from analytics.worry.sample import Method
from dashboard.permissions import Permission, current_actor, handed, needs
from dashboard.services import area_figures, explore, ward_mix, worry
from dashboard.services import survey as survey_service
from geodata.errors import UserFacingError, safe_value
from geodata.store.database import Database
from geodata.store.surveys import SurveyHead

BANNER = "modelled estimate, not a ward survey"
SHAPE_ONLY = "shape only: the survey is of other places or times, so no value is a figure of here"
FROM_MIDDLE = "points from the middle of the wards"
TOO_FEW = f"fewer than {LEAST_N_EFF}"

WORRY_COLUMNS = ["worry", "worry_low", "worry_high"]
WARD_COLUMNS = [
    "code", "name", "district_code", "district", "residents", "asb", "asb_low", "asb_high",
    "p_asb_high", *WORRY_COLUMNS, "p_worry_high", "quadrant", "why", "se", "model_share",
]  # fmt: skip
DISTRICT_COLUMNS = [
    "code", "direct", "direct_low", "direct_high", "n", "modelled", "benchmarked", "shift",
]  # fmt: skip
POOLED_COLUMNS = ["segment_code", "pooled_into"]


class NoSurveyError(UserFacingError):
    """A survey or a measure was asked for that is not held."""


@needs(Permission.SEE_WORRY)
def find_worry(
    database: Database,
    *,
    survey: str = "",
    measure: str = "",
    method: Method = Method.MULTILEVEL,
    certainty: float = worry.USUAL_CERTAINTY,
) -> worry.MatrixFound:
    """Estimate a measure for every ward and place it against ASB.

    Parameters
    ----------
    database : Database
    survey : str, default ''
        Name of a survey that is held; empty for the one the page opens with.
    measure : str, default ''
        'worry', 'score:ITEM' or 'yes:ITEM'; empty for what the survey measures worry by.
    method : Method
        The estimator.
    certainty : float, default 0.8
        Chance needed on both axes.

    Raises
    ------
    NoSurveyError
        If no survey is held, none of that name or measure, or none that asks about worry.
    """
    head = _pick_survey(worry.load_surveys(database), survey)
    measures = [one.key for one in list_measures(head.items)]
    usual = worry.usual_measure(head)
    chosen = measure or (usual.key if usual else "")
    if not chosen:
        raise NoSurveyError(
            "This survey asks nothing about worry.",
            f"It has: {', '.join(measures) or 'no question'}.",
            "Give one of these with --measure, or another survey with --survey.",
        )
    if chosen not in measures:
        raise NoSurveyError(
            "This survey has no such measure.",
            f"{safe_value(measure)} came; it has: {', '.join(measures) or 'none'}.",
            "Give one of these with --measure.",
        )
    frame = ward_mix.load_ward_frame(database, head.classification)
    found = worry.find_estimates(survey_service.load_survey(database, head), frame, chosen, method)
    return worry.find_matrix(found, _find_asb(database), certainty)


@handed
def to_record(found: worry.MatrixFound, names: pd.DataFrame, notice: str) -> dict[str, Any]:
    """Write what was found as values that JSON can hold; what is not known is None.

    Of a survey of other places or times worry is given in points from the middle of the wards,
    and nothing of a district.

    Parameters
    ----------
    found : MatrixFound
    names : DataFrame
        Wards: code, name, district.
    notice : str
        The notice that goes with every figure of the database.
    """
    made, head = found.estimates, found.estimates.survey
    record: dict[str, Any] = {
        "notice": notice,
        "note": SHAPE_ONLY if made.shape_only else BANNER,
        "survey": {"name": head.name, "reach": head.reach, "synthetic": head.is_synthetic,
                   "ranges_from": head.modelled_from},
        "measure": {"key": made.measure.key, "label": made.measure.label,
                    "unit": _name_unit(made),
                    "items": list(made.measure.items)},
        "respondents": made.respondents,
        "quarters": list(made.year.quarters) if made.year else [],
        "refused": made.refused,
        "gain": _gain(made),
        "missing_areas": _list_missing(made.missing),
        "method": None,
        "asb": {"period": str(found.asb.period.label) if found.asb.period else None,
                "released_figures_only": found.asb.released},
        "matrix": None,
        "districts": [],
        "pooled": [],
        "wards": [],
    }  # fmt: skip
    if made.estimates is None or found.matrix is None:
        return record
    matrix = found.matrix
    wards = matrix.table.merge(
        made.estimates.table.drop(columns=["low", "high", "value"]), on="code", how="left"
    ).merge(pd.DataFrame(names[["code", "name", "district"]]), on="code", how="left")
    wards["why"] = wards["why"].where(wards["why"] != "", worry.say_unknown(wards))
    districts = made.estimates.districts
    few = districts["n"] < LEAST_N_EFF
    districts = districts.assign(n=districts["n"].astype(object).mask(few, TOO_FEW))
    worry_cut = matrix.worry_cut
    if made.shape_only:
        wards[WORRY_COLUMNS] -= worry_cut
        districts, worry_cut = districts.iloc[:0], 0.0
    return record | {
        "method": {"name": str(made.estimates.method), "parts": _plain(made.estimates.parts)},
        "matrix": {
            "certainty": matrix.certainty, "asb_cut": _number(matrix.asb_cut),
            "worry_cut": _number(worry_cut), "counts": dict(matrix.counts),
            "close_because": dict(matrix.close_because),
        },
        "districts": _rows(districts[DISTRICT_COLUMNS]),
        "pooled": _rows(made.estimates.pooled[POOLED_COLUMNS]),
        "wards": _rows(wards[WARD_COLUMNS]),
    }  # fmt: skip


def _find_asb(database: Database) -> worry.WardAsb:
    wards = explore.load_areas(database, "ward")
    if current_actor().may(Permission.SEE_COUNTS):
        return worry.count_asb(explore.load_held(database), wards)
    return worry.released_asb(area_figures.load_release(database), wards)


def _list_missing(missing: pd.DataFrame) -> list[dict[str, Any]]:
    """List the small areas without a class by ward: an estimate there rests on the others."""
    return [
        {"ward_code": str(ward), "count": len(rows), "codes": [str(code) for code in rows["code"]]}
        for ward, rows in missing.groupby("ward_code")
    ]


def _pick_survey(heads: list[SurveyHead], name: str) -> SurveyHead:
    chosen = name or worry.usual_survey(heads)
    found = next((head for head in heads if head.name == chosen), None)
    if found is None:
        held = ", ".join(head.name for head in heads)
        raise NoSurveyError(
            "No survey can be carried to wards." if not name else "There is no such survey.",
            f"Held: {held or 'none'}.",
            "Import one with 'wardlight import survey FILE --mapping MAPPING', or give a name "
            "that is held with --survey.",
        )
    return found


def _name_unit(found: worry.EstimatesFound) -> str:
    if found.shape_only:
        return FROM_MIDDLE
    return "per cent" if found.measure.is_share else "score from 0 to 100"


def _gain(found: worry.EstimatesFound) -> dict[str, Any] | None:
    if found.gain is None:
        return None
    gain = found.gain
    return {
        "squared_points": _number(gain.gain), "low": _number(gain.low),
        "high": _number(gain.high), "is_better": bool(gain.is_better),
    }  # fmt: skip


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [_plain(row) for row in table.to_dict("records")]


def _plain(row: dict[Any, Any]) -> dict[str, Any]:
    return {str(name): _number(value) for name, value in row.items()}


def _number(value: Any) -> Any:
    """Give a number that JSON can hold, rounded to what it is worth; None where there is none."""
    plain = value.item() if hasattr(value, "item") else value
    if isinstance(plain, float):
        return round(plain, 4) if math.isfinite(plain) else None
    return plain
