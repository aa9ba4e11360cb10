"""What all mapping files share: TOML in UTF-8, given by path or by the name of a ready one."""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from geodata.errors import MappingError, safe_value

Refuse = Callable[[str], MappingError]
"""Makes the error of a mapping file from what is wrong with it."""

Model = TypeVar("Model", bound=BaseModel)


def read_mapping_text(
    path: Path | str, next_step: str, ready: Mapping[str, str] | None = None
) -> tuple[str, str]:
    """Read a mapping file; give its text and the name for errors.

    Parameters
    ----------
    path : Path or str
        A file, or a name in `ready`.
    next_step : str
        What to do if it cannot be read.
    ready : mapping of str to str, optional
        Name to file of the mappings that come with Wardlight.

    Raises
    ------
    MappingError
        If it is missing or no text in UTF-8.
    """
    named = (ready or {}).get(str(path))
    source = Path(__file__).with_name(named) if named else Path(path)
    try:
        return source.read_text(encoding="utf-8-sig"), source.name
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(
            "The mapping file cannot be read.",
            f"{safe_value(source.name)} is not a text file in UTF-8 that can be opened.",
            next_step,
        ) from error


def parse_toml(text: str, refuse: Refuse) -> dict[str, Any]:
    """Read TOML, or refuse it."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise refuse(f"it is not TOML: {error}") from error


def fill_model(model: type[Model], data: Mapping[str, Any], refuse: Refuse) -> Model:
    """Make a model of what a file says, or refuse it with every key that is not accepted."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        said = "; ".join(
            f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()
        )
        raise refuse(said) from error
