"""The 13 service standards: exactly 13, due dates, late by agency, explained if not possible."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from analytics.cases import service_standards
from analytics.cases.service_standards import (
    STEP_COLUMNS,
    count_late,
    list_steps,
    load_service_standards,
)
from geodata.errors import SettingsError

FILE = Path(service_standards.__file__).with_name("service_standards.toml")
OPENED = dt.date(2026, 3, 1)


def cases(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["id", "opened", "closed", "lead_agency"])


def steps(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(STEP_COLUMNS))


def look(held: pd.DataFrame, stored: pd.DataFrame, days: int) -> pd.DataFrame:
    return list_steps(
        held, stored, load_service_standards(), OPENED + dt.timedelta(days=days)
    ).set_index(["case_key", "standard"])


def test_there_are_thirteen_standards_and_their_days_are_labelled() -> None:
    held = load_service_standards()
    assert len(held.standards) == len(held.texts) == 13
    assert held.is_illustrative and "an illustration" in held.source


@pytest.mark.parametrize("number", [12, 14])
def test_another_number_of_standards_is_refused(tmp_path: Path, number: int) -> None:
    text = FILE.read_text("utf-8")
    blocks = text.split("[[standards]]")
    changed = blocks[:-1] if number == 12 else [*blocks, blocks[-1].replace("explained", "more")]
    path = tmp_path / "own.toml"
    path.write_text("[[standards]]".join(changed), "utf-8")
    with pytest.raises(SettingsError, match=f"there are {number} standards; accepted: 13"):
        load_service_standards(path)


def test_every_case_has_thirteen_rows_due_so_many_days_after_opening() -> None:
    found = look(cases((7, OPENED, None, "Council"), (9, OPENED, None, "")), steps(), 0)
    assert len(found) == 26
    for standard in load_service_standards().standards:
        row = found.loc[(7, standard.id)]
        assert row["due"] == pd.Timestamp(OPENED) + pd.Timedelta(days=standard.due_days)
        assert (row["state"], row["agency"]) == ("due", "Council")
    assert set(found.loc[9, "agency"]) == {"no agency recorded"}


def test_standard_is_late_the_day_after_it_was_due() -> None:
    held = cases((1, OPENED, None, "Council"))
    assert look(held, steps(), 3).loc[(1, "confidentiality"), "state"] == "due"
    late = look(held, steps(), 4).loc[(1, "confidentiality")]
    assert (late["state"], late["days_late"]) == ("late", 1)


def test_done_or_explained_is_never_late_and_a_stored_day_and_agency_hold() -> None:
    stored = steps(
        (1, "confidentiality", "", OPENED, OPENED + dt.timedelta(days=9), ""),
        (1, "single_contact", "Police", OPENED, None, "He moved away"),
        (1, "contact_method", "Landlord", OPENED + dt.timedelta(days=99), None, ""),
        (1, "satisfaction", "Landlord", OPENED + dt.timedelta(days=2), None, ""),
    )
    found = look(cases((1, OPENED, None, "Council")), stored, 50).loc[1]
    assert found.loc["confidentiality", "state"] == "done"
    assert found.loc["single_contact", "state"] == "not possible, explained"
    assert found.loc["contact_method", "state"] == "due"
    satisfaction = found.loc["satisfaction"]
    assert tuple(satisfaction[["state", "agency", "days_late"]]) == ("late", "Landlord", 48)
    assert found.loc["lead_agency_told", "agency"] == "Council"


def test_closed_case_is_late_only_with_what_was_due_before_it_closed() -> None:
    held = cases((1, OPENED, OPENED + dt.timedelta(days=10), "Council"))
    found = look(held, steps(), 100).loc[1]
    assert found.loc["single_contact", "state"] == "late"
    assert found.loc["satisfaction", "state"] == "due"


def test_late_standards_are_counted_by_agency_most_first() -> None:
    held = cases((1, OPENED, None, "Council"), (2, OPENED, None, "Police"),
                 (3, OPENED + dt.timedelta(days=5), None, "Landlord"))  # fmt: skip
    stored = steps((1, "confidentiality", "Police", OPENED, None, ""))
    table = count_late(look(held, stored, 4).reset_index())
    assert table[["agency", "late", "cases", "total"]].to_numpy().tolist() == [
        ["Police", 3, 2, 14], ["Council", 1, 1, 12], ["Landlord", 0, 0, 13],
    ]  # fmt: skip
    assert table["longest"].tolist() == [4, 1, 0]


def test_no_cases_give_an_empty_list() -> None:
    found = list_steps(cases(), steps(), load_service_standards(), OPENED)
    assert found.empty and count_late(found).empty


def test_marks_tell_states_without_colour() -> None:
    assert len(set(service_standards.MARKS.values())) == 4
