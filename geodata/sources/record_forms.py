"""What a mapping file may say of each kind of record: incidents, calls and cases."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from geodata.categories import RISK_BANDS
from geodata.sources.extract_fields import (
    COLUMN_FIELDS,
    DATE_FIELDS,
    TRANSLATE_FIELDS,
    WORD_FIELDS,
    YES_NO_FIELDS,
)


@dataclass(frozen=True)
class RecordForm:
    """The names that a mapping file accepts for one kind of record.

    Attributes
    ----------
    source : str
        Name of the source on the command line.
    columns : tuple of str
        Names accepted in [columns].
    dates : tuple of str
        Those of them that hold dates.
    needed : tuple of tuple of str
        Groups of which at least one column must be named.
    words : mapping of str to tuple of str
        Fields with a fixed list of words; the last of each means that nothing is known.
    translated : tuple of str
        Fields accepted in [translate] and [constants].
    has_coordinates : bool
        Whether [coordinates] is accepted.
    yes_no : tuple of str
        Fields whose words are yes and no.
    """

    source: str
    columns: tuple[str, ...]
    dates: tuple[str, ...]
    needed: tuple[tuple[str, ...], ...]
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    translated: tuple[str, ...] = ()
    has_coordinates: bool = False
    yes_no: tuple[str, ...] = ()


INCIDENT_FORM = RecordForm(
    source="incidents",
    columns=COLUMN_FIELDS,
    dates=DATE_FIELDS,
    needed=(("occurred_from", "month"),),
    words=WORD_FIELDS,
    translated=TRANSLATE_FIELDS,
    has_coordinates=True,
    yes_no=YES_NO_FIELDS,
)
CALL_FORM = RecordForm(
    source="calls",
    columns=(
        "call_id", "called_at", "caller", "caller_key", "phone", "incident_id", "address",
        "postcode", "uprn", "district",
    ),
    dates=("called_at",),
    needed=(("call_id",), ("called_at",)),
    translated=("district",),
)  # fmt: skip
CASE_FORM = RecordForm(
    source="cases",
    columns=(
        "case_id", "opened", "closed", "status", "lead_agency", "owner", "risk_band",
        "last_review", "next_review", "victim_told", "address", "postcode", "uprn",
        "victim_key", "problem_key", "shared_with", "ward_code",
    ),
    dates=("opened", "closed", "last_review", "next_review", "victim_told"),
    needed=(("case_id",), ("opened",)),
    words={"risk_band": RISK_BANDS},
    translated=("risk_band", "status", "lead_agency", "owner", "shared_with"),
)  # fmt: skip
FORMS = {form.source: form for form in (INCIDENT_FORM, CALL_FORM, CASE_FORM)}
