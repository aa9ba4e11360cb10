"""On which side of a cut does an estimate lie, and how sure is that?"""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

Floats = npt.NDArray[np.float64]

ESTIMATE_COLUMNS = ("code", "value", "se", "low", "high")
MODELLED = {"modelled": "value", "modelled_se": "se"}
"""Columns that chances are taken of, and what stands in for each where a table lacks it."""


def take_estimates(table: pd.DataFrame, codes: npt.ArrayLike, name: str) -> pd.DataFrame:
    """Give the estimates of some wards in their order.

    Parameters
    ----------
    table : DataFrame
        code, value, se, low, high, as `WardEstimates.table`; one row a ward, more wards or fewer
        than asked for; with modelled and modelled_se too where the figures were benchmarked.
    codes : array_like of str (n,)
        Wards, each once.
    name : str
        What the table is, for the message.

    Returns
    -------
    DataFrame
        value, se, low, high, modelled, modelled_se with the codes as index; NaN for a ward
        without an estimate. Without figures of the model, the last two are value and se.

    Raises
    ------
    ValueError
        If a column is missing, a ward stands twice or a standard error is negative.
    """
    missing = [column for column in ESTIMATE_COLUMNS if column not in table.columns]
    if missing:
        raise ValueError(f"{name} lacks {', '.join(missing)}")
    index = pd.Index(np.asarray(codes, dtype=object), name="code")
    if index.has_duplicates or table["code"].duplicated().any():
        raise ValueError(f"{name}: each ward must stand once")
    found = table.assign(
        **{name: table.get(name, table[instead]) for name, instead in MODELLED.items()}
    )
    found = found.set_index("code")[[*ESTIMATE_COLUMNS[1:], *MODELLED]].astype("float64")
    if (found[["se", "modelled_se"]] < 0).any(axis=None):
        raise ValueError(f"{name}: standard errors must be 0 or more")
    return found.reindex(index)


def find_cut(values: npt.ArrayLike, cut: float | None) -> float:
    """Give the cut: the one that is set, else the median of the known values (NaN if none is).

    Raises
    ------
    ValueError
        If the cut that is set is negative or not a number.
    """
    if cut is not None:
        if not 0 <= cut < float("inf"):
            raise ValueError(f"a cut must be a number of 0 or more, got {cut!r}")
        return float(cut)
    known = np.asarray(values, dtype=np.float64)
    known = known[np.isfinite(known)]
    return float(np.median(known)) if len(known) else float("nan")


def find_chances(
    estimates: pd.DataFrame, cut: float | None, given: pd.DataFrame | None = None
) -> Floats:
    """Give the probability that the truth of each ward lies above a cut.

    Parameters
    ----------
    estimates : DataFrame
        From `take_estimates`.
    cut : float, optional
        A fixed cut; without one, the median of the wards' modelled figures.
    given : DataFrame, optional
        modelled and modelled_se of the same wards once recorded ASB is known too, from
        `weigh_beside`.

    Notes
    -----
    Figures that are shown reproduce each district's own figure, whose chance error they take
    over. The model has weighed that figure already; a chance taken of the moved figures would
    count its error as a difference between wards, and be too sure.
    """
    known = estimates if given is None else given
    by = find_cut(estimates["modelled"], cut)
    return chance_above(known["modelled"], known["modelled_se"], by)


def chance_above(value: npt.ArrayLike, se: npt.ArrayLike, cut: float) -> Floats:
    """Give the probability that the truth lies above a cut, the estimate's error being normal.

    Returns
    -------
    ndarray of float
        Between 0 and 1; NaN where value, error or cut is not known. Without any error it is 1
        above the cut, 0 below and 0.5 on it.
    """
    over = np.asarray(value, dtype=np.float64) - cut
    error = np.asarray(se, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        z = np.where(over == 0, np.where(np.isnan(error), np.nan, 0.0), over / error)
    return np.asarray(special.ndtr(z), dtype=np.float64)


def require_certainty(certainty: float) -> None:
    """Refuse a certainty that is not from 0.5 to below 1.

    Raises
    ------
    ValueError
        If it is not.
    """
    if not 0.5 <= certainty < 1:
        raise ValueError(f"certainty must be from 0.5 to below 1, got {certainty!r}")
