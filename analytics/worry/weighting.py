"""Weighted means of a sample with the variance its weights, strata and clusters leave.

A cluster is a sampling point: people drawn together there answer more alike than others, so they
tell less. A stratum is a part of the sample drawn on its own.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_NOTHING = 1e-9
"""Variance below which all answers are alike: what is left is rounding."""


@dataclass(frozen=True)
class Design:
    """How each respondent was drawn.

    Attributes
    ----------
    stratum : ndarray of int (n,)
        Number of the stratum, from 0; all 0 if there is none.
    cluster : ndarray of int (n,)
        Number of the cluster, from 0, each in one stratum; respondents are their own clusters
        where none is known.
    has_clusters : bool
        Whether clusters are known, of some respondents at least.
    """

    stratum: Ints
    cluster: Ints
    has_clusters: bool


def read_design(frame: pd.DataFrame) -> Design | None:
    """Read the design from the columns ``stratum`` and ``cluster``; None if they say nothing.

    A column may be left out, or missing in every row. Cluster 5 of one stratum is not cluster 5 of
    another. Whoever has no cluster where others have one counts as drawn alone.
    """
    known = [name for name in ("stratum", "cluster") if name in frame and frame[name].notna().any()]
    if not known:
        return None
    size = len(frame)
    alone = np.arange(size)
    stratum = pd.factorize(frame["stratum"])[0] if "stratum" in known else np.full(size, -1)
    cluster = pd.factorize(frame["cluster"])[0] if "cluster" in known else np.full(size, -1)
    number = np.where(cluster < 0, alone + cluster.max() + 1, cluster)
    nested = pd.factorize(pd.MultiIndex.from_arrays([stratum, number]))[0]
    return Design(
        np.asarray(stratum - stratum.min(), dtype=np.int64),
        np.asarray(nested, dtype=np.int64),
        "cluster" in known,
    )


def mean_by_group(
    group: npt.ArrayLike,
    value: npt.ArrayLike,
    weight: npt.ArrayLike,
    design: Design | None = None,
) -> pd.DataFrame:
    """Give the weighted mean of each group with its linearised variance.

    Parameters
    ----------
    group : array_like (n,)
        Label of each respondent.
    value : array_like of float (n,)
        Percent or score, not missing.
    weight : array_like of float (n,)
        Above 0; only their ratios count.
    design : Design, optional
        Strata and clusters of the respondents; without it they count as drawn one by one.

    Returns
    -------
    DataFrame
        Indexed by label, in order: n, n_eff (see Notes), mean, variance (of the mean; NaN where it
        cannot be told), spread (weighted variance of the values), deff (variance over that of a
        simple random sample of n; NaN where the values do not vary), points (clusters with a
        respondent of the group; NaN if clusters are not known), df (degrees of freedom: clusters
        less strata of the group; infinite if clusters are not known).

    Notes
    -----
    The variance is that of a ratio of totals by Taylor series, as survey software gives it with
    clusters drawn with replacement (ultimate clusters): the sum over strata of c / (c - 1) times
    the squared distances of the clusters' totals of weighted residuals from the stratum's mean
    total, over the squared sum of weights. Without strata and clusters that is n / (n - 1) times
    the sum of squared weighted residuals. A group is a domain: every cluster of the sample stands
    in its stratum's mean, those without a respondent of the group with a total of 0. A stratum
    with one cluster has no spread of its own: its total is measured from the mean of all clusters.

    ``n_eff`` is Kish's (sum w)^2 / sum w^2 without a design, and n / deff with one, at most n: with
    few clusters, a deff far below 1 is mostly chance. Where deff is not known it is Kish's. A group
    whose clusters do not outnumber its strata has a variance of NaN: those that were drawn say
    nothing of how far others would differ.

    References
    ----------
    Kish, L. (1965). Survey Sampling. Wiley.
    Lumley, T. (2010). Complex Surveys. Wiley, chapters 2 and 3.
    """
    labels, codes = np.unique(np.asarray(group), return_inverse=True)
    values = np.asarray(value, dtype=np.float64)
    weights = np.asarray(weight, dtype=np.float64)
    size = len(labels)
    n = np.bincount(codes, minlength=size).astype(np.float64)
    total = np.bincount(codes, weights, size)
    mean = np.bincount(codes, weights * values, size) / total
    left = values - mean[codes]
    spread = np.bincount(codes, weights * left**2, size) / total
    n_eff = total**2 / np.bincount(codes, weights**2, size)
    points, df = np.full(size, np.nan), np.full(size, np.inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        if design is None:
            variance = n / (n - 1) * np.bincount(codes, (weights * left) ** 2, size) / total**2
            variance[n < 2] = np.nan
        else:
            variance = _vary_by_cluster(codes, weights * left / total[codes], design, size)
            held, strata = _count_design(codes, design, size)
            variance[held <= strata] = np.nan
            if design.has_clusters:
                points, df = held, held - strata
        simple = spread * n / (n - 1) / n
        deff = np.where(spread > 0, variance / simple, np.nan)
        if design is not None:
            n_eff = np.where(
                np.isfinite(deff) & (spread > _NOTHING), np.minimum(n, n / deff), n_eff
            )
    return pd.DataFrame(
        {
            "n": n.astype(np.int64),
            "n_eff": n_eff,
            "mean": mean,
            "variance": variance,
            "spread": spread,
            "deff": deff,
            "points": points,
            "df": df,
        },
        index=pd.Index(labels, name="group"),
    )


def widen_by_place(place: npt.ArrayLike, frame: pd.DataFrame, beyond: npt.ArrayLike) -> pd.Series:
    """Say how many times clusters widen the variance of a mean of each place, beyond its weights.

    For places with too few clusters to show it themselves, such as wards. Neighbours are taken to
    be as alike in one place as in all the sample.

    Parameters
    ----------
    place : array_like (n,)
        Label of each respondent.
    frame : DataFrame
        Value, weight and if known stratum and cluster of each respondent.
    beyond : array_like (n,)
        Label of what is known to differ anyway, such as district and segment: neighbours who are
        alike in that alone are not alike.

    Returns
    -------
    Series
        By label: 1 or more; 1 everywhere if clusters are not known.

    Notes
    -----
    With ρ the likeness of two people of one cluster (`find_likeness`), the factor is
    1 + ρ (sum over clusters of (sum w)^2 - sum w^2) / sum w^2.
    """
    labels, codes = np.unique(np.asarray(place), return_inverse=True)
    design = read_design(frame)
    if design is None or not design.has_clusters:
        return pd.Series(1.0, index=labels)
    weights = frame["weight"].to_numpy(dtype=np.float64)
    likeness = find_likeness(frame["value"], design.cluster, beyond)
    both, pair = np.unique(np.stack([codes, design.cluster]), axis=1, return_inverse=True)
    together = np.bincount(both[0], np.bincount(pair.ravel(), weights) ** 2, len(labels))
    alone = np.bincount(codes, weights**2, len(labels))
    return pd.Series(1.0 + likeness * (together - alone) / alone, index=labels)


def find_likeness(value: npt.ArrayLike, cluster: npt.ArrayLike, beyond: npt.ArrayLike) -> float:
    """Say how alike two people of one cluster answer: their intra-cluster correlation, 0 to 1.

    Parameters
    ----------
    value : array_like of float (n,)
    cluster : array_like (n,)
    beyond : array_like (n,)
        Label of a group whose mean is taken off first.

    Notes
    -----
    By analysis of variance, unweighted; a negative value counts as 0. Nothing can be told from
    clusters of one each: 0.

    Examples
    --------
    >>> find_likeness([1, 1, 5, 5], [0, 0, 1, 1], [0, 0, 0, 0])
    1.0
    """
    values = np.asarray(value, dtype=np.float64)
    group = np.unique(np.asarray(beyond), return_inverse=True)[1]
    left = values - (np.bincount(group, values) / np.bincount(group))[group]
    codes = np.unique(np.asarray(cluster), return_inverse=True)[1]
    size = np.bincount(codes).astype(np.float64)
    clusters, n = len(size), len(left)
    if clusters < 2 or n <= clusters:
        return 0.0
    mean = np.bincount(codes, left) / size
    between = float((size * (mean - left.mean()) ** 2).sum()) / (clusters - 1)
    within = float(((left - mean[codes]) ** 2).sum()) / (n - clusters)
    usual = (n - float((size**2).sum()) / n) / (clusters - 1)
    whole = between + (usual - 1) * within
    return float(np.clip((between - within) / whole, 0.0, 1.0)) if whole > 0 else 0.0


def _vary_by_cluster(codes: Ints, part: Floats, design: Design, size: int) -> Floats:
    """Give the variance of each group from what its respondents add to their clusters' totals."""
    clusters = int(design.cluster.max()) + 1
    stratum = np.zeros(clusters, dtype=np.int64)
    stratum[design.cluster] = design.stratum
    in_stratum = np.bincount(stratum).astype(np.float64)
    totals = np.bincount(codes * clusters + design.cluster, part, size * clusters)
    totals = totals.reshape(size, clusters)
    strata = len(in_stratum)
    cell = np.arange(size)[:, None] * strata + stratum
    sums = np.bincount(cell.ravel(), totals.ravel(), size * strata).reshape(size, strata)
    means = (sums / np.maximum(in_stratum, 1))[:, stratum]
    is_lonely = (in_stratum == 1)[stratum]
    means[:, is_lonely] = totals.mean(axis=1, keepdims=True)
    scale = np.where(is_lonely, 1.0, in_stratum[stratum] / np.maximum(in_stratum[stratum] - 1, 1))
    return np.asarray(((totals - means) ** 2 * scale).sum(axis=1))


def _count_design(codes: Ints, design: Design, size: int) -> tuple[Floats, Floats]:
    """Count the clusters and the strata in which each group has a respondent."""
    found = pd.DataFrame({"group": codes, "cluster": design.cluster, "stratum": design.stratum})
    counts = found.groupby("group")[["cluster", "stratum"]].nunique().reindex(range(size))
    clusters, strata = counts.to_numpy(dtype=np.float64).T
    return clusters, strata
