"""Read street-level months of police.uk.

Limits of the data: the month but no day or hour; each point is moved to the nearest of a fixed
list of snap points, so many incidents share one coordinate and several rows at one point are
not one address; ASB rows have no reference, so two identical rows are two incidents and both
stay; the list of snap points and the LSOA edition change over the years.
"""

import re
from functools import lru_cache

import numpy as np
import pandas as pd

from geodata.calendar import Month
from geodata.categories import ASB_CRIME_TYPE, FLAG_COLUMNS, NOT_RECORDED, PROTECTED_COLUMNS
from geodata.errors import ColumnsMissingError
from geodata.faults import Faults
from geodata.schemas import INCIDENT_COLUMNS
from geodata.sources.extract_places import read_coordinates
from geodata.sources.force_extract import ExtractFrames
from geodata.sources.mapping import Mapping, parse_mapping
from geodata.sources.tables import report_table_faults

SOURCE_SYSTEM = "police.uk"
COLUMNS = ("Month", "Falls within", "Longitude", "Latitude", "Location", "LSOA code", "Crime type")
ALL_CRIME_TYPES = ("all",)
_LSOA = re.compile(r"^[EW]01\d{6}$")
_INSTITUTION = r"(?i)\b(?:hospital|prison)\b"
_POLICE_STATION = r"(?i)\bpolice station\b"


def is_street_file(member: str) -> bool:
    """Say whether a member of the police.uk archive is a street file, not outcomes or searches."""
    return member.lower().endswith(("-street.csv", "-street.csv.gz"))


@lru_cache(maxsize=1)
def _coordinate_mapping() -> Mapping:
    return parse_mapping(
        '[source]\nforce = "police.uk"\nsystem = "police.uk"\n'
        '[columns]\nmonth = "Month"\nlongitude = "Longitude"\nlatitude = "Latitude"\n'
        '[dates]\nformats = ["%Y-%m"]\n[coordinates]\ncrs = "EPSG:4326"\n',
        "police.uk",
    )


def read_street_file(
    frame: pd.DataFrame,
    name: str,
    faults: Faults,
    *,
    content_hash: str,
    crime_types: tuple[str, ...] = (ASB_CRIME_TYPE,),
) -> ExtractFrames:
    """Read a street file into incidents.

    Parameters
    ----------
    frame : DataFrame
        From `read_table`: text, index = row number in the file.
    name : str
        File name for messages.
    faults : Faults
        Takes rows with a bad month, force or coordinate. A missing coordinate is no fault.
    content_hash : str
        Of the file; part of the references that are made for rows.
    crime_types : tuple of str, default ASB only
        Crime types to keep; ``('all',)`` keeps every one.

    Returns
    -------
    ExtractFrames
        Incidents of the wanted types; rows of other types are simply not there.

    Raises
    ------
    ColumnsMissingError
        If the file is not a street file.
    """
    missing = [column for column in COLUMNS if column not in frame.columns]
    if missing:
        raise ColumnsMissingError(
            f"{name} is not a police.uk street file.",
            f"Missing: {', '.join(missing)}. It has {', '.join(map(str, frame.columns))[:200]}.",
            "Use the '-street.csv' files of the archive, or import it as 'incidents' with a "
            "mapping file.",
        )
    report_table_faults(frame, faults)
    if crime_types != ALL_CRIME_TYPES:
        frame = frame[frame["Crime type"].isin(crime_types)]
    bad_month = ~frame["Month"].map(_is_month)
    faults.add_rows(
        frame.index[bad_month], "Month", frame.loc[bad_month, "Month"], "a month as YYYY-MM"
    )
    no_force = frame["Falls within"].eq("")
    faults.add_rows(
        frame.index[no_force], "Falls within", frame.loc[no_force, "Falls within"], "a force name"
    )
    easting, northing = read_coordinates(frame, _coordinate_mapping(), faults)
    good = ~frame.index.isin(list(faults.rows))
    frame, easting, northing = frame[good], easting[good], northing[good]
    located = easting.notna()
    key = "snap:" + frame["Longitude"] + ":" + frame["Latitude"]
    rows = pd.Series(frame.index, index=frame.index).astype("str").str.zfill(6)
    constants = dict.fromkeys((*FLAG_COLUMNS, *PROTECTED_COLUMNS), NOT_RECORDED)
    incidents = frame[[]].assign(
        incident_id=frame["Month"] + "-" + content_hash[:8] + "-" + rows,
        force=frame["Falls within"],
        source_system=SOURCE_SYSTEM,
        asb=frame["Crime type"].eq(ASB_CRIME_TYPE),
        crime_type=frame["Crime type"],
        report_channel="unknown",
        reported_at=pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us]"),
        occurred_from=pd.to_datetime(frame["Month"], format="%Y-%m"),
        occurred_to=pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us]"),
        time_precision="month",
        month=frame["Month"],
        nsir_category=NOT_RECORDED,
        asb_type=NOT_RECORDED,
        grade=NOT_RECORDED,
        easting=easting,
        northing=northing,
        location_key=key.where(located, ""),
        location_precision=np.where(located, "snapped", "none"),
        lsoa_code=frame["LSOA code"].where(frame["LSOA code"].str.match(_LSOA), ""),
        victim_key="",
        problem_key="",
        event_key="",
        vulnerable_type=NOT_RECORDED,
        harm_score=np.nan,
        lead_agency="",
        outcome="",
        **constants,
    )
    places = pd.DataFrame(
        {
            "location_key": key[located],
            "uprn_key": "",
            "easting": easting[located],
            "northing": northing[located],
            "precision": "snapped",
            "is_excluded": frame.loc[located, "Location"].str.contains(_INSTITUTION),
            "is_default_geocode": frame.loc[located, "Location"].str.contains(_POLICE_STATION),
            "label": frame.loc[located, "Location"],
            "sealed_address": "",
            "postcode_key": "",
            "block_key": "",
        }
    ).drop_duplicates("location_key", ignore_index=True)
    return ExtractFrames(incidents[list(INCIDENT_COLUMNS)], places)


def _is_month(text: str) -> bool:
    try:
        Month.parse(text)
    except ValueError:
        return False
    return True
