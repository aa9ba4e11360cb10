"""Writing for the Ward profile page: that its print leaves, to whom and why."""

from dashboard.gates import gate
from dashboard.loading import current_database
from dashboard.permissions import Permission
from dashboard.services import profile


@gate(Permission.SEE_COUNTS, Permission.SEE_RELEASED_LSOA)
def log_print(ward_code: str, audience: str, reason: str, recipient: str) -> int:
    """Log that the print of a profile leaves; give the number of the event.

    Raises
    ------
    ReasonMissingError
        If no reason was picked or nobody is named as recipient.
    """
    return profile.log_print(current_database(), ward_code, audience, reason, recipient)
