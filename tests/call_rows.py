"""Rows of incidents, places, calls and cases for tests of call check and repeat callers."""

import datetime as dt
from typing import Any

import pandas as pd
import shapely
import sqlalchemy as sa

from geodata.addresses import describe_address, normalise_phone, pseudonym
from geodata.calendar import Month
from geodata.sealing import get_key_ring
from geodata.store.areas import table_of
from geodata.store.database import Database
from geodata.store.models import (
    Area,
    AuditEvent,
    Call,
    Case,
    Import,
    Incident,
    Location,
    LocationMerge,
)

TODAY = dt.date(2026, 11, 21)
FORCE = "Example Police"
DISTRICT = "E07000999"


class CallRows:
    """Writes rows one by one into an empty database; only what a test names is filled in."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.number = 0
        self.import_id = self._insert(
            Import, source="test", file_name="test", content_hash="0" * 64,
            imported_at=dt.datetime.now(dt.UTC), imported_by="tests", is_synthetic=True,
        )  # fmt: skip

    def _insert(self, model: Any, **values: object) -> int:
        with self.database.begin() as connection:
            done = connection.execute(sa.insert(table_of(model)).values(**values))
        key = done.inserted_primary_key
        assert key is not None
        return int(key[0])

    def district(self, name: str = "Exampleham") -> None:
        self._insert(
            Area, import_id=self.import_id, kind="district", edition="2026", code=DISTRICT,
            name=name, area_ha=1.0, label_x=0.0, label_y=0.0, min_x=0.0, min_y=0.0, max_x=1.0,
            max_y=1.0, geometry=shapely.to_wkb(shapely.box(0, 0, 1, 1)),
        )  # fmt: skip

    def place(self, address: str, **other: object) -> str:
        """Store a place with its sealed address; give its key."""
        keys = describe_address("", address)
        values: dict[str, object] = {
            "location_key": keys.location_key, "postcode_key": keys.postcode_key,
            "block_key": keys.block_key, "sealed_address": get_key_ring().seal(address),
            "precision": "exact", "label": "",
        }  # fmt: skip
        self._insert(Location, import_id=self.import_id, **(values | other))
        return str((values | other)["location_key"])

    def incident(self, day: str, **other: object) -> str:
        """Store an incident reported when it began; give its reference."""
        self.number += 1
        moment = pd.Timestamp(day).to_pydatetime()
        values: dict[str, object] = {
            "incident_id": f"INC-{self.number:05d}", "force": FORCE, "source_system": "STORM",
            "asb": True, "crime_type": "Anti-social behaviour", "occurred_from": moment,
            "reported_at": moment, "time_precision": "minute", "month": str(Month.of(moment)),
            "location_precision": "exact", "district_code": DISTRICT, "asb_type": "noise",
        }  # fmt: skip
        values |= other
        self._insert(Incident, import_id=self.import_id, **values)
        return str(values["incident_id"])

    def call(self, moment: str, caller: str = "", phone: str = "", **other: object) -> str:
        """Store a call of a caller by name and number; give its reference."""
        self.number += 1
        called = pd.Timestamp(moment).to_pydatetime()
        values: dict[str, object] = {
            "call_id": f"CALL-{self.number:05d}", "force": FORCE, "source_system": "control",
            "called_at": called, "month": str(Month.of(called)), "district_code": DISTRICT,
            "caller_key": pseudonym("caller", caller),
            "phone_key": pseudonym("phone", normalise_phone(phone)) if phone else "",
            "sealed_name": get_key_ring().seal(caller),
        }  # fmt: skip
        values |= other
        self._insert(Call, import_id=self.import_id, **values)
        return str(values["call_id"])

    def case(self, **other: object) -> str:
        """Store a case; give its reference."""
        self.number += 1
        values: dict[str, object] = {
            "case_id": f"CASE-{self.number}", "force": FORCE, "source_system": "cases",
            "opened": dt.date(2026, 6, 1),
        }  # fmt: skip
        values |= other
        self._insert(Case, import_id=self.import_id, **values)
        return str(values["case_id"])

    def merge(self, one: str, other: str) -> None:
        """Store an accepted merge of two places."""
        self._insert(
            LocationMerge, from_key=one, to_key=other, score=9.0, status="accepted",
            suggested_at=dt.datetime.now(dt.UTC),
        )  # fmt: skip


def read_log(database: Database) -> pd.DataFrame:
    """Read the audit log, oldest first."""
    with database.engine.connect() as connection:
        rows = connection.execute(sa.select(table_of(AuditEvent)).order_by("id")).mappings()
        return pd.DataFrame(list(rows))
