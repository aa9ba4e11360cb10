"""Service standards of the synthetic county: the same 13 and days, most met, nothing after it."""

import datetime as dt

import numpy as np
import pandas as pd

from analytics.cases.service_standards import load_service_standards
from geodata.sources.demo.case_work import EXPLANATION, STANDARD_DAYS, draw_standard_steps

LAST = dt.date(2026, 9, 30)


def test_standards_and_days_are_those_of_the_illustration() -> None:
    held = load_service_standards().standards
    assert {each.id: each.due_days for each in held} == STANDARD_DAYS


def test_most_are_met_some_explained_and_none_after_the_last_day(rng: np.random.Generator) -> None:
    cases = pd.DataFrame(
        {
            "case_id": [f"CASE-{n}" for n in range(200)],
            "opened": [LAST - dt.timedelta(days=n) for n in range(200)],
            "lead_agency": ["Police", "Council"] * 100,
        }
    )
    steps = draw_standard_steps(rng, cases, LAST)
    done = [day for day in steps["done"] if day is not None]
    assert max(done) <= LAST and not steps.duplicated(["case_id", "standard"]).any()
    assert 0.75 < len(steps) / (200 * 13) < 0.97
    assert set(steps["not_possible"]) == {"", EXPLANATION}
    assert all(
        (day is None) == bool(why)
        for day, why in zip(steps["done"], steps["not_possible"], strict=True)
    )
    assert all(day <= due for day, due in zip(steps["done"], steps["due"], strict=True) if day)
    again = draw_standard_steps(np.random.default_rng(2026), cases, LAST)
    pd.testing.assert_frame_equal(steps, again)
