"""The design of a survey: in which stratum, and at which sampling point, was each drawn?

Codes of strata and sampling points are often names of places, and a point is a few streets: what
is kept is a pseudonym under the key file, which says only who was drawn together.
"""

import pandas as pd

from geodata.addresses import pseudonyms
from geodata.faults import Faults
from geodata.sources.survey_mapping import SurveyMapping, say_code

_FIELDS = ("stratum_key", "cluster_key")


def read_design(
    frame: pd.DataFrame, mapping: SurveyMapping, faults: Faults, quarter: pd.Series
) -> dict[str, pd.Series]:
    """Give ``stratum_key`` and ``cluster_key`` of each row; missing where no column is named.

    A sampling point lies within its stratum: point 5 of one stratum is another than point 5 of the
    next. Both lie within their quarter, since most surveys draw points anew and number them from 1
    again, unless the mapping says ``same_points``. A blank code is a fault: nobody can tell with
    whom the respondent was drawn.

    Parameters
    ----------
    frame : DataFrame
        The table as text.
    mapping : SurveyMapping
        Names the columns, if any.
    faults : Faults
        Takes blank codes, and notes on a design that says little.
    quarter : Series of str
        Quarter of each row.
    """
    head = f"{mapping.survey.name}/"
    place = head + ("" if mapping.survey.same_points else quarter + "/")
    place = pd.Series(place, index=frame.index, dtype="str")
    found = {name: pd.Series(None, index=frame.index, dtype="object") for name in _FIELDS}
    for name, said in (("stratum", "a stratum"), ("cluster", "a sampling point")):
        if name not in mapping.columns:
            continue
        column = mapping.columns[name]
        code = frame[column].map(say_code)
        blank = code.eq("")
        faults.add_rows(
            frame.index[blank], column, code[blank],
            f"the code of {said}; whoever was drawn alone has a code of their own",
        )  # fmt: skip
        place = place + "/" + code
        keys = dict(zip(place.unique(), pseudonyms(name, place.unique()), strict=True))
        found[f"{name}_key"] = place.map(keys).astype("object").mask(blank, None)
    _note_alone(found["cluster_key"], found["stratum_key"], faults)
    return found


def _note_alone(cluster: pd.Series, stratum: pd.Series, faults: Faults) -> None:
    """Note points of one respondent each, and strata of one point, which are seldom meant."""
    if not cluster.notna().any():
        return
    if cluster.nunique() == cluster.notna().sum() > 1:
        faults.note(
            "every respondent has a sampling point of their own: is it the right column?",
            int(cluster.notna().sum()),
        )
    points = cluster.groupby(stratum).transform("nunique")
    if lonely := int(points.eq(1).sum()):
        faults.note(
            "drawn in a stratum with one sampling point, which is measured against the mean of all",
            lonely,
        )
