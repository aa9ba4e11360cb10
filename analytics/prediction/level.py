"""How many events are to be expected in all: the level of a forecast, apart from where.

Predictors rank places; their sum lags behind the seasons. The level is forecast on its own and
every map of risk is scaled to it, so that its figures are counts and not scores.
"""

import numpy as np

from analytics.prediction.history import MONTH_DAYS, YEAR_DAYS, History

WINDOWS_DAYS = (28.0, 56.0, 182.0, 365.0)
SEASON_PAD_DAYS = 14.0
MOST_ORIGINS = 26
HOURS = 168
HOUR_PRIOR_EVENTS = 20.0


def expected_total(history: History, horizon: float) -> float:
    """Say how many events to expect over the next ``horizon`` days.

    Candidates are the mean of the last 4, 8, 26 and 52 weeks and each of these times the change
    of season that last year saw at the same time. The one that did best at up to 26 earlier
    moments is used. Horizons that are not whole weeks allow for weekday and hour.

    Returns
    -------
    float
        Expected events in the study area.
    """
    step = MONTH_DAYS if history.unit == "month" else max(7.0, min(horizon, 28.0))
    scores = np.zeros(2 * len(WINDOWS_DAYS))
    for now in history.origins(step, MOST_ORIGINS, YEAR_DAYS / 2):
        came = float(np.searchsorted(history.day, now + step) - np.searchsorted(history.day, now))
        guesses = _guess(history, now, step)
        scores += guesses - came * np.log(np.maximum(guesses, 1e-9))
    best = _guess(history, history.now, horizon, history.ahead)[int(np.argmin(scores))]
    return float(best) * _share_of_week(history, horizon)


def _guess(history: History, now: float, horizon: float, ahead: float = 0.0) -> np.ndarray:
    recent = np.array(
        [
            _rate(history, max(now - window, history.start), now)
            for window in (
                np.ceil(np.array(WINDOWS_DAYS) / MONTH_DAYS - 1e-9) * MONTH_DAYS
                if history.unit == "month"
                else WINDOWS_DAYS
            )
        ]
    )
    pad = 0.0 if history.unit == "month" else SEASON_PAD_DAYS
    seasonal = recent.copy()
    for number, window in enumerate(WINDOWS_DAYS):
        then = now - YEAR_DAYS
        if then - window >= history.start - 1e-6:
            before = _rate(history, then - window, then)
            after = _rate(history, then + ahead - pad, then + ahead + horizon + pad)
            seasonal[number] *= np.clip(after / before, 0.5, 2.0) if before > 0 else 1.0
    return np.concatenate([recent, seasonal]) * horizon


def _rate(history: History, first: float, last: float) -> float:
    low, high = np.searchsorted(history.day, [first, last])
    # Half an event more, so that a quiet stretch is not taken for the end of all ASB.
    return (float(high - low) + 0.5) / max(last - first, 1e-9)


def _share_of_week(history: History, horizon: float) -> float:
    """Say how busy the hours of the horizon are, against hours in general."""
    if history.unit == "month" or abs(horizon / 7 - round(horizon / 7)) < 1e-9:
        return 1.0
    low = np.searchsorted(history.day, history.now - YEAR_DAYS)
    hour = np.floor(history.day[low:] * 24).astype(np.int64) % HOURS
    profile = np.bincount(hour, minlength=HOURS) + 1.0
    first = (history.now + history.ahead) * 24
    # Hours wholly or partly inside the horizon, each with the part that lies inside.
    edges = np.arange(np.floor(first), np.ceil(first + horizon * 24 - 1e-9) + 1)
    inside = np.minimum(edges[1:], first + horizon * 24) - np.maximum(edges[:-1], first)
    busy = profile[edges[:-1].astype(np.int64) % HOURS]
    return float((busy * inside).sum() / inside.sum() / profile.mean())


def hour_factor(history: History, horizon: float) -> np.ndarray | float:
    """Say how much busier each cell is in the hours of a shift than in general.

    Parameters
    ----------
    history : History
        What is known; its ``now`` is the start of the shift.
    horizon : float
        Days; one day or more gives 1.

    Returns
    -------
    float or ndarray of float64, shape (cells,)
        Share of the cell's events of the last three years that fell in these hours, over the
        share of ground time; shrunk to the share of all cells as if each had had
        `HOUR_PRIOR_EVENTS` events like them.
    """
    if history.unit == "month" or horizon >= 1 - 1e-9:
        return 1.0
    low = np.searchsorted(history.day, history.now - 3 * YEAR_DAYS)
    since = (history.day[low:] - history.now - history.ahead) % 1.0
    inside = (since < horizon).astype(np.float64)
    if not len(inside):
        return 1.0
    overall = max(float(inside.mean()), 1e-6)
    cell = history.cell[low:]
    hits = np.bincount(cell, weights=inside, minlength=history.cells)
    many = np.bincount(cell, minlength=history.cells)
    share = (hits + HOUR_PRIOR_EVENTS * overall) / (many + HOUR_PRIOR_EVENTS)
    return np.asarray(share / overall)
