"""What every step of a running import needs, and how it was asked for."""

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd

from geodata.categories import ASB_CRIME_TYPE
from geodata.joins import WardFinder
from geodata.placing import make_finder
from geodata.settings import Settings
from geodata.sources.area_classes import ClassMapping
from geodata.sources.area_scores import ScoreMapping
from geodata.sources.mapping import Mapping
from geodata.sources.survey_mapping import SurveyMapping
from geodata.store.areas import read_area_names, read_areas
from geodata.store.database import Database, Progress, Transaction


@dataclass(frozen=True)
class ImportOptions:
    """How to import.

    Parameters
    ----------
    dry_run : bool
        Do everything but keep nothing.
    strict : bool
        Store nothing if any row is refused.
    kind, edition, as_at, crs : optional
        For boundaries: what the file does not say itself.
    crime_types : tuple of str
        For police-uk: types to keep; ``('all',)`` keeps every one.
    mapping : Path, Mapping, SurveyMapping, ClassMapping or ScoreMapping, optional
        For incidents, calls, cases and surveys: which column is what; for segments: which classes
        make a segment; for area-scores: which score it is.
    class_columns : tuple of str
        For segments: the columns whose classes, joined by '/', are the code of the segment.
    replace : bool
        For a survey: take out what is held of it first. For postcodes: take out those held that
        do not come again.
    classification : str, optional
        For segments: name of the classification.
    year : int, optional
        For population: year of the figures.
    """

    dry_run: bool = False
    strict: bool = False
    kind: str | None = None
    edition: str | None = None
    as_at: dt.date | None = None
    crs: str | None = None
    crime_types: tuple[str, ...] = (ASB_CRIME_TYPE,)
    mapping: Path | Mapping | SurveyMapping | ClassMapping | ScoreMapping | None = None
    classification: str | None = None
    year: int | None = None
    class_columns: tuple[str, ...] = ()
    replace: bool = False


@dataclass
class Running:
    """One running import: what every step needs, and what its files brought so far.

    ``taken`` are the contents of the files read, ``cleared`` says that a survey was taken out to
    be replaced, and ``quarters`` are those of a survey that came.
    """

    database: Database
    connection: Transaction
    source: str
    options: ImportOptions
    settings: Settings
    imported_by: str
    progress: Progress | None
    mapping: Mapping | None = None
    survey: SurveyMapping | None = None
    classes: ClassMapping | None = None
    scores: ScoreMapping | None = None
    first_import: int | None = None
    finder: WardFinder | None = None
    lsoas: gpd.GeoDataFrame | None = None
    taken: set[str] = field(default_factory=set)
    cleared: bool = False
    quarters: set[str] = field(default_factory=set)

    def get_finder(self) -> WardFinder:
        """Build the ward finder once an import."""
        if self.finder is None:
            seen = self.database.inside(self.connection)
            self.finder = make_finder(seen, self.settings.nearest_ward_limit_m)
        return self.finder

    def get_lsoas(self) -> gpd.GeoDataFrame:
        """Read the current LSOAs once an import."""
        if self.lsoas is None:
            self.lsoas = read_areas(self.database.inside(self.connection), "lsoa")
        return self.lsoas

    def read_districts(self) -> dict[str, str]:
        """Read the name of each district that is held, by code."""
        areas = read_area_names(self.database.inside(self.connection))
        named = areas[areas["kind"] == "district"]
        codes = areas.loc[areas["district_code"] != "", "district_code"]
        return {code: code for code in codes} | dict(zip(named["code"], named["name"], strict=True))

    def read_wards(self) -> dict[str, str]:
        """Read the district of each ward that is held, of any edition, by code."""
        areas = read_area_names(self.database.inside(self.connection))
        wards = areas[areas["kind"] == "ward"]
        return dict(zip(wards["code"], wards["district_code"], strict=True))
