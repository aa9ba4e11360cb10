"""'You said, we did': what residents of some wards asked for and what came of it, to hand out.

One text for a reader of plain files, and one print: A4, tagged, in greys, on as many pages as it
takes. Officers at work are named; the register names nobody else.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import orjson
import pandas as pd

from dashboard.reports.priority_words import CAME, say_asked, say_did, say_officer
from dashboard.reports.typesetting import break_long_words, make_settable, set_pdf
from dashboard.services.engagement import find_list_day
from geodata.calendar import say_date

TEMPLATE = "letter.typ"
TITLE = "You said, we did"
NOBODY = ("Your officer", "Nobody is named for this ward. Telephone 101.")
STANDS = {
    "agreed": "Agreed",
    "in hand": "Being worked on",
    "done": "Done",
    "not taken up": "Not taken up",
}
"""How a priority stands, in the words of a letter."""


@dataclass(frozen=True)
class Answer:
    """One priority: its title, and label and words of each part."""

    title: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class WardAnswers:
    """A ward with who to turn to there (label and words), how old that is, and its priorities."""

    ward: str
    contacts: tuple[tuple[str, str], ...]
    listed: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Letter:
    """What is handed out.

    Attributes
    ----------
    place : str
        The ward with its district, the district, or all.
    holds : str
        Which priorities it holds; empty if all.
    marking, notice : str
        Stand on every page; the notice may be empty.
    is_synthetic : bool
    as_of : date
        Day on which the register was read.
    wards : tuple of WardAnswers
        In order of district and ward.
    """

    place: str
    holds: str
    marking: str
    notice: str
    is_synthetic: bool
    as_of: dt.date
    wards: tuple[WardAnswers, ...] = field(repr=False)

    @property
    def title(self) -> str:
        """The heading."""
        return f"{TITLE}: {self.place}"

    @property
    def day(self) -> str:
        """The day of the register in a sentence."""
        return f"As of {say_date(self.as_of)}."


def write_letter(
    table: pd.DataFrame,
    officers: pd.DataFrame,
    place: str,
    *,
    holds: str,
    marking: str,
    notice: str,
    is_synthetic: bool,
    as_of: dt.date,
) -> Letter:
    """Write the letter of the priorities that are chosen.

    Parameters
    ----------
    table : DataFrame
        `dashboard.services.priorities.Register.table`, or some of its rows.
    officers : DataFrame
        `geodata.schemas.OFFICER_COLUMNS` of these wards, leads first.
    place, holds, marking, notice, is_synthetic, as_of
        As in `Letter`.
    """
    ordered = table.sort_values(["district", "ward", "agreed_on"], kind="stable")
    wards = tuple(
        WardAnswers(
            f"{ward}, {district}" if district else str(ward),
            _list_contacts(officers[officers["ward_code"] == code].to_dict("records")),
            _say_listed(officers[officers["ward_code"] == code]),
            tuple(map(_answer, rows.to_dict("records"))),
        )
        for (district, ward, code), rows in ordered.groupby(
            ["district", "ward", "ward_code"], sort=False
        )
    )
    return Letter(place, holds, marking, notice, is_synthetic, as_of, wards)


def _list_contacts(officers: Sequence[Mapping[Any, Any]]) -> tuple[tuple[str, str], ...]:
    """Give each officer of a ward with how to reach them, or whom to turn to without one."""
    if not officers:
        return (NOBODY,)
    lines = []
    for row in officers:
        # The label says who leads.
        name, role, reach = say_officer({**row, "is_lead": False})
        known = ", ".join(part for part in (name, role, row["team"]) if part)
        label = "Your named officer" if row["is_lead"] else "Your team"
        lines.append((label, _on_one_line(f"{known}. {reach}." if reach else f"{known}.")))
    return tuple(lines)


def _say_listed(officers: pd.DataFrame) -> str:
    as_at = find_list_day(officers)
    return f"Names as listed on {say_date(as_at)}." if as_at else ""


def _answer(row: Mapping[Any, Any]) -> Answer:
    parts = (
        ("You said", row["you_said"] or row["title"]),
        ("We did", say_did(row)),
        ("How it stands", f"{STANDS[row['status']]}."),
        ("Where it came from", f"{CAME[row['source']]}, {say_date(row['agreed_on'])}."),
        ("Who was asked", say_asked(row)),
    )
    return Answer(
        _on_one_line(row["title"]), tuple((label, _on_one_line(said)) for label, said in parts)
    )


def make_text(letter: Letter) -> bytes:
    """Make the letter as plain text, ready to read out or to paste."""
    lines = [letter.title, " ".join(filter(None, (letter.day, letter.holds, letter.notice))), ""]
    for ward in letter.wards:
        if len(letter.wards) > 1:
            lines += [ward.ward, ""]
        lines += [f"{label}: {said}" for label, said in ward.contacts]
        lines += [ward.listed, ""] if ward.listed else [""]
        for number, answer in enumerate(ward.answers, start=1):
            lines.append(f"{number}. {answer.title}")
            lines += [f"{label}: {said}" for label, said in answer.parts]
            lines.append("")
    return "\r\n".join(lines).encode()


def make_pdf(letter: Letter) -> bytes:
    """Make the letter as a tagged PDF of A4 pages.

    Raises
    ------
    UserFacingError
        If Typst cannot set it.
    """
    notice = f" {letter.notice}" if letter.notice else ""
    data = {
        "title": letter.title,
        "subtitle": " ".join(filter(None, (letter.day, letter.holds))),
        "marking": letter.marking,
        "notice": letter.notice if letter.is_synthetic else "",
        "footer": f"{letter.title}. {letter.day}{notice}",
        "wards": [asdict(ward) for ward in letter.wards],
        "one": len(letter.wards) == 1,
    }
    given = {"data": orjson.dumps(make_settable(_broken(data))).decode()}
    return set_pdf(TEMPLATE, given, "the priorities and the team of each ward")


def _broken(value: Any) -> Any:
    """Give texts, and what holds them, with places for a break in long words."""
    if isinstance(value, str):
        return break_long_words(value)
    if isinstance(value, dict):
        return {name: _broken(one) for name, one in value.items()}
    return [_broken(one) for one in value] if isinstance(value, list | tuple) else value


def _on_one_line(said: str) -> str:
    """Give a text without line breaks, so that none begins a line that is not its own."""
    return " ".join(str(said).split())
