"""Would this forecast chase its own tail? A test with two places that are exactly alike.

A forecast sends patrols, patrols find more, and what they find feeds the next forecast. The test
plays a year of that, twice: with what patrols discover left out by the same code that prepares
real data, and with it left in. It shows the loop; it cannot show that a real county has none.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.prediction.exclusions import OFFICERS, training_events

Floats = npt.NDArray[np.float64]
Forecaster = Callable[[pd.DataFrame, pd.Timestamp], npt.ArrayLike]
"""Takes events (x_m, y_m, occurred_at) before a moment, gives the expected shares of both places.

The first place lies at x_m = 0 and the second at x_m = 5,000, both at y_m = 0.
"""

MOST_DRIFT_POINTS = 5.0
"""Drift in percentage points from which the test fails."""

APART_M = 5_000.0
AVERAGED_WEEKS = 4
_START = pd.Timestamp("2024-01-01")
_HISTORY_WEEKS = 52

LIMITS = (
    "Leaving out what patrols discover removes that part of the loop only. Reports by the public "
    "can rise where officers are seen, so reported incidents weaken the loop and cannot remove it "
    "entirely (Ensign and others, 2018).",
    "The two places are simulated and alike in everything; a real county is not.",
)


@dataclass(frozen=True)
class FeedbackDrift:
    """How far a forecast moved between two equal places in a simulated stretch of time.

    Attributes
    ----------
    weekly : DataFrame
        week (1 is the first), share (mean share forecast for the place patrolled first, 0 to
        1), low and high (middle 90 % of the runs).
    drift_points : float
        Mean over the runs of the share in the last four weeks less the share in the first four,
        in percentage points; 0 if nothing feeds back.
    drift_low, drift_high : float
        Likely range (95 %) of that mean.
    typical_points : float
        Mean size of a single run's drift, whichever way; chance alone makes it above 0.
    range_points : tuple of float
        Middle 90 % of the runs' drifts.
    passed : bool
        True if ``typical_points``, ``drift_points`` and the ends of its range are all below 5
        in size.
    method : str
        What forecast, in words.
    discovered_included : bool
        Whether the forecast could see what patrols discovered.
    left_out : int
        Discovered records that were left out, all runs together.
    runs, weeks : int
        Size of the simulation.
    settings : dict
        reported_per_week, discovered_per_week, reporting_lift.
    """

    weekly: pd.DataFrame = field(repr=False)
    drift_points: float
    drift_low: float
    drift_high: float
    typical_points: float
    range_points: tuple[float, float]
    passed: bool
    method: str
    discovered_included: bool
    left_out: int
    runs: int
    weeks: int
    settings: dict[str, float]

    @property
    def sentence(self) -> str:
        """Say the finding in words."""
        which = "with" if self.discovered_included else "without"
        end = "stays put" if self.passed else "runs away to the place that is patrolled"
        return (
            f"Two equal places, {self.weeks} weeks, {self.runs} runs, {which} what patrols "
            f"discover: the forecast ({self.method}) {end}. Its share moves by "
            f"{self.drift_points:.1f} points on average (likely range {self.drift_low:.1f} "
            f"to {self.drift_high:.1f}); a single run by {self.typical_points:.1f}."
        )

    @property
    def limits(self) -> tuple[str, ...]:
        """What the test cannot show."""
        return LIMITS


def simulate_feedback(
    *,
    weeks: int = 52,
    rng: np.random.Generator,
    discovered_included: bool,
    forecaster: Forecaster | None = None,
    method: str = "",
    runs: int = 200,
    reported_per_week: float = 20.0,
    discovered_per_week: float = 10.0,
    reporting_lift: float = 0.0,
) -> FeedbackDrift:
    """Simulate whether a forecast drifts to the place that happens to be patrolled first.

    Parameters
    ----------
    weeks : int, default 52
        Weeks of patrol after one year of history; at least 8.
    rng : numpy.random.Generator
        Source of chance.
    discovered_included : bool
        False: records go through `training_events`, which leaves out what officers generate.
        True: the same records with the mark of the officers rubbed out, as in a system that does
        not keep the channel.
    forecaster : callable, optional
        See `Forecaster`; by default the share of the last 365 days' count.
    method : str
        What the forecaster is, in words, so that the finding names it.
    runs : int, default 200
        Repetitions, so that the finding is not luck.
    reported_per_week : float, default 20
        Mean reports by the public, in each of the two places.
    discovered_per_week : float, default 10
        Mean extra incidents that patrols record where they are.
    reporting_lift : float, default 0
        Share by which reports by the public rise where officers are seen; 0.2 is a fifth more.

    Returns
    -------
    FeedbackDrift

    Raises
    ------
    ValueError
        If a size is out of range, or the forecaster does not give two shares.

    Notes
    -----
    Both places have the same Poisson rate of reports throughout and the same year of history,
    incident for incident, so that neither has a head start. In week 1 the patrol goes to the
    first place, afterwards to the one with the higher share (a draw goes to the first). Which
    place is 'first' is settled before any figure is seen, so without feedback the expected drift
    is exactly 0; a place picked for its high share would fall back by chance alone. A single
    run's share moves by chance even without feedback: hence the mean and the typical size.

    References
    ----------
    Lum, K. and Isaac, W. (2016). To predict and serve? Significance 13(5).
    Ensign, D. et al. (2018). Runaway feedback loops in predictive policing. arXiv 1706.09847.
    """
    if weeks < 2 * AVERAGED_WEEKS or runs < 2:
        raise ValueError(f"at least {2 * AVERAGED_WEEKS} weeks and 2 runs, got {weeks} and {runs}")
    if min(reported_per_week, discovered_per_week, reporting_lift) < 0 or not reported_per_week:
        raise ValueError("rates and the lift are 0 or more, and some incidents are reported")
    ledger = _Ledger(runs)
    no_patrol = np.full(runs, -1)
    left_out = 0
    for week in range(-_HISTORY_WEEKS, 0):
        past = _record_week(rng, week, no_patrol, reported_per_week, 0.0, 0.0)
        first = past[past["easting"] == 0]
        ledger.add(pd.concat([first, first.assign(easting=APART_M)], ignore_index=True), False)
    shares = np.empty((weeks, runs))
    for week in range(weeks):
        now = _START + pd.Timedelta(weeks=week)
        shares[week] = (
            ledger.count_shares(now) if forecaster is None else ledger.ask(forecaster, now)
        )
        patrolled = np.where((shares[week] >= 0.5) | (week == 0), 0, 1)
        records = _record_week(
            rng, week, patrolled, reported_per_week, discovered_per_week, reporting_lift
        )
        left_out += ledger.add(records, discovered_included)
    drifts = 100 * (shares[-AVERAGED_WEEKS:].mean(axis=0) - shares[:AVERAGED_WEEKS].mean(axis=0))
    mean, typical = float(drifts.mean()), float(np.abs(drifts).mean())
    reach = 1.96 * float(drifts.std(ddof=1)) / np.sqrt(runs)
    largest = max(typical, abs(mean - reach), abs(mean + reach))
    low, high = np.quantile(shares, [0.05, 0.95], axis=1)
    return FeedbackDrift(
        weekly=pd.DataFrame(
            {
                "week": np.arange(1, weeks + 1),
                "share": shares.mean(axis=1),
                "low": low,
                "high": high,
            }
        ),
        drift_points=mean,
        drift_low=mean - float(reach),
        drift_high=mean + float(reach),
        typical_points=typical,
        range_points=(float(np.quantile(drifts, 0.05)), float(np.quantile(drifts, 0.95))),
        passed=bool(largest < MOST_DRIFT_POINTS),
        method=method or ("last 365 days' count" if forecaster is None else "the method given"),
        discovered_included=discovered_included,
        left_out=left_out,
        runs=runs,
        weeks=weeks,
        settings={
            "reported_per_week": reported_per_week,
            "discovered_per_week": discovered_per_week,
            "reporting_lift": reporting_lift,
        },
    )


class _Ledger:
    """What each run's forecast may see: run, place and time of every event kept so far."""

    def __init__(self, runs: int) -> None:
        self.runs = runs
        self._parts: list[pd.DataFrame] = []

    def add(self, records: pd.DataFrame, rub_out_officers: bool) -> int:
        """Pass a week's records through the exclusions; give how many were left out."""
        if rub_out_officers:
            records = records.assign(report_channel="public")
        found = training_events(records)
        # Runs lie apart from south to north, so that all of them pass the exclusions at once.
        events = found.events
        run = np.rint(events["y_m"].to_numpy() / APART_M).astype(np.int64)
        place = (events["x_m"].to_numpy() > APART_M / 2).astype(np.int64)
        self._parts.append(
            pd.DataFrame({"run": run, "place": place, "occurred_at": events["occurred_at"]})
        )
        return found.left_out[OFFICERS]

    def _known(self, now: pd.Timestamp) -> pd.DataFrame:
        known = pd.concat(self._parts, ignore_index=True)
        return known[known["occurred_at"] < now]

    def count_shares(self, now: pd.Timestamp) -> Floats:
        """Give each run's share of the first place in the last 365 days' count."""
        known = self._known(now)
        known = known[known["occurred_at"] >= now - pd.Timedelta(days=365)]
        keys = known["run"].to_numpy() * 2 + known["place"].to_numpy()
        counts = np.bincount(keys, minlength=2 * self.runs).reshape(self.runs, 2)
        totals = counts.sum(axis=1)
        return np.divide(counts[:, 0], totals, out=np.full(self.runs, 0.5), where=totals > 0)

    def ask(self, forecaster: Forecaster, now: pd.Timestamp) -> Floats:
        """Ask a forecaster for each run's share of the first place."""
        known = self._known(now)
        shares = np.empty(self.runs)
        for run, events in known.groupby("run", sort=True):
            seen = pd.DataFrame(
                {
                    "x_m": events["place"].to_numpy() * APART_M,
                    "y_m": np.zeros(len(events)),
                    "occurred_at": events["occurred_at"].to_numpy(),
                }
            )
            given = np.asarray(forecaster(seen, now), dtype=np.float64)
            if given.shape != (2,) or not np.isfinite(given).all() or given.sum() <= 0:
                raise ValueError(f"a forecaster gives two shares above 0 in sum, got {given!r}")
            shares[int(str(run))] = given[0] / given.sum()
        return shares


def _record_week(
    rng: np.random.Generator,
    week: int,
    patrolled: npt.NDArray[np.int64],
    reported: float,
    discovered: float,
    lift: float,
) -> pd.DataFrame:
    """Make one week's incidents of all runs, in the shape of the incident record."""
    runs = len(patrolled)
    here = patrolled[:, None] == np.arange(2)
    public = rng.poisson(reported * (1 + lift * here))
    officers = rng.poisson(discovered * here)
    counts = np.concatenate([public.ravel(), officers.ravel()])
    total = int(counts.sum())
    run = np.tile(np.repeat(np.arange(runs), 2), 2).repeat(counts)
    place = np.tile(np.arange(2), 2 * runs).repeat(counts)
    minutes = rng.integers(0, 7 * 24 * 60, size=total)
    start = _START + pd.Timedelta(weeks=week)
    times = np.datetime64(start) + minutes.astype("timedelta64[m]")
    return pd.DataFrame(
        {
            "asb": True,
            "easting": place * APART_M,
            "northing": run * APART_M,
            "month": np.full(total, start.year * 12 + start.month - 1),
            "occurred_at": times.astype("datetime64[us]"),
            "report_channel": np.where(
                np.arange(total) < public.sum(), "public", "officer-generated"
            ),
            "location_precision": "exact",
            "is_default_geocode": False,
            "is_excluded": False,
        }
    )
