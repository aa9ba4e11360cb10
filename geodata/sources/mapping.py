"""The mapping file of an extract: which column is what, in which words and forms.

A TOML file with the tables [source], [columns], [coordinates], [dates], [translate.FIELD] and
[constants]. A name that is not known is an error, since a misspelt one would be lost silently.
"""

from collections.abc import Collection
from collections.abc import Mapping as MappingOf
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field
from pyproj import CRS
from pyproj.exceptions import CRSError

from geodata.crs import BNG, WGS84
from geodata.errors import MappingError, safe_value
from geodata.sources.extract_fields import nearest
from geodata.sources.mapping_draft import suggest_mapping
from geodata.sources.mapping_files import fill_model, parse_toml, read_mapping_text
from geodata.sources.record_forms import INCIDENT_FORM, RecordForm

__all__ = ["Mapping", "load_mapping", "parse_mapping", "suggest_mapping"]

LOCAL_TIME = "Europe/London"
DEFAULT_FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%d",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%Y-%m",
)
_NEXT_STEP = (
    "Correct the mapping file; 'wardlight import SOURCE --suggest-mapping FILE' drafts one."
)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourcePart(_Part):
    """Where the extract comes from."""

    force: str = Field(min_length=1)
    system: str = Field(min_length=1)
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)


class CoordinatesPart(_Part):
    """The reference system of the coordinates; "" for that of the columns that are named."""

    crs: str = ""


class DatesPart(_Part):
    """How dates are written, and in which time zone those without an offset are."""

    formats: tuple[str, ...] = Field(default=DEFAULT_FORMATS, min_length=1)
    timezone: str = LOCAL_TIME


class Mapping(_Part):
    """What a mapping file says, checked."""

    source: SourcePart
    columns: dict[str, str]
    coordinates: CoordinatesPart = CoordinatesPart()
    dates: DatesPart = DatesPart()
    translate: dict[str, dict[str, str]] = Field(default_factory=dict)
    constants: dict[str, str] = Field(default_factory=dict)

    @property
    def crs(self) -> str:
        """The reference system of the coordinates."""
        return self.coordinates.crs or (WGS84 if "longitude" in self.columns else BNG)

    @property
    def coordinate_fields(self) -> tuple[str, str] | None:
        """Fields of x and y, or None if the extract has no coordinates."""
        for pair in (("easting", "northing"), ("longitude", "latitude")):
            if pair[0] in self.columns:
                return pair
        return None


def load_mapping(path: Path | str, form: RecordForm = INCIDENT_FORM) -> Mapping:
    """Read a mapping file.

    Parameters
    ----------
    path : Path or str
        A TOML file in UTF-8.
    form : RecordForm, default that of incidents
        Which names are accepted.

    Raises
    ------
    MappingError
        If the file is missing, not TOML, or says something that is not accepted; the message
        names the key and the nearest accepted name.
    """
    text, name = read_mapping_text(path, _NEXT_STEP)
    return parse_mapping(text, name, form)


def parse_mapping(text: str, name: str = "mapping", form: RecordForm = INCIDENT_FORM) -> Mapping:
    """Read a mapping from its TOML text; ``name`` is the file to name in errors."""
    refuse = partial(_refuse, name)
    data = parse_toml(text, refuse)
    tables = [one for one in Mapping.model_fields if form.has_coordinates or one != "coordinates"]
    _check_names(name, "", data, tables)
    for key, part in (("source", SourcePart), ("coordinates", CoordinatesPart)):
        _check_names(name, key, data.get(key, {}), part.model_fields)
    _check_names(name, "dates", data.get("dates", {}), DatesPart.model_fields)
    _check_names(name, "columns", data.get("columns", {}), form.columns)
    _check_names(name, "translate", data.get("translate", {}), form.translated)
    _check_names(name, "constants", data.get("constants", {}), form.translated)
    mapping = fill_model(Mapping, data, refuse)
    _check_words(name, mapping, form)
    _check_coordinates(name, mapping)
    _check_needed(name, mapping, form)
    _check_dates(name, mapping)
    return mapping


def _check_names(name: str, table: str, given: object, accepted: Collection[str]) -> None:
    if not isinstance(given, dict):
        raise _refuse(name, f"[{table}] is {safe_value(given)}; a table is accepted")
    for key in given:
        if key not in accepted:
            place = f"[{table}]" if table else "the file"
            raise _refuse(name, f"{place} has the unknown key {key!r}{nearest(key, accepted)}")


def _check_words(name: str, mapping: Mapping, form: RecordForm) -> None:
    given: list[tuple[str, str, str]] = [
        (f"translate.{field}", field, word)
        for field, words in mapping.translate.items()
        for word in words.values()
    ]
    given += [("constants", field, word) for field, word in mapping.constants.items()]
    for table, field, word in given:
        accepted = form.words.get(field)
        if accepted is not None and word not in accepted:
            raise _refuse(
                name,
                f"[{table}] gives {field} as {safe_value(word)}; accepted are "
                f"{', '.join(accepted)}{nearest(word, accepted)}",
            )


def _check_coordinates(name: str, mapping: Mapping) -> None:
    columns: MappingOf[str, str] = mapping.columns
    held = [field for field in ("easting", "northing", "longitude", "latitude") if field in columns]
    if held not in ([], ["easting", "northing"], ["longitude", "latitude"]):
        raise _refuse(
            name,
            f"[columns] has {', '.join(held)}; accepted are easting and northing, or longitude "
            "and latitude, or neither",
        )
    try:
        crs = CRS.from_user_input(mapping.crs)
    except CRSError as error:
        raise _refuse(
            name,
            f"[coordinates] crs is {safe_value(mapping.crs)}; accepted is a reference system such "
            "as 'EPSG:27700' or 'EPSG:4326'",
        ) from error
    if held and crs.is_geographic != ("longitude" in held):
        raise _refuse(
            name,
            f"[coordinates] crs {mapping.crs!r} does not go with the columns {' and '.join(held)}",
        )


def _check_needed(name: str, mapping: Mapping, form: RecordForm) -> None:
    for group in form.needed:
        if set(group) & set(mapping.columns):
            continue
        if len(group) == 1:
            raise _refuse(name, f"[columns] does not name {group[0]}; it is needed")
        raise _refuse(name, f"[columns] names neither {' nor '.join(group)}; one is needed")


def _check_dates(name: str, mapping: Mapping) -> None:
    for form in mapping.dates.formats:
        if "%Y" not in form and "%y" not in form:
            raise _refuse(name, f"[dates] formats has {form!r}, which has no year (%Y)")
    try:
        ZoneInfo(mapping.dates.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise _refuse(
            name,
            f"[dates] timezone is {safe_value(mapping.dates.timezone)}; accepted is a name such "
            f"as {LOCAL_TIME!r} or 'UTC'",
        ) from error


def _refuse(name: str, detail: str) -> MappingError:
    return MappingError(
        "The mapping file is not accepted.", f"{safe_value(name)}: {detail}.", _NEXT_STEP
    )
