"""What the commands of `dashboard.cli.prediction` do: ask for a run, work on it, say it."""

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import typer

from dashboard.cli.frame import Bar, open_ready, user
from dashboard.services import forecasts, running
from dashboard.services.forecasts import Ask
from geodata.store.database import Database
from geodata.store.runs import Run
from geodata.store.status import read_forces

TOP_SHOWN = 10
TOP_GIVEN = 100
SUMMARY = ("method", "coverage", "hits", "total", "hit_rate", "pai", "difference", "low", "high")


def make_forecast(
    database_url: str | None,
    force: str | None,
    *,
    at: dt.datetime | None,
    declare_public: bool,
    as_json: bool,
    **asked: Any,
) -> None:
    """Make and store a forecast, and say its highest cells."""
    database, chosen = _open(database_url, force)
    ask = Ask("forecast", chosen, declared_public_on=_declared(declare_public), **asked)
    if at is not None:
        by_month = forecasts.say_horizon(database, chosen, ask.horizon_days) == forecasts.MONTH
        ask = replace(ask, at=f"{at:%Y-%m}" if by_month else f"{at:%Y-%m-%d}")
    run = _work(database, ask, quiet=as_json)
    stored = forecasts.read_forecast(database, chosen)
    assert stored is not None
    if as_json:
        top = stored.cells.head(TOP_GIVEN).round(4).to_dict("records")
        _print_json(run, stored.said | {"top": top})
        return
    said = stored.said
    typer.echo(said["verdict"])
    typer.echo(f"From {said['first_day']} to {said['last_day']}, {said['label']}, run {run.id}.")
    for cell in stored.cells.head(TOP_SHOWN).to_dict("records"):
        typer.echo(
            f"{cell['rank']:>3.0f}  {cell['x']:,.0f} {cell['y']:,.0f}  "
            f"{cell['expected']:.2f} expected ({cell['low']:.0f} to {cell['high']:.0f})"
        )
    _say_notes([*said["training"]["notes"], *said["notes"]])


def make_backtest(
    database_url: str | None,
    force: str | None,
    *,
    declare_public: bool,
    as_json: bool,
    **asked: Any,
) -> None:
    """Make and store a back-test, and say how the predictors compare."""
    database, chosen = _open(database_url, force)
    ask = Ask("backtest", chosen, declared_public_on=_declared(declare_public), **asked)
    run = _work(database, ask, quiet=as_json)
    stored = forecasts.read_backtest(database, chosen)
    assert stored is not None
    result = stored.result
    summary = result.summary()
    if as_json:
        _print_json(
            run,
            {
                "verdict": result.verdict,
                "chosen": result.chosen,
                "earned": result.earned,
                "settings": result.settings,
                "notes": list(result.notes),
                "training": stored.training,
                "summary": json.loads(summary.to_json(orient="records")),
                "table": json.loads(result.table.to_json(orient="records", date_format="iso")),
            },
        )
        return
    typer.echo(result.verdict)
    shown = summary[list(SUMMARY)]
    typer.echo(shown.to_string(index=False, float_format=lambda number: f"{number:.4g}"))
    _say_notes([*stored.training["notes"], *result.notes])
    typer.echo(f"Stored as run {run.id}.")


def _open(database_url: str | None, force: str | None) -> tuple[Database, str]:
    database = open_ready(database_url)
    return database, forecasts.choose_force(read_forces(database), force)


def _work(database: Database, ask: Ask, *, quiet: bool) -> Run:
    running.mend_stopped(database)
    run_id = forecasts.ask_run(database, ask, user())
    bar = Bar()
    try:
        return running.work_on(database, run_id, None if quiet else bar)
    finally:
        bar.close()


def _declared(declare_public: bool) -> str:
    return dt.date.today().isoformat() if declare_public else ""


def _say_notes(notes: list[str]) -> None:
    for note in notes:
        typer.echo(note)


def _print_json(run: Run, said: dict[str, object]) -> None:
    about = {
        "run": run.id,
        "kind": run.kind,
        "force": run.scope,
        "horizon": run.horizon,
        "data_version": run.data_version,
        "parameters": run.parameters,
        "seed": run.seed,
        "finished_at": run.finished_at.isoformat(timespec="seconds"),
    }
    typer.echo(json.dumps(about | said, indent=2, default=str))
