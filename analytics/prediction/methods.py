"""The predictors by name."""

from analytics.prediction.blending import PoissonBlend
from analytics.prediction.boosting import BoostedTrees
from analytics.prediction.counting import DecayedCount, Predictor, RecentCount, SameSeason
from analytics.prediction.exciting import SelfExciting
from analytics.prediction.smoothing import Density

BASELINE = "count_12_months"
ENSEMBLE = "ensemble"
DEFAULT = "default"

SINGLE_METHODS: dict[str, str] = {
    BASELINE: "Last 12 months' ranking",
    "same_season_last_year": "Same season last year",
    "decayed_count": "Count that fades with age",
    "density": "Density of the last 12 months",
    "density_with_decay": "Density that fades with age",
    "poisson_blend": "Blend of counts here and nearby",
    "self_exciting": "Self-exciting process (ETAS)",
    "boosted_trees": "Boosted trees",
}
METHODS: dict[str, str] = {
    **SINGLE_METHODS,
    ENSEMBLE: "Combined forecast",
    DEFAULT: "As Wardlight would have shown",
}
"""Every method by name, with what to call it on a screen."""

ENSEMBLE_MEMBERS = {"boosted_trees": 2 / 3, "decayed_count": 1 / 3}
"""What the ensemble is made of, with the weights it starts from before folds have taught it.

The blend is not among them because boosted trees start from it."""


def make_predictor(name: str, horizon: float = 7.0) -> Predictor:
    """Make a single predictor for a horizon in days.

    Windows of 7 to 28 days are learned from, whatever the horizon: single days are too thin to
    learn the places from, and long windows are too few.

    Raises
    ------
    ValueError
        If there is no predictor of this name.
    """
    learn_days = float(min(max(horizon, 7.0), 28.0))
    match name:
        case "count_12_months":
            return RecentCount()
        case "same_season_last_year":
            return SameSeason()
        case "decayed_count":
            return DecayedCount(learn_days=learn_days)
        case "density":
            return Density(learn_days=learn_days)
        case "density_with_decay":
            return Density(with_decay=True, learn_days=learn_days)
        case "poisson_blend":
            return PoissonBlend(learn_days)
        case "self_exciting":
            return SelfExciting()
        case "boosted_trees":
            return BoostedTrees(learn_days)
        case _:
            raise ValueError(f"{name!r} is not a method; accepted are {', '.join(SINGLE_METHODS)}")
