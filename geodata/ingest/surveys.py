"""What an import does with one file of a survey: read, link, check and store."""

import pandas as pd

from geodata.ingest.running import Running
from geodata.joins import chain_lsoa_to_ward
from geodata.report import FileReport, say_count
from geodata.schemas import (
    SURVEY_ANSWER_COLUMNS,
    SURVEY_ESTIMATE_COLUMNS,
    SURVEY_RESPONDENT_COLUMNS,
)
from geodata.sources.extract_columns import fold
from geodata.sources.files import SourceMember
from geodata.sources.statistics_files import read_survey_table
from geodata.sources.survey import read_survey_file
from geodata.sources.survey_estimates import read_estimates_file
from geodata.sources.survey_places import SurveyPlaces
from geodata.store.areas import read_areas, read_lookups, read_segments
from geodata.store.surveys import clear_survey, write_survey


def store_survey(
    running: Running, member: SourceMember, import_id: int, result: FileReport
) -> None:
    """Store a survey, or what a further file of it adds."""
    assert running.survey is not None
    mapping = running.survey
    head = mapping.survey
    frame = read_survey_table(member, settings=running.settings, delimiter=head.delimiter)
    result.rows_read = len(frame) + len(frame.attrs.get("ragged_rows", []))
    if frame.empty:
        return
    places = read_survey_places(running, head.classification)
    respondents = pd.DataFrame(columns=list(SURVEY_RESPONDENT_COLUMNS))
    answers = pd.DataFrame(columns=list(SURVEY_ANSWER_COLUMNS))
    estimates = pd.DataFrame(columns=list(SURVEY_ESTIMATE_COLUMNS))
    complete_to, last_day = head.complete_to, None
    if head.kind == "microdata":
        frames = read_survey_file(frame, mapping, result.faults, member.name, places)
        respondents, answers = frames.respondents, frames.answers
        complete_to, last_day = frames.complete_to, frames.last_day
    else:
        estimates = read_estimates_file(frame, mapping, result.faults, member.name, places)
    if respondents.empty and estimates.empty:
        result.notes.append("No row of it can be used, so what is held stays as it is.")
        return
    if running.options.replace and not running.cleared:
        gone = clear_survey(running.connection, head.name)
        running.cleared = True
        result.notes.append(f"It replaces {gone:,} respondents and figures that were held.")
    changes = write_survey(
        running.database,
        running.connection,
        {
            "name": head.name,
            "kind": head.kind,
            "reach": head.reach,
            "about": head.about,
            "classification": head.classification,
            "licence": head.licence,
            "complete_to": complete_to,
            "last_day": last_day,
            "items": mapping.questions,
        },
        respondents,
        answers,
        estimates,
        import_id,
        replaces=head.kind == "microdata" and "respondent" not in mapping.columns,
        stay=running.quarters,
    )
    running.quarters.update(respondents["quarter"].unique())
    result.rows_stored = changes.added
    result.rows_left_out = changes.held
    if changes.held:
        result.notes.append(f"{changes.held:,} respondents are held already and stay as they are.")
    if changes.replaced:
        result.notes.append(f"It replaces {say_count(changes.replaced)} of an earlier file.")
    result.notes += [
        f"{quarter or 'All that was held'}: {before:,} respondents made way for {now:,}."
        for quarter, (before, now) in changes.quarters.items()
    ]
    if len(answers):
        result.notes.append(f"{len(answers):,} answers to {len(mapping.items):,} questions.")


def read_survey_places(running: Running, classification: str) -> SurveyPlaces:
    """Read what is held about areas, for linking the respondents of a survey.

    Parameters
    ----------
    running : Running
    classification : str
        Of the survey's segments; "" for none.
    """
    seen = running.database.inside(running.connection)
    names = running.read_districts()
    wards = running.read_wards()
    of_ward = read_lookups(seen, "ward", "district")
    known = dict(zip(of_ward["from_code"], of_ward["to_code"], strict=True))
    to_ward = chain_lsoa_to_ward(
        read_lookups(seen, "lsoa", "ward"), read_lookups(seen, "lsoa", "lsoa"),
        read_areas(seen, "ward"),
    )  # fmt: skip
    to_lsoa = read_lookups(seen, "oa", "lsoa")
    small = dict(zip(to_lsoa["from_code"], to_lsoa["to_code"], strict=True))
    small |= dict(zip(to_ward["lsoa_code"], to_ward["ward_code"], strict=True))
    segments = read_segments(seen, classification) if classification else None
    of_area: dict[str, str] = {}
    if segments is not None:
        # Where an area has several segments, its largest stands for whoever lives in it.
        largest = segments.sort_values("share", kind="stable")
        of_area = dict(zip(largest["code"], largest["segment_code"], strict=True))
    return SurveyPlaces(
        districts={fold(code): code for code in names}
        | {fold(name): code for code, name in names.items()},
        wards={code: district or known.get(code, "") for code, district in wards.items()},
        small_areas=small,
        segments=of_area,
        segment_codes=frozenset(of_area.values() if segments is None else segments["segment_code"]),
    )
