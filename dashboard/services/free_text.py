"""What free texts about a neighbourhood are held to: length, signs, no personal detail."""

from dashboard.permissions import handed
from geodata.errors import UserFacingError
from geodata.personal_details import find_personal
from geodata.signs import is_unfit


@handed
def check_text(
    text: str, what: str, longest: int, error: type[UserFacingError], holder: str
) -> None:
    """Refuse a text that is too long, cannot be read or holds a personal detail.

    Parameters
    ----------
    text : str
        As it would be stored.
    what : str
        Name of the text, as in 'The title is too long.'
    longest : int
        Most characters.
    error : type of UserFacingError
        What is raised.
    holder : str
        What would hold it, as in 'The register must not hold personal details.'

    Raises
    ------
    UserFacingError
        Of the given type; the message never repeats the text.
    """
    if len(text) > longest:
        raise error(
            f"The {what} is too long.", f"It has {len(text):,} characters; at most {longest:,}.",
            "Shorten it and try again.",
        )  # fmt: skip
    if is_unfit(text):
        raise error(
            f"The {what} holds a sign that cannot be read.",
            "It is a control sign or a broken one, as a copy from another program may hold.",
            "Type the text anew and try again.",
        )
    found = find_personal(text)
    if found:
        raise error(
            f"{holder} must not hold personal details.",
            f"The {what} seems to hold {' and '.join(found)}.",
            "Leave it out: streets and places may be named, people and homes may not.",
        )
