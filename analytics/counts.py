"""Counts of incidents by area, month, hour and category, with nothing lost on the way.

Each function counts every incident of the frame once; zeros are said for what was asked for
and held, never for what is not held.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geodata.calendar import Month

NO_AREA = ""
"""Area code of an incident that has no area."""


def count_by_area(area_codes: pd.Series, codes: Sequence[str]) -> pd.Series:
    """Count incidents in each area.

    Parameters
    ----------
    area_codes : Series of str or category
        Area of each incident; missing or empty means no area.
    codes : sequence of str
        Areas to answer for, without repeats.

    Returns
    -------
    Series of int64
        Indexed by ``codes`` in the order given, and lastly ``NO_AREA``: every incident whose
        area is missing, empty or not among ``codes``. The sum is the number of incidents.
    """
    found = area_codes.value_counts()
    found.index = found.index.astype("str")
    inside = found.reindex(list(codes), fill_value=0).astype("int64")
    inside.loc[NO_AREA] = len(area_codes) - int(inside.sum())
    return inside.rename("incidents")


def count_by_month(months: pd.Series, held: Sequence[Month]) -> pd.Series:
    """Count incidents in each month that is held.

    Parameters
    ----------
    months : Series of int
        Month of each incident as ``Month.ordinal``.
    held : sequence of Month
        Months the data cover; a held month without an incident counts 0, a month that is
        not held is left out.

    Returns
    -------
    Series of int64
        Indexed by ``Month.ordinal`` in order.
    """
    wanted = sorted({month.ordinal for month in held})
    found = months.value_counts().reindex(wanted, fill_value=0).astype("int64")
    return found.rename("incidents").rename_axis("month")


def count_by_hour_and_weekday(hours: pd.Series, weekdays: pd.Series) -> pd.DataFrame:
    """Count incidents by hour of the day and day of the week.

    Parameters
    ----------
    hours : Series of int
        0 to 23; -1 where the time is not known.
    weekdays : Series of int
        0 (Monday) to 6 (Sunday); -1 where the day is not known.

    Returns
    -------
    DataFrame of int64, shape (24, 7)
        Rows are hours, columns weekdays. Incidents with an unknown hour or day are left out,
        so compare the sum with the number of incidents.
    """
    known = ((hours >= 0) & (weekdays >= 0)).to_numpy()
    hour, weekday = hours.to_numpy()[known], weekdays.to_numpy()[known]
    flat = np.bincount(hour.astype(np.int64) * 7 + weekday.astype(np.int64), minlength=168)
    grid = pd.DataFrame(flat.reshape(24, 7).astype("int64"))
    return grid.rename_axis(index="hour", columns="weekday")


def count_by_category(categories: pd.Series, known: Sequence[str]) -> pd.Series:
    """Count incidents in each category.

    Parameters
    ----------
    categories : Series of str or category
        Category of each incident.
    known : sequence of str
        Categories to answer for, zeros included.

    Returns
    -------
    Series of int64
        Indexed by ``known`` in that order, then by any other category found.
    """
    found = categories.value_counts()
    found.index = found.index.astype("str")
    found = found[(found > 0) | found.index.isin(list(known))]
    others = sorted(set(found.index) - set(known))
    return found.reindex([*known, *others], fill_value=0).astype("int64").rename("incidents")
