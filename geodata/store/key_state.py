"""Does the key file fit the database? Asked before anything is looked up, logged or stored.

A look-up with another key would find nothing and say that nothing is held, and an event sealed
with it would break the audit log for good.
"""

import sqlalchemy as sa

from geodata.errors import DatabaseNotReadyError, KeyFileError
from geodata.sealing import KeyRing, get_key_ring
from geodata.store.areas import table_of
from geodata.store.database import Transaction
from geodata.store.models import KeyState


def check_ring(generation: int, fingerprint: str) -> KeyRing:
    """Give the ring of the key file if a database in this generation was filled with it.

    Raises
    ------
    KeyFileError
        If the file is missing, older than the database, or belongs to another one.
    """
    ring = get_key_ring()
    if generation > len(ring.held):
        raise KeyFileError(
            "The key file is older than the database.",
            f"The database is in generation {generation} of keys; the file ends with "
            f"{len(ring.held)}.",
            "Put back the newest backup of the key file.",
        )
    if generation and ring.fingerprint(generation) != fingerprint:
        raise KeyFileError(
            "The key file belongs to another database.",
            "Its keys are not those that this database was filled with.",
            "Set WARDLIGHT_KEY_FILE to the key file that this database was filled with.",
        )
    return ring


def require_ring(connection: Transaction, *, hold: bool = False) -> KeyRing:
    """Give the ring of the key file, which must be in the generation of the database.

    Parameters
    ----------
    connection : Transaction
    hold : bool, default False
        True keeps the keys from being changed until the transaction ends.

    Raises
    ------
    KeyFileError
        If the key file is missing or is not the one that the database was filled with.
    DatabaseNotReadyError
        If the database is in another generation than the key file.
    """
    query = sa.select(table_of(KeyState))
    state = connection.execute(query.with_for_update(read=True) if hold else query).first()
    generation, fingerprint = (state.generation, state.fingerprint) if state else (0, "")
    ring = check_ring(generation, fingerprint)
    if ring.generation != generation:
        raise say_changed()
    return ring


def say_changed() -> DatabaseNotReadyError:
    """Give the error for keys that changed between the file and the database."""
    return DatabaseNotReadyError(
        "The keys were changed while this was under way.",
        "Pseudonyms of two keys are never mixed, so nothing was shown, logged or stored.",
        "Run: wardlight db upgrade, then start again.",
    )
