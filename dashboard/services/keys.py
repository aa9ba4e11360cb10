"""Keys of pseudonyms and sealed texts: which generation is in use, and the change to a new one."""

from dataclasses import dataclass
from pathlib import Path

from dashboard.permissions import Permission, needs
from dashboard.services import audit
from geodata.sealing import get_key_ring
from geodata.settings import get_settings
from geodata.store import keys
from geodata.store.database import Database
from geodata.store.keys import Rekeyed


@dataclass(frozen=True)
class KeysHeld:
    """What may be said about the keys: never a key.

    Attributes
    ----------
    path : Path
        Where the key file is.
    generation : int
        Generation in use, in the file and in the database.
    fingerprint : str
        Tells this key from another one; the key cannot be got from it.
    pending : bool
        True if a rotation was begun and did not finish; the next one takes it up.
    """

    path: Path
    generation: int
    fingerprint: str
    pending: bool


@needs(Permission.ERASE)
def show_keys(database: Database) -> KeysHeld:
    """Say which keys are in use.

    Raises
    ------
    KeyFileError
        If the key file is not the one that the database was filled with.
    """
    keys.are_current(database)
    ring = get_key_ring()
    return KeysHeld(
        Path(get_settings().key_file),
        ring.generation,
        ring.fingerprint(ring.generation),
        bool(ring.pending),
    )


@needs(Permission.ERASE)
def rotate_keys(database: Database) -> Rekeyed:
    """Make a new key and change all pseudonyms and sealed texts over to it, logged.

    Raises
    ------
    KeyFileError
        If the key file cannot be used or written.
    DatabaseNotReadyError
        If the database is behind its key file.
    """
    return keys.rotate(database, audit.new_event("alteration", "key", "", "security"))
