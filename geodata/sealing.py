"""Keys that live outside the database: pseudonyms, sealed texts and the seal of the audit log.

The key file holds one secret a generation. A pseudonym is a digest that each generation's key
was applied to in turn, so that keys can be rotated without the personal text; a sealed text is
encrypted with the newest key and opens with any. Sub-keys for the three purposes are derived by
HKDF, texts are sealed with Fernet: both of the `cryptography` package.
"""

import base64
import datetime as dt
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from geodata.errors import KeyFileError
from geodata.settings import get_settings

SECRET_BYTES = 32
PSEUDONYM_BYTES = 12


@dataclass(frozen=True)
class KeyRing:
    """The secrets of an installation, oldest first; never shown, logged or stored elsewhere."""

    secrets: tuple[bytes, ...]

    def __repr__(self) -> str:
        """Say how many generations there are and nothing else."""
        return f"KeyRing({self.generation} generations)"

    @property
    def generation(self) -> int:
        """Number of the newest key, from 1."""
        return len(self.secrets)

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
            return _fernet(self.secrets).decrypt(sealed.encode()).decode()
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
        key = _derive(self.secrets, b"audit")[(generation or self.generation) - 1]
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()

    def rotated(self) -> "KeyRing":
        """Give the ring with a new key."""
        return KeyRing((*self.secrets, secrets.token_bytes(SECRET_BYTES)))


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
    """Read the key file that the settings name; the first use makes one.

    Raises
    ------
    KeyFileError
        If it cannot be read or made, or is not a key file.
    """
    path = Path(get_settings().key_file)
    return read_key_file(path) if path.exists() else _make(path)


def read_key_file(path: Path) -> KeyRing:
    """Read a key file.

    Raises
    ------
    KeyFileError
        If it cannot be read, is not a key file, or others may read it.
    """
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError, TypeError):
        raise KeyFileError(
            "The key file cannot be read.",
            "It must be a file that 'wardlight keys' made and that you may read.",
            "Put back the key file from your backup; without it sealed addresses stay sealed.",
        ) from None


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> KeyRing:
    del changed
    held = json.loads(path.read_text(encoding="utf-8"))["keys"]
    ring = KeyRing(tuple(bytes.fromhex(one["secret"]) for one in held))
    if not ring.secrets or any(len(one) != SECRET_BYTES for one in ring.secrets):
        raise ValueError
    return ring


def write_key_file(path: Path, ring: KeyRing, *, new: bool = False) -> None:
    """Write a key file that only its owner may read, at once or not at all.

    Raises
    ------
    KeyFileError
        If it cannot be written, or ``new`` is asked and there is one.
    """
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    text = json.dumps(
        {"written": now, "keys": [{"secret": secret.hex()} for secret in ring.secrets]}, indent=1
    )
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


def _make(path: Path) -> KeyRing:
    write_key_file(path, KeyRing(()).rotated(), new=True)
    return read_key_file(path)
