"""Disclosure control: which counts may be published, so that no count from 1 to 4 is recovered.

`suppression` protects one list or one table; `release` puts together everything that partners
and the public can reach, so that no combination of its figures gives a small count away.
"""

from analytics.disclosure.release import Release, release_by_ward, release_figures
from analytics.disclosure.suppression import (
    SHOWN,
    SMALL,
    THRESHOLD,
    WITHHELD,
    YEARLY,
    protect_list,
    protect_table,
    say_count,
)

__all__ = [
    "SHOWN",
    "SMALL",
    "THRESHOLD",
    "WITHHELD",
    "YEARLY",
    "Release",
    "protect_list",
    "protect_table",
    "release_by_ward",
    "release_figures",
    "say_count",
]
