"""What choices that stand in a link share: how they are written, and what a bad value is told."""

from dataclasses import Field
from typing import Any, ClassVar

from geodata.errors import safe_value


class LinkChoice:
    """A frozen dataclass of codes and fixed words whose fields are parameters of an address."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    def to_query(self) -> dict[str, str]:
        """Write the parameters of an address; what is at its default is left out."""
        return {
            name: _write(getattr(self, name))
            for name, field in self.__dataclass_fields__.items()
            if getattr(self, name) != field.default
        }


def _write(value: object) -> str:
    """Write a value; a whole number without decimals, whether or not it may have some."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def say_ignored(name: str, value: str, accepted: str) -> str:
    """Say that a parameter of an address was ignored, and what is accepted."""
    return f"The link's {name} {safe_value(value)} was ignored; accepted: {accepted}."
