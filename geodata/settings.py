"""Typed settings, read from the environment when asked for and never at import."""

from functools import lru_cache
from pathlib import Path

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from geodata.errors import SettingsError


def default_database_url() -> str:
    """Give the embedded database of this user: an SQLite file in the user's data folder."""
    folder = platformdirs.user_data_path("wardlight", ensure_exists=True)
    return f"sqlite:///{folder / 'wardlight.sqlite3'}"


def default_key_file() -> str:
    """Give the key file of this user: in the configuration folder, away from the database."""
    return str(platformdirs.user_config_path("wardlight") / "wardlight.keys")


def no_secret() -> SecretStr:
    """Give an empty secret, which is never shown."""
    return SecretStr("")


class Settings(BaseSettings):
    """What an installation may set, each as ``WARDLIGHT_<NAME>`` in the environment."""

    model_config = SettingsConfigDict(env_prefix="WARDLIGHT_", extra="ignore")

    database_url: str = Field(
        default_factory=default_database_url,
        description="Where the data are: sqlite:///path or postgresql://user@host/name.",
    )
    key_file: str = Field(
        default_factory=default_key_file,
        description="File of the secret keys for pseudonyms and sealed addresses; made at first "
        "use, readable by its owner only. Keep it and its backup apart from the database.",
    )
    nearest_ward_limit_m: float = Field(
        default=300.0,
        ge=0,
        le=5_000,
        description="How far, in metres, a point outside every ward may lie from the ward "
        "it is given to when no lookup knows its LSOA.",
    )
    tile_url: str = Field(
        default="",
        description="Address of a raster basemap ({z}/{x}/{y}); empty means no basemap and "
        "no request to any other machine.",
    )
    harm_weights: str = Field(
        default="",
        description="File (TOML) of dated harm weights; empty uses the illustrative weights "
        "that come with Wardlight.",
    )
    risk_matrix: str = Field(
        default="",
        description="File (TOML) of the risk assessment matrix; empty uses the illustration that "
        "comes with Wardlight.",
    )
    case_review_rules: str = Field(
        default="",
        description="File (TOML) of dated thresholds of the ASB case review; empty uses those "
        "that come with Wardlight.",
    )
    service_standards: str = Field(
        default="",
        description="File (TOML) of the 13 minimum service standards and the days in which each "
        "is due; empty uses the illustration that comes with Wardlight.",
    )
    review_clocks: str = Field(
        default="",
        description="File (TOML) of the days between reviews of a case by risk band; empty uses "
        "the illustration that comes with Wardlight.",
    )
    quadrants: str = Field(
        default="",
        description="File (TOML) of dated names, tactics and channels of the quadrants of ASB and "
        "worry; empty uses the proposal that comes with Wardlight.",
    )
    retention: str = Field(
        default="",
        description="File (TOML) of dated rules on how long records of people are kept; empty "
        "uses the illustrative rules that come with Wardlight.",
    )
    upload_limit_mb: int = Field(
        default=50, ge=1, le=2_000, description="Largest file the Data page takes, in megabytes."
    )
    unpacked_limit_mb: int = Field(
        default=2_000,
        ge=1,
        description="Largest size, in megabytes, that a compressed file may unpack to.",
    )
    line_limit_kb: int = Field(
        default=1_024, ge=1, description="Longest line, in kilobytes, that a text file may hold."
    )

    call_cost_pounds: float = Field(
        default=20.0,
        gt=0,
        le=10_000,
        description="Cost of handling one call, in pounds, for the estimate of what plans for "
        "repeat callers save. The default is illustrative and is nobody's cost: set your own.",
    )
    call_cost_dated: str = Field(
        default="",
        description="When and by whom the cost of a call was worked out, such as 'finance, April "
        "2026'; empty says that it is illustrative.",
    )

    oidc_metadata_url: str = Field(
        default="",
        description="Address of the sign-in provider's OpenID Connect metadata; empty means one "
        "local user on this computer only.",
    )
    oidc_client_id: str = Field(default="", description="What the provider knows Wardlight by.")
    oidc_client_secret: SecretStr = Field(
        default_factory=no_secret, description="Secret that the provider gave for Wardlight."
    )
    oidc_redirect_uri: str = Field(
        default="",
        description="Wardlight's own address, ending in /oauth2callback, as the provider knows it.",
    )
    oidc_cookie_secret: SecretStr = Field(
        default_factory=no_secret,
        description="Random text of 32 characters or more that signs the sign-in cookie.",
    )
    oidc_roles_claim: str = Field(
        default="roles", description="Claim of the sign-in that lists roles."
    )
    oidc_groups_claim: str = Field(
        default="groups", description="Claim of the sign-in that lists groups."
    )
    oidc_group_roles: str = Field(
        default="",
        description="Which groups give which roles: a JSON object such as "
        '{"asb-analysts": "analyst"}, or the path of a file that holds one.',
    )
    oidc_agency_claim: str = Field(
        default="agency", description="Claim of the sign-in that names a partner's agency."
    )
    idle_limit_minutes: float = Field(
        default=30.0,
        gt=0,
        le=480,
        description="Minutes without use after which somebody must sign in again.",
    )
    session_limit_minutes: float = Field(
        default=720.0,
        gt=0,
        le=1_440,
        description="Minutes after which somebody must sign in again, used or not.",
    )
    local_roles: str = Field(
        default="analyst, sergeant, engage, supervisor, administrator",
        description="Roles of the local user where no sign-in is set up.",
    )
    local_agency: str = Field(
        default="",
        description="Agency of the local user, to try what a partner of that agency sees.",
    )

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value.startswith("postgres://"):
            value = "postgresql://" + value.removeprefix("postgres://")
        if not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("accepted are sqlite:///path and postgresql://user@host/name")
        return value


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Read the settings once.

    Returns
    -------
    Settings

    Raises
    ------
    SettingsError
        If a variable has a value that is not accepted; the value itself is not repeated,
        since a database address may hold a password.
    """
    try:
        return Settings()
    except ValidationError as error:
        faults = "; ".join(
            f"WARDLIGHT_{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in error.errors()
        )
        raise SettingsError(
            "A setting is not accepted.",
            faults,
            "Correct the environment variable and start again.",
        ) from None


def named_path(setting: str) -> Path | None:
    """Give the file that a setting such as ``risk_matrix`` names, if any."""
    named = str(getattr(get_settings(), setting))
    return Path(named) if named else None


def harm_weights_path() -> Path | None:
    """Give the file of harm weights that the installation names, if any."""
    named = get_settings().harm_weights
    return Path(named) if named else None
