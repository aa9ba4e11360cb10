"""What an import did, file by file, in figures and in sentences."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from geodata.categories import WARD_METHODS
from geodata.faults import Faults

WARD_WORDS = {
    "polygon": "inside a ward",
    "lookup": "by the LSOA named",
    "nearest": "by the nearest ward",
    "none": "in no ward",
}

MANY_REFUSED = 0.1
"""Part of the rows above which the report says what to do about those refused."""


def say_count(count: int, word: str = "row") -> str:
    """Say a count with its word, such as '1 row' or '1,200 rows'."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


@dataclass
class FileReport:
    """One file (or member of an archive).

    Parameters
    ----------
    name : str
        File name.
    rows_read, rows_stored, rows_left_out : int
        Left out are rows that were not asked for or are held already; read = stored + left
        out + refused.
    faults : Faults
        Rows that were refused.
    ward_by : Counter
        How many incidents each way of placing gave a ward.
    notes : list of str
        What else the user should know.
    already_held : bool
        True if the same bytes were imported before; nothing was added.
    """

    name: str
    rows_read: int = 0
    rows_stored: int = 0
    rows_left_out: int = 0
    faults: Faults = field(default_factory=Faults)
    ward_by: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    already_held: bool = False

    @property
    def sentence(self) -> str:
        """What happened to the file, in one sentence."""
        if self.already_held:
            return f"{self.name}: held already, nothing was added."
        said = (
            f"{self.name}: {say_count(self.rows_read)} read, {self.rows_stored:,} stored, "
            f"{self.rows_left_out:,} left out, {self.faults.count:,} refused."
        )
        return " ".join([said, *self.notes])


@dataclass
class ImportReport:
    """What an import did.

    Parameters
    ----------
    source : str
        Kind of source, such as police-uk.
    files : list of FileReport
        One a file, in the order they were read.
    dry_run : bool
        True if nothing was stored.
    notes : list of str
        What concerns the whole import, such as incidents placed anew.
    """

    source: str
    files: list[FileReport] = field(default_factory=list)
    dry_run: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def rows_read(self) -> int:
        """Rows in all files that were not held already."""
        return sum(file.rows_read for file in self.files)

    @property
    def rows_stored(self) -> int:
        """Rows stored, or that a dry run would store."""
        return sum(file.rows_stored for file in self.files)

    @property
    def rows_left_out(self) -> int:
        """Rows that were not asked for or are held already."""
        return sum(file.rows_left_out for file in self.files)

    @property
    def rows_refused(self) -> int:
        """Rows refused for a fault."""
        return sum(file.faults.count for file in self.files)

    @property
    def refusals(self) -> pd.DataFrame:
        """Refused rows of all files: file, row, column, value, reason."""
        frames = [file.faults.to_frame().assign(file=file.name) for file in self.files]
        columns = ["file", "row", "column", "value", "reason"]
        return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame()

    @property
    def ward_by(self) -> dict[str, int]:
        """Incidents by the way they were given a ward."""
        total: Counter[str] = Counter()
        for file in self.files:
            total.update(file.ward_by)
        return {method: total[method] for method in WARD_METHODS}

    @property
    def sentences(self) -> list[str]:
        """The report in sentences: files, wards, faults by kind with first rows, notes."""
        said = [file.sentence for file in self.files]
        if sum(self.ward_by.values()):
            ways = ", ".join(f"{n:,} {WARD_WORDS[way]}" for way, n in self.ward_by.items())
            said.append(f"Wards: {sum(self.ward_by.values()):,} incidents: {ways}.")
        for file in self.files:
            for column, reason, count, examples in file.faults.by_reason():
                said.append(f"{file.name}: {count:,} refused in column {column}: {reason}.")
                said.extend(
                    f"  {file.name}, row {fault.row}, column {fault.column!r}: "
                    f"{fault.value}; {fault.reason}"
                    for fault in examples
                )
            said.extend(
                f"{file.name}: {say_count(n) + ': ' if n else ''}{note}."
                for note, n in file.faults.notes
            )
        said.extend(self.notes)
        if self.rows_refused > MANY_REFUSED * self.rows_read:
            said.append(
                f"{self.rows_refused:,} of {say_count(self.rows_read)} "
                f"{'was' if self.rows_refused == 1 else 'were'} refused, for the "
                "reasons above, the most frequent first. If the values are right, the mapping file "
                "or the areas held lack something: mend that; else mend the file. Then try again."
            )
        if self.dry_run:
            said.append("This was a dry run: nothing was stored.")
        return said

    def to_dict(self) -> dict[str, Any]:
        """Give the report as plain values, for ``--json``."""
        return {
            "source": self.source,
            "dry_run": self.dry_run,
            "rows_read": self.rows_read,
            "rows_stored": self.rows_stored,
            "rows_left_out": self.rows_left_out,
            "rows_refused": self.rows_refused,
            "ward_by": self.ward_by,
            "notes": self.notes,
            "files": [
                {
                    "file": file.name,
                    "already_held": file.already_held,
                    "rows_read": file.rows_read,
                    "rows_stored": file.rows_stored,
                    "rows_left_out": file.rows_left_out,
                    "rows_refused": file.faults.count,
                    "notes": file.notes,
                    "faults": [
                        {
                            "column": column,
                            "accepted": reason,
                            "count": count,
                            "first": [{"row": f.row, "value": f.value} for f in examples],
                        }
                        for column, reason, count, examples in file.faults.by_reason()
                    ],
                }
                for file in self.files
            ],
        }
