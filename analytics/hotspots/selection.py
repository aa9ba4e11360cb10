"""Which incidents are described: all but those whose place cannot be analysed, each counted.

Every map, ranking and test of this package starts here, so that a police station never becomes
the top hotspot and a user can always see how many incidents are missing and why.
"""

from dataclasses import dataclass, field

import pandas as pd

from geodata.usable_places import REASONS, say_why_unusable


@dataclass(frozen=True)
class Kept:
    """Incidents that may be analysed, and how many were left out.

    Attributes
    ----------
    frame : DataFrame
        The incidents kept, as given, in the order given.
    left_out : dict of str to int
        How many were left out as 'no coordinate', 'default geocode' and 'excluded place'; each
        incident under the first reason that holds.
    """

    frame: pd.DataFrame = field(repr=False)
    left_out: dict[str, int]

    @property
    def sentence(self) -> str:
        """Say in words what was left out; empty if nothing was."""
        parts = [f"{count:,} {_WORDS[name]}" for name, count in self.left_out.items() if count]
        return f"Left out: {', '.join(parts)}." if parts else ""


_WORDS = {
    "no coordinate": "without a place",
    "default geocode": "at a default place such as a police station",
    "excluded place": "at an excluded place such as a hospital",
}


def leave_out(frame: pd.DataFrame) -> Kept:
    """Leave out incidents whose place cannot be analysed, and count them.

    Parameters
    ----------
    frame : DataFrame
        Incidents with easting, northing, is_default_geocode and is_excluded, and
        location_precision if known. Every row counts: choose ASB, area and period before.

    Returns
    -------
    Kept
        Kept and left out add up to the incidents given. A second pass changes nothing.

    Raises
    ------
    FrameShapeError
        If a column is missing.
    """
    reasons = say_why_unusable(frame)
    counts = {name: int((reasons == name).sum()) for name in REASONS}
    return Kept(frame[reasons == ""], counts)
