"""How far does a district lie from all respondents, of whom its own are a part?

Two ranges that overlap do not answer that: the district's own answers stand in both figures.
"""

import numpy as np
import pandas as pd

from analytics.worry.direct import (
    DISTRICT,
    Figure,
    compare_estimates,
    difference_between,
    estimate_direct,
)

COLUMNS = ("code", "apart", "apart_low", "apart_high", "standing")
_OWN, _REST = "own", "rest"


def compare_with_all(frame: pd.DataFrame, *, is_share: bool) -> pd.DataFrame:
    """Set each district beside all respondents, with the likely range of the difference.

    Parameters
    ----------
    frame : DataFrame
        As `analytics.worry.direct.estimate_direct` takes it, with ``district_code``.
    is_share : bool
        True if values are 0 or 100 for no or yes.

    Returns
    -------
    DataFrame
        code, apart (district less all respondents, in points), apart_low, apart_high, standing
        ('more', 'less', 'no clear change', or '' where the district or the others have no
        figure).

    Notes
    -----
    All respondents are the district and the others, by their shares of the weights. So district
    less all is district less others, times the others' share, and is clear where that is. District
    and others are different respondents; where they share sampling points, the difference is as a
    rule less uncertain than said.
    """
    home = frame[DISTRICT].astype(str)
    codes = sorted(set(home) - {""})
    rows = []
    for code in codes:
        mine = home.eq(code)
        sides = frame.assign(**{DISTRICT: np.where(mine, _OWN, _REST)})
        found = estimate_direct(sides, DISTRICT, is_share=is_share).set_index("code")
        ends = found[["value", "low", "high"]].reindex([_OWN, _REST]).to_numpy(dtype=float)
        if not np.isfinite(ends).all():
            rows.append((code, np.nan, np.nan, np.nan, ""))
            continue
        own, rest = Figure(*ends[0]), Figure(*ends[1])
        share = float(frame.loc[~mine, "weight"].sum() / frame["weight"].sum())
        gap = difference_between(own, rest)
        standing = compare_estimates(own, rest)
        rows.append((code, share * gap.value, share * gap.low, share * gap.high, standing))
    return pd.DataFrame(rows, columns=list(COLUMNS))
