"""What is the score of a ward, such as its deprivation, from the scores of its small areas?

For the safety index alone: no estimate of worry and no forecast takes it.
"""

import numpy as np
import pandas as pd

from analytics.worry.mix import carry_forward

LEAST_COVERED = 0.9
"""Share of a ward's residents that must live in small areas with a score."""


def average_by_residents(
    scores: pd.DataFrame, areas: pd.DataFrame, links: pd.DataFrame
) -> pd.DataFrame:
    """Average the scores of small areas to wards, each area by its residents.

    Parameters
    ----------
    scores : DataFrame
        code, score.
    areas : DataFrame
        Small areas of the wards, as `analytics.worry.mix.list_small_areas` gives them: code,
        ward_code, residents.
    links : DataFrame
        from_code, to_code: older LSOA to newer one. A newer one without a score of its own has
        the mean of those it was made from.

    Returns
    -------
    DataFrame
        One row a ward of the areas, by code: ward_code, score, covered (share of its residents in
        areas with a score, 0 to 1). Below `LEAST_COVERED` the score is NaN. Where none of a
        ward's areas has residents on record, they count alike.

    Examples
    --------
    >>> areas = pd.DataFrame({"code": ["a", "b"], "ward_code": "W", "residents": [300.0, 100.0]})
    >>> scores = pd.DataFrame({"code": ["a", "b"], "score": [20.0, 40.0]})
    >>> links = pd.DataFrame({"from_code": [], "to_code": []})
    >>> average_by_residents(scores, areas, links)["score"].tolist()
    [25.0]
    """
    # A score is carried as the share of a single segment would be: by the mean.
    as_shares = scores.assign(segment_code="score", share=scores["score"])
    carried = carry_forward(as_shares, links, areas["code"]).set_index("code")["share"]
    total = areas.groupby("ward_code")["residents"].transform("sum")
    weight = areas["residents"].where(total > 0, 1.0).to_numpy(dtype=np.float64)
    score = areas["code"].map(carried).to_numpy(dtype=np.float64)
    known = np.isfinite(score)
    sums = (
        pd.DataFrame(
            {
                "ward_code": areas["ward_code"].to_numpy(),
                "all": weight,
                "known": np.where(known, weight, 0.0),
                "product": np.where(known, weight * np.nan_to_num(score), 0.0),
            }
        )
        .groupby("ward_code")
        .sum()
    )
    covered = sums["known"] / sums["all"]
    mean = sums["product"] / sums["known"].where(sums["known"] > 0)
    return pd.DataFrame(
        {"score": mean.where(covered >= LEAST_COVERED), "covered": covered}
    ).reset_index()
