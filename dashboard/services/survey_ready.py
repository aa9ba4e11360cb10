"""Ready figures of a survey: what does its table say, and which of it may be shown and compared?"""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from analytics.worry.direct import LEAST_N_EFF, TOO_FINE, Figure, compare_estimates
from dashboard.permissions import Permission, handed, needs
from dashboard.services.survey import INDICATIVE, VALUE, SurveyData
from geodata.calendar import Month, Period

COARSE = ("county", "all", "district", "country", "force", "group")
"""What a ready figure may be of: areas no finer than districts, and groups of people."""
TOO_FEW = f"Fewer than {LEAST_N_EFF} respondents"

_YEAR = re.compile(r"((?:19|20|21)\d\d)")
_FINANCIAL = re.compile(_YEAR.pattern + r"[/-](?:\d\d)?(\d\d)")
_QUARTER = re.compile(_YEAR.pattern + r"[ -]?Q([1-4])", re.IGNORECASE)
_QUARTER_FIRST = re.compile(r"Q([1-4])[ -]?" + _YEAR.pattern, re.IGNORECASE)


@needs(Permission.SEE_WORRY)
def find_ready(data: SurveyData) -> pd.DataFrame:
    """Find the ready figures of a survey, each against the one before it where that is fair.

    Returns
    -------
    DataFrame
        kind, code, item, label, period, value, low, high, respondents, refused, change ('' where
        nothing is compared). The oldest period comes first; those that cannot be read come last.

    Notes
    -----
    Figures finer than districts and those of fewer than 100 respondents are refused, with their
    respondents; NaN respondents of a figure that is not refused are not known. A figure is
    compared with the newest before it of a period as long, if both have a range and the periods
    share no month: with shared months they share respondents. Figures of a self-selected survey
    have no range and no change.
    """
    labels = {item.name: item.label for item in data.head.items}
    table = data.estimates.copy()
    table["label"] = [labels.get(name, name) for name in table["item"]]
    fine = ~table["kind"].str.lower().isin(COARSE)
    few = table["respondents"].astype(float) < LEAST_N_EFF
    table["refused"] = np.select([fine, few], [TOO_FINE, TOO_FEW], "")
    table.loc[fine | few, [*VALUE, "respondents"]] = np.nan
    if data.head.reach == INDICATIVE:
        table[["low", "high"]] = np.nan
    read = {text: read_period(text) for text in table["period"].unique()}
    last = {text: period.last.ordinal if period else np.inf for text, period in read.items()}
    table = (
        table.assign(last=table["period"].map(last).astype(float))
        .sort_values(["item", "kind", "code", "last", "period"], ignore_index=True)
        .drop(columns="last")
    )
    table["change"] = ""
    for _, rows in table.groupby(["item", "kind", "code"], sort=False):
        periods = [read[text] for text in rows["period"]]
        table.loc[rows.index, "change"] = _compare(rows[VALUE].to_numpy(dtype=float), periods)
    return table


@handed
def read_period(text: str) -> Period | None:
    """Read a year ('2026'), a financial year ('2025/26', April to March) or a quarter ('Q4 2025').

    None if it is written in any other way: nothing is guessed.
    """
    plain = text.strip()
    if found := _YEAR.fullmatch(plain):
        return Period.ending(Month(int(found[1]), 12), 12)
    if found := _QUARTER.fullmatch(plain):
        return Period.ending(Month(int(found[1]), 3 * int(found[2])), 3)
    if found := _QUARTER_FIRST.fullmatch(plain):
        return Period.ending(Month(int(found[2]), 3 * int(found[1])), 3)
    found = _FINANCIAL.fullmatch(plain)
    if found and (int(found[1]) + 1) % 100 == int(found[2]):
        return Period.ending(Month(int(found[1]) + 1, 3), 12)
    return None


def _compare(figures: np.ndarray, periods: Sequence[Period | None]) -> list[str]:
    """Say the change of each figure of one item in one place, oldest first."""
    changes = [""] * len(periods)
    newest: dict[int, int] = {}
    for place, period in enumerate(periods):
        if period is None:
            continue
        before = newest.get(len(period))
        newest[len(period)] = place
        if before is None or not np.isfinite(figures[[place, before]]).all():
            continue
        then = periods[before]
        if then is not None and then.last < period.first:
            changes[place] = compare_estimates(Figure(*figures[place]), Figure(*figures[before]))
    return changes
