"""The sign-in provider of an installation, and which roles its claims give."""

import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dashboard.permissions import Role
from geodata.errors import SettingsError
from geodata.settings import Settings, get_settings

CALLBACK = "/oauth2callback"
SECRET_CHARACTERS = 32
_NEEDED = ("metadata_url", "client_id", "client_secret", "redirect_uri", "cookie_secret")
_WORD_LENGTH = 40


@dataclass(frozen=True)
class Provider:
    """A provider of OpenID Connect, and how to read what it says about somebody.

    Attributes
    ----------
    metadata_url, client_id, client_secret, redirect_uri, cookie_secret : str
        As the settings of the same names.
    roles_claim, groups_claim, agency_claim : str
        Claims that list roles, list groups, and name a partner's agency.
    group_roles : mapping of str to tuple of str
        Which groups give which roles.
    """

    metadata_url: str
    client_id: str
    redirect_uri: str
    client_secret: str = field(repr=False)
    cookie_secret: str = field(repr=False)
    roles_claim: str = "roles"
    groups_claim: str = "groups"
    agency_claim: str = "agency"
    group_roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_https(self) -> bool:
        """Say whether Wardlight is reached over TLS, so that cookies may be marked Secure."""
        return self.redirect_uri.startswith("https://")

    def secrets(self) -> dict[str, Any]:
        """Give what Streamlit's own sign-in needs.

        The provider is asked for a fresh sign-in each time: an idle limit that a still open
        session with the provider answers by itself would limit nothing. Streamlit uses PKCE
        (S256) with every provider that offers it.
        """
        return {
            "auth": {
                "redirect_uri": self.redirect_uri,
                "cookie_secret": self.cookie_secret,
                "client_id": self.client_id,
                "client_secret": self.client_secret,
                "server_metadata_url": self.metadata_url,
                "client_kwargs": {"scope": "openid email profile", "prompt": "login"},
            }
        }

    def find_roles(self, claims: Mapping[str, Any]) -> tuple[frozenset[Role], tuple[str, ...]]:
        """Give the roles that claims name, and the words that are no role.

        A claim may be a list of words or one text, parted by commas or spaces; a claim of any
        other shape, or none, gives no role. Groups without a role in the mapping are nobody's
        business here and are not mentioned.
        """
        words = _words(claims.get(self.roles_claim))
        for group in _words(claims.get(self.groups_claim), parted=False):
            words += self.group_roles.get(group, ())
        return sort_roles(words)

    def find_agency(self, claims: Mapping[str, Any]) -> str:
        """Give the agency that claims name, or nothing."""
        agency = claims.get(self.agency_claim)
        return agency.strip()[:200] if isinstance(agency, str) else ""


def sort_roles(words: tuple[str, ...]) -> tuple[frozenset[Role], tuple[str, ...]]:
    """Sort words into roles and words that are no role, which count for nothing."""
    known = {word.strip().lower(): word for word in words if word.strip()}
    roles = frozenset(Role(word) for word in known if word in set(Role))
    return roles, tuple(sorted(known[word][:_WORD_LENGTH] for word in set(known) - set(roles)))


def _words(claim: object, *, parted: bool = True) -> tuple[str, ...]:
    if isinstance(claim, str):
        return tuple(claim.replace(",", " ").split()) if parted else (claim,)
    if isinstance(claim, list | tuple):
        return tuple(word for word in claim if isinstance(word, str))
    return ()


def read_provider(settings: Settings | None = None) -> Provider | None:
    """Give the provider of the settings; None if none is set, so that one local user works.

    Raises
    ------
    SettingsError
        If only a part is set, since a half-made sign-in must not become none, or if a part
        cannot be used.
    """
    settings = settings or get_settings()
    given = {
        "metadata_url": settings.oidc_metadata_url,
        "client_id": settings.oidc_client_id,
        "client_secret": settings.oidc_client_secret.get_secret_value(),
        "redirect_uri": settings.oidc_redirect_uri,
        "cookie_secret": settings.oidc_cookie_secret.get_secret_value(),
    }
    missing = [name for name in _NEEDED if not given[name]]
    if len(missing) == len(_NEEDED):
        return None
    if missing:
        names = ", ".join(f"WARDLIGHT_{f'oidc_{name}'.upper()}" for name in missing)
        raise _refused(f"Not set: {names}.", "Set all five, or none for one local user.")
    if not given["redirect_uri"].endswith(CALLBACK):
        raise _refused(
            f"WARDLIGHT_OIDC_REDIRECT_URI does not end in {CALLBACK}.",
            f"Give Wardlight's address with {CALLBACK} behind it.",
        )
    for name in ("metadata_url", "redirect_uri"):
        if not _is_private(given[name]):
            raise _refused(
                f"WARDLIGHT_{f'oidc_{name}'.upper()} is not an https:// address.",
                "Over plain http the sign-in could be read on the way; put TLS in front.",
            )
    if len(given["cookie_secret"]) < SECRET_CHARACTERS:
        raise _refused(
            f"WARDLIGHT_OIDC_COOKIE_SECRET has fewer than {SECRET_CHARACTERS} characters.",
            "Make one with: openssl rand -hex 32",
        )
    return Provider(
        **given,
        roles_claim=settings.oidc_roles_claim,
        groups_claim=settings.oidc_groups_claim,
        agency_claim=settings.oidc_agency_claim,
        group_roles=_read_groups(settings.oidc_group_roles),
    )


def is_loopback(host: str) -> bool:
    """Say whether an address reaches this computer only; a name other than localhost may not."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _is_private(url: str) -> bool:
    """Say whether what goes to an address cannot be read on the way."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    local = parts.scheme == "http" and is_loopback(parts.hostname or "")
    return bool(parts.hostname) and (parts.scheme == "https" or local)


def _read_groups(given: str) -> dict[str, tuple[str, ...]]:
    """Read the mapping of groups, which is JSON or the path of a file of JSON."""
    if not given.strip():
        return {}
    try:
        text = given if given.lstrip().startswith("{") else Path(given).read_text(encoding="utf-8")
        groups = {group: _words(named) for group, named in dict(json.loads(text)).items()}
    except (OSError, ValueError, TypeError):
        raise _refused(
            "WARDLIGHT_OIDC_GROUP_ROLES is neither a JSON object nor a file of one.",
            'Give groups and their roles, such as {"asb-analysts": "analyst"}.',
        ) from None
    unknown = sort_roles(tuple(word for named in groups.values() for word in named))[1]
    if unknown:
        raise _refused(
            f"WARDLIGHT_OIDC_GROUP_ROLES names {', '.join(unknown)}, which is no role.",
            f"Roles are: {', '.join(Role)}.",
        )
    return groups


def _refused(detail: str, next_step: str) -> SettingsError:
    return SettingsError("The sign-in settings cannot be used.", detail, next_step)
