"""The synthetic county: invented people and places with planted patterns whose truth is known.

Nothing here is real. The county lies in the sea, its names are made of syllables, its codes
are of Wardlight's own X series and its property numbers begin with 999.
"""

from geodata.sources.demo.county import County, build_county

__all__ = ["County", "build_county"]
