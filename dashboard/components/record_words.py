"""Words for what records hold in codes: who was told of an incident, and who reported it."""

from collections.abc import Mapping

SOURCES = {
    "synthetic": "police (synthetic)",
    "synthetic council": "council (synthetic)",
    "synthetic housing": "housing provider (synthetic)",
}
CHANNELS = {
    "public": "the public",
    "partner": "a partner agency",
    "officer-generated": "an officer",
    "unknown": "not recorded",
}


def say_source(name: str) -> str:
    """Say which agency was told; the name of a real system stands as it is."""
    return SOURCES.get(name, name)


def say_channel(name: str) -> str:
    """Say who reported an incident."""
    return CHANNELS.get(name, name)


def say_tally(text: str, words: Mapping[str, str]) -> str:
    """Put words for the codes of a tally, such as 'public 3, unknown 1'.

    Examples
    --------
    >>> say_tally("public 3, unknown 1", CHANNELS)
    'the public 3, not recorded 1'
    """
    parts = [part.rpartition(" ") for part in text.split(", ") if part]
    return ", ".join(f"{words.get(name, name)} {number}" for name, _, number in parts)
