"""The synthetic estimate: each ward gets the figures of the segments it consists of.

This is how Kent's matrix of 2007 was made. The sampling error of a segment's figure understates
the error of a ward, so the doubt that districts show about it is added.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.worry.sample import SurveySample, WardFrame
from analytics.worry.weighting import mean_by_group, read_design

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


def measure_segments(sample: SurveySample, frame: WardFrame) -> SegmentFigures:
    """Measure each segment; one with fewer than 50 respondents is pooled with its relations.

    Parameters
    ----------
    sample : SurveySample
    frame : WardFrame
        Its segments are measured too, if nobody asked lives in them. Its ``parents`` are the
        larger segment of each; where it has None, the codes say it: 6c for 6c2 and 6 for 6c, as in
        the Output Area Classification.

    Notes
    -----
    A small segment takes the figure of all respondents of the larger one; if that is small too,
    of the next; in the end, of everybody.
    """
    own = sample.frame["segment_code"].astype(str).reset_index(drop=True)
    own = own[own != ""]
    counts = own.value_counts()
    codes = sorted(set(counts.index) | set(frame.mix["segment_code"].astype(str)))
    groups = {}
    for code in codes:
        group, members = code, own.eq(code)
        while int(members.sum()) < FEWEST_IN_SEGMENT and group != ALL:
            group = _larger(group, frame.parents)
            members = _belongs(own, group, frame.parents)
        groups[code] = (group, members)
    rows = []
    for code, (group, members) in groups.items():
        chosen = np.zeros(len(sample.frame), dtype=bool)
        chosen[members.index[members]] = True
        found = _mean_of(sample.frame, chosen if chosen.any() else ~chosen)
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


def _mean_of(frame: pd.DataFrame, chosen: npt.NDArray[np.bool_]) -> pd.Series:
    """Give the mean of the chosen with its variance; without enough clusters that of weights."""
    values, weights = frame["value"], frame["weight"]
    design = read_design(frame)
    if design is not None:
        found = mean_by_group(chosen, values, weights, design).iloc[-1]
        if np.isfinite(found["variance"]):
            return found
    return mean_by_group(np.zeros(chosen.sum()), values[chosen], weights[chosen]).iloc[0]


def _larger(code: str, parents: Mapping[str, str] | None) -> str:
    """Give the larger segment of a segment, all if it lies in none."""
    if parents is not None:
        return parents.get(code, ALL)
    return code[:-1] if _NESTED.fullmatch(code) else ALL


def _belongs(own: pd.Series, group: str, parents: Mapping[str, str] | None) -> pd.Series:
    if group == ALL:
        return pd.Series(True, index=own.index)
    if parents is None:
        return own.str.startswith(group)
    inside = {code: group in _line_of(code, parents) for code in own.unique()}
    return own.map(inside).astype(bool)


def _line_of(code: str, parents: Mapping[str, str]) -> list[str]:
    """Give a segment and the larger ones that it lies in, the smallest first."""
    line = [code]
    while (larger := parents.get(line[-1], "")) and larger not in line:
        line.append(larger)
    return line


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
