"""Faults of a file: collected row by row, reported once with counts and first examples.

A fault names the row as a spreadsheet shows it, the column, the value (made safe) and what
would have been accepted. Notes are remarks that refuse no row, such as words a mapping file
does not translate.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from geodata.errors import safe_value

KEPT_PER_REASON = 10_000
SHOWN_PER_REASON = 3
FRAME_COLUMNS = ["row", "column", "value", "reason"]


@dataclass(frozen=True)
class Fault:
    """One value that was refused.

    Parameters
    ----------
    row : int
        Row number as a spreadsheet shows it; the header is row 1.
    column : str
        Column of the file.
    value : str
        What stood there, already made safe.
    reason : str
        What is accepted.
    """

    row: int
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {self.value}; {self.reason}"


@dataclass
class _Group:
    """Faults of one column with one reason: how many, and the first of them."""

    count: int = 0
    kept: list[Fault] = field(default_factory=list)


class Faults:
    """Every fault of a file, with all of them counted and at most 10,000 of a kind kept.

    Where ``is_personal`` is set, no value of the file comes into the report.

    Examples
    --------
    >>> faults = Faults()
    >>> faults.add(118, "Longitude", "abc", "a number is accepted")
    >>> len(faults), faults.rows
    (1, {118})
    >>> print(faults.by_reason()[0][3][0])
    row 118, Longitude: 'abc'; a number is accepted
    """

    def __init__(self) -> None:
        self._groups: dict[tuple[str, str], _Group] = {}
        self._rows: set[int] = set()
        self._notes: dict[str, int] = {}
        self.is_personal = False

    def add(
        self, row: int, column: str, value: object, reason: str, personal: bool = False
    ) -> None:
        """Record one refused value; ``personal`` keeps the value itself out of the report."""
        self.add_rows([row], column, [value], reason, personal)

    def add_rows(
        self,
        rows: Iterable[int],
        column: str,
        values: Sequence[object] | pd.Series | np.ndarray | pd.Index,
        reason: str,
        personal: bool = False,
    ) -> None:
        """Record many refused values of one column with one reason.

        Parameters
        ----------
        rows : iterable of int
            Row numbers, in the order of ``values``.
        column : str
            Column of the file.
        values : sequence
            What stood in each row, same length as ``rows``.
        reason : str
            What is accepted.
        personal : bool, default False
            True if the values may hold personal data.

        Raises
        ------
        ValueError
            If the lengths differ.
        """
        numbers = np.asarray(list(rows), dtype=np.int64)
        if len(numbers) != len(values):
            raise ValueError(f"{len(numbers)} rows but {len(values)} values of {column!r}")
        if not len(numbers):
            return
        group = self._groups.setdefault((column, reason), _Group())
        group.count += len(numbers)
        self._rows.update(numbers.tolist())
        room = max(KEPT_PER_REASON - len(group.kept), 0)
        for row, value in zip(numbers[:room].tolist(), list(values[:room]), strict=True):
            shown = safe_value(value, personal=personal or self.is_personal)
            group.kept.append(Fault(row, column, shown, reason))

    def note(self, text: str, count: int = 1) -> None:
        """Record a remark that refuses no row, with how many rows it concerns; 0 for the file."""
        self._notes[text] = self._notes.get(text, 0) + count

    @property
    def rows(self) -> set[int]:
        """Numbers of the rows with at least one fault."""
        return set(self._rows)

    @property
    def count(self) -> int:
        """How many rows are refused; a row with two faults counts once."""
        return len(self._rows)

    @property
    def notes(self) -> list[tuple[str, int]]:
        """Remarks with how many rows each concerns, most first."""
        return sorted(self._notes.items(), key=lambda note: (-note[1], note[0]))

    def __len__(self) -> int:
        """How many faults there are; a row with two faults counts twice."""
        return sum(group.count for group in self._groups.values())

    def by_reason(self) -> list[tuple[str, str, int, list[Fault]]]:
        """Give column, reason, count and the first 3 faults of each kind, most first."""
        found = [
            (column, reason, group.count, group.kept[:SHOWN_PER_REASON])
            for (column, reason), group in self._groups.items()
        ]
        return sorted(found, key=lambda kind: (-kind[2], kind[0], kind[1]))

    def to_frame(self) -> pd.DataFrame:
        """Give the kept faults as a frame of row, column, value, reason, by row."""
        kept = [fault for group in self._groups.values() for fault in group.kept]
        kept.sort(key=lambda fault: (fault.row, fault.column))
        return pd.DataFrame(
            {
                "row": pd.Series([fault.row for fault in kept], dtype="int64"),
                "column": pd.Series([fault.column for fault in kept], dtype="str"),
                "value": pd.Series([fault.value for fault in kept], dtype="str"),
                "reason": pd.Series([fault.reason for fault in kept], dtype="str"),
            },
            columns=FRAME_COLUMNS,
        )
