"""What may be done from the page Which wards next?: make an action about a ward that it lists."""

import datetime as dt

from dashboard import loading
from dashboard.gates import gate
from dashboard.permissions import Permission
from dashboard.services import where_next


@gate(Permission.ACT)
def send_ward(
    ward_code: str,
    certainty: float,
    *,
    title: str,
    owner: str,
    agency: str,
    due: dt.date | None,
) -> int:
    """Make an action about a ward of the list, with its figures as evidence; give its number.

    Raises
    ------
    WardNotListedError
        If the list does not hold the ward.
    ActionError
        If it lacks a title, an owner or a day to come, or holds a personal detail.
    """
    found = loading.next_wards(certainty, loading.version())
    return where_next.send_to_tasking(
        loading.current_database(), found, ward_code, title=title, owner=owner, agency=agency,
        due=due,
    )  # fmt: skip
