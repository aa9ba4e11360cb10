"""Which cells of a list or a table of counts are shown, if its totals are published as well.

A count under 5 is said to be "fewer than 5"; 0 counts as one, since that nothing happened in a
small place is itself a finding about it. Other cells are withheld so that no total minus what is
shown gives a small count. The proof is by construction: for every small cell there are other
unpublished cells that could rise or fall with it while every published figure stays as it is.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

THRESHOLD = 5
ENOUGH = 2 * THRESHOLD - 1
"""A withheld count from which any small count can be made up while it stays 5 or more."""

SHOWN, SMALL, WITHHELD, YEARLY = 0, 1, 2, 3
"""Marks: the count is shown; it is said to be fewer than 5; nothing is said of it; nothing is said
of it since the area has figures by year only."""

Ints = npt.NDArray[np.int64]
Marks = npt.NDArray[np.int8]
Bools = npt.NDArray[np.bool_]

WORDS = {SMALL: "fewer than 5", WITHHELD: "withheld", YEARLY: "by year only"}


def say_count(count: float, mark: int) -> str:
    """Say a count as it may be published.

    Examples
    --------
    >>> say_count(1234, SHOWN), say_count(3, SMALL), say_count(70, WITHHELD)
    ('1,234', 'fewer than 5', 'withheld')
    """
    return WORDS[mark] if mark else f"{count:,.0f}"


def protect_list(
    counts: npt.ArrayLike,
    groups: npt.ArrayLike,
    *,
    hidden: npt.ArrayLike | None = None,
    closed: npt.ArrayLike | None = None,
    partners: npt.ArrayLike | None = None,
) -> Marks:
    """Say which counts of a list may be shown when each group's total is published.

    Parameters
    ----------
    counts : array-like of int, shape (cells,)
        Counts, 0 or more.
    groups : array-like, shape (cells,)
        Group of each cell; the total of a group is published unless it is closed.
    hidden : array-like of bool, optional
        Cells that are never published, such as incidents of a ward in none of its LSOAs. They
        are protected like the others, and protect others if they are large.
    closed : array-like of bool, optional
        Cells whose group's total is not published: nothing may be said of them.
    partners : array-like of bool, optional
        Cells that may be withheld to protect a small one, if also 9 or more; default all.

    Returns
    -------
    ndarray of int8, shape (cells,)
        SHOWN, SMALL or WITHHELD. Hidden cells are never SHOWN.

    Notes
    -----
    A group with a small cell needs one unpublished cell of 9 or more: together they can trade
    up to 4 while the large one stays at 5 or more. The first such cell in the order given is
    taken, and not the smallest, since a choice by size would itself say how large it is. Where
    there is none, the whole group is withheld without saying which of its cells are small.

    Examples
    --------
    >>> protect_list([3, 20, 40], ["a", "a", "a"]).tolist()
    [1, 2, 0]
    >>> protect_list([3, 6, 8], ["a", "a", "a"]).tolist()
    [2, 2, 2]
    """
    found = np.asarray(counts, dtype=np.int64)
    is_hidden = _flags(hidden, len(found))
    is_closed = _flags(closed, len(found))
    may_help = found >= ENOUGH
    if partners is not None:
        may_help &= np.asarray(partners, dtype=bool)
    _require_counts(found)
    marks = np.where(found < THRESHOLD, SMALL, SHOWN).astype(np.int8)
    marks[is_hidden & (marks == SHOWN)] = WITHHELD
    marks[is_closed] = WITHHELD
    for members in _members(groups, len(found)):
        inside = members[~is_closed[members]]
        if not (marks[inside] == SMALL).any():
            continue
        large = inside[may_help[inside]]
        if (marks[large] == WITHHELD).any():
            continue
        if len(large):
            marks[large[0]] = WITHHELD
        else:
            marks[inside] = WITHHELD
    return marks


def protect_table(
    counts: npt.ArrayLike,
    row_groups: npt.ArrayLike,
    column_groups: npt.ArrayLike,
    *,
    closed: npt.ArrayLike | None = None,
) -> Marks:
    """Say which cells of a table may be shown when totals in both directions are published.

    Published are, for every row, the total of each group of columns, and for every column, the
    total of each group of rows (such as a ward's year and a district's quarter).

    Parameters
    ----------
    counts : array-like of int, shape (rows, columns)
        Counts, 0 or more.
    row_groups, column_groups : array-like
        Group of each row and of each column.
    closed : array-like of bool, shape (rows, columns), optional
        Cells of which nothing may be said because a total over them is itself not published.

    Returns
    -------
    ndarray of int8, shape (rows, columns)
        SHOWN, SMALL or WITHHELD.

    Notes
    -----
    A small cell is protected by three unpublished cells of 9 or more that make a rectangle with
    it, inside one group of rows and one of columns: what one corner gains its neighbours lose,
    and no total changes. Of the rectangles that fit, the one that withholds fewest further cells
    is taken, the first on ties. Where none fits, the row's whole group of columns is withheld
    with that of a row that has 9 or more in each of them; where there is no such row, the whole
    group of rows, and then all that is left are totals of 5 or more over several rows and
    columns, which hold no cell below 5.
    """
    found = np.asarray(counts, dtype=np.int64)
    if found.ndim != 2:
        raise ValueError(f"counts has {found.ndim} dimensions; a table of 2 is accepted")
    _require_counts(found)
    is_closed = np.zeros(found.shape, bool) if closed is None else np.asarray(closed, bool)
    marks = np.where(found < THRESHOLD, SMALL, SHOWN).astype(np.int8)
    marks[is_closed] = WITHHELD
    for rows in _members(row_groups, found.shape[0]):
        for columns in _members(column_groups, found.shape[1]):
            _protect_block(found, marks, is_closed, rows, columns)
    return marks


def _protect_block(found: Ints, marks: Marks, closed: Bools, rows: Ints, columns: Ints) -> None:
    """Protect the cells of one group of rows and one of columns, in place."""
    block = np.ix_(rows, columns)
    values, marked, shut = found[block], marks[block], closed[block]
    for row in np.flatnonzero((marked == SMALL).any(axis=1)).tolist():
        smalls = np.flatnonzero(marked[row] == SMALL).tolist()
        if not all(_close_rectangle(values, marked, row, column) for column in smalls):
            _withhold_strip(values, marked, row)
        if (marked == WITHHELD).all():
            break
    marked[shut] = WITHHELD
    marks[block] = marked


def _close_rectangle(values: Ints, marked: Marks, row: int, column: int) -> bool:
    """Withhold the three other corners of a rectangle around a small cell; False if none fits."""
    large = values >= ENOUGH
    other_rows = np.flatnonzero(large[:, column])
    other_columns = np.flatnonzero(large[row])
    if not len(other_rows) or not len(other_columns):
        return False
    fits = large[np.ix_(other_rows, other_columns)]
    if not fits.any():
        return False
    shown = marked == SHOWN
    cost = (
        shown[other_rows, column][:, None].astype(int)
        + shown[row, other_columns][None, :]
        + shown[np.ix_(other_rows, other_columns)]
    )
    cost = np.where(fits, cost, np.iinfo(np.int64).max)
    a, b = np.unravel_index(int(cost.argmin()), cost.shape)
    for corner in (
        (other_rows[a], column),
        (row, other_columns[b]),
        (other_rows[a], other_columns[b]),
    ):
        marked[corner] = WITHHELD
    return True


def _withhold_strip(values: Ints, marked: Marks, row: int) -> None:
    """Withhold a row together with one that is large throughout, or the whole block."""
    marked[row] = WITHHELD
    partners = np.flatnonzero((values >= ENOUGH).all(axis=1))
    if len(partners):
        fewest = (marked[partners] == SHOWN).sum(axis=1)
        marked[partners[int(fewest.argmin())]] = WITHHELD
    else:
        marked[:] = WITHHELD


def _members(groups: npt.ArrayLike, length: int) -> Sequence[Ints]:
    labels = np.asarray(groups)
    if labels.shape != (length,):
        raise ValueError(f"groups has the shape {labels.shape}; ({length},) is accepted")
    _, number = np.unique(labels, return_inverse=True)
    order = np.argsort(number, kind="stable")
    return np.split(order, np.cumsum(np.bincount(number))[:-1]) if length else []


def _flags(given: npt.ArrayLike | None, length: int) -> Bools:
    return np.zeros(length, bool) if given is None else np.asarray(given, dtype=bool)


def _require_counts(found: Ints) -> None:
    if found.size and found.min() < 0:
        raise ValueError(f"counts holds {found.min()}; counts of 0 or more are accepted")
