"""What the words of a ward profile are made of: blocks, small tables, the figures on top."""

import datetime as dt
from dataclasses import dataclass

from geodata.calendar import say_date


@dataclass(frozen=True)
class Table:
    """A small table: what it is called, its head and its rows of words; ``of`` how many there are.

    ``of`` is 0 where the rows are all.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: str = ""
    of: int = 0


@dataclass(frozen=True)
class Section:
    """One block: its number and title, what it says, and a table where it has one."""

    number: int
    title: str
    lines: tuple[str, ...]
    table: Table | None = None
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Headline:
    """One of the figures that stand on top: its label, the figure, and what it is to be read by."""

    label: str
    figure: str
    note: str


def cut_table(table: Table | None, most: int) -> Table | None:
    """Give the first rows of a table, and say how many there are besides."""
    if table is None or len(table.rows) <= most:
        return table
    hidden = (table.of or len(table.rows)) - most
    return Table(table.caption, table.head, table.rows[:most], f"{hidden} more not printed.")


def say_day(day: dt.date | None) -> str:
    """Say a day, or that it is not known."""
    return say_date(day) if day else "day not known"
