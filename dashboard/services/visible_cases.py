"""Which cases whoever acts may see, and what of a case that is restricted for domestic abuse.

A case about a restricted address or person (see `geodata.store.restricted`) is not there for a
partner, shared or not. Staff see its reference and that it is restricted; only a role that may
see restricted history sees the rest and opens it.
"""

from collections.abc import Hashable
from typing import Any

import pandas as pd

from dashboard.permissions import Permission, current_actor, handed, needs, require
from geodata.categories import NOT_RECORDED
from geodata.errors import CaseError
from geodata.store import cases as store
from geodata.store.database import Database
from geodata.store.restricted import read_restricted

KEYS_OF_OTHERS = ("victim_key", "location_key", "problem_key")
"""What links a case to other records, which a partner may not see."""
RESTRICTED = "Restricted: follow the domestic abuse procedure"
_COVERED: dict[str, object] = {
    "status": "", "lead_agency": "", "owner": "", "shared_with": "", "ward_code": "",
    "district_code": "", "victim_key": "", "location_key": "", "problem_key": "",
    "review_opened_by": "", "risk_band": NOT_RECORDED, "band_low": NOT_RECORDED,
    "band_high": NOT_RECORDED, "band_from": "", "review": "", "review_words": RESTRICTED,
    "days_over": 0, "needs_person": False, "standards_late": 0, "_reviews": None,
}  # fmt: skip


@needs(Permission.SEE_CASES, Permission.SEE_SHARED_CASES)
def read_visible(database: Database, case_key: int | None = None) -> pd.DataFrame:
    """Read what whoever acts may see: all cases, or those their agency leads or has a share in.

    Returns
    -------
    DataFrame
        As `geodata.store.cases.read_cases`, with is_restricted: never True for a partner, who
        gets no keys either.
    """
    actor = current_actor()
    sees_all = actor.may(Permission.SEE_CASES)
    if not sees_all:
        require(Permission.SEE_SHARED_CASES)
    agency = None if sees_all else actor.agency
    found = store.read_cases(database, agency=agency, case_key=case_key)
    if case_key is None:
        restricted = read_restricted(database) if len(found) else None
    else:
        restricted = read_restricted(
            database,
            location_keys=set(found["location_key"]),
            victim_keys=set(found["victim_key"]),
        )
    found["is_restricted"] = restricted.mark(found) if restricted else False
    if sees_all:
        return found
    shared = found[~found["is_restricted"].astype(bool)].reset_index(drop=True)
    return shared.drop(columns=list(KEYS_OF_OTHERS))


@handed
def may_open(cases: pd.DataFrame) -> pd.Series:
    """Say for each case whether whoever acts may see more of it than its reference."""
    sees = current_actor().may(Permission.SEE_RESTRICTED)
    return ~cases["is_restricted"].astype(bool) | sees


@handed
def require_opening(case: dict[Hashable, Any]) -> None:
    """Refuse a restricted case to whoever may not see restricted history.

    Raises
    ------
    CaseError
    """
    if case["is_restricted"] and not current_actor().may(Permission.SEE_RESTRICTED):
        raise CaseError(
            "This case is restricted.",
            f"{RESTRICTED}.",
            "Ask a supervisor, who may open it.",
        )


@handed
def cover(table: pd.DataFrame) -> pd.DataFrame:
    """Leave of restricted cases no more than the reference and the marking.

    Whoever may see restricted history sees the rest too, and the marking before it.
    """
    if table.empty:
        return table
    marked = table["is_restricted"].astype(bool)
    covered = ~may_open(table)
    table = table.copy()
    words = table["review_words"]
    table["review_words"] = words.mask(marked, RESTRICTED + ". " + words)
    for name in table.columns.intersection(list(_COVERED)):
        table.loc[covered, name] = _COVERED[name]
    for name in table.columns.intersection(list(store.DAYS)):
        table.loc[covered, name] = pd.NaT
    return table
