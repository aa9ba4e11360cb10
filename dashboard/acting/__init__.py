"""The only writing a view may ask for: checked against who acts, and recorded under their name."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.gates import gate
from dashboard.loading import RepeatKey, current_database, repeat_data, repeat_list
from dashboard.permissions import Permission, current_actor
from dashboard.services import (
    actions,
    address_merges,
    audit,
    call_check,
    callers,
    exports,
    people,
    questions,
    repeat_records,
    running,
    sessions,
)
from dashboard.services.forecasts import Ask
from dashboard.services.importing import Upload, import_uploads
from geodata.errors import UserFacingError
from geodata.ingest import ImportReport
from geodata.settings import get_settings


@gate(Permission.IMPORT)
def import_files(
    source: str,
    files: Sequence[UploadedFile],
    mapping: UploadedFile | None,
    *,
    dry_run: bool,
    said: dict[str, str],
) -> ImportReport:
    """Import the files of the Data page.

    Raises
    ------
    UserFacingError
        If a file is over the limit, or the import refuses it.
    """
    limit = get_settings().upload_limit_mb
    for file in files:
        if file.size > limit * 1_000_000:
            raise UserFacingError(
                "This file is too large for the page.",
                f"{file.name} has {file.size / 1_000_000:,.0f} MB; the limit is {limit} MB.",
                "Import it with the command 'wardlight import'.",
            )
    uploads = [Upload(file.name, file.getvalue()) for file in files]
    with_mapping = Upload(mapping.name, mapping.getvalue()) if mapping else None
    return import_uploads(
        current_database(),
        source,
        uploads,
        with_mapping,
        dry_run=dry_run,
        said=said,
    )


@gate(Permission.RUN_FORECASTS)
def start_job(ask: Ask) -> int:
    """Start a forecast or back-test as a process of its own; give the id of its run.

    Raises
    ------
    JobError
        If one of its kind and force runs already.
    """
    return running.start(current_database(), ask, current_actor().name)


@gate(Permission.RUN_FORECASTS)
def cancel_job(run_id: int) -> None:
    """Ask a forecast or back-test to stop at its next step."""
    running.cancel(current_database(), run_id)


@gate(Permission.SEE_RELEASED)
def start_sharing() -> None:
    """Hold the user to the rules for a shared screen, in all their sessions."""
    sessions.start_sharing(current_database())


@gate(Permission.SEE_RELEASED)
def stop_sharing(reason: str) -> None:
    """End the rules for a shared screen, with a reason that is logged."""
    sessions.stop_sharing(current_database(), reason)


@gate(Permission.ACT)
def create_action(
    *,
    title: str,
    owner: str,
    due: dt.date | None,
    agency: str = "",
    about_kind: str = "",
    about_key: str = "",
    ward_code: str = "",
    district_code: str = "",
    evidence: dict[str, Any] | None = None,
    reason: str = "tasking",
) -> int:
    """Add an action with owner and day; give its number.

    Raises
    ------
    ActionError
        If it lacks a title, an owner or a day to come, or holds a personal detail.
    """
    return actions.create_action(
        current_database(),
        title=title,
        owner=owner,
        due=due,
        agency=agency,
        about_kind=about_kind,
        about_key=about_key,
        ward_code=ward_code,
        district_code=district_code,
        evidence=evidence,
        reason=reason,
    )


@gate(Permission.ACT)
def close_action(action_id: int, outcome: str) -> None:
    """Close an action with what came of it.

    Raises
    ------
    ActionError
        If the outcome is missing or holds a personal detail, or the action is not open.
    """
    actions.close_action(current_database(), action_id, outcome)


@gate(Permission.MANAGE_PEOPLE)
def add_person(subject: str, name: str, roles: tuple[str, ...], agency: str) -> int:
    """Add somebody before their first sign-in; give their number."""
    return people.add_person(current_database(), subject, name=name, roles=roles, agency=agency)


@gate(Permission.MANAGE_PEOPLE)
def change_person(
    number: int, *, roles: tuple[str, ...] | None, agency: str, active: bool, roles_from: str
) -> None:
    """Change what somebody may do."""
    people.change_person(
        current_database(), number, roles=roles, agency=agency, active=active,
        roles_from=roles_from,
    )  # fmt: skip


@gate(Permission.SEE_ADDRESS)
def open_repeat(key: RepeatKey, row: int, reason: str, reason_text: str) -> repeat_records.Record:
    """Open what is behind a row of a list of repeats; the look is logged first.

    Raises
    ------
    ReasonMissingError
        If no reason was picked.
    RowNotListedError
        If the list has no such row.
    """
    return repeat_records.open_record(
        current_database(), repeat_data(key[-1]), repeat_list(key), row, reason, reason_text
    )


@gate(Permission.SEE_ADDRESS)
def open_repeat_of_action(
    key: RepeatKey, action_id: int, reason: str, reason_text: str
) -> repeat_records.Record:
    """Open the victim or place that an action is about; the look is logged first.

    Raises
    ------
    ReasonMissingError
        If no reason was picked.
    RowNotListedError
        If it is about nothing that may stand on such a list.
    """
    return repeat_records.open_of_action(
        current_database(), repeat_data(key[-1]), repeat_list(key), action_id, reason, reason_text
    )


@gate(Permission.ACT)
def send_repeat(
    key: RepeatKey, row: int, *, title: str, owner: str, agency: str, due: dt.date | None
) -> int:
    """Make an action about a row of a list of repeats; give its number.

    Raises
    ------
    ActionError
        If it lacks a title, an owner or a day to come, or holds a personal detail.
    """
    return repeat_records.send_to_tasking(
        current_database(), repeat_list(key), row, title=title, owner=owner, agency=agency, due=due
    )


@gate(Permission.SEE_REPEATS)
def log_repeat_download(key: RepeatKey, reason: str, recipient: str) -> int:
    """Log that a list of repeats leaves, to whom and why; give the number of the event.

    Raises
    ------
    ReasonMissingError
        If no reason was picked or nobody is named.
    """
    return repeat_records.log_download(current_database(), repeat_list(key), reason, recipient)


@gate(Permission.SEE_CASES, Permission.SEE_SHARED_CASES, Permission.SEE_ACTIONS)
def log_export(what: str, rows: int, reason: str, recipient: str) -> int:
    """Log that a list of cases or actions leaves, to whom and why.

    Raises
    ------
    ReasonMissingError
        If no reason was picked or nobody is named.
    """
    return exports.log_export(current_database(), what, rows, reason, recipient)


@gate(Permission.MARK_BREAKS)
def mark_break(force: str, day: dt.date, what: str) -> int:
    """Mark a change of recording; figures on its two sides are no longer compared."""
    return questions.mark_break(current_database(), force=force, day=day, what=what)


@gate(Permission.MARK_BREAKS)
def unmark_break(break_id: int) -> None:
    """Take a change of recording off the list."""
    questions.unmark_break(current_database(), break_id)


@gate(Permission.MERGE_ADDRESSES)
def suggest_merges(reason: str) -> str:
    """Look for places that may be one address; say in words what was found."""
    found = address_merges.suggest(current_database(), reason=reason)
    return (
        f"{found.places:,} places with an address were compared: {found.added:,} new pairs, "
        f"{found.gone:,} withdrawn."
    )


@gate(Permission.MERGE_ADDRESSES)
def open_merge(number: int, reason: str, held: int = 0) -> int:
    """Log a look at two addresses and give its number; the one held, while that look holds.

    Raises
    ------
    MergeError
        If the pair is no longer held.
    """
    return address_merges.open_pair(current_database(), number, reason, held)


@gate(Permission.MERGE_ADDRESSES)
def decide_merge(number: int, status: str, reason: str) -> None:
    """Accept, reject or undo a merge of two addresses, or ask it again.

    Raises
    ------
    MergeError
        If somebody else decided in the meantime, or it contradicts another decision.
    """
    address_merges.decide(current_database(), number, status, reason)


@gate(Permission.CHECK_CALL)
def check_call(typed: str, reason: str) -> call_check.CallCheck:
    """Look up what was typed, for a reason that is logged first.

    Raises
    ------
    CallCheckError
        If nothing was typed, or far too much.
    """
    return call_check.check_call(current_database(), typed, reason)


@gate(Permission.CHECK_CALL)
def check_record(kind: str, key: str, reason: str) -> call_check.CallCheck:
    """Look up a record that was picked from several, for a reason that is logged first."""
    return call_check.check_record(current_database(), kind, key, reason)


@gate(Permission.SEE_CALLER_NAMES)
def open_caller_name(caller_key: str, reason: str) -> str:
    """Open the name of a repeat caller, for a reason that is logged first."""
    return callers.open_name(current_database(), caller_key, reason)


@gate(Permission.PLAN_CALLERS)
def set_caller_plan(
    caller_key: str, *, owner: str, next_review: dt.date | None, reason: str, status: str
) -> None:
    """Set or close the plan of a repeat caller; logged as an alteration.

    Raises
    ------
    CallerPlanError
        If the owner is no name, or the review lies in the past.
    """
    callers.set_plan(
        current_database(), caller_key, owner=owner, next_review=next_review, reason=reason,
        status=status,
    )  # fmt: skip


@gate(Permission.SEARCH_AUDIT)
def search_audit(
    filters: audit.AuditFilters, reason: str, reason_text: str = ""
) -> audit.FoundEvents:
    """Look events of the audit log up, for a reason that is logged first.

    Raises
    ------
    ReasonMissingError
        If no reason was picked.
    """
    return audit.search(current_database(), filters, reason, reason_text)


@gate(Permission.SEARCH_AUDIT)
def export_audit(
    filters: audit.AuditFilters, reason: str, recipient: str, reason_text: str = ""
) -> pd.DataFrame:
    """Give every event that matches to take away, logged first with reason and recipient.

    Raises
    ------
    ReasonMissingError
        If no reason was picked or no recipient named.
    """
    return audit.export(current_database(), filters, reason, recipient, reason_text)
