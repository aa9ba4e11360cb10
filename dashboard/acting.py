"""The only writing a view may ask for: checked against the user, and recorded under a name."""

from collections.abc import Sequence

from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.access import User
from dashboard.loading import current_database
from dashboard.services import running
from dashboard.services.forecasts import Ask
from dashboard.services.importing import Upload, import_uploads
from geodata.errors import UserFacingError
from geodata.ingest import ImportReport
from geodata.settings import get_settings


def import_files(
    user: User,
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
        If the user may not import, a file is over the limit, or the import refuses it.
    """
    if not user.may_import:
        raise UserFacingError(
            "You may not import data.", "", "Ask the person who looks after this installation."
        )
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
        imported_by=user.name,
        said=said,
    )


def start_job(user: User, ask: Ask) -> int:
    """Start a forecast or back-test as a process of its own; give the id of its run.

    Raises
    ------
    JobError
        If one of its kind and force runs already.
    """
    return running.start(current_database(), ask, user.name)


def cancel_job(run_id: int) -> None:
    """Ask a forecast or back-test to stop at its next step."""
    running.cancel(current_database(), run_id)
