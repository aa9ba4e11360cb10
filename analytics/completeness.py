"""Are the questions being asked? Shares of incidents with an answer on record.

"Not asked" is never "no": a no counts as an answer only if nobody recorded that the question was
not asked. What is measured is the record, not what was said on the telephone.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.rates import share_of
from analytics.trust import was_answered
from geodata.categories import PROTECTED_COLUMNS
from geodata.schemas import require_columns

FEWEST_FOR_PROTECTED = 10
"""A protected characteristic is shown from this many incidents with it on record, or for none."""

QUESTIONS = {
    "repeat": "Has it happened before?",
    "vulnerable": "Is the victim vulnerable?",
    "hate": "Was it seen as motivated by hate?",
    "thrive": "Was THRIVE recorded?",
}
"""THRIVE: threat, harm, risk, investigation, vulnerability, engagement."""

QUESTION_COLUMNS = (
    "repeat_asked", "repeat_flag", "vulnerable_asked", "vulnerable_flag", "hate_flag",
    "thrive_recorded",
)  # fmt: skip
SHIFTS = {
    "early": "Early, 7am to 2:59pm",
    "late": "Late, 3pm to 10:59pm",
    "night": "Night, 11pm to 6:59am",
    "unknown": "Time not known",
}
Bools = npt.NDArray[np.bool_]


def find_answered(frame: pd.DataFrame) -> pd.DataFrame:
    """Say of each incident which questions have an answer on record.

    Parameters
    ----------
    frame : DataFrame
        `QUESTION_COLUMNS` with yes, no or not recorded.

    Returns
    -------
    DataFrame of bool
        A column for each of `QUESTIONS`. THRIVE counts if it was recorded as done.
    """
    require_columns(frame, QUESTION_COLUMNS, "incidents")
    return pd.DataFrame(
        {
            "repeat": was_answered(frame["repeat_flag"], frame["repeat_asked"]),
            "vulnerable": was_answered(frame["vulnerable_flag"], frame["vulnerable_asked"]),
            "hate": frame["hate_flag"].isin(["yes", "no"]).to_numpy(),
            "thrive": (frame["thrive_recorded"] == "yes").to_numpy(),
        },
        index=frame.index,
    )


def measure_by(answered: pd.Series, groups: pd.Series) -> pd.DataFrame:
    """Measure the share with an answer in each group, with its likely range.

    Parameters
    ----------
    answered : Series of bool
        Whether each incident has an answer.
    groups : Series
        Group of each incident, on the same index.

    Returns
    -------
    DataFrame
        group, recorded, incidents, share, low, high (0 to 1), in order of the groups.

    Examples
    --------
    >>> found = measure_by(pd.Series([True, False, True]), pd.Series(["a", "a", "b"]))
    >>> found[["group", "recorded", "incidents", "share"]].to_numpy().tolist()
    [['a', 1, 2, 0.5], ['b', 1, 1, 1.0]]
    """
    found = answered.groupby(groups, observed=True).agg(["sum", "size"]).sort_index()
    share = share_of(found["sum"], found["size"])
    return pd.DataFrame(
        {
            "group": found.index.to_numpy(),
            "recorded": found["sum"].to_numpy(dtype=np.int64),
            "incidents": found["size"].to_numpy(dtype=np.int64),
            "share": share.value,
            "low": share.low,
            "high": share.high,
        }
    )


def measure_protected(frame: pd.DataFrame) -> pd.DataFrame:
    """Measure how often each of the nine protected characteristics is on record.

    Parameters
    ----------
    frame : DataFrame
        Incidents with a person as victim, with `PROTECTED_COLUMNS`: whether it was recorded,
        never what was recorded.

    Returns
    -------
    DataFrame
        characteristic, recorded, incidents, share, low, high. All but the first are missing
        where there are fewer than 10 incidents; recorded, share and its range are missing where
        1 to 9 are on record, since each of them times the incidents gives that number back.
    """
    require_columns(frame, PROTECTED_COLUMNS, "incidents")
    recorded = np.array([(frame[name] == "yes").sum() for name in PROTECTED_COLUMNS])
    total = np.full(len(PROTECTED_COLUMNS), len(frame))
    share = share_of(recorded, total)
    result = pd.DataFrame(
        {
            "characteristic": [
                name.removesuffix("_recorded").replace("_", " ").capitalize()
                for name in PROTECTED_COLUMNS
            ],
            "recorded": recorded.astype(float),
            "incidents": total.astype(float),
            "share": share.value,
            "low": share.low,
            "high": share.high,
        }
    )
    few = (recorded > 0) & (recorded < FEWEST_FOR_PROTECTED)
    result.loc[few, ["recorded", "share", "low", "high"]] = np.nan
    if len(frame) < FEWEST_FOR_PROTECTED:
        result.loc[:, "recorded":"high"] = np.nan
    return result


def find_shift(moments: pd.Series) -> pd.Series:
    """Say in which shift each moment lies: early, late, night or unknown (NaT).

    Examples
    --------
    >>> times = pd.to_datetime(pd.Series(["2026-01-01 07:00", "2026-01-01 06:59", None]))
    >>> find_shift(times).tolist()
    ['early', 'night', 'unknown']
    """
    hour = moments.dt.hour
    names = np.select(
        [hour.isna(), (hour >= 7) & (hour < 15), (hour >= 15) & (hour < 23)],
        ["unknown", "early", "late"],
        "night",
    )
    return pd.Series(names, index=moments.index)
