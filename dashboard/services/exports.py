"""Lists that leave Wardlight: logged as a disclosure, with who receives them and why."""

from dashboard.permissions import Permission, needs
from dashboard.services import audit
from geodata.store.database import Database

LISTS = ("cases", "case review radar", "late service standards", "actions")
"""Lists about records of people or about work on them, none of which holds an address."""


@needs(Permission.SEE_CASES, Permission.SEE_SHARED_CASES, Permission.SEE_ACTIONS)
def log_export(database: Database, what: str, rows: int, reason: str, recipient: str) -> int:
    """Log that a list leaves, and give the number of the event.

    Raises
    ------
    ReasonMissingError
        If no reason was picked or nobody is named as recipient.
    ValueError
        If the list is not one of `LISTS`.
    """
    if what not in LISTS:
        raise ValueError(f"what is {what!r}; accepted: {', '.join(LISTS)}")
    return audit.log(
        database, "disclosure", "export", what, reason, recipient=recipient,
        details={"rows": rows, "addresses": False},
    )  # fmt: skip
