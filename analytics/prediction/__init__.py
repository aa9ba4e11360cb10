"""Prediction: forecasts of where ASB will be reported, and whether they earn their place.

`backtest` and `forecast` are the two ways in. Forecasts learn from reports by the public and
partners only (see `analytics.prediction.exclusions`), from their times and places and nothing
else, and are shown only if they beat last year's ranking.
"""

from analytics.prediction.backtesting import backtest
from analytics.prediction.forecasting import ForecastResult, forecast
from analytics.prediction.methods import BASELINE, METHODS
from analytics.prediction.results import BacktestResult

__all__ = ["BASELINE", "METHODS", "BacktestResult", "ForecastResult", "backtest", "forecast"]
