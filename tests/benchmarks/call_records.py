"""A database of any size with invented addresses, incidents, calls and cases, for timing."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
import sqlalchemy as sa

from geodata.addresses import describe_address, normalise_phone, pseudonyms
from geodata.sealing import get_key_ring
from geodata.store.areas import table_of
from geodata.store.database import Database
from geodata.store.models import Call, Case, Import, Incident, Location

LAST_DAY = dt.date(2026, 9, 30)
ROADS = (
    "Copperfield", "Marlowe", "Thistledown", "Harbourside", "Windmill", "Orchard", "Foxglove",
    "Larkspur", "Beacon", "Quayside", "Saltmarsh", "Chalkpit", "Hopfield", "Cobnut", "Oasthouse",
)  # fmt: skip
KINDS = ("Road", "Street", "Close", "Lane", "Avenue", "Drive")
HOMES_A_POSTCODE = 20


@dataclass(frozen=True)
class CallRecords:
    """What was written, as somebody would type it."""

    addresses: np.ndarray
    phones: np.ndarray
    incident_ids: np.ndarray
    case_ids: np.ndarray
    call_ids: np.ndarray
    place_of_incident: np.ndarray


def write_call_records(
    rng: np.random.Generator, database: Database, incidents: int, places: int
) -> CallRecords:
    """Fill an empty database: three years of incidents, a call to every third, some cases."""
    addresses = _addresses(places)
    keys = [describe_address("", text) for text in addresses]
    ring = get_key_ring()
    location_keys = np.array([key.location_key for key in keys], dtype=object)
    # Some homes have far more than others, as in every county.
    spots = rng.permutation(places)[:2_000]
    busy = spots[(len(spots) * rng.random(incidents) ** 1.5).astype(np.int64)]
    where = np.where(rng.random(incidents) < 0.3, busy, rng.integers(0, places, incidents))
    begun = np.datetime64("2023-10-01", "us") + rng.integers(0, 1095 * 1_440, incidents).astype(
        "timedelta64[m]"
    )
    victims = np.array([f"victim-{n % 7919}-{n % 31}" for n in where], dtype=object)
    victims[rng.random(incidents) < 0.4] = ""
    ids = np.array([f"INC-{n:07d}" for n in range(incidents)], dtype=object)
    flags = np.array(["yes", "no", "not recorded"], dtype=object)
    frame = pd.DataFrame(
        {
            "incident_id": ids,
            "force": "Example Police",
            "source_system": "STORM",
            "asb": True,
            "crime_type": "Anti-social behaviour",
            "reported_at": begun,
            "occurred_from": begun,
            "time_precision": "minute",
            "month": begun.astype("datetime64[M]").astype(str),
            "asb_type": rng.choice(np.array(["noise", "neighbours", "trespass"]), incidents),
            "location_key": location_keys[where],
            "location_precision": "exact",
            "victim_key": victims,
            "problem_key": np.where(victims == "", "", "problem-" + victims),
            "vulnerable_flag": rng.choice(flags, incidents, p=[0.1, 0.3, 0.6]),
            "hate_flag": rng.choice(flags, incidents, p=[0.02, 0.3, 0.68]),
            "domestic_abuse_flag": rng.choice(flags, incidents, p=[0.005, 0.1, 0.895]),
            "district_code": "E07000999",
        }
    )
    called = np.flatnonzero(rng.random(incidents) < 0.33)
    people = where[called] % 50_000
    phones = np.array([f"077009{n:05d}" for n in range(50_000)], dtype=object)
    phone_keys = np.array(pseudonyms("phone", [normalise_phone(p) for p in phones]), dtype=object)
    caller_keys = np.array(pseudonyms("caller", phones), dtype=object)
    calls = pd.DataFrame(
        {
            "force": "Example Police",
            "source_system": "control room",
            "call_id": [f"CALL-{n:07d}" for n in range(len(called))],
            "called_at": begun[called],
            "month": frame["month"].to_numpy()[called],
            "caller_key": caller_keys[people],
            "phone_key": phone_keys[people],
            "sealed_name": "",
            "incident_id": ids[called],
            "location_key": location_keys[where[called]],
            "district_code": "E07000999",
        }
    )
    chosen = rng.choice(incidents, min(5_000, incidents // 10), replace=False)
    cases = pd.DataFrame(
        {
            "force": "Example Police",
            "source_system": "cases",
            "case_id": [f"CASE-{n:06d}" for n in range(len(chosen))],
            "opened": "2026-06-01",
            "owner": "PCSO Example",
            "risk_band": "medium",
            "next_review": "2026-10-15",
            "location_key": location_keys[where[chosen]],
            "victim_key": victims[chosen],
        }
    )
    locations = pd.DataFrame(
        {
            "location_key": location_keys,
            "precision": "exact",
            "sealed_address": [ring.seal(text) for text in addresses],
            "postcode_key": [key.postcode_key for key in keys],
            "block_key": [key.block_key for key in keys],
        }
    )
    _write(database, ((Location, locations), (Incident, frame), (Call, calls), (Case, cases)))
    return CallRecords(
        addresses, phones[np.unique(people)], ids, cases["case_id"].to_numpy(),
        calls["call_id"].to_numpy(), where,
    )  # fmt: skip


def _addresses(places: int) -> np.ndarray:
    """Number homes along roads, 20 to a postcode; no such postcode area exists."""
    texts = []
    for number in range(places):
        road, home = divmod(number, 100)
        name = f"{ROADS[road % 15]} {ROADS[road // 15 % 15]} {KINDS[road // 225 % 6]}"
        code = number // HOMES_A_POSTCODE
        pair = chr(65 + code // 90 % 26) + chr(65 + code // 2_340 % 26)
        postcode = f"QX{code % 90 + 10} {code // 60_840 + 1}{pair}"
        texts.append(f"{home + 1} {name}, Anytown, {postcode}")
    return np.array(texts, dtype=object)


def _write(database: Database, parts: tuple[tuple[type, pd.DataFrame], ...]) -> None:
    with database.begin() as connection:
        done = connection.execute(
            sa.insert(table_of(Import)).values(
                source="benchmark", file_name="", content_hash="0" * 64, imported_by="tests",
                imported_at=dt.datetime.now(dt.UTC), is_synthetic=True,
            )
        )  # fmt: skip
        key = done.inserted_primary_key
        assert key is not None
        for model, frame in parts:
            table = table_of(model)
            whole = frame.assign(import_id=int(key[0]))
            for column in table.columns:
                default = column.default
                if column.name not in whole and default is not None and default.is_scalar:
                    whole[column.name] = default.arg
                elif column.name not in whole and not column.nullable and column.name != "id":
                    whole[column.name] = model.model_fields[column.name].default
            database.write_frame(connection, table, whole)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
