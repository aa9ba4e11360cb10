"""When must somebody review a case, by its risk band, and is it overdue?

Each level has a clock of its own: it starts when the case was opened and again with each review
at that level or a higher one. A case of standard risk has no clock and is checked by sample; one
whose risk is not recorded has none either, and that is said.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from analytics.cases.configuration import check_configuration, read_configuration
from analytics.cases.risk_matrix import BANDS, NEVER_CLOSES_BY_ITSELF
from geodata.calendar import say_date

SUBJECT = "review clocks"
OVERDUE, DUE_SOON, IN_TIME, NO_CLOCK = "overdue", "due within 7 days", "in time", "no clock"
MARKS = {OVERDUE: "▲", DUE_SOON: "◐", IN_TIME: "●", NO_CLOCK: "–"}
"""The shape beside each word, so that no state is told by colour."""

SOON_DAYS = 7
SAMPLE = "Standard risk: no clock runs; the case is open to a quality check by sample."
NOT_ASSESSED = "Risk is not recorded, so no clock can run. Assess the risk."
CLOSED = "Closed: no clock runs."
CONFIRM_CLOSED = (
    "Closed at high risk: stays listed until a review by an inspector or higher confirms it."
)


class ReviewClocks(BaseModel):
    """Days between reviews by band and level.

    Attributes
    ----------
    version, status, source : str
        What the table is called, whether it is policy, where it comes from.
    valid_from : date
        First day on which it holds.
    levels : tuple of str
        From lowest to highest.
    days : dict of str to dict of str to int
        Band: level: days; a band may have none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str = Field(min_length=1)
    valid_from: dt.date
    status: str = Field(min_length=3)
    source: str = Field(min_length=3)
    levels: tuple[str, ...] = Field(min_length=1)
    days: dict[str, dict[str, int]]

    @model_validator(mode="after")
    def _known_words(self) -> Self:
        if set(self.days) != set(BANDS):
            raise ValueError(f"days has the bands {', '.join(BANDS)}, each once")
        for band, levels in self.days.items():
            if unknown := set(levels) - set(self.levels):
                raise ValueError(
                    f"{band} names {sorted(unknown)[0]!r}; accepted: {', '.join(self.levels)}"
                )
            if any(not 1 <= days <= 366 for days in levels.values()):
                raise ValueError(f"{band} has days outside 1 to 366")
        return self


@dataclass(frozen=True)
class Clock:
    """One clock of a case.

    Attributes
    ----------
    level : str
        Who reviews, such as 'sergeant'.
    since, due : date
        Day it started from, and the last day in time.
    state : str
        overdue, 'due within 7 days' or 'in time'.
    days_over : int
        Days after the due day; 0 unless overdue.
    """

    level: str
    since: dt.date
    due: dt.date
    state: str
    days_over: int = 0

    @property
    def words(self) -> str:
        """Say the clock with its shape, such as '▲ Inspector review overdue by 3 days'."""
        mark, who = MARKS[self.state], f"{self.level.capitalize()} review"
        if self.state == OVERDUE:
            days = "1 day" if self.days_over == 1 else f"{self.days_over:,} days"
            return f"{mark} {who} overdue by {days} (was due {say_date(self.due)})"
        soon = ", within 7 days" if self.state == DUE_SOON else ""
        return f"{mark} {who} due {say_date(self.due)}{soon}"


@dataclass(frozen=True)
class Reviews:
    """The clocks of one case.

    Attributes
    ----------
    clocks : tuple of Clock
        The most overdue first; empty where no clock runs.
    state : str
        State of the most pressing clock, or 'no clock'.
    words : str
        The most pressing clock, or why none runs.
    needs_person : bool
        True for a case that was closed at high risk and that nobody has confirmed.
    """

    clocks: tuple[Clock, ...]
    state: str
    words: str
    needs_person: bool = False

    @property
    def days_over(self) -> int:
        """Days by which the most pressing clock is over."""
        return self.clocks[0].days_over if self.clocks else 0


def load_review_clocks(path: Path | None = None) -> ReviewClocks:
    """Read and check the table of clocks.

    Raises
    ------
    FileNotReadableError
        If the file is missing or is not TOML.
    SettingsError
        If a band, a level or a number of days is not accepted.
    """
    file = read_configuration(path, "review_clocks.toml", SUBJECT)
    return check_configuration(ReviewClocks, file, SUBJECT)


def find_reviews(
    clocks: ReviewClocks,
    *,
    band: str,
    opened: dt.date,
    closed: dt.date | None,
    reviewed: Mapping[str, dt.date],
    on: dt.date,
    planned: dt.date | None = None,
    elsewhere: dt.date | None = None,
) -> Reviews:
    """Find the review clocks of a case on a day.

    Parameters
    ----------
    clocks : ReviewClocks
    band : str
        Risk band; where it is a range, the higher end. Another word means not recorded.
    opened, closed : date, date or None
    reviewed : mapping of str to date
        Level: day of its newest review; a review at a higher level counts for the lower ones.
    on : date
        A review is in time up to and including its due day.
    planned : date, optional
        Next review that the case's own system planned; it runs beside the clocks, whatever the
        band, until a review on or after that day.
    elsewhere : date, optional
        Newest review in the case's own system, whose level is not known: it starts every clock
        anew, but confirms no closing.

    Examples
    --------
    High risk, opened on 1 March and never reviewed: on 16 March the sergeant's 14 days are over
    by one day; the inspector's run to 29 March.
    """
    if closed is not None and closed <= on:
        high_levels = clocks.levels[1:] or clocks.levels
        confirmed = any(reviewed.get(level, dt.date.min) >= closed for level in high_levels)
        if band == NEVER_CLOSES_BY_ITSELF and not confirmed:
            return Reviews((), OVERDUE, f"{MARKS[OVERDUE]} {CONFIRM_CLOSED}", needs_person=True)
        return Reviews((), NO_CLOCK, CLOSED)
    days_of = clocks.days.get(band, {})
    known = [*reviewed.values(), *([elsewhere] if elsewhere else [])]
    newest = max([opened, *known])
    found = []
    if planned is not None and (not known or newest < planned):
        found.append(_run("planned", newest, planned, on))
    for position, level in enumerate(clocks.levels):
        if level not in days_of:
            continue
        counting = [reviewed[at] for at in clocks.levels[position:] if at in reviewed]
        since = max([opened, *counting, *([elsewhere] if elsewhere else [])])
        found.append(_run(level, since, since + dt.timedelta(days=days_of[level]), on))
    if not found:
        return Reviews((), NO_CLOCK, SAMPLE if band in BANDS else NOT_ASSESSED)
    found.sort(key=lambda clock: (-clock.days_over, clock.due))
    return Reviews(tuple(found), found[0].state, found[0].words)


def _run(level: str, since: dt.date, due: dt.date, on: dt.date) -> Clock:
    over = max((on - due).days, 0)
    soon = (due - on).days <= SOON_DAYS
    return Clock(level, since, due, OVERDUE if over else DUE_SOON if soon else IN_TIME, over)
