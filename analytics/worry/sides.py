"""Where does each ward stand between worry and another figure of the survey?

ASB that people met, a driver or confidence takes the place of recorded ASB along the horizontal
side; the rule that puts wards into quadrants stays the same.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from analytics.worry.cuts import find_chances, find_cut, take_estimates
from analytics.worry.matrix import Matrix, Quadrant, name_places


def place_beside(matrix: Matrix, side: pd.DataFrame) -> Matrix:
    """Place the wards of a matrix anew, with another estimate along the horizontal side.

    Parameters
    ----------
    matrix : Matrix
        Of recorded ASB and worry.
    side : DataFrame
        Ward estimates of another measure: code, value, se, low, high, in any order.

    Returns
    -------
    Matrix
        The same wards, worry and certainty. What is named after ASB (`asb_cut` and the columns
        asb, asb_low, asb_high and p_asb_high) is the other measure's, in its own unit; its cut is
        the median of the wards.

    Raises
    ------
    ValueError
        If a ward stands twice or a column is missing.

    Notes
    -----
    Chances are taken of the model's figure before benchmarking, as those of worry are
    (`analytics.worry.cuts.find_chances`); a ward whose figure is shown on the other side of the
    cut is too close to call. Both figures rest on the same respondents, so that their errors may
    go together: each side is asked for the certainty on its own, which needs no assumption on
    that.

    Examples
    --------
    Per cent of 60, 40 and 20 with a standard error of 5 are cut at 40: chances that they are
    high are over 0.999, 0.5 (too close to call) and under 0.001.
    """
    table = matrix.table
    found = take_estimates(side, table["code"].to_numpy(), "side")
    cut = find_cut(found["value"], None)
    chances = find_chances(found, None)
    over_side = found["value"].to_numpy() - cut
    over_worry = table["worry"].to_numpy() - matrix.worry_cut
    quadrant, why = name_places(
        chances, table["p_worry_high"].to_numpy(), over_worry, matrix.certainty, over_side
    )
    placed = table.assign(
        asb=found["value"].to_numpy(), asb_low=found["low"].to_numpy(),
        asb_high=found["high"].to_numpy(), p_asb_high=chances, quadrant=quadrant, why=why,
    )  # fmt: skip
    counts = {each.value: int(np.sum(quadrant == each.value)) for each in Quadrant}
    return replace(matrix, table=placed, asb_cut=cut, counts=counts)
