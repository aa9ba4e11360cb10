"""May a victim ask for an ASB case review of a problem, and until when?

A victim may ask once enough separate incidents of one problem were reported (Anti-social
Behaviour, Crime and Policing Act 2014, section 104). Each counts if it was reported within a
month of the behaviour, and for six months after the report. Two readings are kept side by side:
the strict one of the law's wording and councils' looser public wording, a day longer at each
edge. The state follows the looser one and says what the strict one gives; staff decide.

This never contacts anybody. A report whose link to the problem, or whose day, is not known is
never counted as a no: where it could change the answer, the state is 'cannot tell'.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from analytics.cases.configuration import check_configuration, read_configuration
from analytics.cases.review_dates import Report, last_in_time, read_reports
from geodata.calendar import say_date
from geodata.codes import CODE_PATTERNS
from geodata.errors import SettingsError

SUBJECT = "thresholds of the case review"
NONE, ONE_MORE, MET, CANNOT_TELL = "none", "one more", "threshold met", "cannot tell"
STATES = (MET, ONE_MORE, CANNOT_TELL, NONE)
"""States, the most pressing first."""

ASK_FOR_ONE_MORE = "One more report makes this reviewable"
HAS_BEEN_TOLD = "Threshold met - has the victim been told?"


class BySeveral(BaseModel):
    """A threshold of reports by several people."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reports: int = Field(ge=2, le=50)
    people: int = Field(ge=2, le=50)


class ReviewRules(BaseModel):
    """When a problem may be reviewed, in some districts, from a day on.

    Attributes
    ----------
    name, source : str
        Whose wording it is and where it was read.
    valid_from : date
        First day on which it holds.
    districts : tuple of str
        Codes of districts; '*' for all that no other block names; empty for a variant that
        holds nowhere yet.
    reports : int
        How many separate incidents make a problem reviewable.
    within_months : int
        For how many months a report counts.
    report_within_months : int
        Within how many months of the behaviour it must be made, strict reading.
    loose_report_within_months : int or None
        The same on the loose reading; None for the same number, 0 if the wording does not ask.
    by_several : BySeveral or None
        A second threshold, of reports by several people; either suffices.
    senior_manager : bool
        Whether a senior manager may open a review to protect a vulnerable victim.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=3)
    valid_from: dt.date
    districts: tuple[str, ...]
    source: str = Field(min_length=3)
    reports: int = Field(ge=1, le=50)
    within_months: int = Field(ge=1, le=60)
    report_within_months: int = Field(ge=1, le=60)
    loose_report_within_months: int | None = Field(default=None, ge=0, le=60)
    by_several: BySeveral | None = None
    senior_manager: bool = False

    @property
    def sentence(self) -> str:
        """Say the threshold in words."""
        more = (
            f", or {self.by_several.reports} reported by {self.by_several.people} people or more"
            if self.by_several
            else ""
        )
        return (
            f"{self.name}, from {say_date(self.valid_from)}: {self.reports} separate incidents "
            f"reported in {_months(self.within_months)}, each within "
            f"{_months(self.report_within_months)} of the behaviour{more}. Source: {self.source}."
        )


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    rules: tuple[ReviewRules, ...] = Field(min_length=1)


@dataclass(frozen=True)
class ReviewState:
    """Whether a problem may be reviewed, and until when.

    Attributes
    ----------
    state : str
        'none', 'one more', 'threshold met' or 'cannot tell', on the loose reading.
    strict_count, loose_count : int
        Separate incidents that count on each reading, those not certain included.
    strict_least, loose_least : int
        Separate incidents that count for certain on each reading.
    strict_met : bool
        Whether the threshold is met for certain on the strict reading as well.
    lapses_on : date or None
        Last day of the state on the loose reading if nothing else is reported; None for 'none'
        and 'cannot tell'.
    strict_lapses_on : date or None
        Last day on which the threshold is met on the strict reading; None if it is not.
    words : str
        The finding in plain sentences.
    """

    state: str
    strict_count: int
    loose_count: int
    lapses_on: dt.date | None
    words: str
    strict_least: int = 0
    loose_least: int = 0
    strict_met: bool = False
    strict_lapses_on: dt.date | None = None


@dataclass(frozen=True)
class _Count:
    """Incidents that count on one reading: last day to apply of each, surest first."""

    sure: tuple[dt.date, ...]
    most: int
    met: bool
    could_be_met: bool
    lapses_on: dt.date | None


def read_review_rules(path: Path | None = None) -> tuple[ReviewRules, ...]:
    """Read every block of thresholds, earliest first.

    Parameters
    ----------
    path : Path, optional
        A local TOML file; without it the one that comes with the product.

    Raises
    ------
    FileNotReadableError
        If the file is missing or is not TOML.
    SettingsError
        If a block is not accepted, or two for one district start on the same day.
    """
    file = read_configuration(path, "case_review.toml", SUBJECT)
    found = sorted(
        check_configuration(_File, file, SUBJECT).rules, key=lambda each: each.valid_from
    )
    seen: set[tuple[str, dt.date]] = set()
    for each in found:
        for district in each.districts:
            if district != "*" and not CODE_PATTERNS["district"].match(district):
                raise _refused(file.name, f"{district!r} is not the code of a district or '*'")
            if (district, each.valid_from) in seen:
                raise _refused(
                    file.name, f"two blocks for {district} start on {say_date(each.valid_from)}"
                )
            seen.add((district, each.valid_from))
    return tuple(found)


def load_review_rules(on: dt.date, district: str = "", path: Path | None = None) -> ReviewRules:
    """Give the thresholds in force on a day in a district.

    Parameters
    ----------
    on : date
    district : str, optional
        Code of the district; without it, or if no block names it, the block for all others.
    path : Path, optional
        A local TOML file.

    Raises
    ------
    SettingsError
        If none is in force on that day.
    """
    rules = [each for each in read_review_rules(path) if each.valid_from <= on]
    for wanted in (district, "*"):
        if found := [each for each in rules if wanted and wanted in each.districts]:
            return found[-1]
    raise SettingsError(
        "No threshold for the case review is in force on that day.",
        f"Asked for {say_date(on)}.",
        'Add a [[rules]] block that starts earlier and has districts = ["*"].',
    )


def find_review_state(
    reports: pd.DataFrame,
    at: dt.date,
    rules: ReviewRules,
    *,
    linked: bool | None,
    senior_manager: bool = False,
) -> ReviewState:
    """Say whether the reports of a victim about a problem make it reviewable on a day.

    Parameters
    ----------
    reports : DataFrame
        One row a report: behaviour_on and reported_on (days; missing if not known) and event
        (reports of one incident share it, whoever they were made to). Optional columns:
        behaviour_until and reported_until (the last day it can have been, where only a month is
        known), linked (True, False or missing, where it differs from ``linked``) and person.
    at : date
        Day on which somebody would apply.
    rules : ReviewRules
        From `load_review_rules`.
    linked : bool or None
        Whether the reports are about one problem; None if that is not known.
    senior_manager : bool, default False
        A senior manager opened a review; counts only where the rules allow it.

    Returns
    -------
    ReviewState
        A single report is none whatever it is linked to. Reports after ``at`` do not count.

    Examples
    --------
    Behaviour on 15 January reported on 14 February counts on both readings, on 15 February on
    the loose one only. A report of 10 March counts for an application up to 9 September on the
    strict reading and up to 10 September on the loose one.
    """
    return judge_reports(read_reports(reports, linked), at, rules, senior_manager=senior_manager)


def judge_reports(
    reports: Iterable[Report], at: dt.date, rules: ReviewRules, *, senior_manager: bool = False
) -> ReviewState:
    """Do what `find_review_state` does with reports that are read already."""
    held = [report for report in reports if report.linked is not False]
    loose = _count(held, at, rules, strict=False)
    strict = _count(held, at, rules, strict=True)
    short = rules.reports - 1
    lapses_on = loose.lapses_on
    opened = rules.senior_manager and senior_manager
    if opened or loose.met:
        state = MET
    elif loose.could_be_met:
        state, lapses_on = CANNOT_TELL, None
    elif len(loose.sure) == short and short > 0:
        state, lapses_on = ONE_MORE, loose.sure[short - 1]
    elif loose.most >= short > 0:
        state, lapses_on = CANNOT_TELL, None
    else:
        state, lapses_on = NONE, None
    found = ReviewState(
        state=state,
        strict_count=strict.most,
        loose_count=loose.most,
        lapses_on=lapses_on,
        words="",
        strict_least=len(strict.sure),
        loose_least=len(loose.sure),
        strict_met=strict.met,
        strict_lapses_on=strict.lapses_on,
    )
    unlinked = sum(report.linked is None for report in held)
    return ReviewState(**{**vars(found), "words": _say(found, rules, unlinked, opened=opened)})


def _count(reports: list[Report], at: dt.date, rules: ReviewRules, *, strict: bool) -> _Count:
    within = rules.report_within_months
    if not strict and rules.loose_report_within_months is not None:
        within = rules.loose_report_within_months
    sure: dict[object, dt.date] = {}
    people: dict[object, set[str]] = {}
    possible: set[object] = set()
    for report in reports:
        latest = last_in_time(report, at, within, rules.within_months, strict=strict)
        if latest is None:
            continue
        possible.add(report.event)
        people.setdefault(report.event, set()).add(report.person)
        if report.linked and report.counts_for_sure(at, within, rules.within_months, strict=strict):
            ends = report.counts_until(rules.within_months, strict=strict)
            sure[report.event] = max(ends, sure.get(report.event, ends))
    if not sure and possible:
        # Of reports whose link is not known each is still one by itself.
        sure = _one_alone(reports, at, within, rules.within_months, strict=strict)
    ends_first = tuple(sorted(sure.values(), reverse=True))
    met = len(ends_first) >= rules.reports
    lapses_on = ends_first[rules.reports - 1] if met else None
    could = len(possible) >= rules.reports
    if rules.by_several:
        wanted = rules.by_several
        sure_people = {who for event in sure for who in people[event] if who}
        if len(sure) >= wanted.reports and len(sure_people) >= wanted.people:
            met, lapses_on = True, lapses_on or ends_first[wanted.reports - 1]
        unknown = any("" in people[event] for event in possible)
        could_people = {who for event in possible for who in people[event] if who}
        could = could or (
            len(possible) >= wanted.reports and (unknown or len(could_people) >= wanted.people)
        )
    return _Count(ends_first, len(possible), met, could and not met, lapses_on)


def _one_alone(
    reports: list[Report], at: dt.date, within: int, months: int, *, strict: bool
) -> dict[object, dt.date]:
    for report in reports:
        if report.counts_for_sure(at, within, months, strict=strict):
            return {report.event: report.counts_until(months, strict=strict)}
    return {}


def _say(found: ReviewState, rules: ReviewRules, unlinked: int, *, opened: bool) -> str:
    counted = _incidents(found.loose_least, found.loose_count)
    parts = []
    if opened:
        parts.append(f"{HAS_BEEN_TOLD} A senior manager opened this review.")
    elif found.state == MET:
        parts.append(
            f"{HAS_BEEN_TOLD} {counted} counts."
            if found.loose_count == 1
            else f"{HAS_BEEN_TOLD} {counted} count."
        )
    elif found.state == ONE_MORE:
        parts.append(f"{ASK_FOR_ONE_MORE}: {counted} of {rules.reports} so far.")
    elif found.state == CANNOT_TELL:
        parts.append(f"Cannot tell: {counted} of the {rules.reports} needed may count.")
        if unlinked:
            parts.append(
                "It is not recorded whether the reports are about one problem. "
                "Ask, and record the link."
            )
        else:
            parts.append(
                "The day of the behaviour or of a report is not known. Ask, and record it."
            )
    else:
        parts.append(f"No case review by number of reports: {counted} of {rules.reports}.")
    if found.state == MET and found.lapses_on:
        parts.append(_say_lapse(found, rules))
    elif found.state == ONE_MORE and found.lapses_on:
        parts.append(f"That holds until {say_date(found.lapses_on)}.")
    return " ".join(parts)


def _say_lapse(found: ReviewState, rules: ReviewRules) -> str:
    assert found.lapses_on is not None
    if found.strict_lapses_on:
        return (
            f"An application is in time until {say_date(found.strict_lapses_on)} on the strict "
            f"reading and until {say_date(found.lapses_on)} on councils' looser wording."
        )
    strict = _incidents(found.strict_least, found.strict_count)
    return (
        f"In time until {say_date(found.lapses_on)} on councils' looser wording only: on the "
        f"strict reading {strict} of {rules.reports}. Staff decide."
    )


def _incidents(least: int, most: int) -> str:
    number = f"{most}" if least == most else f"{least} to {most}"
    return f"{number} separate incident{'' if number == '1' else 's'}"


def _months(number: int) -> str:
    return "one month" if number == 1 else f"{number} months"


def _refused(name: str, detail: str) -> SettingsError:
    return SettingsError(
        f"The {SUBJECT} are not accepted.", f"{name}: {detail}.", "Correct the file."
    )
