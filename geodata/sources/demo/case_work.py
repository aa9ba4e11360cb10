"""What agencies did about the county's cases: service standards met, explained or left."""

import datetime as dt

import numpy as np
import pandas as pd

STANDARD_DAYS = {
    "taken_seriously": 3, "confidentiality": 3, "lead_agency_told": 5, "single_contact": 5,
    "full_range_considered": 14, "support_evidence": 14, "updates_on_time": 14,
    "contact_method": 5, "satisfaction": 56, "special_measures": 28, "community_informed": 56,
    "route_to_partnership": 28, "explained_if_not": 56,
}  # fmt: skip
"""Days after opening in which each standard is due, as in the illustration of `analytics.cases`."""

EXPLANATION = "Explained in a call (synthetic)"
STEP_COLUMNS = ("case_id", "standard", "agency", "due", "done", "done_by", "not_possible")


def draw_standard_steps(
    rng: np.random.Generator, cases: pd.DataFrame, last_day: dt.date
) -> pd.DataFrame:
    """Draw which service standards of each case were met, and when.

    Of those due by the last day about nine in ten were met in time, one in thirty was explained
    as not possible, and the rest have no record. Some agencies are slower than others.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    cases : DataFrame
        Of schemas.CASE_COLUMNS.
    last_day : date
        Nothing is recorded after it.

    Returns
    -------
    DataFrame
        `STEP_COLUMNS`; a standard without a record is not in it.
    """
    agencies = sorted(set(cases["lead_agency"]))
    misses = dict(zip(agencies, rng.uniform(0.02, 0.18, len(agencies)).tolist(), strict=True))
    rows = []
    for case_id, opened, agency in cases[["case_id", "opened", "lead_agency"]].itertuples(
        index=False
    ):
        for standard, days in STANDARD_DAYS.items():
            due = opened + dt.timedelta(days=days)
            took, chance, explained = int(rng.integers(0, days + 1)), rng.random(), rng.random()
            done = opened + dt.timedelta(days=took)
            if done > last_day or chance < misses[agency]:
                continue
            cannot = explained < 0.03
            rows.append(
                (case_id, standard, agency, due, None if cannot else done, agency,
                 EXPLANATION if cannot else "")
            )  # fmt: skip
    return pd.DataFrame(rows, columns=list(STEP_COLUMNS))
