"""Column names and checked frame shapes: what readers hand to the store and the store to analyses.

A frame shape is a list of columns with a meaning each; `require_columns` checks a frame at a
border so that a fault shows where it was made.
"""

from collections.abc import Iterable

import pandas as pd

from geodata.categories import FLAG_COLUMNS, PROTECTED_COLUMNS
from geodata.errors import FrameShapeError

INCIDENT_COLUMNS: dict[str, str] = {
    "incident_id": "The source's own reference; made from file and row where it has none.",
    "force": "The force or council the extract comes from, such as Kent Police.",
    "source_system": "The system the record was exported from, such as police.uk.",
    "asb": "True for an ASB incident, False for a crime.",
    "crime_type": "The source's crime type; 'Anti-social behaviour' for ASB.",
    "report_channel": "public, partner, officer-generated or unknown.",
    "reported_at": "Local civil time of the report, no offset; may be missing.",
    "occurred_from": "Local civil time it began; the first of the month if only that is known.",
    "occurred_to": "Local civil time it ended; may be missing.",
    "time_precision": "minute, day or month: how much of occurred_from is known.",
    "month": "YYYY-MM of occurred_from.",
    "nsir_category": "personal, nuisance, environmental or not recorded.",
    "asb_type": "One of the 15 ASB types, or not recorded.",
    "grade": "immediate, high, scheduled or not recorded.",
    "easting": "Metres, EPSG:27700; missing if not located.",
    "northing": "Metres, EPSG:27700; missing if not located.",
    "location_key": "Key of the place in the locations table; empty if not located.",
    "location_precision": "exact, street, snapped, default or none.",
    "lsoa_code": "LSOA code the source names; empty if it names none.",
    "victim_key": "Pseudonym of the victim; empty if there is none.",
    "problem_key": "Key that links reports of one problem; empty if there is none.",
    "event_key": "Key that links several reports of one incident; empty if there is none.",
    **dict.fromkeys(FLAG_COLUMNS, "yes, no or not recorded."),
    "vulnerable_type": "personal, situational, incidental or not recorded.",
    "harm_score": "Local harm weight; may be missing.",
    "lead_agency": "Agency that leads; empty if not recorded.",
    "outcome": "Outcome in the source's words; empty if not recorded.",
    **dict.fromkeys(PROTECTED_COLUMNS, "yes, no or not recorded; never the characteristic."),
}
"""The minimum incident record as readers hand it over, before it has a ward."""

ASSIGNED_COLUMNS: dict[str, str] = {
    "ward_code": "Ward the incident is counted in; empty for no ward.",
    "ward_edition": "Boundary edition of that ward; empty for no ward.",
    "ward_by": "polygon, lookup, nearest or none.",
    "district_code": "District of that ward; empty for no ward.",
}
"""What joining to areas adds."""

LOCATION_COLUMNS: dict[str, str] = {
    "location_key": "Key of the address, UPRN or snap point; unique.",
    "uprn_key": "Pseudonym of the unique property reference number; empty if unknown.",
    "easting": "Metres, EPSG:27700.",
    "northing": "Metres, EPSG:27700.",
    "precision": "exact, street, snapped, default or none.",
    "is_excluded": "True for institutions that never rank, such as hospitals.",
    "is_default_geocode": "True where records land for want of a place, such as a police station.",
    "label": "Public place name such as 'On or near Park Street'; never an address.",
    "sealed_address": "Address, encrypted with a key outside the database; empty if unknown.",
    "postcode_key": "Pseudonym of the postcode; empty if unknown.",
    "block_key": "Pseudonym of the address without its flat; empty if unknown.",
}

CALL_COLUMNS: dict[str, str] = {
    "force": "The force or council that took the call.",
    "source_system": "The system the record was exported from, such as a control room's.",
    "call_id": "The source's own reference; each once in a system.",
    "called_at": "Local civil time of the call.",
    "month": "YYYY-MM of called_at.",
    "caller_key": "Pseudonym of the caller, by reference or else by number; empty if unknown.",
    "phone_key": "Pseudonym of the telephone number; empty if unknown.",
    "sealed_name": "Name of the caller, encrypted with a key outside the database; may be empty.",
    "incident_id": "Reference of the incident the call is about; empty if about none.",
    "location_key": "Key of the place called about or from; empty if unknown.",
    "district_code": "District the call counts in; empty if unknown.",
}
"""One row a call for service; calls are not incidents and are never counted as such."""

CALLER_PLAN_COLUMNS: dict[str, str] = {
    "caller_key": "Pseudonym of the caller; each once.",
    "owner": "Who looks after the plan, by role or name of staff; may be empty.",
    "next_review": "Day of the next review; may be missing.",
    "started_on": "Day on which it first had an owner and a next review; may be missing.",
    "status": "open or closed.",
}

CASE_COLUMNS: dict[str, str] = {
    "force": "The force or council whose system the case is in.",
    "source_system": "The system the record was exported from.",
    "case_id": "The source's own reference; each once in a system.",
    "opened": "Day it was opened.",
    "closed": "Day it was closed; missing while it is open.",
    "status": "open or closed, or the source's word.",
    "lead_agency": "Agency that leads; empty if not recorded.",
    "owner": "Role or member of staff who looks after it; empty if not recorded.",
    "risk_band": "standard, medium, high or not recorded.",
    "last_review": "Day of the last review; may be missing.",
    "next_review": "Day of the next review; may be missing.",
    "location_key": "Key of the place; empty if unknown.",
    "victim_key": "Pseudonym of the victim; empty if there is none.",
    "problem_key": "Key that links reports of one problem; empty if there is none.",
    "ward_code": "Ward of the case; empty if unknown.",
    "district_code": "District of that ward; empty if unknown.",
    "shared_with": "Agencies that may see it, joined by '; '.",
    "victim_told": "Day the victim was told of the right to a case review; may be missing.",
    "sealed_extra": "Every other column of the source, encrypted with a key outside the database.",
}
"""One row a case as its own system has it."""

AREA_COLUMNS: dict[str, str] = {
    "kind": "ward, district, lsoa or place.",
    "edition": "Boundary edition, such as 2025.",
    "code": "ONS code.",
    "name": "Name; repeats between districts.",
    "district_code": "District it lies in; empty if not known.",
    "as_at": "Date the boundaries were in force; may be missing.",
    "non_residential": "True for town centres and the like, where a resident rate misleads.",
    "geometry": "Polygon or MultiPolygon, EPSG:27700.",
}

LOOKUP_COLUMNS: dict[str, str] = {
    "from_kind": "Kind of the first area.",
    "from_edition": "Its edition.",
    "from_code": "Its code.",
    "to_kind": "Kind of the second area.",
    "to_edition": "Its edition.",
    "to_code": "Its code.",
    "change": "ONS change code (U unchanged, S split, M merged, X complex) or empty.",
}

POPULATION_COLUMNS: dict[str, str] = {
    "kind": "Kind of area.",
    "code": "ONS code.",
    "year": "Year of the figure.",
    "residents": "Usual residents.",
    "households": "Households; may be missing.",
}

SEGMENT_COLUMNS: dict[str, str] = {
    "classification": "Name of the classification, such as OAC 2021 supergroup.",
    "kind": "Kind of area ('oa' for census output areas, or a kind of area that is held).",
    "code": "ONS code of the area.",
    "segment_code": "Code of the segment.",
    "segment_name": "Name of the segment.",
    "share": "Share of the area's residents in the segment, 0 to 1.",
}

AREA_SCORE_COLUMNS: dict[str, str] = {
    "kind": "lsoa or ward.",
    "code": "ONS code of the area.",
    "score": "Score of the area, as the file has it; its head says which way it runs.",
}
"""One row an area; a score is of a place, never of a person."""

OFFICER_COLUMNS: dict[str, str] = {
    "ward_code": "Ward the officer works for.",
    "name": "Name at work.",
    "role": "Such as 'PCSO'; may be empty.",
    "team": "Name of the neighbourhood team; may be empty.",
    "email": "Address at work; may be empty.",
    "phone": "Number at work; may be empty.",
    "is_lead": "True for whoever is named first for the ward.",
    "as_at": "Day the list was right; may be missing.",
}
"""One row a ward and officer of its neighbourhood team."""

POSTCODE_COLUMNS: dict[str, str] = {
    "postcode": "Capitals without a space; each once.",
    "ward_code": "Current ward it lies in.",
    "lsoa_code": "LSOA it lies in; empty if unknown.",
}

PRIORITY_COLUMNS: dict[str, str] = {
    "ward_code": "Ward whose residents asked.",
    "title": "What they asked for, in a few words.",
    "source": "pact, parish, survey, online or other.",
    "agreed_on": "Day it was agreed.",
    "status": "agreed, in hand, done or not taken up.",
    "linked_plan": "Reference of the plan it led to; empty for none.",
    "people_asked": "How many people were asked; may be missing.",
    "how_representative": "Who was asked and how, in words; may be empty.",
    "you_said": "What residents said, in plain words; may be empty.",
    "we_did": "What was done, in plain words; may be empty.",
}
"""One row a priority that residents of a ward agreed."""

SIGNAL_COLUMNS: dict[str, str] = {
    "title": "What happened, in a few words.",
    "kind": "crime, social disorder, physical disorder or other event.",
    "happened_on": "Day it happened.",
    "ends_on": "Last day it is thought to unsettle; missing while that is not known.",
    "easting": "Metres, EPSG:27700.",
    "northing": "Metres, EPSG:27700.",
    "radius_m": "How far it reaches, in metres.",
    "ward_code": "Ward of its middle; empty for none.",
    "source": "Who told of it; may be empty.",
    "is_synthetic": "True if it is invented.",
    "added_by": "Who added it.",
}

SURVEY_RESPONDENT_COLUMNS: dict[str, str] = {
    "respondent": "Number of the respondent, each once in a survey; it names nobody.",
    "weight": "Survey weight, above 0.",
    "quarter": "Quarter of the interview, such as 2026-Q3; empty if the survey has no dates.",
    "district_code": "District the respondent lives in; empty if not known.",
    "ward_code": "Ward the respondent lives in; empty if not known.",
    "segment_code": "Segment of the area the respondent lives in; empty if not known.",
}

SURVEY_DESIGN_COLUMNS: dict[str, str] = {
    "stratum": "Number of the part of the sample that the respondent was drawn in; it names "
    "nothing, and is missing where the survey does not say.",
    "cluster": "Number of the sampling point that the respondent was drawn in; likewise.",
}

SURVEY_ANSWER_COLUMNS: dict[str, str] = {
    "respondent": "Number of the respondent.",
    "item": "Name of the question.",
    "score": "Answer from 0 to 100; 100 is most worried, biggest problem or most confident.",
    "yes": "1 if the answer counts as a yes, 0 if not; missing where none does.",
}

SURVEY_ESTIMATE_COLUMNS: dict[str, str] = {
    "kind": "county, district, ward or group: what the figure is of.",
    "code": "ONS code of the area, or the group in words; empty for the county.",
    "item": "Name of the question.",
    "period": "Time the figure is of, in the source's words.",
    "value": "Percent or score, 0 to 100.",
    "low": "Lower end of the range its source gives; may be missing.",
    "high": "Upper end of the range its source gives; may be missing.",
    "respondents": "How many people it rests on; may be missing.",
}

PLANTED_COLUMNS: dict[str, str] = {
    "planted_id": "Key of the planted pattern.",
    "kind": "lasting hotspot, short-lived hotspot, near-repeat run, repeat victim, "
    "repeat location, default geocode, same address, one incident told twice, "
    "victim at several addresses, domestic abuse address, repeat caller.",
    "label": "What was planted, in words.",
    "easting": "Centre, metres, EPSG:27700; missing for a victim.",
    "northing": "Centre, metres, EPSG:27700; missing for a victim.",
    "radius_m": "Radius in metres; 0 for one address.",
    "first_day": "First day of the pattern.",
    "last_day": "Last day of the pattern.",
    "incident_ids": "References of its incidents (of a caller: of the calls), joined by spaces.",
}


def require_columns(frame: pd.DataFrame, columns: Iterable[str], name: str) -> None:
    """Refuse a frame that lacks columns.

    Raises
    ------
    FrameShapeError
        Naming every column that is missing.
    """
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise FrameShapeError(
            f"{name} lacks {', '.join(missing)}; it has {', '.join(map(str, frame.columns))[:200]}"
        )
