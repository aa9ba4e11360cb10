"""Drafting a mapping file for an extract nobody has described yet, from its names and values."""

import re

import pandas as pd

from geodata.crs import BNG, EASTING_RANGE, LATITUDE_RANGE, LONGITUDE_RANGE, WGS84
from geodata.personal_details import looks_like_text
from geodata.sources.extract_dates import read_dates
from geodata.sources.extract_fields import BUILT_IN_ANSWERS, nearest
from geodata.sources.record_forms import INCIDENT_FORM, RecordForm

SAMPLE_ROWS = 5_000
MOST_WORDS = 40
DRAFT_MARK = "CHECK"

SYNONYMS: dict[str, tuple[str, ...]] = {
    "incident_id": (
        "incident id", "incident number", "incident no", "incident ref", "incident reference",
        "reference", "ref", "id", "urn", "log number", "cad", "cad number", "case id",
        "case reference", "crime id", "record id",
    ),
    "occurred_from": (
        "occurred from", "date occurred", "occurred", "occurred on", "occurred at",
        "incident date", "date of incident", "start date", "from date", "date from",
        "incident datetime", "date time", "datetime", "date", "committed from",
    ),
    "occurred_to": ("occurred to", "end date", "to date", "date to", "committed to"),
    "reported_at": (
        "reported at", "date reported", "reported date", "reported", "reported on",
        "created date", "date created", "logged", "call time", "received",
    ),
    "month": ("month", "coded month", "year month"),
    "easting": ("easting", "eastings", "x", "grid x", "osx", "bng x", "x coordinate", "x coord"),
    "northing": (
        "northing", "northings", "y", "grid y", "osy", "bng y", "y coordinate", "y coord",
    ),
    "longitude": ("longitude", "long", "lon", "lng"),
    "latitude": ("latitude", "lat"),
    "location": ("location", "place", "place name", "on or near", "location name", "beat street"),
    "address": ("address", "full address", "incident address", "street address", "premises"),
    "postcode": ("postcode", "post code", "incident postcode", "pcode"),
    "uprn": ("uprn", "property reference"),
    "lsoa_code": ("lsoa code", "lsoa", "lsoa21cd", "lsoa11cd"),
    "nsir_category": (
        "nsir category", "asb category", "category", "qualifier", "asb qualifier", "nsir",
    ),
    "asb_type": (
        "asb type", "type", "incident type", "sub type", "subtype", "closing code", "asb subtype",
    ),
    "report_channel": (
        "report channel", "channel", "contact method", "how reported", "call source", "source",
    ),
    "grade": ("grade", "priority", "response grade", "call grade", "response"),
    "vulnerable_type": ("vulnerable type", "vulnerability type"),
    "location_precision": ("location precision", "precision", "geocode quality"),
    "lead_agency": ("lead agency", "agency", "owner agency"),
    "outcome": ("outcome", "result", "disposal", "last outcome category", "closure"),
    "victim_key": ("victim key", "victim id", "victim reference", "victim ref", "caller id"),
    "problem_key": ("problem key", "problem id", "problem reference", "linked problem"),
    "event_key": (
        "event key", "event id", "event reference", "shared reference", "partner reference",
        "linked incident",
    ),
    "harm_score": ("harm score", "harm", "risk score"),
    "crime_type": ("crime type", "offence type"),
    "repeat_flag": ("repeat flag", "repeat", "repeat victim", "repeat caller"),
    "repeat_asked": ("repeat asked",),
    "vulnerable_flag": ("vulnerable flag", "vulnerable", "vulnerability", "vulnerable victim"),
    "vulnerable_asked": ("vulnerable asked",),
    "hate_flag": ("hate flag", "hate", "hate incident", "hate crime"),
    "thrive_recorded": ("thrive recorded", "thrive"),
    "domestic_abuse_flag": ("domestic abuse flag", "domestic abuse", "domestic", "da flag", "da"),
    "child_flag": ("child flag", "child", "child victim", "under 18", "juvenile"),
}  # fmt: skip
HOME_SYNONYMS: dict[str, tuple[str, ...]] = {
    name: SYNONYMS[name] for name in ("address", "postcode", "uprn")
}
OTHER_SYNONYMS: dict[str, dict[str, tuple[str, ...]]] = {
    "calls": {
        "call_id": ("call id", "call", "call number", "call no", "call reference", "call ref", "id",
            "ref",),
        "called_at": (
            "called at", "call time", "taken", "call taken", "call date", "received",
            "date time", "datetime", "date",
            "time of call", "start time",
        ),
        "caller": ("caller", "caller name", "name", "full name"),
        "caller_key": ("caller key", "caller id", "caller reference", "person id"),
        "phone": (
            "phone", "phone number", "telephone", "telephone number", "number", "cli", "mobile",
            "caller number",
        ),
        "incident_id": (
            "incident id", "incident number", "incident reference", "incident ref", "incident",
            "linked incident", "log number",
        ),
        "district": ("district", "district code", "council", "local authority", "lad"),
        **HOME_SYNONYMS,
    },
    "cases": {
        "case_id": ("case id", "case number", "case reference", "case ref", "case", "id", "ref"),
        "opened": ("opened", "date opened", "opened on", "start date", "created", "date created"),
        "closed": ("closed", "date closed", "closed on", "end date", "closure date"),
        "status": ("status", "case status", "state"),
        "lead_agency": ("lead agency", "agency", "lead", "owner agency"),
        "owner": ("owner", "case owner", "case officer", "officer", "assigned to"),
        "risk_band": ("risk band", "risk", "risk level", "band"),
        "last_review": ("last review", "last reviewed", "reviewed", "review date"),
        "next_review": ("next review", "review due", "next review date", "review by"),
        "victim_told": ("victim told", "case review offered"),
        "victim_key": ("victim key", "victim id", "victim reference", "victim ref"),
        "problem_key": SYNONYMS["problem_key"],
        "shared_with": ("shared with", "partners", "agencies"),
        "ward_code": ("ward code", "ward"),
        **HOME_SYNONYMS,
    },
}  # fmt: skip
"""Names that columns of calls and cases go by."""

TRIED_FORMATS = tuple(
    f"{day}{clock}"
    for day in ("%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%d %b %Y",
                "%d-%b-%Y", "%d-%b-%y", "%d %B %Y", "%Y%m%d", "%Y/%m/%d")
    for clock in ("", " %H:%M", " %H:%M:%S", "T%H:%M:%S", "T%H:%M")
)  # fmt: skip
MONTH_FORMATS = ("%Y-%m", "%m/%Y", "%b %Y", "%B %Y", "%b-%y", "%Y/%m")


def suggest_mapping(frame: pd.DataFrame, name: str, form: RecordForm = INCIDENT_FORM) -> str:
    """Draft the mapping file of an extract, to be checked by somebody who knows it.

    Columns are guessed by name, then by what they hold; date forms and the reference system
    by which of them fit the values. Each guess that needs an eye is marked CHECK.

    Parameters
    ----------
    frame : DataFrame
        The table as text, from `read_table`.
    name : str
        Name of the file.
    form : RecordForm, default that of incidents
        What kind of records it holds.

    Returns
    -------
    str
        TOML text that `load_mapping` accepts.
    """
    sample = frame.head(SAMPLE_ROWS)
    columns = _guess_columns(sample, form)
    lines = [
        f"# Drafted by Wardlight for {plain(name)}: check each line marked CHECK.",
        "",
        "[source]",
        'force = "CHECK force or council"  # CHECK: such as Kent Police',
        'system = "extract"  # CHECK: the system it was exported from',
    ]
    delimiter = frame.attrs.get("delimiter")
    if delimiter and delimiter != ",":
        lines.append(f"delimiter = {quote(delimiter)}")
    lines += ["", "[columns]  # Wardlight field = column of the file"]
    lines += [
        f"{field} = {quote(column)}{'' if sure else '  # CHECK: guessed from the values'}"
        for field, (column, sure) in columns.items()
    ]
    for group in form.needed:
        if not set(group) & set(columns):
            lines.append(f'{group[0]} = "CHECK"  # CHECK: no column for it was recognised')
    unused = [str(one) for one in frame.columns if one not in {c for c, _ in columns.values()}]
    if unused:
        lines.append(f"# Not used: {plain(', '.join(unused))[:300]}")
    lines += [""]
    if form.has_coordinates:
        lines += _draft_coordinates(sample, columns)
    lines += _draft_dates(sample, columns, form)
    for field, (column, _) in columns.items():
        if field in form.words:
            lines += _draft_words(sample[column], field, form)
    lines += ["", "[constants]  # for every row of the file, where it says nothing itself"]
    for field, value in (("nsir_category", "not recorded"), ("report_channel", "unknown")):
        if field in form.words and field not in columns:
            accepted = ", ".join(form.words[field])
            lines.append(f"{field} = {quote(value)}  # CHECK: accepted are {accepted}")
    return "\n".join(lines) + "\n"


def words_of(name: str) -> str:
    """Give the words of a column's name in small letters, parted by spaces."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return " ".join(re.sub(r"[^0-9a-zA-Z]+", " ", parted).lower().split())


def _guess_columns(sample: pd.DataFrame, form: RecordForm) -> dict[str, tuple[str, bool]]:
    """Give for each field the column that seems to hold it and whether its name says so."""
    synonyms = OTHER_SYNONYMS.get(form.source, SYNONYMS)
    fields = (*synonyms, *(one for one in form.yes_no if one not in synonyms))
    by_words = {words_of(str(column)): str(column) for column in reversed(sample.columns)}
    found: dict[str, tuple[str, bool]] = {}
    for field in fields:
        for synonym in (words_of(field), *synonyms.get(field, ())):
            column = by_words.get(synonym)
            if column and column not in {taken for taken, _ in found.values()}:
                found[field] = (column, True)
                break
    _keep_one_pair(found)
    if form.source == "incidents" and not {"occurred_from", "month"} & set(found):
        taken = {column for column, _ in found.values()}
        for column in map(str, sample.columns):
            if column not in taken and fitting_formats(sample[column]):
                found["occurred_from"] = (column, False)
                break
    return {field: found[field] for field in fields if field in found}


def _keep_one_pair(found: dict[str, tuple[str, bool]]) -> None:
    pairs = (("easting", "northing"), ("longitude", "latitude"))
    whole = [pair for pair in pairs if all(field in found for field in pair)]
    for pair in pairs:
        if pair not in whole[:1]:
            for field in pair:
                found.pop(field, None)


def _draft_coordinates(sample: pd.DataFrame, columns: dict[str, tuple[str, bool]]) -> list[str]:
    """Guess the reference system from the ranges; degrees in metre columns change their names."""
    pair = next((one for one in ("easting", "longitude") if one in columns), None)
    if pair is None:
        return ["# No coordinates were recognised: incidents will have no place.", ""]
    other = "northing" if pair == "easting" else "latitude"
    x = pd.to_numeric(sample[columns[pair][0]], errors="coerce").dropna()
    y = pd.to_numeric(sample[columns[other][0]], errors="coerce").dropna()
    x, y = x[x != 0], y[y != 0]
    degrees = pair == "longitude"
    limits = (LONGITUDE_RANGE, LATITUDE_RANGE) if degrees else (EASTING_RANGE, EASTING_RANGE)
    fits = x.between(*limits[0]).mean() > 0.9 and y.between(*limits[1]).mean() > 0.9
    mark = "" if fits else "  # CHECK: most values lie outside England and Wales in this system"
    if not fits and degrees and y.between(*limits[0]).mean() > 0.9:
        mark = "  # CHECK: longitude and latitude look swapped"
    return ["[coordinates]", f"crs = {quote(WGS84 if degrees else BNG)}{mark}", ""]


def fitting_formats(values: pd.Series) -> list[str]:
    """Give the date forms that read the values, the one that reads most first."""
    distinct = values.str.strip()
    distinct = distinct[distinct.ne("")].drop_duplicates().head(500)
    if distinct.empty:
        return []
    shares: dict[str, float] = {}
    for form in (*TRIED_FORMATS, *MONTH_FORMATS):
        share = float(read_dates(distinct, [form]).moments.notna().mean())
        if share > 0.02:
            shares[form] = share
    if not shares or max(shares.values()) < 0.3:
        return []
    return sorted(shares, key=lambda form: -shares[form])


def _draft_dates(
    sample: pd.DataFrame, columns: dict[str, tuple[str, bool]], form: RecordForm
) -> list[str]:
    formats: list[str] = []
    for field in form.dates:
        if field in columns:
            formats += [
                one for one in fitting_formats(sample[columns[field][0]]) if one not in formats
            ]
    day_first = [one for one in formats if one.startswith("%d/%m/%Y")]
    month_first = [one for one in formats if one.startswith("%m/%d/%Y")]
    mark = ""
    if day_first and month_first:
        formats = [one for one in formats if one not in month_first]
        mark = "  # CHECK: day first is taken"
    if not formats:
        formats, mark = ["%Y-%m-%d", "%d/%m/%Y"], "  # CHECK: no form fits the values"
    listed = ", ".join(quote(one) for one in formats)
    return ["[dates]", f"formats = [{listed}]{mark}", 'timezone = "Europe/London"']


def _draft_words(values: pd.Series, field: str, form: RecordForm) -> list[str]:
    accepted = form.words[field]
    known = set(accepted) | (set(BUILT_IN_ANSWERS) if field in form.yes_no else set())
    counts = values.str.strip().value_counts()
    strange = [str(word) for word in counts.index if word and str(word).casefold() not in known]
    if not strange:
        return []
    lines = ["", f"[translate.{field}]  # CHECK: accepted are {', '.join(accepted)}"]
    if len(strange) > MOST_WORDS:
        return [*lines, f"# {len(strange):,} different words: is this the right column?"]
    of_people = form is not INCIDENT_FORM
    words = [word for word in strange if not looks_like_text(word, of_people=of_people)]
    if len(words) < len(strange):
        lines.append(f"# {len(strange) - len(words):,} more look like free text, not like words")
    for word in words:
        near = nearest(word, accepted)
        like = near.rsplit("'", 2)[-2] if near else ""
        inside = next((one for one in accepted if one in word.casefold()), "")
        lines.append(f"{quote(word)} = {quote(inside or like or accepted[-1])}  # CHECK")
    return lines


def quote(text: str) -> str:
    """Write a TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    return '"' + "".join(mark if mark.isprintable() else " " for mark in escaped) + '"'


def plain(text: str) -> str:
    """Give a text with a space for each mark that cannot be printed, for a comment."""
    return "".join(mark if mark.isprintable() else " " for mark in text)
