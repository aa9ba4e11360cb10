"""Which wards need most resources, by a documented index whose weights anybody can change?

An index for sharing out resources between wards. It predicts nothing, says nothing of any person
and is never fed to a forecast. No part of it is a protected characteristic, or a count of young
people.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.worry.cuts import Floats

TOP = 10
"""Size of the list of the highest wards."""

DRAWS = 1_000
FACTOR = 2.0
MEAN = 100.0
RATIO: Final = "ratio"
SPREAD: Final = "spread"
SCALES = (RATIO, SPREAD)
"""How parts are put on one scale: as ratios to the mean, or with an equal spread."""

EQUAL_SPREAD = 20.0
"""Points of a part's standard deviation between wards, on the scale of equal spread."""

_TAIL = 0.025
_WIDTH = 1.959964


PER_1000 = "per 1,000 residents"
ESTIMATED = "0 to 100"


@dataclass(frozen=True)
class Part:
    """One part of the index; higher always means more need.

    Attributes
    ----------
    key, label : str
        Name of its column, and its name on screen.
    about : str
        What it measures and in what unit.
    unit : str
        Unit of its values in a few words, such as 'per 1,000 residents'.
    usual_weight : float
        Weight unless another is set; 0 leaves it out.
    """

    key: str
    label: str
    about: str
    unit: str
    usual_weight: float = 1.0


PARTS = (
    Part("asb", "Recorded ASB", "ASB incidents per 1,000 residents, shrunken.", PER_1000),
    Part("worry", "Worry", "Worry of residents, estimated.", ESTIMATED),
    Part("experience", "ASB met", "ASB that residents saw or suffered, estimated.", ESTIMATED),
    Part(
        "low_confidence",
        "Lack of confidence",
        "100 less the confidence of residents that ASB is dealt with, estimated.",
        ESTIMATED,
    ),
    Part(
        "repeat_places",
        "Repeat places",
        "Places with repeated ASB per 1,000 residents, shrunken.",
        PER_1000,
    ),
    Part("harm", "Harm", "Harm weight of the recorded ASB per 1,000 residents.", PER_1000, 0.0),
    Part("deprivation", "Deprivation", "Deprivation score of the area, not of a person.", "score"),
)
"""The only parts there are. Harm stays out unless somebody gives it a weight: it counts the same
incidents as recorded ASB once more."""

USUAL_WEIGHTS = {part.key: part.usual_weight for part in PARTS}


def put_on_scale(values: pd.DataFrame, parts: pd.DataFrame, scale: str = RATIO) -> pd.DataFrame:
    """Put values of parts on the index's scale, where 100 is the mean of the wards.

    Parameters
    ----------
    values : DataFrame
        Values of the wards, one column a part: the parts themselves or an end of their range.
    parts : DataFrame
        The parts that the scale is taken from; the same columns.
    scale : {'ratio', 'spread'}, default 'ratio'
        'ratio': 100 times the value over the mean. 'spread': 100 plus `EQUAL_SPREAD` points for
        each standard deviation between wards above the mean.

    Returns
    -------
    DataFrame
        As `values`. A part that is the same everywhere ('spread') or 0 everywhere ('ratio')
        stands at 100.

    Raises
    ------
    ValueError
        If the scale is neither.

    Examples
    --------
    >>> asb = pd.DataFrame({"asb": [10.0, 30.0]})
    >>> put_on_scale(asb, asb)["asb"].tolist(), put_on_scale(asb, asb, "spread")["asb"].tolist()
    ([50.0, 150.0], [80.0, 120.0])
    """
    means = parts.mean()
    return MEAN + (values - means) * _points_per_unit(parts, scale)


def _points_per_unit(parts: pd.DataFrame, scale: str) -> pd.Series:
    if scale not in SCALES:
        raise ValueError(f"scale is {scale!r}; accepted are {', '.join(SCALES)}")
    unit = parts.mean() / MEAN if scale == RATIO else parts.std(ddof=0) / EQUAL_SPREAD
    # A spread that is nothing but rounding tells no ward apart.
    return (1 / unit.where(unit > 1e-12 * parts.abs().max())).fillna(0.0)


def index_wards(
    parts: pd.DataFrame, weights: Mapping[str, float], scale: str = RATIO
) -> pd.DataFrame:
    """Give the index of each ward: 100 is the mean of the county's wards.

    Parameters
    ----------
    parts : DataFrame
        Codes of the wards as index; one column a part, named by its key, 0 or more.
    weights : mapping of str to float
        Weight of each part by key, 0 or more; only their ratios count. A part without a weight
        is left out.
    scale : {'ratio', 'spread'}, default 'ratio'
        As `put_on_scale` takes it.

    Returns
    -------
    DataFrame
        One row a ward in the order handed in: code, index, rank (1 is the highest; equals share
        the smaller number; 0 where it is not known), and each part's own index under its key. A
        ward with a part missing that has a weight gets no index.

    Raises
    ------
    ValueError
        If a key is not one of `PARTS`, a weight is negative, no weight is above 0, a weighted
        part is not handed in, a value is negative, a ward stands twice, or the scale is unknown.

    Notes
    -----
    Each part is 100 times the ward's value over the mean of the wards, and the index is their
    weighted mean, as in the Vulnerable Localities Index: 200 is twice the mean. A part whose
    values all are 0 stands at 100. Parts that differ more between wards move the index more at
    the same weight: `measure_influence` says how much. On the scale of equal spread each part
    moves it by its weight, and 200 has no such meaning.

    References
    ----------
    Tompson, L. and Chainey, S. (2009). Vulnerable Localities Index method. UCL Jill Dando
    Institute. Its count of residents aged 15 to 24 is left out on purpose.

    Examples
    --------
    >>> frame = pd.DataFrame({"asb": [10.0, 30.0], "worry": [60.0, 40.0]}, index=["A", "B"])
    >>> index_wards(frame, {"asb": 3, "worry": 1})["index"].tolist()
    [67.5, 132.5]
    """
    own = _index_parts(parts, weights, scale)
    share = _shares(own, weights)
    index = own[list(share.index)].to_numpy() @ share.to_numpy()
    found = pd.DataFrame({"code": own.index.astype(str), "index": index, "rank": _rank(index)})
    return pd.concat([found, own.reset_index(drop=True)], axis=1)


def measure_influence(
    parts: pd.DataFrame, weights: Mapping[str, float], scale: str = RATIO
) -> pd.Series:
    """Say how much of the index's differences each weighted part brings about.

    Parameters
    ----------
    parts, weights, scale
        As `index_wards` takes them.

    Returns
    -------
    Series
        Shares by key that sum to 1: the part's covariance with the index over the index's
        variance, over wards with every weighted part. A part that runs against the others has a
        share below 0. NaN with fewer than two wards or if none differ.
    """
    own = _index_parts(parts, weights, scale)
    share = _shares(own, weights)
    known = own[list(share.index)].dropna()
    moved = (known - known.mean()) * share
    total = moved.sum(axis=1)
    spread = float((total**2).sum())
    return moved.mul(total, axis=0).sum() / (spread if spread > 0 else float("nan"))


def rank_stability(
    parts: pd.DataFrame,
    weights: Mapping[str, float],
    draws: int = DRAWS,
    *,
    rng: np.random.Generator,
    errors: pd.DataFrame | None = None,
    factor: float = FACTOR,
    scale: str = RATIO,
) -> pd.DataFrame:
    """Say how far each ward's rank hangs on the weights, and on the errors of its parts.

    Parameters
    ----------
    parts, weights, scale
        As `index_wards` takes them.
    draws : int, default 1,000
        How many sets of weights are tried.
    rng : numpy.random.Generator
    errors : DataFrame, optional
        Standard errors of the parts, same index; a column that is missing or NaN means no error.
    factor : float, default 2
        Each weight is drawn between itself divided by this and itself times this, as often
        below as above; a weight of 0 stays 0.

    Returns
    -------
    DataFrame
        One row a ward in the order handed in: code, rank (with the weights as set),
        share_in_top_10 (share of the draws in which it is among the top, 0 to 1), rank_low,
        rank_high (ranks between which it is in 95 % of the draws). With `errors` also
        index_low and index_high (95 % likely range of the index with the weights as set), and
        error_rank_low and error_rank_high (the ranks in 95 % of the draws from it). NaN where
        the index is not known.

    Raises
    ------
    ValueError
        As `index_wards`, or if draws or factor is below 1.

    Notes
    -----
    The errors of a ward's parts are taken as independent, and the mean and the spread of the
    wards as known. Parts that come from one survey go together, so that index and ranks may range
    somewhat wider than is said here.
    """
    if draws < 1 or not factor >= 1:
        raise ValueError(f"draws {draws!r} and factor {factor!r} must be 1 or more")
    found = index_wards(parts, weights, scale)
    keys = [key for key in parts.columns if weights.get(key, 0) > 0]
    known = found["index"].notna().to_numpy()
    own = found.loc[known, keys].to_numpy(dtype=np.float64)
    weight = np.array([float(weights[key]) for key in keys])
    drawn = weight * factor ** rng.uniform(-1, 1, (draws, len(keys)))
    ranks = _ranks_of(drawn / drawn.sum(axis=1, keepdims=True) @ own.T)
    table = found[["code", "rank"]].copy()
    table["share_in_top_10"] = _spread_out(known, (ranks <= TOP).mean(axis=0))
    low, high = np.quantile(ranks, [_TAIL, 1 - _TAIL], axis=0, method="inverted_cdf")
    table["rank_low"], table["rank_high"] = _spread_out(known, low), _spread_out(known, high)
    if errors is not None:
        wrong = errors.reindex(index=parts.index, columns=keys).fillna(0)
        scaled = (wrong * _points_per_unit(parts[keys], scale)).to_numpy(dtype=np.float64)[known]
        # Errors of a ward's parts are independent, so those of its weighted mean add in squares.
        of_index = np.sqrt(((scaled * weight / weight.sum()) ** 2).sum(axis=1))
        centre = found.loc[known, "index"].to_numpy(dtype=np.float64)
        floor = 0.0 if scale == RATIO else -np.inf
        least = np.maximum(centre - _WIDTH * of_index, floor)
        table["index_low"] = _spread_out(known, least)
        table["index_high"] = _spread_out(known, centre + _WIDTH * of_index)
        ranks = _ranks_of(centre + of_index * rng.standard_normal((draws, len(centre))))
        low, high = np.quantile(ranks, [_TAIL, 1 - _TAIL], axis=0, method="inverted_cdf")
        table["error_rank_low"] = _spread_out(known, low)
        table["error_rank_high"] = _spread_out(known, high)
    return table


def _index_parts(parts: pd.DataFrame, weights: Mapping[str, float], scale: str) -> pd.DataFrame:
    """Check parts and weights and put each part on the scale."""
    allowed = set(USUAL_WEIGHTS)
    if strange := sorted((set(map(str, parts.columns)) | set(weights)) - allowed):
        raise ValueError(f"{strange[0]!r} is not a part; accepted: {', '.join(USUAL_WEIGHTS)}")
    if any(not 0 <= weight < float("inf") for weight in weights.values()):
        raise ValueError("weights must be 0 or more")
    used = {key for key, weight in weights.items() if weight > 0}
    if not used:
        raise ValueError("at least one weight must be above 0")
    if lacking := sorted(used - set(parts.columns)):
        raise ValueError(f"parts lack {', '.join(lacking)}")
    if parts.index.has_duplicates:
        raise ValueError("parts: each ward must stand once")
    values = parts.astype("float64")
    if (values < 0).any(axis=None):
        raise ValueError("parts must be 0 or more")
    return put_on_scale(values, values, scale)


def _shares(own: pd.DataFrame, weights: Mapping[str, float]) -> pd.Series:
    used = pd.Series(
        {key: float(weights[key]) for key in own.columns if weights.get(key, 0) > 0},
        dtype="float64",
    )
    return used / used.sum()


def _rank(index: Floats) -> npt.NDArray[np.int64]:
    ranks = pd.Series(index).rank(method="min", ascending=False).fillna(0)
    return np.asarray(ranks, dtype=np.int64)


def _ranks_of(indexes: Floats) -> npt.NDArray[np.int64]:
    """Rank each row, 1 for the highest; equals go by their order."""
    order = np.argsort(-indexes, axis=1, kind="stable")
    ranks = np.empty_like(order, dtype=np.int64)
    np.put_along_axis(ranks, order, np.arange(1, indexes.shape[1] + 1)[None, :], axis=1)
    return ranks


def _spread_out(known: npt.NDArray[np.bool_], values: npt.ArrayLike) -> Floats:
    """Put the values of known wards in their places, NaN elsewhere."""
    full = np.full(len(known), np.nan)
    full[known] = np.asarray(values, dtype=np.float64)
    return full
