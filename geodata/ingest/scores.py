"""What an import does with one file of area scores: read, check and store."""

from geodata.errors import MappingError
from geodata.ingest.running import ImportOptions, Running
from geodata.ingest.steps import read_rows
from geodata.report import FileReport
from geodata.sources.area_scores import READY, ScoreMapping, load_score_mapping, read_scores
from geodata.sources.files import SourceMember
from geodata.store.area_scores import HEAD, write_area_scores
from geodata.store.areas import read_area_names


def get_score_mapping(options: ImportOptions) -> ScoreMapping:
    """Give the mapping of the score that was asked for.

    Raises
    ------
    MappingError
        If none was given, or it is not accepted.
    """
    if options.mapping is None:
        raise MappingError(
            "A file of area-scores needs a mapping file.",
            "It says which column is the score, what it measures, of which day, which way it runs "
            "and under which licence.",
            f"Give --mapping FILE, or --mapping {next(iter(READY))} for a file in that form; "
            "docs/data.md has an example under 'area-scores'.",
        )
    given = options.mapping
    return given if isinstance(given, ScoreMapping) else load_score_mapping(str(given))


def store_area_scores(
    running: Running, member: SourceMember, import_id: int, result: FileReport
) -> None:
    """Store the score of each area, in place of what is held of the same score."""
    assert running.scores is not None
    frame = read_rows(running, member, result)
    if frame.empty:
        return
    rows = read_scores(frame, member.name, result.faults, running.scores)
    if rows.empty:
        return
    part = running.scores.score
    head = {name: getattr(part, name) for name in HEAD}
    gone = write_area_scores(running.database, running.connection, head, rows, import_id)
    result.rows_stored = len(rows)
    if gone:
        result.notes.append(f"{gone:,} areas of another issue of {part.name} are taken out.")
    kind = str(rows["kind"].iloc[0])
    areas = read_area_names(running.database.inside(running.connection))
    held = set(areas.loc[areas["kind"] == kind, "code"])
    strange = int((~rows["code"].isin(held)).sum())
    if held and strange:
        result.notes.append(
            f"{strange:,} of {len(rows):,} areas have no boundary here; they are kept and used "
            "where a lookup knows them."
        )
