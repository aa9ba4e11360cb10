"""Keys that live outside the database: pseudonyms, sealed texts and the seal of the audit log.

The key file holds one secret a generation. A pseudonym is a digest that each generation's key
was applied to in turn, so that keys can be rotated without the personal text; a sealed text is
encrypted with the newest key and opens with any. Sub-keys for the purposes are derived by
HKDF, texts are sealed with Fernet: both of the `cryptography` package.

A new key is written to the file as pending before the database changes over to it, and made
current after that, so that a crash in between loses nothing. Keys are never taken out of the file.
"""

import base64
import datetime as dt
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from geodata.errors import KeyFileError
from geodata.settings import get_settings

SECRET_BYTES = 32
PSEUDONYM_BYTES = 12
FINGERPRINT_LENGTH = 16


@dataclass(frozen=True)
class KeyRing:
    """The secrets of an installation, oldest first; never shown, logged or stored elsewhere.

    Attributes
    ----------
    secrets : tuple of bytes
        Keys in use; the last one is the newest.
    pending : tuple of bytes
        Keys that the database is about to change over to: they open and check, but make nothing.
    """

    secrets: tuple[bytes, ...]
    pending: tuple[bytes, ...] = ()

    def __repr__(self) -> str:
        """Say how many generations there are and nothing else."""
        return f"KeyRing({self.generation} generations)"

    @property
    def generation(self) -> int:
        """Number of the newest key, from 1."""
        return len(self.secrets)

    @property
    def held(self) -> tuple[bytes, ...]:
        """All keys of the file, pending ones too."""
        return self.secrets + self.pending

    def fingerprint(self, generation: int) -> str:
        """Give what tells the key of a generation from another; the key cannot be got from it."""
        return _derive(self.held, b"fingerprint")[generation - 1].hex()[:FINGERPRINT_LENGTH]

    def disguise(self, digest: str, since: int = 0) -> str:
        """Turn a digest of generation ``since`` (0 = no key yet) into one of the newest."""
        for key in _derive(self.secrets, b"pseudonym")[since:]:
            digest = hashlib.blake2b(
                digest.encode(), digest_size=PSEUDONYM_BYTES, key=key
            ).hexdigest()
        return digest

    def seal(self, text: str) -> str:
        """Encrypt a text with the newest key; an empty text stays empty."""
        return _fernet(self.secrets).encrypt(text.encode()).decode() if text else ""

    def open(self, sealed: str) -> str:
        """Decrypt a sealed text.

        Raises
        ------
        KeyFileError
            If it was sealed with another key file, or changed.
        """
        if not sealed:
            return ""
        try:
            return _fernet(self.held).decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise KeyFileError(
                "A sealed text cannot be opened.",
                "It was sealed with another key file, or was changed.",
                "Set WARDLIGHT_KEY_FILE to the key file that this database was filled with.",
            ) from None

    def reseal(self, sealed: str) -> str:
        """Encrypt a sealed text anew with the newest key."""
        return _fernet(self.secrets).rotate(sealed.encode()).decode() if sealed else ""

    def sign(self, text: str, generation: int | None = None) -> str:
        """Give the seal of a text of the audit log, with the key of a generation (newest)."""
        key = _derive(self.held, b"audit")[(generation or self.generation) - 1]
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()

    def drafted(self) -> "KeyRing":
        """Give the ring with a key pending: the one that is, or else a new one."""
        return replace(self, pending=self.pending or (secrets.token_bytes(SECRET_BYTES),))

    def settled(self, generation: int) -> "KeyRing":
        """Give the ring with the keys up to a generation in use, and the others pending."""
        return KeyRing(self.held[:generation], self.held[generation:])

    def rotated(self) -> "KeyRing":
        """Give the ring with one more key in use: the pending one, or else a new one."""
        return self.drafted().settled(self.generation + 1)


@lru_cache(maxsize=8)
def _derive(held: tuple[bytes, ...], purpose: bytes) -> tuple[bytes, ...]:
    return tuple(
        HKDF(algorithm=SHA256(), length=SECRET_BYTES, salt=None, info=purpose).derive(secret)
        for secret in held
    )


@lru_cache(maxsize=8)
def _fernet(held: tuple[bytes, ...]) -> MultiFernet:
    keys = [base64.urlsafe_b64encode(key) for key in _derive(held, b"seal")]
    return MultiFernet([Fernet(key) for key in reversed(keys)])


def get_key_ring() -> KeyRing:
    """Read the key file that the settings name; a missing one is never replaced.

    Raises
    ------
    KeyFileError
        If it is missing, cannot be read, or is not a key file.
    """
    path = Path(get_settings().key_file)
    if not path.exists():
        raise KeyFileError(
            "The key file is missing.",
            "Pseudonyms and sealed addresses are made with keys that are not there.",
            "Put back the key file from its backup, or set WARDLIGHT_KEY_FILE to where it is. A "
            "new installation makes one with: wardlight db upgrade",
        )
    return read_key_file(path)


def get_first_key_ring() -> KeyRing:
    """Read the key file, or make it: for a database that was never filled with any key.

    Raises
    ------
    KeyFileError
        If it cannot be read or made, or is not a key file.
    """
    path = Path(get_settings().key_file)
    if not path.exists():
        write_key_file(path, KeyRing(()).rotated(), new=True)
    return read_key_file(path)


def read_key_file(path: Path) -> KeyRing:
    """Read a key file.

    Raises
    ------
    KeyFileError
        If it cannot be read, is not a key file, or others may read it.
    """
    try:
        state = path.stat()
        if os.name == "posix" and state.st_mode & 0o077:
            raise KeyFileError(
                "The key file can be read by others.",
                "Only the account that Wardlight runs under may read it.",
                "Run chmod 600 on it, and rotate the keys if somebody may have copied it.",
            )
        return _read(path, state.st_mtime_ns, state.st_ino)
    except (OSError, ValueError, KeyError, TypeError):
        raise KeyFileError(
            "The key file cannot be read.",
            "It must be a file that 'wardlight keys' made and that you may read.",
            "Put back the key file from your backup; without it sealed addresses stay sealed.",
        ) from None


@lru_cache(maxsize=4)
def _read(path: Path, changed: int, file: int) -> KeyRing:
    del changed, file
    written = json.loads(path.read_text(encoding="utf-8"))
    held = tuple(bytes.fromhex(one["secret"]) for one in written["keys"])
    current = int(written.get("current", len(held)))
    if not 1 <= current <= len(held) or any(len(one) != SECRET_BYTES for one in held):
        raise ValueError
    return KeyRing(held).settled(current)


def write_key_file(path: Path, ring: KeyRing, *, new: bool = False) -> None:
    """Write a key file that only its owner may read, at once or not at all.

    Raises
    ------
    KeyFileError
        If it cannot be written.
    ValueError
        If the file holds a key that ``ring`` does not: keys are never lost.
    """
    if not new and path.exists():
        before = read_key_file(path).held
        if ring.held[: len(before)] != before:
            raise ValueError("the key file holds keys that the ring does not")
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    keys = [{"secret": secret.hex()} for secret in ring.held]
    text = json.dumps({"written": now, "current": ring.generation, "keys": keys}, indent=1)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if new:
            path.hardlink_to(draft)
        else:
            draft.replace(path)
            _read.cache_clear()
        _sync(path.parent)
    except FileExistsError:
        return  # Somebody else made it a moment ago, and theirs counts.
    except OSError:
        raise KeyFileError(
            "The key file cannot be written.",
            "Its folder must be one that you may write to.",
            "Set WARDLIGHT_KEY_FILE to such a place, outside the database's folder.",
        ) from None
    finally:
        draft.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    """Make the new name of the file last: needed after a power cut, and only there."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
