"""Reading a force or council extract of incidents with the help of a mapping file.

Good rows come back in the shape of the minimum incident record; bad ones are told as faults.
Words that the mapping does not translate are noted and read as not recorded. Personal texts
(address, victim) leave this module only as digests.
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np
import pandas as pd

from geodata.categories import ASB_CRIME_TYPE
from geodata.codes import CODE_PATTERNS
from geodata.faults import Faults
from geodata.schemas import INCIDENT_COLUMNS, LOCATION_COLUMNS
from geodata.sources.extract_columns import (
    column_of,
    read_date_column,
    read_pseudonyms,
    read_text,
    read_words,
    refuse_personal_references,
    require_mapped,
)
from geodata.sources.extract_dates import ReadDates
from geodata.sources.extract_fields import TEXT_FIELDS, WORD_FIELDS
from geodata.sources.extract_places import collect_locations, read_coordinates, read_places
from geodata.sources.mapping import Mapping
from geodata.sources.mapping_draft import DRAFT_MARK
from geodata.sources.tables import report_table_faults


@dataclass(frozen=True)
class ExtractFrames:
    """What an extract holds: incidents (schemas.INCIDENT_COLUMNS) and their locations."""

    incidents: pd.DataFrame
    locations: pd.DataFrame


def read_force_extract(
    frame: pd.DataFrame,
    mapping: Mapping,
    faults: Faults,
    file_name: str,
    *,
    today: dt.date | None = None,
) -> ExtractFrames:
    """Read the incidents of an extract.

    Parameters
    ----------
    frame : DataFrame
        The table as text, from `read_table`: index = row number in the file.
    mapping : Mapping
        Which column is what.
    faults : Faults
        Takes every fault and note; rows with a fault are left out.
    file_name : str
        Makes the references of rows that have none: '<file stem>-<row>'.
    today : date, optional
        A later date is a fault; the day of the machine's clock if not given.

    Raises
    ------
    ColumnsMissingError
        If the file lacks a column that the mapping names.
    """
    require_mapped(frame, mapping, file_name)
    report_table_faults(frame, faults)
    if mapping.source.force.startswith(DRAFT_MARK):
        faults.note("the mapping file is a draft: its [source] force still says CHECK", len(frame))
    if frame.empty:
        return _no_rows()
    incidents = _read_times(frame, mapping, faults, today or dt.date.today())
    incidents["incident_id"] = _read_ids(frame, mapping, faults, file_name)
    easting, northing = read_coordinates(frame, mapping, faults)
    places = read_places(frame, mapping, faults, easting, northing)
    incidents["easting"], incidents["northing"] = easting, northing
    incidents["location_key"] = places["location_key"]
    for field, accepted in WORD_FIELDS.items():
        incidents[field] = read_words(frame, mapping, faults, field, accepted)
    incidents["location_precision"] = _read_precision(incidents, places, mapping)
    for field in TEXT_FIELDS:
        incidents[field] = read_text(frame, mapping, field)
    crime_type = read_text(frame, mapping, "crime_type")
    incidents["crime_type"] = crime_type.mask(crime_type.eq(""), ASB_CRIME_TYPE)
    incidents["asb"] = incidents["crime_type"].str.casefold().eq(ASB_CRIME_TYPE.casefold())
    incidents["victim_key"] = read_pseudonyms(frame, mapping, "victim_key", "victim")
    incidents["problem_key"] = read_pseudonyms(frame, mapping, "problem_key", "problem")
    incidents["event_key"] = read_pseudonyms(frame, mapping, "event_key", "event")
    incidents["lsoa_code"] = _read_lsoa(frame, mapping, faults)
    incidents["harm_score"] = _read_harm(frame, mapping, faults)
    incidents["force"] = mapping.source.force
    incidents["source_system"] = mapping.source.system
    good = ~incidents.index.isin(list(faults.rows))
    incidents = incidents.loc[good, list(INCIDENT_COLUMNS)]
    return ExtractFrames(incidents, collect_locations(incidents, places.loc[good]))


def _no_rows() -> ExtractFrames:
    incidents = pd.DataFrame({name: pd.Series(dtype="str") for name in INCIDENT_COLUMNS})
    locations = pd.DataFrame({name: pd.Series(dtype="str") for name in LOCATION_COLUMNS})
    moments = dict.fromkeys(("reported_at", "occurred_from", "occurred_to"), "datetime64[us]")
    numbers = dict.fromkeys(("easting", "northing"), "float64")
    return ExtractFrames(
        incidents.astype({**moments, **numbers, "harm_score": "float64", "asb": "bool"}),
        locations.astype({**numbers, "is_excluded": "bool", "is_default_geocode": "bool"}),
    )


def _read_ids(frame: pd.DataFrame, mapping: Mapping, faults: Faults, file_name: str) -> pd.Series:
    stem = PurePosixPath(file_name.replace("\\", "/")).name.split(".")[0]
    made = pd.Series(f"{stem}-" + frame.index.astype("str"), index=frame.index, dtype="str")
    given = column_of(frame, mapping, "incident_id")
    personal = refuse_personal_references(given, mapping, faults, "incident_id")
    twice = given.ne("") & ~personal & given.duplicated()
    if twice.any():
        faults.add_rows(
            frame.index[twice],
            mapping.columns["incident_id"],
            given[twice],
            "a reference that no earlier row of the file has is accepted",
        )
    return given.where(given.ne(""), made)


def _read_times(
    frame: pd.DataFrame, mapping: Mapping, faults: Faults, today: dt.date
) -> pd.DataFrame:
    read: dict[str, ReadDates] = {}
    for field in ("occurred_from", "month", "occurred_to", "reported_at"):
        if field in mapping.columns:
            read[field] = read_date_column(frame, mapping, faults, field, today)
    parts = [read[field] for field in ("occurred_from", "month") if field in read]
    moments, precision = parts[0].moments, parts[0].precision
    if len(parts) == 2:
        from_month = moments.isna()
        moments = moments.where(~from_month, parts[1].moments)
        precision = precision.where(~from_month, parts[1].precision)
    if "occurred_from" not in read:
        precision = precision.where(precision.eq(""), "month")
    first_of_month = moments.dt.to_period("M").dt.to_timestamp().astype("datetime64[us]")
    moments = moments.where(precision.ne("month"), first_of_month)
    names = [mapping.columns[field] for field in ("occurred_from", "month") if field in read]
    blank = frame[names].apply(lambda column: column.str.strip()).eq("").all(axis=1)
    faults.add_rows(
        frame.index[blank], names[0], frame.loc[blank, names[0]], "a date is needed, it is blank"
    )
    missing = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us]")
    ended = read["occurred_to"].moments if "occurred_to" in read else missing
    early = ended < moments
    if early.any():
        faults.note("occurred_to: before occurred_from, read as not known", int(early.sum()))
    return pd.DataFrame(
        {
            "occurred_from": moments,
            "occurred_to": ended.mask(early),
            "reported_at": read["reported_at"].moments if "reported_at" in read else missing,
            "time_precision": precision,
            "month": moments.dt.strftime("%Y-%m").fillna("").astype("str"),
        },
        index=frame.index,
    )


def _read_precision(incidents: pd.DataFrame, places: pd.DataFrame, mapping: Mapping) -> pd.Series:
    """Give location_precision: as said, else exact for an address, snapped for month-only data."""
    given = incidents["location_precision"]
    guessed = pd.Series("street", index=incidents.index, dtype="str")
    guessed = guessed.mask(incidents["time_precision"].eq("month"), "snapped")
    guessed = guessed.mask(places["is_address"], "exact")
    chosen = given.where(given.ne("none"), guessed)
    return chosen.mask(incidents["easting"].isna(), "none")


def _read_lsoa(frame: pd.DataFrame, mapping: Mapping, faults: Faults) -> pd.Series:
    code = column_of(frame, mapping, "lsoa_code").str.upper()
    odd = code.ne("") & ~code.str.fullmatch(CODE_PATTERNS["lsoa"].pattern)
    if odd.any():
        faults.note("lsoa_code: not an LSOA code, read as not known", int(odd.sum()))
    return code.mask(odd, "")


def _read_harm(frame: pd.DataFrame, mapping: Mapping, faults: Faults) -> pd.Series:
    text = column_of(frame, mapping, "harm_score")
    score = pd.to_numeric(text, errors="coerce").astype("float64")
    score = score.where(np.isfinite(score) & score.ge(0))
    odd = text.ne("") & score.isna()
    if odd.any():
        faults.note("harm_score: not a number from 0 on, read as not known", int(odd.sum()))
    return score
