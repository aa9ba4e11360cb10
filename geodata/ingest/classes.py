"""What an import does with one file of area classes: read, join and store."""

from geodata.errors import MappingError
from geodata.ingest import steps
from geodata.ingest.running import ImportOptions, Running
from geodata.joins import chain_lsoa_to_ward
from geodata.report import FileReport
from geodata.sources.area_classes import (
    ClassificationPart,
    ClassMapping,
    load_class_mapping,
    read_classes,
)
from geodata.sources.files import SourceMember
from geodata.store.areas import (
    list_classifications,
    read_areas,
    read_lookups,
    read_population,
    read_segments,
    write_segments,
)
from geodata.store.database import Database

MOST_NAMED = 5


def get_class_mapping(options: ImportOptions) -> ClassMapping | None:
    """Give the mapping of area classes that was asked for; None for the forms known by name.

    Raises
    ------
    MappingError
        If class columns are given without the name of the classification, or beside a file.
    """
    if options.mapping is not None:
        if options.class_columns:
            raise MappingError(
                "Class columns are given twice.",
                "Both a mapping file and --class-column say which columns make the classes.",
                "Give one of them.",
            )
        if isinstance(options.mapping, ClassMapping):
            return options.mapping
        return load_class_mapping(str(options.mapping))
    if not options.class_columns:
        return None
    if not options.classification:
        raise MappingError(
            "The classification has no name.",
            f"Its classes are in {', '.join(options.class_columns)[:200]}.",
            "Give --classification 'Name'.",
        )
    part = ClassificationPart(name=options.classification, columns=options.class_columns)
    return ClassMapping(classification=part)


def store_segments(
    running: Running, member: SourceMember, import_id: int, result: FileReport
) -> None:
    """Store a classification of areas: of a known form, or of any class columns."""
    if running.classes is None:
        steps.store_segments(running, member, import_id, result)
        _note_unclassed(running, import_id, result)
        return
    mapping = running.classes
    frame = steps.read_rows(running, member, result)
    if frame.empty:
        return
    beside = mapping.classification.beside
    seen = running.database.inside(running.connection)
    held = read_segments(seen, beside) if beside else None
    rows = read_classes(frame, member.name, result.faults, mapping, held)
    write_segments(running.database, running.connection, rows, import_id)
    result.rows_stored = len(rows)
    result.notes.append(
        f"{rows['segment_code'].nunique():,} segments of {mapping.classification.name}."
    )
    _note_unclassed(running, import_id, result)


def find_unclassed(database: Database, classification: str) -> tuple[list[str], int]:
    """List the small areas of the wards held that a classification has no class for.

    A newer LSOA is taken to have the class of those it was made from.

    Returns
    -------
    codes : list of str
        Output areas of the lookup or LSOAs, as the classification is of; an LSOA without any
        output area in the lookup stands for itself.
    all : int
        How many small areas the classification should have.
    """
    rows = read_segments(database, classification)
    wards = read_areas(database, "ward")
    kind = next((kind for kind in ("oa", "lsoa") if (rows["kind"] == kind).any()), "ward")
    has = set(rows.loc[rows["kind"] == kind, "code"])
    if kind == "ward":
        return sorted(set(wards["code"]) - has), len(wards)
    links = read_lookups(database, "lsoa", "lsoa")
    lsoas = set(
        chain_lsoa_to_ward(read_lookups(database, "lsoa", "ward"), links, wards)["lsoa_code"]
    )
    newest = set(read_areas(database, "lsoa")["code"]) or set(
        read_population(database, "lsoa")["code"]
    )
    replaced = set(links["from_code"]) - set(links["to_code"])
    lsoas = lsoas & newest if newest else lsoas - replaced
    if kind == "lsoa":
        has |= set(links.loc[links["from_code"].isin(has), "to_code"])
        return sorted(lsoas - has), len(lsoas)
    within = read_lookups(database, "oa", "lsoa")
    inside = within.loc[within["to_code"].isin(lsoas), "from_code"]
    small = (lsoas - set(within["to_code"])) | set(inside)
    return sorted(small - has), len(small)


def _note_unclassed(running: Running, import_id: int, result: FileReport) -> None:
    seen = running.database.inside(running.connection)
    without: dict[str, list[str]] = {}
    for classification in list_classifications(seen, import_id):
        codes, size = find_unclassed(seen, classification)
        if codes:
            more = len(codes) - MOST_NAMED
            said = (
                f"{len(codes):,} of the {size:,} small areas that are held "
                f"({', '.join(codes[:MOST_NAMED])}{f' and {more:,} more' if more > 0 else ''})."
            )
            without.setdefault(said, []).append(classification)
    for said, names in without.items():
        result.notes.append(f"Without a class of {', '.join(names)}: {said}")
