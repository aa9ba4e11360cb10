"""Who is using the application, and what they must be told about what they see.

Until sign-in exists there is one local user, and the server listens on the loopback address
only: whoever can use the computer account can use the data.
"""

import getpass
from dataclasses import dataclass


@dataclass(frozen=True)
class User:
    """Who acts: the name that imports and changes are recorded under."""

    name: str
    may_import: bool = True


def current_user() -> User:
    """Give the one local user."""
    return User(getpass.getuser())


def banner(user: User) -> str:
    """Say who is using the application and from where."""
    return f"Signed in as {user.name}, on this computer only."
