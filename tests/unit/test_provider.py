"""Sign-in settings are complete or refused, and claims give only roles that exist."""

from pathlib import Path

import pytest

from dashboard.local_user import local_actor
from dashboard.permissions import Role
from dashboard.provider import Provider, read_provider, sort_roles
from geodata.errors import SettingsError
from geodata.settings import Settings, get_settings

GIVEN = {
    "oidc_metadata_url": "https://sign-in.example/.well-known/openid-configuration",
    "oidc_client_id": "wardlight",
    "oidc_client_secret": "given by the provider",
    "oidc_redirect_uri": "https://wardlight.example/oauth2callback",
    "oidc_cookie_secret": "0123456789abcdef" * 2,
}


def provider(**more: str) -> Provider:
    found = read_provider(Settings(**(GIVEN | more)))  # type: ignore[arg-type]
    assert found
    return found


def test_nothing_set_means_one_local_user() -> None:
    assert read_provider(Settings()) is None


@pytest.mark.parametrize("left_out", GIVEN)
def test_half_a_sign_in_is_refused_and_names_what_is_missing(left_out: str) -> None:
    given = {name: value for name, value in GIVEN.items() if name != left_out}
    with pytest.raises(SettingsError) as refused:
        read_provider(Settings(**given))  # type: ignore[arg-type]
    assert f"WARDLIGHT_{left_out.upper()}" in refused.value.detail


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("oidc_redirect_uri", "https://wardlight.example/", "/oauth2callback"),
        ("oidc_redirect_uri", "http://wardlight.example/oauth2callback", "https://"),
        ("oidc_metadata_url", "http://sign-in.example/", "https://"),
        ("oidc_metadata_url", "sign-in.example", "https://"),
        ("oidc_cookie_secret", "short", "32 characters"),
        ("oidc_group_roles", "[1, 2", "neither a JSON object nor a file"),
        ("oidc_group_roles", '{"asb": "wizard"}', "wizard"),
    ],
)
def test_setting_that_cannot_work_is_refused(name: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        provider(**{name: value})
    assert said in refused.value.detail + refused.value.next_step


def test_secrets_are_not_shown() -> None:
    shown = repr(provider()) + repr(Settings(**GIVEN))  # type: ignore[arg-type]
    assert GIVEN["oidc_client_secret"] not in shown
    assert GIVEN["oidc_cookie_secret"] not in shown


def test_every_sign_in_asks_the_provider_afresh() -> None:
    secrets = provider().secrets()["auth"]
    assert secrets["client_kwargs"]["prompt"] == "login"
    assert secrets["redirect_uri"] == GIVEN["oidc_redirect_uri"]
    assert provider().is_https
    assert not provider(oidc_redirect_uri="http://127.0.0.1:1/oauth2callback").is_https


@pytest.mark.parametrize(
    ("claim", "roles", "ignored"),
    [
        (["analyst", "Sergeant"], {Role.ANALYST, Role.SERGEANT}, ()),
        ("analyst, supervisor", {Role.ANALYST, Role.SUPERVISOR}, ()),
        (["wizard", "partner"], {Role.PARTNER}, ("wizard",)),
        ([], set(), ()),
        (None, set(), ()),
        ({"administrator": True}, set(), ()),
        (True, set(), ()),
        ([["administrator"], 7], set(), ()),
        ("administrator\u200b", set(), ("administrator\u200b",)),
    ],
)
def test_claim_gives_only_roles_that_exist(
    claim: object, roles: set[Role], ignored: tuple[str, ...]
) -> None:
    assert provider().find_roles({"roles": claim}) == (roles, ignored)


def test_groups_give_the_roles_of_the_mapping_only(tmp_path: Path) -> None:
    path = tmp_path / "groups.json"
    path.write_text('{"ASB analysts": "analyst", "Chiefs": ["supervisor", "sergeant"]}')
    given = provider(oidc_group_roles=str(path), oidc_groups_claim="memberOf")
    claims = {"memberOf": ["ASB analysts", "Chiefs", "administrator", "Canteen"]}
    assert given.find_roles(claims) == ({Role.ANALYST, Role.SUPERVISOR, Role.SERGEANT}, ())
    assert given.find_roles({"groups": ["Chiefs"]}) == (set(), ())


def test_long_words_are_cut() -> None:
    assert len(sort_roles(("x" * 500,))[1][0]) == 40


def test_local_user_has_the_roles_of_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Role.ADMINISTRATOR in local_actor().roles and Role.PARTNER not in local_actor().roles
    monkeypatch.setenv("WARDLIGHT_LOCAL_ROLES", "partner")
    get_settings.cache_clear()
    assert local_actor().roles == {Role.PARTNER}
    for refused in ("king", ""):
        monkeypatch.setenv("WARDLIGHT_LOCAL_ROLES", refused)
        get_settings.cache_clear()
        with pytest.raises(SettingsError):
            local_actor()
