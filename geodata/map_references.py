"""Read where a point is from what people copy: grid reference, metres or degrees."""

import re

from geodata.crs import EASTING_RANGE, LATITUDE_RANGE, LONGITUDE_RANGE, NORTHING_RANGE, to_bng

_NUMBERS = re.compile(r"(-?\d+(?:\.\d+)?)\s*[,;\s]\s*(-?\d+(?:\.\d+)?)")
_GRID = re.compile(r"([A-HJ-Z])([A-HJ-Z])((?:\d\d){2,5})")
_LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"
SQUARE_M = 100_000


def read_map_reference(text: str) -> tuple[float, float] | None:
    """Give easting and northing of a map reference; None if it is none in England and Wales.

    Parameters
    ----------
    text : str
        A grid reference of four to ten figures (its middle counts), an easting and a northing
        in metres, or latitude and longitude in degrees, as maps on the web give them.

    Examples
    --------
    >>> read_map_reference("TQ 760 555"), read_map_reference("576050, 155550")
    ((576050.0, 155550.0), (576050.0, 155550.0))
    >>> read_map_reference("High Street") is None
    True
    """
    grid = _GRID.fullmatch("".join(text.upper().split()))
    if grid:
        return _read_grid(grid[1], grid[2], grid[3])
    numbers = _NUMBERS.fullmatch(text.strip())
    if not numbers:
        return None
    first, second = float(numbers[1]), float(numbers[2])
    if _within(first, LATITUDE_RANGE) and _within(second, LONGITUDE_RANGE):
        easting, northing = to_bng([second], [first])
        return float(easting[0]), float(northing[0])
    # Nobody writes a whole county's corner in metres below the size of a square.
    if first >= SQUARE_M and _within(first, EASTING_RANGE) and _within(second, NORTHING_RANGE):
        return first, second
    return None


def _read_grid(first: str, second: str, figures: str) -> tuple[float, float] | None:
    # Letters run in rows of five from the north-west; false origin is the square SV.
    left, right = _LETTERS.index(first), _LETTERS.index(second)
    across = ((left - 2) % 5) * 5 + right % 5
    up = 19 - left // 5 * 5 - right // 5
    half = len(figures) // 2
    unit = 10 ** (5 - half)
    easting = across * SQUARE_M + int(figures[:half]) * unit + unit / 2
    northing = up * SQUARE_M + int(figures[half:]) * unit + unit / 2
    if not (_within(easting, EASTING_RANGE) and _within(northing, NORTHING_RANGE)):
        return None
    return float(easting), float(northing)


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]
