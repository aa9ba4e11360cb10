"""Tables and sentences of the Cases page: words and shapes, never colour, never free text."""

from collections.abc import Mapping

import pandas as pd

from analytics.cases import case_review, service_standards
from analytics.cases.risk_matrix import say_bands
from dashboard.messages import say_count
from dashboard.services import cases
from dashboard.services.case_radar import SEVERAL, Radar
from dashboard.services.cases import CaseFile, CaseList, Configuration
from dashboard.services.radar_records import RadarRecord
from geodata.calendar import Month, say_date
from geodata.categories import NOT_RECORDED

RADAR_MARKS = {
    case_review.MET: "▲ Threshold met",
    case_review.ONE_MORE: "◐ One more report",
    case_review.CANNOT_TELL: "? Cannot tell",
}
KEY_OF_REVIEWS = "▲ overdue or to be confirmed, ◐ due within 7 days, ● in time, – no clock."
KEY_OF_STEPS = "▲ late, ○ due, ● done, ◆ not possible and explained."
KEY_OF_RADAR = (
    "▲ threshold met, or met and no record that the victim was told; ◐ one report short; "
    "? cannot tell; ● victim told."
)
SET_BY = {cases.OVERRIDE: "set by override", cases.HARD_RULE: "set by hard rule"}


def say_band(low: str, high: str) -> str:
    """Say a risk band or range in words."""
    return "Risk not recorded" if high == NOT_RECORDED else say_bands(low, high).capitalize()


def case_table(rows: pd.DataFrame, districts: Mapping[str, str]) -> pd.DataFrame:
    """Give cases as a reader sees them, in the order of the list."""
    return pd.DataFrame(
        {
            "Case": rows["case_id"],
            "Review": rows["review_words"],
            "Risk": [
                say_band(low, high)
                for low, high in zip(rows["band_low"], rows["band_high"], strict=True)
            ],
            "Standards late": rows["standards_late"],
            "Lead agency": rows["lead_agency"],
            "District": [districts.get(code, code) for code in rows["district_code"]],
            "Owner": rows["owner"].where(rows["owner"] != "", "no owner named"),
            "Opened": _days(rows["opened"]),
            "Status": [
                "waiting for confirmation" if waiting else "open" if is_open else "closed"
                for waiting, is_open in zip(rows["needs_person"], rows["is_open"], strict=True)
            ],
        }
    ).reset_index(drop=True)


def band_table(found: CaseList) -> pd.DataFrame:
    """Give numbers of cases by risk band, the highest first."""
    rows = found.by_band
    return pd.DataFrame(
        {
            "Risk": [
                "Not recorded" if band == NOT_RECORDED else band.capitalize()
                for band in rows["band"]
            ],
            "Open": rows["open"],
            "▲ Review overdue": rows["overdue"],
            "◐ Due in 7 days": rows["soon"],
            "▲ Closed, confirm": rows["confirm"],
        }
    )


def say_list(found: CaseList) -> str:
    """Say in a sentence how many cases there are and how many reviews are overdue."""
    open_ = int(found.by_band["open"].sum())
    overdue, confirm = int(found.by_band["overdue"].sum()), int(found.by_band["confirm"].sum())
    words = say_count(open_, "open case")
    which = words if found.whole else f"{words} led by or shared with your agency"
    late = f"**{say_count(overdue, 'review')} overdue**" if overdue else "no review overdue"
    wait = (
        f" {say_count(confirm, 'case')} closed at high risk must be confirmed by a person."
        if confirm
        else ""
    )
    return f"{which}, {late}, as at {say_date(found.on)}.{wait}"


def say_restricted(found: CaseList) -> str:
    """Say what of restricted cases is shown here; "" if there is nothing to say."""
    if not found.whole:
        return (
            "A case restricted for domestic abuse is not shown here, shared or not: it follows a "
            "procedure of its own."
        )
    count = int(found.table["is_restricted"].sum())
    return (
        f"{say_count(count, 'case')} restricted for domestic abuse: only a supervisor sees more "
        "than the reference."
        if count
        else ""
    )


def step_table(steps: pd.DataFrame) -> pd.DataFrame:
    """Give the 13 service standards of a case."""
    return pd.DataFrame(
        {
            "State": [_say_step(state, days) for state, days in _pairs(steps)],
            "Standard": steps["text"],
            "Agency": steps["agency"],
            "Due": _days(steps["due"]),
            "Met on": _days(steps["done"]),
            "Why not possible": steps["not_possible"],
        }
    ).reset_index(drop=True)


def say_days(configuration: Configuration) -> str:
    """Say that the days of the service standards are local, and whether they were agreed."""
    held = configuration.standards
    return f"Days are local configuration: '{held.version}', {held.status}."


def agency_table(by_agency: pd.DataFrame) -> pd.DataFrame:
    """Give late service standards by agency."""
    return pd.DataFrame(
        {
            "Agency": by_agency["agency"],
            "▲ Standards late": by_agency["late"],
            "Cases concerned": by_agency["cases"],
            "Longest, days": by_agency["longest"],
            "Standards in all": by_agency["total"],
        }
    )


def late_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Give late service standards one by one, the longest first."""
    return pd.DataFrame(
        {
            "Case": rows["case_id"],
            "Standard": rows["text"],
            "Agency": rows["agency"],
            "Due": _days(rows["due"]),
            "Days late": rows["days_late"],
        }
    )


def radar_table(found: Radar, districts: Mapping[str, str]) -> pd.DataFrame:
    """Give victims and problems at or near the threshold, by ends of pseudonyms."""
    rows = found.table
    return pd.DataFrame(
        {
            "State": rows["state"].map(RADAR_MARKS),
            "Victim": [_say_victim(victim) for victim in rows["victim"]],
            "Case": rows["case_id"].where(rows["case_id"] != "", "no case"),
            "District": [districts.get(code, code) for code in rows["district_code"]],
            "Victim told": [
                _say_told(state, told)
                for state, told in zip(rows["state"], rows["told"], strict=True)
            ],
            "Incidents": rows["incidents"],
            "Strict reading": rows["strict_incidents"],
            "Until": _days(rows["lapses_on"]),
            "Until, strict": _days(rows["strict_lapses_on"]),
            "Problem": [f"…{key}" if key else "not recorded" for key in rows["problem"]],
        }
    )


def name_radar_rows(table: pd.DataFrame) -> list[str]:
    """Name each row of the radar for a select box."""
    return [
        f"{n:,}. {state}, {victim}, {case}, {district}"
        for n, (state, victim, case, district) in enumerate(
            table[["State", "Victim", "Case", "District"]].itertuples(index=False), 1
        )
    ]


def report_table(record: RadarRecord) -> pd.DataFrame:
    """Give the reports behind a row of the radar, newest first."""
    rows = record.timeline
    return pd.DataFrame(
        {
            "Incident": rows["incident"],
            "Began": [
                _say_begun(when, month)
                for when, month in zip(rows["when"], rows["month"], strict=True)
            ],
            "Reported": [day or "not known" for day in _days(rows["reported_on"])],
            "Told to": rows["source"],
            "Street": rows["label"].replace("", "not recorded"),
            "Type": rows["type"],
            "Lead agency": rows["agency"].replace("", "not recorded"),
            "Of this problem": ["yes" if linked else "not recorded" for linked in rows["linked"]],
        }
    )


def radar_download(table: pd.DataFrame) -> pd.DataFrame:
    """Give the radar without anything that stands for a person."""
    return table.drop(columns=["Victim", "Problem"])


def list_download(table: pd.DataFrame) -> pd.DataFrame:
    """Give the list of cases without the people who look after them."""
    return table.drop(columns=["Owner"])


def say_radar(found: Radar) -> str:
    """Say in a sentence how many victims are at or near the threshold."""
    rows = found.table
    met = rows["state"] == case_review.MET
    untold = int((met & rows["told"].isna()).sum())
    parts = [
        f"**{say_count(int(met.sum()), 'problem')} at the threshold of the case review**",
        f"{untold} without a record that the victim was told",
        f"{int((rows['state'] == case_review.ONE_MORE).sum())} one report short",
        f"{int((rows['state'] == case_review.CANNOT_TELL).sum())} where it cannot be told",
    ]
    return f"{', '.join(parts)}, as at {say_date(found.on)}."


def update_lines(updates: pd.DataFrame) -> list[tuple[str, str]]:
    """Give head and text of each update, newest first."""
    lines = []
    for at, by, agency, level, text in updates[
        ["at", "by", "agency", "review_level", "text"]
    ].itertuples(index=False):
        what = f"{str(level).capitalize()} review" if level else "Update"
        who = f"{by} ({agency})" if agency else str(by)
        lines.append((f"{what}, {say_date(at.date())}, {who}", str(text)))
    return lines


def assessment_table(assessments: pd.DataFrame) -> pd.DataFrame:
    """Give the risk assessments of a case, newest first."""
    return pd.DataFrame(
        {
            "Assessed": _days(assessments["at"]),
            "By": assessments["by"],
            "Score": [
                f"{low}" if low == high else f"{low} to {high}"
                for low, high in zip(assessments["lowest"], assessments["highest"], strict=True)
            ],
            "From the answers": [
                say_band(low, high)
                for low, high in zip(
                    assessments["lowest_band"], assessments["highest_band"], strict=True
                )
            ],
            "Override": [
                band.capitalize() if band else "none" for band in assessments["override_band"]
            ],
            "Matrix": assessments["matrix_version"],
        }
    )


def say_case(file: CaseFile) -> str:
    """Say what a case is: agency, owner, since when, and what its own system plans."""
    row = file.row
    owner = row["owner"] or "no owner named"
    closed = f", closed {say_date(row['closed'].date())}" if pd.notna(row["closed"]) else ""
    shared = f" Shared with {row['shared_with']}." if row["shared_with"] else " Not shared."
    return (
        f"{row['lead_agency'] or 'No lead agency recorded'}, {owner}. Opened "
        f"{say_date(row['opened'].date())}{closed}.{shared}"
    )


def say_risk(file: CaseFile) -> str:
    """Say the risk band of a case, who assessed it and when, and what set it."""
    row = file.row
    band = say_band(row["band_low"], row["band_high"])
    if file.assessments.empty:
        return f"**{band}**, {row['band_from']}."
    newest = file.assessments.iloc[0]
    setter = f", {SET_BY[file.set_by]}" if file.set_by else ""
    day = say_date(newest["at"].date())
    return f"**{band}**, {row['band_from']} by {newest['by']} on {day}{setter}."


def _say_victim(victim: str) -> str:
    return victim if victim == SEVERAL else f"…{victim}"


def _say_begun(when: pd.Timestamp, month: int) -> str:
    if pd.isna(when):
        return f"{Month(month // 12, month % 12 + 1).label}, day not known"
    return say_date(when.date())


def _say_step(state: str, days: int) -> str:
    mark = service_standards.MARKS[state]
    late = f" by {say_count(days, 'day')}" if state == service_standards.LATE else ""
    return f"{mark} {state.capitalize()}{late}"


def _pairs(steps: pd.DataFrame) -> list[tuple[str, int]]:
    return list(zip(steps["state"], steps["days_late"].astype(int), strict=True))


def _say_told(state: str, told: object) -> str:
    if not pd.isna(told):  # type: ignore[call-overload]
        return f"● told {say_date(pd.Timestamp(told).date())}"
    return {case_review.MET: "▲ no record", case_review.ONE_MORE: "not yet due"}.get(state, "–")


def _days(column: pd.Series) -> list[str]:
    return ["" if pd.isna(day) else say_date(pd.Timestamp(day).date()) for day in column]
