"""The synthetic estimate: each ward gets the figures of the segments it consists of.

This is how Kent's matrix of 2007 was made. The sampling error of a segment's figure understates
the error of a ward, so the doubt that districts show about it is added.
"""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.worry.sample import SurveySample, WardFrame
from analytics.worry.weighting import mean_by_group

Floats = npt.NDArray[np.float64]
FEWEST_IN_SEGMENT = 50
ALL = "all"
_NESTED = re.compile(r"\d[a-z]\d?")
"""6c2 lies in 6c, 6c in 6; a code such as 12 or 1/Urban lies in nothing that it names."""


@dataclass(frozen=True)
class SegmentFigures:
    """Figures of the segments, small ones pooled.

    Attributes
    ----------
    table : DataFrame
        Indexed by segment_code: n (of its own), pooled_into ('' if it stands alone), group
        (what its figure is of), mean, variance (of that group's mean).
    """

    table: pd.DataFrame


def measure_segments(
    sample: SurveySample, frame: WardFrame, parents: dict[str, str] | None = None
) -> SegmentFigures:
    """Measure each segment; one with fewer than 50 respondents is pooled with its relations.

    Parameters
    ----------
    sample : SurveySample
    frame : WardFrame
        Its segments are measured too, if nobody asked lives in them.
    parents : dict of str to str, optional
        Larger segment of each; by default 6c for 6c2 and 6 for 6c, as in the Output Area
        Classification, and none for codes of another form.

    Notes
    -----
    A small segment takes the figure of all respondents of the larger one; if that is small too,
    of the next; in the end, of everybody.
    """
    answers = sample.frame[sample.frame["segment_code"].astype(str) != ""]
    own = answers["segment_code"].astype(str)
    counts = own.value_counts()
    codes = sorted(set(counts.index) | set(frame.mix["segment_code"].astype(str)))
    groups = {}
    for code in codes:
        group, members = code, own.eq(code)
        while int(members.sum()) < FEWEST_IN_SEGMENT and group != ALL:
            group = (parents or {}).get(group) or _larger(group)
            members = _belongs(own, group, parents)
        groups[code] = (group, members)
    rows = []
    for code, (group, members) in groups.items():
        chosen = answers[members] if members.any() else sample.frame
        found = mean_by_group(np.zeros(len(chosen)), chosen["value"], chosen["weight"]).iloc[0]
        rows.append(
            {
                "segment_code": code,
                "n": int(counts.get(code, 0)),
                "pooled_into": "" if group == code else group,
                "group": group,
                "mean": float(found["mean"]),
                "variance": float(found["variance"]),
            }
        )
    return SegmentFigures(pd.DataFrame(rows).set_index("segment_code"))


def _larger(code: str) -> str:
    """Give the larger segment that a code of the Output Area Classification names, else all."""
    return code[:-1] if _NESTED.fullmatch(code) else ALL


def _belongs(own: pd.Series, group: str, parents: dict[str, str] | None) -> pd.Series:
    if group == ALL:
        return pd.Series(True, index=own.index)
    if parents is None:
        return own.str.startswith(group)
    return own.eq(group) | own.map(parents).eq(group)


def project_segments(figures: SegmentFigures, frame: WardFrame) -> pd.DataFrame:
    """Give each ward the mean of its segments' figures, weighted by its mix.

    Returns
    -------
    DataFrame
        Indexed by ward code, in the order of the frame's wards: value (NaN without a mix) and
        variance (from sampling alone; segments that share one pooled figure vary together).
    """
    mix = frame.mix.pivot(index="ward_code", columns="segment_code", values="share").fillna(0.0)
    table = figures.table.loc[mix.columns]
    grouped = mix.T.groupby(table["group"].to_numpy()).sum().T
    of_group = table.drop_duplicates("group").set_index("group").loc[grouped.columns]
    projected = pd.DataFrame(
        {
            "value": grouped.to_numpy() @ of_group["mean"].to_numpy(dtype=np.float64),
            "variance": grouped.to_numpy() ** 2 @ of_group["variance"].to_numpy(dtype=np.float64),
        },
        index=mix.index,
    )
    return projected.reindex(frame.wards["code"])


def doubt_of_districts(
    direct: pd.DataFrame, projected: Floats, projected_variance: Floats
) -> float:
    """Give the variance that districts show about the projection, beyond sampling error.

    Parameters
    ----------
    direct : DataFrame
        mean and variance of the districts' own figures.
    projected, projected_variance : ndarray
        The districts' projected figures and their sampling variance.

    Returns
    -------
    float
        In squared points, 0 or more, by the moments of Fay and Herriot; 0 with one district.
    """
    known = direct["variance"].notna().to_numpy()
    if known.sum() < 2:
        return 0.0
    gap = direct["mean"].to_numpy(dtype=np.float64)[known] - projected[known]
    chance = direct["variance"].to_numpy(dtype=np.float64)[known] + projected_variance[known]
    return max(float(np.mean(gap**2 - chance)), 0.0)
