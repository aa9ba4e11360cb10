"""The command that prints a ward profile: ``wardlight profile``."""

from pathlib import Path
from typing import Annotated

import typer

from dashboard.cli.frame import DatabaseOption, find_notice, open_ready
from dashboard.permissions import Permission, needs
from geodata.errors import UserFacingError

PARTNER_REASON = "problem_solving"
PARTNER_RECIPIENT = "partners (released figures)"


@needs(Permission.SEE_COUNTS, Permission.SEE_RELEASED_LSOA)
def profile(
    ward: Annotated[str, typer.Argument(help="Code of the ward, such as E05000001.")],
    database: DatabaseOption = None,
    audience: Annotated[
        str,
        typer.Option(
            help="partner: released figures only. operational: figures as they are; needs "
            "--reason and --recipient."
        ),
    ] = "partner",
    out: Annotated[Path | None, typer.Option(help="File to write; default by ward code.")] = None,
    reason: Annotated[
        str, typer.Option(help="Why it leaves, as the audit log names reasons.")
    ] = "",
    recipient: Annotated[str, typer.Option(help="Who receives it.")] = "",
) -> None:
    """Write the profile of a ward as a PDF of at most two A4 pages; logged as a disclosure."""
    # Typst and scipy take a moment to import; the other commands do without them.
    from dashboard.reports.profile import file_name, make_pdf  # noqa: PLC0415
    from dashboard.services import profile as profiles  # noqa: PLC0415
    from dashboard.services.audit import REASONS, ReasonMissingError  # noqa: PLC0415
    from dashboard.services.profile_blocks import AUDIENCES  # noqa: PLC0415
    from dashboard.services.profile_loading import load_profile  # noqa: PLC0415

    _require_word("--audience", audience, AUDIENCES)
    if audience == "partner":
        reason, recipient = reason or PARTNER_REASON, recipient or PARTNER_RECIPIENT
    if not reason or not recipient.strip():
        raise ReasonMissingError(
            "Say why it leaves and who receives it.",
            "The operational version holds figures as they are, so that is logged.",
            f"Give --recipient and --reason, one of: {', '.join(REASONS)}.",
        )
    _require_word("--reason", reason, REASONS)
    opened = open_ready(database)
    found = load_profile(opened, ward, audience, find_notice(opened))
    made = make_pdf(found)
    target = out or Path(file_name(found))
    if not target.resolve().parent.is_dir():
        raise UserFacingError(
            "The file cannot be written.",
            f"There is no folder for {target.name!r}.",
            "Make the folder first, or give another path with --out.",
        )
    profiles.log_print(opened, ward, audience, reason, recipient)
    target.write_bytes(made)
    typer.echo(f"{found.ward}: {AUDIENCES[audience].lower()} written to {target}")


def _require_word(option: str, word: str, accepted: dict[str, str]) -> None:
    if word not in accepted:
        raise UserFacingError(
            f"{option} has a value that is not accepted.",
            f"{word[:60]!r} came; accepted: {', '.join(accepted)}.",
            "Give one of these.",
        )
