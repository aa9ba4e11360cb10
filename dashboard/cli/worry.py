"""The command that estimates worry by ward and places it against ASB: ``wardlight worry``."""

import json
from typing import Annotated

import typer

from analytics.worry.sample import Method
from dashboard.cli.frame import DatabaseOption, JsonOption, find_notice, open_ready
from dashboard.permissions import Permission, needs

SHOWN = 10


@needs(Permission.SEE_WORRY)
def worry(
    database: DatabaseOption = None,
    survey: Annotated[
        str, typer.Option(help="Name of the survey; default the one the page opens with.")
    ] = "",
    measure: Annotated[
        str, typer.Option(help="'worry', 'score:ITEM' or 'yes:ITEM'; default the survey's first.")
    ] = "",
    method: Annotated[Method, typer.Option(help="The estimator.")] = Method.MULTILEVEL,
    certainty: Annotated[
        float, typer.Option(help="Chance needed on both axes.", min=0.5, max=0.99)
    ] = 0.8,
    as_json: JsonOption = False,
) -> None:
    """Estimate a survey's measure for every ward and place it against recorded ASB.

    Estimates with their ranges and the matrix; a modelled estimate, not a ward survey.
    """
    # scipy's optimisers take a moment to import; the other commands do without them.
    from dashboard.services import explore, worry_figures  # noqa: PLC0415

    opened = open_ready(database)
    found = worry_figures.find_worry(
        opened, survey=survey, measure=measure, method=method, certainty=certainty
    )
    record = worry_figures.to_record(found, explore.load_areas(opened, "ward"), find_notice(opened))
    if as_json:
        typer.echo(json.dumps(record, indent=2, ensure_ascii=False))
        return
    typer.echo(record["notice"])
    typer.echo(
        f"{record['survey']['name']}: {record['measure']['label']}, {record['measure']['unit']} "
        f"({record['note']}). Its ranges know of {record['survey']['ranges_from']}."
    )
    if record["refused"]:
        typer.echo(f"No figure of a ward: {record['refused']}")
        return
    names = {each: found.quadrants.advice_of(each).name for each in record["matrix"]["counts"]}
    matrix = record["matrix"]
    close = matrix["counts"]["close"]
    period, released = record["asb"]["period"], record["asb"]["released_figures_only"]
    typer.echo(f"Recorded ASB: {period}{', as released' if released else ''}.")
    typer.echo(
        f"{record['method']['name']}, {record['respondents']:,} respondents, "
        f"{len(record['wards']):,} wards. At {certainty:.0%} on both axes {close:,} are too close "
        f"to call: {_say(matrix['close_because'])}."
    )
    typer.echo(f"Wards: {_say({names[key]: count for key, count in matrix['counts'].items()})}.")
    typer.echo(found.quadrants.sentence)
    known = [row for row in record["wards"] if row["worry"] is not None]
    by_kind = "by kind of area: " if found.estimates.shape_only else ""
    for row in sorted(known, key=lambda row: -row["worry"])[:SHOWN]:
        asb = "no ASB figure" if row["asb"] is None else f"{row['asb']:.1f} ASB per 1,000"
        typer.echo(
            f"  {row['name']}, {row['district']}: {row['worry']:.1f} (likely range "
            f"{row['worry_low']:.1f} to {row['worry_high']:.1f}), {asb}, "
            f"{by_kind}{names[row['quadrant']]}"
        )


def _say(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())
