"""The one user of an installation without sign-in: the account of this computer."""

import getpass

from dashboard.permissions import Actor
from dashboard.provider import sort_roles
from geodata.errors import SettingsError
from geodata.settings import get_settings


def local_actor() -> Actor:
    """Give the account of this computer, with the roles and agency of the settings.

    Raises
    ------
    SettingsError
        If the setting names a role that does not exist.
    """
    roles, unknown = sort_roles(tuple(get_settings().local_roles.replace(",", " ").split()))
    if unknown or not roles:
        raise SettingsError(
            "A setting is not accepted.",
            f"WARDLIGHT_LOCAL_ROLES: {', '.join(unknown) or 'no role at all'} is no role.",
            "Give roles such as: analyst, sergeant, engage, supervisor, administrator.",
        )
    name = getpass.getuser()
    return Actor(f"local:{name}", name, roles, agency=get_settings().local_agency)
