"""What would have to be different for a place to leave the list?

An answer in incidents, exact for the list as it stands: removing that many drops the place and
removing one fewer does not.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Counterfactual:
    """What would take a place off the list.

    Attributes
    ----------
    remove : int or None
        Fewest incidents fewer that would do it; None if no number would.
    of : int
        Incidents of the place in the period.
    sentence : str
        The same in words.
    """

    remove: int | None
    of: int
    sentence: str


def find_counterfactual(
    count: int,
    cut_value: float,
    *,
    weights: npt.ArrayLike | None = None,
    drops_at_tie: bool = False,
    by_floor: bool = False,
) -> Counterfactual:
    """Find the fewest incidents whose removal takes a place off the list.

    Parameters
    ----------
    count : int
        Incidents of the place.
    cut_value : float
        Incidents (or harm) of the place that would displace it, from `list_candidates`; NaN if
        nothing would.
    weights : array_like of float, optional
        Harm weight of each of its incidents if the list is ranked by harm; the heaviest go
        first, so that the number is the fewest. Without it every incident counts 1.
    drops_at_tie : bool, default False
        True if it leaves when level with the cut value; otherwise it must fall below.
    by_floor : bool, default False
        True if it is on the list only for its district.

    Returns
    -------
    Counterfactual
        Removing ``remove`` incidents drops it and removing one fewer does not, with all other
        places as they are.

    Raises
    ------
    ValueError
        If the place is already below the cut value, or there is not one weight an incident.

    Examples
    --------
    >>> find_counterfactual(48, 42).remove
    7
    """
    each = np.ones(count) if weights is None else np.asarray(weights, dtype=np.float64)
    if count < 0 or each.shape != (count,):
        raise ValueError(f"one weight an incident: {count} incidents, weights {each.shape}")
    for_district = "It is on the list only as the highest place of its district. "
    opening = for_district if by_floor else ""
    if np.isnan(cut_value):
        return Counterfactual(
            None,
            count,
            f"{opening}No other place would take its slot, so it stays however many incidents "
            "fewer it had, as long as it is a hotspot at all.",
        )
    # Rounding keeps sums of weights such as 1.5 and 4.5 from missing a tie by a hair.
    left = np.round(each.sum() - np.append(0.0, np.cumsum(np.sort(each)[::-1])), 9)
    gone = left <= round(cut_value, 9) if drops_at_tie else left < round(cut_value, 9)
    if gone[0]:
        raise ValueError(
            f"the place has {left[0]:g}, which is already off the list at {cut_value:g}"
        )
    if not gone.any():
        return Counterfactual(None, count, f"{opening}Only with no incident at all would it leave.")
    remove = int(np.argmax(gone))
    heaviest = " (the most harmful ones)" if weights is not None else ""
    word = "incident" if remove == 1 else "incidents"
    return Counterfactual(
        remove,
        count,
        f"{opening}With {remove:,} {word} fewer{heaviest}, of {count:,}, it would leave the list, "
        "all other places unchanged.",
    )
