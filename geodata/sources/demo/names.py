"""Invented names of towns, wards and streets, made of syllables that real places rarely use."""

from functools import lru_cache

import numpy as np

_ONSETS = (
    "Zel", "Quor", "Vyn", "Jath", "Threv", "Orv", "Ulm", "Brax", "Skel", "Yarr", "Ezz", "Glorn",
    "Phar", "Ixw", "Drov", "Krell", "Wozz", "Nuth", "Amv", "Pluv", "Sarv", "Tulv", "Hyx", "Corv",
)  # fmt: skip
_MIDDLES = ("", "a", "o", "en", "il", "ar", "um", "ow", "ith")
_ENDINGS = (
    "wick", "mere", "combe", "thorpe", "stead", "holt", "march", "garth", "ness", "field",
    "worthy", "lode", "stow", "beck", "hythe", "wold",
)  # fmt: skip
_STREET_KINDS = (
    "Street", "Road", "Close", "Lane", "Avenue", "Way", "Drive", "Gardens", "Court", "Crescent",
)  # fmt: skip
_DISTRICT_KINDS = ("", "", "", "", " Vale", " Heath", " Coast", " Downs")
_WARD_KINDS = ("", "", "", " North", " South", " East", " West", " Harbour", " Hill", " Green")

REAL_NAMES = frozenset(
    [
        "Ashford",
        "Canterbury",
        "Dartford",
        "Dover",
        "Folkestone",
        "Gravesham",
        "Gravesend",
        "Maidstone",
        "Medway",
        "Sevenoaks",
        "Shepway",
        "Swale",
        "Thanet",
        "Tonbridge",
        "Margate",
        "Ramsgate",
        "Deal",
        "Sandwich",
        "Whitstable",
        "Herne",
        "Faversham",
        "Sittingbourne",
        "Rochester",
        "Chatham",
        "Gillingham",
        "Strood",
        "Rainham",
        "Lowestoft",
        "Southwold",
        "Felixstowe",
        "Ipswich",
        "Harwich",
        "Clacton",
        "Colchester",
        "Norwich",
        "Yarmouth",
        "Aldeburgh",
        "Orford",
        "Halesworth",
        "Beccles",
        "Windermere",
        "Grasmere",
        "Buttermere",
        "Skelmersdale",
        "Skelton",
        "Skegness",
        "Scunthorpe",
        "Cleethorpes",
        "Mablethorpe",
        "Corve",
        "Yarrow",
        "Yarmouth",
        "Ulverston",
        "Ulceby",
        "Braxted",
        "Corvedale",
        "Thornwick",
        "Hampstead",
        "Stanstead",
        "Ilfracombe",
        "Salcombe",
        "Orwell",
        "Orwick",
        "Tulse",
        "Felstead",
        "Plumstead",
        "Skelbeck",
        "Skelwith",
        "Corfield",
    ]
)
"""Real names that no invented name may be, nor begin with."""


def make_names(rng: np.random.Generator, count: int) -> list[str]:
    """Make different place names.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    count : int
        How many, at most 3,000 (there are 3,456 combinations).

    Returns
    -------
    list of str
        Names such as 'Zelowick', in random order, none of them a known real name.
    """
    allowed = _list_names()
    if count > len(allowed):
        raise ValueError(f"count is {count}; at most {len(allowed)} names can be made")
    return [allowed[i] for i in rng.choice(len(allowed), count, replace=False)]


@lru_cache
def _list_names() -> tuple[str, ...]:
    """List every name that can be made of the syllables and is not, nor begins with, a real one."""
    every = (a + b + c for a in _ONSETS for b in _MIDDLES for c in _ENDINGS)
    real = tuple(REAL_NAMES)
    return tuple(name for name in every if not name.startswith(real))


def name_districts(rng: np.random.Generator, towns: list[str]) -> list[str]:
    """Name each district after its main town, some with a word such as Vale."""
    kinds = rng.permutation(np.resize(np.array(_DISTRICT_KINDS, dtype=object), len(towns)))
    return [town + kind for town, kind in zip(towns, kinds, strict=True)]


def name_wards(rng: np.random.Generator, stems: list[str]) -> list[str]:
    """Name wards; the last three repeat earlier names, as real wards of two districts do."""
    kinds = rng.choice(np.array(_WARD_KINDS, dtype=object), len(stems))
    names = [stem + kind for stem, kind in zip(stems, kinds, strict=True)]
    if len(names) > 6:
        names[-3:] = names[:3]
    return names


def name_streets(rng: np.random.Generator, stems: list[str], count: int) -> np.ndarray:
    """Name streets such as 'Quorenholt Road'; a name may come up in several towns."""
    chosen = np.array(stems, dtype=object)[rng.integers(0, len(stems), count)]
    kinds = np.array(_STREET_KINDS, dtype=object)[rng.integers(0, len(_STREET_KINDS), count)]
    return np.asarray(chosen + " " + kinds, dtype=object)
