"""Commands that forecast and that measure forecasts: ``wardlight forecast | backtest``."""

import datetime as dt
from typing import Annotated

import typer

from dashboard.cli.frame import DatabaseOption, JsonOption
from dashboard.permissions import Permission, needs

ForceOption = Annotated[
    str | None,
    typer.Option(help="Force or council to look at; needed where several are held."),
]
HorizonOption = Annotated[
    int,
    typer.Option(
        help="Days looked ahead; data that know only the month look a month ahead.", min=1, max=92
    ),
]
CellOption = Annotated[float, typer.Option(help="Side of a cell in metres.", min=25, max=2_000)]
SeedOption = Annotated[int, typer.Option(help="Seed; the same seed, the same result.", min=0)]
DeclareOption = Annotated[
    bool,
    typer.Option(
        "--declare-public",
        help="State, recorded with your name and today's date, that open data without a report "
        "channel (police.uk) are reports by the public. Nothing is forecast from them without.",
    ),
]


@needs(Permission.RUN_FORECASTS)
def forecast(
    database: DatabaseOption = None,
    force: ForceOption = None,
    horizon_days: HorizonOption = 7,
    cell_m: CellOption = 150.0,
    at: Annotated[
        dt.datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="First day forecast; default the day after the data end."
        ),
    ] = None,
    method: Annotated[
        str, typer.Option(help="Predictor, or 'default': the one its back-test supports.")
    ] = "default",
    seed: SeedOption = 1,
    declare_public: DeclareOption = False,
    as_json: JsonOption = False,
) -> None:
    """Forecast where ASB will be reported, and store it for the Hotspots page.

    Shown as a forecast only where the latest back-test says it beats last year's ranking.
    """
    # scikit-learn takes a second to import; commands that need no model do without it.
    from dashboard.cli import making  # noqa: PLC0415

    making.make_forecast(
        database,
        force,
        at=at,
        declare_public=declare_public,
        as_json=as_json,
        horizon_days=horizon_days,
        cell_m=cell_m,
        method=method,
        seed=seed,
    )


@needs(Permission.RUN_FORECASTS)
def backtest(
    database: DatabaseOption = None,
    force: ForceOption = None,
    folds: Annotated[int, typer.Option(help="Periods forecast one by one.", min=2, max=60)] = 12,
    horizon_days: HorizonOption = 7,
    cell_m: CellOption = 150.0,
    coverage: Annotated[
        list[float] | None,
        typer.Option(help="Share of the ground flagged, again for more; default .0025 to .02."),
    ] = None,
    jobs: Annotated[int, typer.Option(help="Processes to work with.", min=1, max=64)] = 1,
    seed: SeedOption = 1,
    declare_public: DeclareOption = False,
    as_json: JsonOption = False,
) -> None:
    """Measure every predictor on the past, and store it for the page 'How good is it?'.

    A back-test that was stopped goes on where it was when the same one is asked for again.
    """
    from dashboard.cli import making  # noqa: PLC0415

    asked = {"coverage": tuple(coverage)} if coverage else {}
    making.make_backtest(
        database,
        force,
        declare_public=declare_public,
        as_json=as_json,
        folds=folds,
        horizon_days=horizon_days,
        cell_m=cell_m,
        jobs=jobs,
        seed=seed,
        **asked,
    )
