"""The weights of the safety index as a text that fits in an address: part.weight, joined by -.

Like `dashboard.selection`: fixed words and whole numbers only, and what an address asks for and
cannot have is dropped and reported.
"""

from collections.abc import Collection, Mapping

from dashboard.link_choice import say_ignored

PARAMETER = "weights"
HEAVIEST = 5


def read_weights(text: str, usual: Mapping[str, int]) -> tuple[dict[str, int], list[str]]:
    """Read the weights of an address.

    Parameters
    ----------
    text : str
        Such as 'asb.2-worry.0'; empty for the usual weights.
    usual : mapping of str to int
        Every part with its usual weight; parts that the text leaves out keep it.

    Returns
    -------
    weights : dict of str to int
        Every part with its weight, 0 to `HEAVIEST`; all may be 0, which gives no index.
    ignored : list of str
        One sentence for each piece that was not accepted.
    """
    weights = dict(usual)
    ignored = []
    for piece in filter(None, text.split("-")):
        part, _, number = piece.rpartition(".")
        if part in usual and number.isascii() and number.isdigit() and int(number) <= HEAVIEST:
            weights[part] = int(number)
        else:
            accepted = (
                f"a part ({', '.join(usual)}) and a whole number from 0 to {HEAVIEST}, such as "
                f"'{next(iter(usual))}.2'"
            )
            ignored.append(say_ignored("weight", piece, accepted))
    return weights, ignored


def find_unknown(query: Mapping[str, str], known: Collection[str]) -> list[str]:
    """Say of each parameter of an address that the page has none of that name.

    Parameters
    ----------
    query : mapping of str to str
        The parameters of the address.
    known : collection of str
        Names that the page reads.
    """
    accepted = ", ".join(known)
    return [say_ignored("parameter", name, accepted) for name in query if name not in known]


def write_weights(weights: Mapping[str, int], usual: Mapping[str, int]) -> str:
    """Write the weights that differ from the usual ones; empty if none does."""
    return "-".join(f"{part}.{weight}" for part, weight in weights.items() if weight != usual[part])
