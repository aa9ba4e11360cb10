"""What a mapping file may say: the fields of an incident extract and their accepted words."""

import difflib
from collections.abc import Collection

from geodata.categories import (
    ANSWERS,
    ASB_CATEGORIES,
    ASB_TYPES,
    CHANNELS,
    FLAG_COLUMNS,
    GRADES,
    PRECISIONS,
    PROTECTED_COLUMNS,
    VULNERABLE_TYPES,
)

DATE_FIELDS = ("occurred_from", "occurred_to", "reported_at", "month")
TEXT_FIELDS = ("lead_agency", "outcome")
YES_NO_FIELDS = (*FLAG_COLUMNS, *PROTECTED_COLUMNS)
WORD_FIELDS: dict[str, tuple[str, ...]] = {
    "nsir_category": ASB_CATEGORIES,
    "asb_type": ASB_TYPES,
    "report_channel": CHANNELS,
    "grade": GRADES,
    "vulnerable_type": VULNERABLE_TYPES,
    "location_precision": PRECISIONS,
    **dict.fromkeys(YES_NO_FIELDS, ANSWERS),
}
"""Fields with a fixed list of words; the last of each list means that nothing is known."""

PERSONAL_FIELDS = ("address", "postcode", "victim_key", "uprn")
PLACE_FIELDS = (
    "easting", "northing", "longitude", "latitude", "location", "address", "postcode", "uprn",
)  # fmt: skip
COLUMN_FIELDS = (
    "incident_id",
    *DATE_FIELDS,
    *PLACE_FIELDS,
    "lsoa_code",
    *WORD_FIELDS,
    *TEXT_FIELDS,
    "victim_key",
    "problem_key",
    "event_key",
    "harm_score",
    "crime_type",
)
"""Names accepted in [columns]."""

TRANSLATE_FIELDS = (*WORD_FIELDS, *TEXT_FIELDS, "crime_type")
BUILT_IN_ANSWERS = {
    **dict.fromkeys(("y", "yes", "true", "1", "t"), "yes"),
    **dict.fromkeys(("n", "no", "false", "0", "f"), "no"),
}


def nearest(name: str, accepted: Collection[str]) -> str:
    """Give the accepted name most like this one, as a half-sentence; "" if none is like it."""
    by_fold = {one.casefold(): one for one in accepted}
    found = difflib.get_close_matches(name.casefold(), by_fold, n=1, cutoff=0.5)
    return f"; the nearest accepted is {by_fold[found[0]]!r}" if found else ""
