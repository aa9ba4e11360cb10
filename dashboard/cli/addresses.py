"""Commands about addresses that may be one: ``wardlight addresses suggest|measure``."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from analytics.repeats.match_quality import Share
from dashboard.cli.frame import DatabaseOption, JsonOption, open_ready
from dashboard.permissions import Permission, needs
from dashboard.services import address_merges

SeedOption = Annotated[
    int, typer.Option(help="Seed of the synthetic county that the labelled set is written from.")
]


@needs(Permission.MERGE_ADDRESSES)
def suggest(database: DatabaseOption = None, as_json: JsonOption = False) -> None:
    """Look for places that may be one address; people judge the pairs on the page."""
    found = address_merges.suggest(open_ready(database))
    if as_json:
        typer.echo(json.dumps(asdict(found)))
        return
    typer.echo(
        f"{found.places:,} places with an address. {found.pairs:,} pairs wait for a decision on "
        f"the page 'Same address?': {found.added:,} new, {found.gone:,} withdrawn."
    )


@needs(Permission.MERGE_ADDRESSES)
def measure(seed: SeedOption = 2027, as_json: JsonOption = False) -> None:
    """Measure precision and recall of the suggestions on a labelled set of invented addresses."""
    found = address_merges.measure(seed)
    if as_json:
        shares = {name: asdict(getattr(found, name)) for name in _SHARES}
        typer.echo(json.dumps({**shares, "by_mess": found.by_mess.to_dict("records")}, indent=2))
        return
    typer.echo(
        f"{found.homes:,} invented homes, {found.texts:,} ways of writing them (seed {seed})."
    )
    for name, words in _SHARES.items():
        typer.echo(f"{words}: {_say(getattr(found, name))}")
    typer.echo("")
    typer.echo(
        f"{'A home as kept against it written with':44}{'pairs':>7}{'one key':>9}{'joined':>9}"
    )
    for row in found.by_mess.to_dict("records"):
        typer.echo(f"{row['mess']:44}{row['pairs']:7,}{row['exact']:9.1%}{row['joined']:9.1%}")
    typer.echo("")
    typer.echo(
        "Joined: with every suggestion accepted. The set is invented, by rules that its makers "
        "know; real addresses will do worse."
    )


_SHARES = {
    "precision": "Suggested pairs that are one home",
    "recall": "Pairs of one home that are joined",
    "exact_recall": "Pairs of one home with one key before any suggestion",
}


def _say(share: Share) -> str:
    return (
        f"{share.share:.2%} ({share.hits:,} of {share.pairs:,}; likely range {share.low:.2%} to "
        f"{share.high:.2%})"
    )
