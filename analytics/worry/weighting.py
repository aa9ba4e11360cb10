"""Weighted means of a sample with the variance its weights and its spread leave."""

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]


def mean_by_group(
    group: npt.ArrayLike, value: npt.ArrayLike, weight: npt.ArrayLike
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

    Returns
    -------
    DataFrame
        Indexed by label, in order: n, n_eff (Kish: (sum w)^2 / sum w^2), mean, variance (of the
        mean, respondents drawn independently with replacement; NaN for a single respondent),
        spread (weighted variance of the values), deff (variance over that of a simple random
        sample of n; NaN where the values do not vary).

    Notes
    -----
    The variance is that of a ratio of totals by Taylor series, as survey software gives it for
    a design with weights only: n / (n - 1) times the sum of squared weighted residuals over the
    squared sum of weights. Strata would narrow it and clusters widen it; neither is known here.

    References
    ----------
    Kish, L. (1965). Survey Sampling. Wiley.
    Lumley, T. (2010). Complex Surveys. Wiley, chapter 2.
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
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = n / (n - 1) * np.bincount(codes, (weights * left) ** 2, size) / total**2
        simple = spread * n / (n - 1) / n
        deff = np.where(spread > 0, variance / simple, np.nan)
    variance[n < 2] = np.nan
    return pd.DataFrame(
        {
            "n": n.astype(np.int64),
            "n_eff": total**2 / np.bincount(codes, weights**2, size),
            "mean": mean,
            "variance": variance,
            "spread": spread,
            "deff": deff,
        },
        index=pd.Index(labels, name="group"),
    )
