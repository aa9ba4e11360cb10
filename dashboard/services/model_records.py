"""Records about the model itself: the feedback-loop test and the model card."""

from importlib.metadata import version

import numpy as np

from analytics import prediction
from analytics.hotspots.harm import read_harm_weights
from analytics.prediction.feedback import FeedbackDrift, simulate_feedback
from analytics.prediction.model_card import ModelCard, build_model_card
from dashboard.permissions import handed
from dashboard.services.forecasts import StoredBacktest
from geodata.settings import harm_weights_path

FEEDBACK_SEED = 2026


@handed
def play_feedback() -> tuple[FeedbackDrift, FeedbackDrift]:
    """Play the feedback-loop test: first without, then with, what patrols discover."""
    without, with_them = (
        simulate_feedback(rng=np.random.default_rng(FEEDBACK_SEED), discovered_included=included)
        for included in (False, True)
    )
    return without, with_them


@handed
def describe_model(
    stored: StoredBacktest, feedback: tuple[FeedbackDrift, ...] | None = None
) -> ModelCard:
    """Write the model card of what a back-test chose."""
    result, run = stored.result, stored.run
    weights = read_harm_weights(harm_weights_path())[-1]
    return build_model_card(
        result.settings,
        result.summary(),
        version=f"Wardlight {version('wardlight')}",
        data={"force": run.scope, "data_version": run.data_version, **stored.training},
        chosen=result.chosen,
        earned=result.earned,
        verdict=result.verdict,
        method_label=prediction.METHODS.get(result.chosen, result.chosen),
        notes=(*stored.training["notes"], *result.notes),
        harm={
            "valid_from": weights.valid_from,
            "status": weights.status,
            "source": weights.source,
        },
        feedback=feedback,
        made_on=run.finished_at.date(),
    )
