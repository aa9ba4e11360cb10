"""Commands about the audit log: ``wardlight audit verify|search|export``."""

import datetime as dt
import json
import re
from pathlib import Path
from typing import Annotated

import typer

from dashboard.cli.frame import DatabaseOption, JsonOption, open_ready
from dashboard.components.downloads import to_csv
from dashboard.messages import say_count
from dashboard.permissions import Permission, needs
from dashboard.services import audit
from dashboard.services.audit import EVENTS, REASONS, AuditFilters
from geodata.errors import UserFacingError

NOTICE = "Audit log of Wardlight"
_HEAD = re.compile(r"([0-9]{1,12}):([0-9a-f]{64})")
_REASONS = ", ".join(REASONS)

FirstOption = Annotated[
    dt.datetime | None,
    typer.Option("--from", formats=["%Y-%m-%d"], help="First day, such as 2026-01-31."),
]
LastOption = Annotated[
    dt.datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day, included.")
]
UserOption = Annotated[str, typer.Option(help="Part of the name or id of who did it.")]
EventOption = Annotated[str, typer.Option(help=f"One of {', '.join(EVENTS)}.")]
KindOption = Annotated[str, typer.Option("--kind", help="Kind of record, such as location.")]
KeyOption = Annotated[str, typer.Option("--key", help="Key of the record, as it is today.")]
ForOption = Annotated[str, typer.Option("--logged-reason", help="Reason that was logged.")]
ReasonOption = Annotated[str, typer.Option(help=f"Why you look: one of {_REASONS}.")]


@needs(Permission.SEARCH_AUDIT, Permission.MANAGE_PEOPLE, Permission.ERASE)
def verify(
    expect: Annotated[
        str,
        typer.Option(help="COUNT:HASH, as an earlier run printed it and you noted elsewhere."),
    ] = "",
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check that no event was changed, removed, reordered or cut off; exit 1 if one was."""
    found = audit.verify(open_ready(database), _read_head(expect))
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "ok": found.ok,
                    "events": found.events,
                    "head": f"{found.events}:{found.head_hash}",
                    "faults": list(found.faults),
                },
                indent=2,
            )
        )
    elif found.ok:
        typer.echo(f"The audit log is whole: {say_count(found.events, 'event')}.")
        typer.echo(f"Note this elsewhere, for --expect: {found.events}:{found.head_hash}")
    else:
        held = say_count(found.events, "event")
        typer.echo(f"The audit log is not whole; it holds {held}:", err=True)
        for fault in found.faults:
            typer.echo(f"- {fault}", err=True)
    if not found.ok:
        raise typer.Exit(1)


@needs(Permission.SEARCH_AUDIT)
def search(
    reason: ReasonOption,
    first: FirstOption = None,
    last: LastOption = None,
    user: UserOption = "",
    event: EventOption = "",
    kind: KindOption = "",
    key: KeyOption = "",
    logged_reason: ForOption = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 50,
    database: DatabaseOption = None,
) -> None:
    """Look events up, newest first; the search is logged."""
    filters = _filters(first, last, user, event, kind, key, logged_reason, limit)
    found = audit.search(open_ready(database), filters, _known(reason))
    for row in found.frame.itertuples():
        to = f" to {row.recipient}" if row.recipient else ""
        typer.echo(
            f"{row.id}: {row.at:%Y-%m-%d %H:%M:%S} {row.user_name} ({row.user_id}): {row.event} "
            f"of {row.record_kind} {row.record_key}{to}, {row.reason} {row.reason_text}".rstrip()
        )
    typer.echo(f"Shown: {len(found.frame):,} of {say_count(found.total, 'event')} that match.")


@needs(Permission.SEARCH_AUDIT)
def export(
    file: Annotated[Path, typer.Argument(help="CSV file to write; it must not exist.")],
    reason: ReasonOption,
    recipient: Annotated[str, typer.Option(help="Person or agency who will receive the file.")],
    first: FirstOption = None,
    last: LastOption = None,
    user: UserOption = "",
    event: EventOption = "",
    kind: KindOption = "",
    key: KeyOption = "",
    logged_reason: ForOption = "",
    database: DatabaseOption = None,
) -> None:
    """Write events to a CSV file; logged as a disclosure to the recipient."""
    if file.exists():
        raise UserFacingError("This file is there already.", str(file.name), "Name another one.")
    filters = _filters(first, last, user, event, kind, key, logged_reason)
    rows = audit.export(open_ready(database), filters, _known(reason), recipient)
    file.write_bytes(to_csv(rows, NOTICE))
    typer.echo(f"{say_count(len(rows), 'event')} written to {file.name}; the export is logged.")


def _filters(
    first: dt.datetime | None,
    last: dt.datetime | None,
    user: str,
    event: str,
    kind: str,
    key: str,
    reason: str,
    limit: int = 1,
) -> AuditFilters:
    if event and event not in EVENTS:
        raise UserFacingError(
            "This kind of event is not known.", f"Accepted are {', '.join(EVENTS)}.", "Pick one."
        )
    return AuditFilters(
        first=first.date() if first else None,
        last=last.date() if last else None,
        user=user,
        event=event,
        record_kind=kind,
        record_key=key,
        reason=reason,
        limit=limit,
    )


def _known(reason: str) -> str:
    if reason not in REASONS:
        raise UserFacingError(
            "This reason is not in the list.", f"Accepted are {_REASONS}.", "Pick one of them."
        )
    return reason


def _read_head(text: str) -> tuple[int, str] | None:
    if not text:
        return None
    found = _HEAD.fullmatch(text.strip())
    if not found:
        raise UserFacingError(
            "The noted head cannot be read.",
            "It is a number, a colon and 64 signs, as 'wardlight audit verify' prints it.",
            "Give it again after --expect.",
        )
    return int(found[1]), found[2]
