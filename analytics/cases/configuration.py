"""Read a configuration of case work from TOML: what it holds, its fingerprint, what is wrong.

Case work rests on local policy, so its figures are files that a domain owner may change. A fault
is said with its line, its key and what is accepted.
"""

import hashlib
import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from geodata.errors import FileNotReadableError, SettingsError, safe_value

UNSIGNED = "illustrative - not policy - local sign-off needed"
HASH_LENGTH = 32
_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True)
class ConfigurationFile:
    """A file as it was read.

    Attributes
    ----------
    name : str
        Name of the file, without its folder.
    text : str
        What stands in it.
    held : dict
        The same, parsed.
    """

    name: str
    text: str
    held: dict[str, Any]

    @property
    def content_hash(self) -> str:
        """Fingerprint of the file: any change of it gives another one."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:HASH_LENGTH]


def read_configuration(path: Path | None, default: str, what: str) -> ConfigurationFile:
    """Read a TOML file, or the one that comes with the product.

    Parameters
    ----------
    path : Path or None
        Local file; None for the one that comes with the product.
    default : str
        Name of that one.
    what : str
        What it is in words, such as 'risk assessment matrix'.

    Raises
    ------
    FileNotReadableError
        If it is missing or is not TOML; it says the line.
    """
    name = path.name if path else default
    try:
        text = (path or files(__package__) / default).read_text(encoding="utf-8")
        return ConfigurationFile(name, text, tomllib.loads(text))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        raise FileNotReadableError(
            f"The file of the {what} cannot be read.",
            f"{name}: {said}"[:200],
            f"Give a TOML file such as analytics/cases/{default}.",
        ) from None


def check_configuration(model: type[_Model], file: ConfigurationFile, what: str) -> _Model:
    """Check what a file holds.

    Raises
    ------
    SettingsError
        If a figure or a word is missing, unknown or out of range; every fault is named with its
        line, its key, what came and what is accepted.
    """
    try:
        return model.model_validate(file.held)
    except ValidationError as error:
        faults = [
            f"line {_line_of(file.text, fault['loc'])}, {_key_of(fault['loc'])}: {fault['msg']}"
            + ("" if fault["type"] == "missing" else f" (got {safe_value(fault['input'])})")
            for fault in error.errors()
        ]
        more = f"; and {len(faults) - 5} more" if len(faults) > 5 else ""
        raise SettingsError(
            f"The {what} is not accepted.",
            f"{file.name}: {'; '.join(faults[:5])}{more}.",
            "Correct the file and open the page again.",
        ) from None


def _key_of(place: tuple[int | str, ...]) -> str:
    words = [f"number {part + 1}" if isinstance(part, int) else part for part in place]
    return " ".join(words) or "the whole file"


def _line_of(text: str, place: tuple[int | str, ...]) -> int:
    """Find the line of a key: of its block first, then of the key inside the block."""
    lines = text.splitlines()
    at = 0
    for position, part in enumerate(place):
        if isinstance(part, int):
            continue
        after = place[position + 1] if position + 1 < len(place) else 0
        nth = after if isinstance(after, int) else 0
        header = re.compile(rf"\s*\[\[?\s*(\w+\.)*{re.escape(part)}\s*\]")
        key = re.compile(rf"\s*{re.escape(part)}\s*=")
        heads = [n for n, line in enumerate(lines) if n >= at and header.match(line)]
        if heads:
            at = heads[min(nth, len(heads) - 1)]
            continue
        end = next(
            (n for n in range(at + 1, len(lines)) if lines[n].lstrip().startswith("[")), None
        )
        inside = range(at, end or len(lines))
        keys = [n for n in inside if key.match(lines[n])]
        at = keys[0] if keys else at
        items = [n for n in inside if n > at and lines[n].lstrip().startswith("{")]
        if keys and isinstance(after, int) and nth < len(items):
            at = items[nth]
    return at + 1
