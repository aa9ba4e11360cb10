"""Predictors that count: last year's ranking, the same season, and counts that fade with age.

All predictors share one interface, that of scikit-learn with a `History` for data:
``fit(history)`` learns, ``predict(horizon)`` gives expected events for each cell over the next
``horizon`` days. Names learned in ``fit`` end in an underscore.
"""

from typing import Protocol, Self

import numpy as np
from sklearn.base import BaseEstimator

from analytics.prediction.history import MONTH_DAYS, YEAR_DAYS, Floats, History
from analytics.prediction.scoring import share_flagged

HALF_LIVES = (14.0, 30.0, 60.0, 90.0, 150.0, 250.0, 400.0, 650.0, 1_000.0, 2_000.0)
"""Half-lives tried, in days; the last is close to a plain count of everything."""

SEASON_PAD_DAYS = 14.0


class Predictor(Protocol):
    """What every predictor can do."""

    def fit(self, history: History) -> Self:
        """Learn from a history."""

    def predict(self, horizon: float) -> Floats:
        """Give expected events for each cell over the next ``horizon`` days."""


class RecentCount(BaseEstimator):
    """Rank by the count of the last 12 months: the ranking that any forecast has to beat.

    Parameters
    ----------
    window_days : float, default 365.25
        Length of the window; a shorter history is used whole.
    """

    def __init__(self, window_days: float = YEAR_DAYS) -> None:
        self.window_days = window_days

    def fit(self, history: History) -> Self:
        """Count events in the window before now."""
        span = min(self.window_days, history.length)
        self.rate_ = history.count(history.now - span, history.now) / span
        return self

    def predict(self, horizon: float) -> Floats:
        """Give the mean count of the window for the horizon."""
        return self.rate_ * horizon


class SameSeason(BaseEstimator):
    """Count the same weeks of earlier years, at most three.

    With less than a year of data there is no same season, and the ranking is that of the last
    12 months; ``years_`` is then 0.

    Parameters
    ----------
    pad_days : float, default 14
        Days added before and after, so that a week is not judged by one week. Data by month
        use the calendar month alone.
    """

    def __init__(self, pad_days: float = SEASON_PAD_DAYS) -> None:
        self.pad_days = pad_days

    def fit(self, history: History) -> Self:
        """Keep the history; the season depends on the horizon asked for."""
        self.history_ = history
        self.years_ = int(min(3, max(0, (history.length + 1e-6) // YEAR_DAYS)))
        return self

    def predict(self, horizon: float) -> Floats:
        """Give the mean count of the same days in earlier years."""
        here = self.history_
        pad = 0.0 if here.unit == "month" else self.pad_days
        total, days = np.zeros(here.cells), 0.0
        for year in range(1, self.years_ + 1):
            then = here.now + here.ahead - year * YEAR_DAYS
            first = max(here.start, then - pad)
            last = min(here.now, then + horizon + pad)
            total += here.count(first, last)
            days += last - first
        if not days:
            return RecentCount().fit(here).predict(horizon)
        return total / days * horizon


class DecayedCount(BaseEstimator):
    """Count events with a weight that halves every so many days.

    The half-life is the one under which the top cells (0.5, 1 and 2 % of all) caught most of
    what followed, tried at up to 52 earlier moments, each knowing only what came before it.
    Neighbouring half-lives vote together, so that chance decides less.

    Parameters
    ----------
    half_lives : tuple of float
        Half-lives tried, days.
    learn_days : float, default 7
        Length of the windows learned from; data by month use months.
    most_origins : int, default 52
        Most earlier moments to learn from.
    """

    def __init__(
        self,
        half_lives: tuple[float, ...] = HALF_LIVES,
        learn_days: float = 7.0,
        most_origins: int = 52,
    ) -> None:
        self.half_lives = half_lives
        self.learn_days = learn_days
        self.most_origins = most_origins

    def fit(self, history: History) -> Self:
        """Choose the half-life and count."""
        step = MONTH_DAYS if history.unit == "month" else self.learn_days
        caught = np.zeros(len(self.half_lives))
        for now in history.origins(step, self.most_origins, YEAR_DAYS):
            known = history.until(now)
            came = history.count(now, now + step)
            caught += [capture(known.decay(half_life), came) for half_life in self.half_lives]
        self.half_life_ = float(self.half_lives[int(np.argmax(smooth_votes(caught)))])
        self.rate_ = history.decay(self.half_life_)
        return self

    def predict(self, horizon: float) -> Floats:
        """Give the faded count as a rate over the horizon."""
        return self.rate_ * horizon


def capture(rate: Floats, came: Floats) -> float:
    """Add up the events caught in the top 0.5, 1 and 2 % of cells, ties shared."""
    many = [max(1, round(coverage * len(rate))) for coverage in (0.005, 0.01, 0.02)]
    # Cells below the edge of the largest set are in none, and most cells are empty.
    top = np.flatnonzero(rate > 0)
    if many[-1] < len(top):
        values = rate[top]
        top = top[values >= np.partition(values, len(top) - many[-1])[len(top) - many[-1]]]
    if many[-1] > len(top):
        top = np.arange(len(rate))
    values, events = rate[top], came[top]
    return float(sum(share_flagged(values, cells) @ events for cells in many))


def smooth_votes(votes: Floats) -> Floats:
    """Average each vote with its neighbours on both sides, the ends with themselves."""
    padded = np.pad(votes, 1, mode="edge")
    return np.asarray((padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4)
