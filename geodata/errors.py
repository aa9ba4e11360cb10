"""Errors a user can act on, and the data errors of the readers and the store.

Two families: `UserFacingError` (title, detail, next step; shown without a traceback) and
programmer errors (subclasses of ValueError or TypeError, never caught by a page).
No message may hold personal data: values from files pass through `safe_value` first.
"""

SHOWN_LENGTH = 60


def safe_value(value: object, *, personal: bool = False) -> str:
    """Say a value from a file without letting personal data out.

    Parameters
    ----------
    value : object
        What stood in the file.
    personal : bool, default False
        True for columns that may hold an address, a name or a number; the value is then
        described by its length only.

    Returns
    -------
    str
        ``repr`` of the value cut at 60 characters, or ``'text of n characters'``.
    """
    text = str(value)
    if personal:
        return f"text of {len(text)} characters"
    shown = text if len(text) <= SHOWN_LENGTH else text[: SHOWN_LENGTH - 1] + "…"
    return repr(shown)


class UserFacingError(Exception):
    """Something the user can put right.

    Parameters
    ----------
    title : str
        What is wrong, in one short sentence.
    detail : str
        Where, what came and what is accepted.
    next_step : str
        What to do now.
    """

    def __init__(self, title: str, detail: str, next_step: str) -> None:
        super().__init__(f"{title} {detail} {next_step}".strip())
        self.title = title
        self.detail = detail
        self.next_step = next_step


class FileNotReadableError(UserFacingError):
    """A file is missing, empty, in the wrong form, or unsafe to open."""


class ColumnsMissingError(UserFacingError):
    """A file lacks columns that its source must have."""


class MappingError(UserFacingError):
    """A mapping file does not say what an incident extract needs."""


class CrsMismatchError(UserFacingError):
    """Coordinates are in another reference system than the step needs, or in none."""


class StrictImportError(UserFacingError):
    """Faults were found and ``--strict`` was asked for, so nothing was stored."""


class NothingToImportError(UserFacingError):
    """A file holds no row that can be stored."""


class DatabaseNotReadyError(UserFacingError):
    """The database is missing, cannot be reached or has an older or newer layout."""


class SettingsError(UserFacingError):
    """A setting has a value that is not accepted."""


class UnknownAreaError(UserFacingError):
    """An area code is not held in the database."""


class ReferenceDataMissingError(UserFacingError):
    """A step needs boundaries or a lookup that have not been imported."""


class GridError(UserFacingError):
    """A study area cannot be cut into cells."""


class EventsNotUsableError(UserFacingError):
    """Incidents cannot be analysed or forecast from: too few, too short, or of a wrong form."""


class ForecastBlockedError(UserFacingError):
    """A forecast would break a rule of fairness, so it is not made."""


class JobError(UserFacingError):
    """A job or a stored run is missing, broken or already running."""


class ActionError(UserFacingError):
    """An action lacks an owner or a day, holds a personal detail, or is closed already."""


class CaseError(UserFacingError):
    """A case is not held, is not shared with whoever asks, or was changed by somebody else."""


class MergeError(UserFacingError):
    """A decision about two addresses cannot stand: decided already, or against another one."""


class FrameShapeError(ValueError):
    """A frame given to an analysis or the store has not the columns it promises."""


class KeyFileError(UserFacingError):
    """The file of secret keys cannot be used, or is not the one the data were sealed with."""


class AlreadyMarkedError(UserFacingError):
    """A change of recording is in the list already."""


class DatabaseBusyError(UserFacingError):
    """Something else writes to the database, such as an import, and did not end in time."""


class PriorityError(UserFacingError):
    """A priority lacks a part, holds a personal detail, or was changed by somebody else."""


class SignalEventError(UserFacingError):
    """A signal event lacks a part, holds a personal detail, or is withdrawn already."""


class PostcodeError(UserFacingError):
    """What was typed is no postcode, or none of those that are held."""
