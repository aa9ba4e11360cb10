"""Whether questions are asked, how far records can be trusted, and changes of recording."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analytics.completeness import (
    QUESTION_COLUMNS,
    QUESTIONS,
    SHIFTS,
    find_answered,
    find_shift,
    measure_by,
    measure_protected,
)
from analytics.trust import mark_trust
from dashboard.permissions import Permission, current_actor, handed, needs
from dashboard.services import audit
from geodata.calendar import Month, Period, say_date
from geodata.categories import NOT_RECORDED
from geodata.store import questions as store
from geodata.store.database import Database

LONGEST_BREAK = 120


@dataclass(frozen=True)
class Break:
    """A day on which recording changed: the figures on its two sides are not compared."""

    id: int
    force: str
    day: dt.date
    what: str
    marked_by: str

    @property
    def words(self) -> str:
        """Say the change."""
        return f"{self.what} ({self.force}, {say_date(self.day)})"


@dataclass(frozen=True)
class Answers:
    """How often a question has an answer on record.

    Attributes
    ----------
    recorded, incidents : int
        In the whole period.
    months, shifts, channels, districts : DataFrame
        group, recorded, incidents, share, low, high; groups in words.
    protected : DataFrame
        The nine protected characteristics, of incidents in the category personal.
    people : int
        Those incidents.
    """

    recorded: int
    incidents: int
    months: pd.DataFrame
    shifts: pd.DataFrame
    channels: pd.DataFrame
    districts: pd.DataFrame
    protected: pd.DataFrame
    people: int


@needs(Permission.SEE_COUNTS)
def load_question_frame(database: Database, ward_code: str | None = None) -> pd.DataFrame:
    """Load what was recorded of each incident, or of those of a ward."""
    return store.read_question_frame(database, ward_code)


@needs(Permission.SEE_COUNTS)
def list_breaks(database: Database) -> tuple[Break, ...]:
    """List the changes of recording, newest first."""
    return tuple(Break(**row) for row in store.read_breaks(database).to_dict("records"))


@needs(Permission.MARK_BREAKS)
def mark_break(database: Database, *, force: str, day: dt.date, what: str) -> int:
    """Mark a change of recording.

    Raises
    ------
    ValueError
        If the words are missing or too long.
    AlreadyMarkedError
        If it is marked already.
    """
    words = " ".join(what.split())
    if not words or len(words) > LONGEST_BREAK:
        raise ValueError(f"what must have 1 to {LONGEST_BREAK} characters")
    with database.begin() as connection:
        number = store.add_break(
            connection, force=force, day=day, what=words, marked_by=current_actor().name
        )
        audit.log(
            database, "alteration", "recording break", str(number), "data_quality",
            connection=connection,
        )  # fmt: skip
    return number


@needs(Permission.MARK_BREAKS)
def unmark_break(database: Database, break_id: int) -> None:
    """Take a change of recording off the list."""
    with database.begin() as connection:
        store.remove_break(connection, break_id)
        audit.log(
            database, "alteration", "recording break", str(break_id), "data_quality",
            connection=connection,
        )  # fmt: skip


@handed
def breaks_between(
    breaks: Sequence[Break], first: Month, last: Month, forces: Sequence[str]
) -> tuple[Break, ...]:
    """Give the changes of some forces after the first day of one month up to the end of another.

    A change on the first day of the first month lies before everything compared.
    """
    return tuple(
        one
        for one in breaks
        if one.force in forces and first.first_day < one.day < (last + 1).first_day
    )


@handed
def holds_questions(frame: pd.DataFrame) -> bool:
    """Say whether the sources say of any incident what was asked or recorded."""
    return any(bool((frame[name] != NOT_RECORDED).any()) for name in QUESTION_COLUMNS)


@handed
def measure_answers(
    frame: pd.DataFrame, question: str, period: Period, district: str | None, names: dict[str, str]
) -> Answers:
    """Measure how often a question has an answer.

    Raises
    ------
    ValueError
        If the question is not known.
    """
    if question not in QUESTIONS:
        raise ValueError(f"question is {question!r}; accepted: {', '.join(QUESTIONS)}")
    chosen = _choose(frame, period, district)
    answered = find_answered(chosen)[question]
    people = chosen[chosen["nsir_category"] == "personal"]
    shifts = measure_by(answered, find_shift(chosen["reported_at"]))
    districts = measure_by(answered, chosen["district_code"].astype(str))
    months = measure_by(answered, chosen["month"].astype(str))
    return Answers(
        recorded=int(answered.sum()),
        incidents=len(chosen),
        months=months.assign(group=[Month.parse(text).label for text in months["group"]],
                             month=pd.to_datetime(months["group"])),
        shifts=shifts.assign(group=shifts["group"].map(SHIFTS)),
        channels=measure_by(answered, chosen["report_channel"].astype(str)),
        districts=districts.assign(
            group=[names.get(code, "No district") for code in districts["group"]]
        ),
        protected=measure_protected(people),
        people=len(people),
    )  # fmt: skip


@handed
def mark_wards(
    frame: pd.DataFrame, wards: pd.DataFrame, period: Period, district: str | None,
    breaks: Sequence[Break],
) -> pd.DataFrame:  # fmt: skip
    """Mark how far the records of each ward can be trusted.

    Returns
    -------
    DataFrame
        code, ward, district, incidents, mark (shape and word), why, raise; weakest first.
    """
    chosen = _choose(frame, period, district)
    looked_at = wards[wards["district_code"] == district] if district else wards
    by_ward = dict(list(chosen.groupby(chosen["ward_code"].astype(str))))
    rows = []
    for code, name, place in zip(
        looked_at["code"], looked_at["name"], looked_at["district"], strict=True
    ):
        inside = by_ward.get(code, chosen.iloc[:0])
        forces = sorted(set(inside["force"].astype(str)))
        within = breaks_between(breaks, period.first, period.last, forces)
        trust = mark_trust(inside, [one.words for one in within])
        rows.append({
            "code": code, "ward": name, "district": place, "incidents": len(inside),
            "mark": f"{trust.shape} {trust.level}", "why": trust.sentence,
            "raise": trust.what_would_raise_it,
        })  # fmt: skip
    order = {"Weak": 0, "Fair": 1, "Good": 2}
    table = pd.DataFrame(rows)
    weakest_first = table["mark"].str[2:].map(order)
    return (
        table.assign(order=weakest_first)
        .sort_values(["order", "incidents", "ward"], ascending=[True, False, True])
        .drop(columns="order")
        .reset_index(drop=True)
    )


def _choose(frame: pd.DataFrame, period: Period, district: str | None) -> pd.DataFrame:
    months = [str(month) for month in period.months]
    keep = frame["month"].isin(months)
    if district:
        keep &= frame["district_code"] == district
    return frame[keep]
