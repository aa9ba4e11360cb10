"""Incidents as whole numbers, so that everything a release counts is counted in a few passes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Numbered:
    """Incidents, a number each for where, when and what.

    Attributes
    ----------
    ward : ndarray of int64
        Place of the ward among those asked for, -1 for any other.
    home : ndarray of int64
        Number of the ward whichever it is, so that two wards never share one.
    lsoa : ndarray of int64
        Place among ``lsoas``, -1 for none of them.
    month : ndarray of int64
        `Month.ordinal`.
    category : ndarray of int64
        Place among ``categories``.
    lsoas, categories : list of str
        In order of their names; categories are those of the wards asked for.
    """

    ward: Ints
    home: Ints
    lsoa: Ints
    month: Ints
    category: Ints
    lsoas: list[str]
    categories: list[str]

    @classmethod
    def of(cls, frame: pd.DataFrame, wards: Sequence[str], lsoas: Sequence[str]) -> Self:
        """Give incidents their numbers among some wards and LSOAs."""
        home, homes = _factorise(frame["ward_code"])
        ward = _translate(home, homes, wards)
        small, smalls = _factorise(frame["lsoa_code"])
        names = sorted(set(lsoas))
        kind, kinds = _factorise(frame["nsir_category"])
        categories = sorted(str(kinds[number]) for number in np.unique(kind[ward >= 0]))
        return cls(
            ward=ward,
            home=home,
            lsoa=_translate(small, smalls, names),
            month=frame["month"].to_numpy().astype(np.int64),
            category=_translate(kind, kinds, categories),
            lsoas=names,
            categories=categories,
        )

    def count(self, rows: Ints, height: int, columns: Ints, width: int) -> Ints:
        """Count incidents by the numbers of a row and a column; those with a -1 are left out."""
        inside = (rows >= 0) & (columns >= 0)
        flat = np.bincount(rows[inside] * width + columns[inside], minlength=height * width)
        return flat.reshape(height, width).astype(np.int64)


def place_among(numbers: Ints, wanted: Sequence[int]) -> Ints:
    """Give the place of each number in a rising list, -1 where it is not there."""
    if not len(wanted):
        return np.full(len(numbers), -1, dtype=np.int64)
    known = np.asarray(wanted, dtype=np.int64)
    place = np.minimum(np.searchsorted(known, numbers), len(known) - 1)
    return np.where(known[place] == numbers, place, -1).astype(np.int64)


def _factorise(column: pd.Series) -> tuple[Ints, npt.NDArray[np.object_]]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy().astype(np.int64), column.cat.categories.to_numpy(object)
    codes, names = pd.factorize(column.astype("str"))
    return codes.astype(np.int64), np.asarray(names, dtype=object)


def _translate(codes: Ints, names: npt.NDArray[np.object_], wanted: Sequence[str]) -> Ints:
    """Turn numbers of some names into places among others, -1 where a name is not there."""
    place = {name: number for number, name in enumerate(wanted)}
    # One more at the end for what is missing, which is number -1.
    of_name = np.array([*(place.get(str(name), -1) for name in names), -1], dtype=np.int64)
    return of_name[codes]
