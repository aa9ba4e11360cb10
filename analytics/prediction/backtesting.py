"""Back-test predictors: forecast from earlier moments and count what came."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from analytics.prediction.calibrating import BAND_EDGES, Calibrator, band_limits
from analytics.prediction.ceiling import Ceiling, find_ceilings
from analytics.prediction.combining import Evidence, Record
from analytics.prediction.folds import Ground, lay_ground, note_left_out, plan_cutoffs
from analytics.prediction.history import MONTH_DAYS, YEAR_DAYS, Floats, Timeline, read_events
from analytics.prediction.methods import (
    BASELINE,
    DEFAULT,
    ENSEMBLE,
    ENSEMBLE_MEMBERS,
    METHODS,
    SINGLE_METHODS,
)
from analytics.prediction.results import TABLE_COLUMNS, BacktestResult
from analytics.prediction.running import VERSION, FoldForecast, forecast_folds
from analytics.prediction.scoring import flag_cells, score_flags, share_kept
from analytics.rates import poisson_interval

Progress = Callable[[str, int, int], None]

SHRUNKEN = "poisson_blend"
"""Where the ceiling takes its rates from: neighbours and long memory keep chance out of them."""

BLOCK_CELLS = 10
DEFAULT_SEED = 2026


def backtest(
    events: pd.DataFrame,
    region: shapely.Geometry | None = None,
    *,
    cell_m: float = 150,
    horizon_days: float = 7,
    folds: int = 12,
    step_days: float | None = None,
    coverage: Sequence[float] = (0.0025, 0.005, 0.01, 0.02),
    methods: Sequence[str] | None = None,
    rng: np.random.Generator | None = None,
    n_jobs: int = 1,
    progress: Progress | None = None,
    checkpoint: Path | None = None,
) -> BacktestResult:
    """Ask how well each method would have forecast, from moments in the past.

    At each cutoff every method is fitted on the events before it and flags the cells with the
    highest expected events; then the events of the horizon are counted. No event at or after a
    cutoff reaches a fit, a setting, a weight, a calibration or a choice made at that cutoff.

    Parameters
    ----------
    events : DataFrame
        ``x_m`` and ``y_m`` in metres of any projected system, and ``occurred_at`` (datetime64,
        local time) or ``month`` (monthly period or text YYYY-MM) for data that know no more.
        Other columns are not looked at. Rows without place or time are left out and counted.
    region : shapely geometry, optional
        Study area in the same system; all cells that share ground with it count, whole, with
        the events in them (a point just off the coast is not lost); events in other cells count
        neither as hits nor in the total. None: the cells whose centre lies within
        500 m of an event before the cutoff, or that hold one; events of the horizon that fall
        outside are left out of ``total`` and counted in a note.
    cell_m : float, default 150
        Side of a square cell, metres.
    horizon_days : float, default 7
        Days forecast; less than one is a shift (1/3 is eight hours) that starts at the cutoff.
        Data by month always use one month.
    folds : int, default 12
        Windows reported: the last is the last whole horizon of the data, which end at midnight
        after the last event (or with its month); a part of a horizon at the end is not used.
        Where the history is short, there are fewer (a fold needs four months, or half of the
        data, before it). Up to 26 earlier folds teach weights, calibration and choice and are
        not reported.
    step_days : float, optional
        Days between cutoffs; default the horizon (at least one day). Steps shorter than the
        horizon make windows overlap and intervals too narrow; that is noted.
    coverage : sequence of float
        Shares of the cells to flag, rounded to whole cells, at least one. Cells tied at the
        edge share the places left: hits are the exact expectation over all ways to break ties.
    methods : sequence of str, optional
        Names out of `METHODS`; None runs all. The 12-month count always runs, being what the
        others are measured against. ``ensemble`` runs the predictors it is made of, ``default``
        (what a forecast made at that cutoff would have shown) runs every one; neither the
        helpers nor their time appear unless asked for. The blend always runs, for the ceiling.
    rng : Generator, optional
        Source of chance for intervals and the ceiling; default a fixed seed.
    n_jobs : int, default 1
        Processes for the folds (joblib); -1 uses every core.
    progress : callable, optional
        Called as ``progress(doing, done, total)`` after each fold. An exception raised in it
        stops the back-test.
    checkpoint : Path, optional
        Folder in which finished folds are kept; the same call goes on where it stopped. The
        files hold cell counts and expected counts only.

    Returns
    -------
    BacktestResult

    Raises
    ------
    EventsNotUsableError
        If there are too few events, too short a history or columns are missing.
    GridError
        If the study area cannot be cut into cells.
    ValueError
        If a parameter is out of range or a method is not known.

    Notes
    -----
    Time grows with cells times folds times methods; boosted trees take most of it.
    """
    wanted = _check(cell_m, horizon_days, folds, step_days, coverage, methods)
    rng = rng if rng is not None else np.random.default_rng(DEFAULT_SEED)
    seed = int(rng.integers(2**31))
    timeline = read_events(events)
    monthly = timeline.unit == "month"
    horizon = MONTH_DAYS if monthly else float(horizon_days)
    step = horizon if monthly else float(step_days or max(horizon, 1.0))
    ground = lay_ground(timeline, region, float(cell_m))
    cutoffs = plan_cutoffs(timeline, horizon, folds, step)
    singles = _singles_of(wanted)
    referee = _Referee(timeline, ground, singles, wanted, tuple(coverage), seed)
    runs = forecast_folds(
        timeline, ground, cutoffs.days, horizon, singles, n_jobs=n_jobs, checkpoint=checkpoint
    )
    for number, (cutoff, fold) in enumerate(zip(cutoffs.days, runs, strict=True)):
        referee.learn_until(float(cutoff))
        referee.judge(fold, float(cutoff), horizon, number - cutoffs.warm_up + 1)
        if progress is not None:
            progress("Back-testing", number + 1, len(cutoffs.days))
    referee.learn_until(np.inf)
    settings = {
        "version": VERSION,
        "unit": timeline.unit,
        "cell_m": float(cell_m),
        "horizon_days": horizon,
        "step_days": step,
        "folds": len(cutoffs.days) - cutoffs.warm_up,
        "warm_up_folds": cutoffs.warm_up,
        "coverage": [float(share) for share in coverage],
        "methods": list(wanted),
        "cells": len(ground.grid),
        "incidents": len(ground.cell),
        "days_known": float(cutoffs.days[cutoffs.warm_up]),
        "first": str(timeline.origin.date()),
        "last": str(timeline.date_of(timeline.end).date()),
        "seed": seed,
        **referee.learned(),
    }
    notes = _notes(timeline, ground, folds, cutoffs.warm_up, settings, referee.elsewhere)
    table = pd.DataFrame(referee.rows)[[*TABLE_COLUMNS, "cells", "best"]]
    return BacktestResult(table, referee.calibration(), settings, notes, referee.choose_now(), seed)


@dataclass
class _Referee:
    """Judges fold after fold, and lets each be decided by earlier ones only."""

    timeline: Timeline
    ground: Ground
    singles: tuple[str, ...]
    wanted: tuple[str, ...]
    coverage: tuple[float, ...]
    seed: int
    rows: list[dict[str, object]] = field(default_factory=list)
    elsewhere: int = 0
    pending: list[tuple[float, FoldForecast, dict[str, Floats], dict[str, Floats]]] = field(
        default_factory=list
    )

    def __post_init__(self) -> None:
        self.members = tuple(name for name in ENSEMBLE_MEMBERS if name in self.singles)
        self.with_ensemble = len(self.members) == len(ENSEMBLE_MEMBERS)
        self.evidence = Evidence(self.singles)
        self.record = Record(BASELINE)
        names = [*self.singles, *([ENSEMBLE] if self.with_ensemble else [])]
        self.calibrators = {name: Calibrator() for name in names}
        self.reported = {name: Calibrator(kept=1.0) for name in [*names, DEFAULT]}
        self.before: dict[tuple[str, float], Floats] = {}
        grid = self.ground.grid
        blocks = (grid.column // BLOCK_CELLS) * 100_003 + grid.row // BLOCK_CELLS
        self.block = np.unique(blocks, return_inverse=True)[1].ravel()

    def learn_until(self, now: float) -> None:
        """Learn from the folds whose horizon has ended by now, and from no other."""
        while self.pending and self.pending[0][0] <= now + 1e-6:
            _, fold, raw, risk = self.pending.pop(0)
            self._learn(fold, raw, risk)

    def judge(self, fold: FoldForecast, cutoff: float, horizon: float, number: int) -> None:
        """Score a fold, report it if its number is 1 or more, and keep it to learn from."""
        # One source of chance for each use, so that none depends on what else was asked for.
        rng, chance = (
            np.random.default_rng([self.seed, round(cutoff * 1000), use]) for use in (0, 1)
        )
        raw = dict(zip(self.singles, fold.risks.astype(np.float64), strict=True))
        seconds = {
            name: (float(fit), float(predict))
            for name, fit, predict in zip(
                self.singles, fold.fit_seconds, fold.predict_seconds, strict=True
            )
        }
        if self.with_ensemble:
            weights = self.evidence.weights(ENSEMBLE_MEMBERS)
            raw[ENSEMBLE] = weights @ fold.risks.astype(np.float64)
            parts = [seconds[name] for name in self.members]
            seconds[ENSEMBLE] = (sum(p[0] for p in parts), sum(p[1] for p in parts))
        risk = {name: self.calibrators[name].apply(raw[name], fold.total) for name in raw}
        if number >= 1:
            self.elsewhere += fold.elsewhere
            chosen = self._choose(rng)
            shown = {**risk, DEFAULT: risk[chosen]}
            seconds[DEFAULT] = seconds[chosen]
            spread = self.calibrators[SHRUNKEN].spread(raw[SHRUNKEN])
            ceilings = find_ceilings(risk[SHRUNKEN], self.coverage, spread=spread, rng=chance)
            for name in self.wanted:
                self._report(name, number, cutoff, fold, shown[name], seconds[name], ceilings)
        self.pending.append((cutoff + horizon, fold, raw, risk))

    def _choose(self, rng: np.random.Generator) -> str:
        helpers = set(self.singles) - set(self.wanted) if DEFAULT not in self.wanted else set()
        tried = [name for name in self.singles if name not in helpers]
        known = self.with_ensemble and {ENSEMBLE, DEFAULT} & set(self.wanted)
        return self.record.choose(tried, ENSEMBLE if known else tried[-1], rng)

    def choose_now(self) -> str:
        """Choose what a forecast made after the last fold would show."""
        return self._choose(np.random.default_rng([self.seed, 0]))

    def _report(
        self,
        name: str,
        number: int,
        cutoff: float,
        fold: FoldForecast,
        risk: Floats,
        seconds: tuple[float, float],
        ceilings: list[Ceiling],
    ) -> None:
        self.reported[name].learn(risk, risk, fold.came)
        for share, ceiling in zip(self.coverage, ceilings, strict=True):
            score = score_flags(risk, fold.came, share)
            flagged = np.zeros(len(self.ground.grid))
            flagged[fold.cells] = flag_cells(risk, share).share
            earlier = self.before.get((name, share))
            kept = share_kept(earlier, flagged) if earlier is not None else float("nan")
            self.before[name, share] = flagged
            self.rows.append(
                {
                    "method": name,
                    "fold": number,
                    "cutoff": self.timeline.date_of(cutoff),
                    "coverage": share,
                    "cells_flagged": score.cells_flagged,
                    "hits": score.hits,
                    "total": score.total,
                    "hit_rate": score.hit_rate,
                    "pai": score.pai,
                    "pei": score.pei,
                    "fit_seconds": seconds[0],
                    "predict_seconds": seconds[1],
                    "share_empty": score.share_empty,
                    "predicted": score.predicted,
                    "rri": score.rri,
                    "jaccard": kept,
                    "ceiling_hit_rate": ceiling.hit_rate,
                    "ceiling_low": ceiling.low,
                    "ceiling_high": ceiling.high,
                    "cells": len(fold.cells),
                    "best": float(np.sort(fold.came)[::-1][: score.cells_flagged].sum()),
                }
            )

    def _learn(self, fold: FoldForecast, raw: dict[str, Floats], risk: dict[str, Floats]) -> None:
        caught: dict[str, Floats] = {}
        gains: dict[str, Floats] = {}
        base = sum(flag_cells(risk[BASELINE], share).share for share in self.coverage)
        block, many = self.block[fold.cells], int(self.block.max(initial=0)) + 1
        for name, values in raw.items():
            flags = [flag_cells(risk[name], share).share for share in self.coverage]
            caught[name] = np.array([float(flag @ fold.came) for flag in flags])
            more = (sum(flags) - base) * fold.came
            gains[name] = np.bincount(block, weights=more, minlength=many).astype(np.float64)
            self.calibrators[name].learn(values, risk[name], fold.came)
        self.record.add(caught, gains)
        self.evidence.add(fold.risks, fold.came)

    def learned(self) -> dict[str, object]:
        """Give what a later forecast needs, as plain values."""
        weights = dict.fromkeys(self.singles, 0.0)
        if self.with_ensemble:
            found = self.evidence.weights(ENSEMBLE_MEMBERS)
            weights.update(zip(self.singles, found.round(6).tolist(), strict=True))
        return {
            "weights": {name: weight for name, weight in weights.items() if weight > 0},
            "calibrators": {name: known.to_dict() for name, known in self.calibrators.items()},
        }

    def calibration(self) -> pd.DataFrame:
        """Set forecast beside observed events by band of rank, over the reported folds."""
        rows = []
        for name in self.wanted:
            sums = self.reported[name]
            likely = poisson_interval(sums.observed)
            low, high = np.asarray(likely.low), np.asarray(likely.high)
            for band in range(len(BAND_EDGES) - 1):
                rows.append(
                    {
                        "method": name,
                        "band": f"{BAND_EDGES[band]:g} to {BAND_EDGES[band + 1]:g}",
                        "cells": int(np.diff(band_limits(len(self.ground.grid)))[band]),
                        "predicted": float(sums.expected[band]),
                        "observed": float(sums.observed[band]),
                        "low": float(low[band]),
                        "high": float(high[band]),
                    }
                )
        return pd.DataFrame(rows)


def _check(
    cell_m: float,
    horizon_days: float,
    folds: int,
    step_days: float | None,
    coverage: Sequence[float],
    methods: Sequence[str] | None,
) -> tuple[str, ...]:
    for name, value in (("cell_m", cell_m), ("horizon_days", horizon_days)):
        if not np.isfinite(value) or value <= 0:
            raise ValueError(f"{name} is above 0, got {value!r}")
    if step_days is not None and not step_days > 0:
        raise ValueError(f"step_days is above 0, got {step_days!r}")
    if folds < 1:
        raise ValueError(f"folds is at least 1, got {folds!r}")
    if np.ndim(coverage) != 1 or not len(coverage) or not all(0 < c <= 1 for c in coverage):
        raise ValueError(f"coverage holds shares above 0 and at most 1, got {coverage!r}")
    if methods is None:
        return tuple(METHODS)
    unknown = [name for name in methods if name not in METHODS]
    if unknown or isinstance(methods, str) or not methods:
        raise ValueError(f"{methods!r}: methods are a list out of {', '.join(METHODS)}")
    return tuple(dict.fromkeys([BASELINE, *methods]))


def _singles_of(wanted: tuple[str, ...]) -> tuple[str, ...]:
    if DEFAULT in wanted:
        return tuple(SINGLE_METHODS)
    needed = {*wanted, SHRUNKEN, *(ENSEMBLE_MEMBERS if ENSEMBLE in wanted else ())}
    return tuple(name for name in SINGLE_METHODS if name in needed)


def _notes(
    timeline: Timeline,
    ground: Ground,
    asked: int,
    warm_up: int,
    settings: dict[str, object],
    elsewhere: int,
) -> tuple[str, ...]:
    notes = note_left_out(timeline, ground)
    if elsewhere:
        notes.append(
            f"{elsewhere:,} events of the horizons fell outside the study area known at the "
            "cutoff and are not in the totals."
        )
    if settings["folds"] != asked:
        notes.append(f"The history allows {settings['folds']} folds of {asked} asked for.")
    known = float(str(settings["days_known"]))
    if known < YEAR_DAYS - 1:
        notes.append(
            f"The first window had {known / MONTH_DAYS:.0f} months before it, so the ranking of "
            "the last 12 months is there a ranking of those months, and where there is no earlier "
            "year, 'same season last year' is that ranking too."
        )
    if warm_up < 3:
        notes.append(
            "Few folds came before the first reported one, so that the choice of method and the "
            "weights of the ensemble had little to learn from there."
        )
    if float(str(settings["step_days"])) < float(str(settings["horizon_days"])):
        notes.append("Windows overlap, so that intervals are too narrow.")
    return tuple(notes)
