"""What an import does with one file of area classes: read, join and store."""

from geodata.errors import MappingError
from geodata.ingest import steps
from geodata.ingest.running import ImportOptions, Running
from geodata.report import FileReport
from geodata.sources.area_classes import (
    ClassificationPart,
    ClassMapping,
    load_class_mapping,
    read_classes,
)
from geodata.sources.files import SourceMember
from geodata.store.areas import read_segments, write_segments


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
