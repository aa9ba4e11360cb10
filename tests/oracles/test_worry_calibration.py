"""Is what is said of ranges, quadrants and gaps as often true? Small versions of the benchmarks.

Every draw has a fixed seed, so that a change of these figures is a change of the method. Many
more counties: `python -m tests.benchmarks.measure_worry` and `measure_quadrants`.
"""

import numpy as np
import pandas as pd
import pytest

from analytics.worry.sample import Method
from analytics.worry.simulating import SCENARIOS, try_methods
from tests.benchmarks.measure_quadrants import judge_gaps, judge_quadrants
from tests.worry_ground import Ground, ask_anew, build_ground

REDRAWS = 6


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("place known", 0.98),
        ("place known, wards alike", 0.985),
        ("place known, wards differ", 0.98),
        ("place known, heavy tails", 0.98),
        ("district only", 0.985),
        ("district only, wards differ", 0.98),
    ],
)
def test_ranges_hold_the_wards_in_every_kind_of_county(name: str, most: float) -> None:
    scenario = next(one for one in SCENARIOS if one.name == name)
    found = pd.concat(
        try_methods(
            np.random.default_rng([2026, number]), scenario, (Method.MULTILEVEL,), check=False
        )
        for number in range(8)
    )
    # Wards of a county err together: eight counties have a standard error of 0.015.
    assert 0.9 <= found["covered"].mean() <= most
    assert found["worst_miss"].max() < 0.1


@pytest.fixture(scope="module")
def drawn() -> list[Ground]:
    ground = build_ground(7, years=2)
    return [ask_anew(ground, number) for number in range(REDRAWS)]


def test_quadrants_where_asb_and_worry_disagree_are_right_as_often_as_said(drawn) -> None:
    allowed, independent = (
        pd.concat(judge_quadrants(one, one.estimates("worry"), beside=beside) for one in drawn)
        for beside in (True, False)
    )

    def apart(rows: pd.DataFrame) -> float:
        disagree = rows[rows["quadrant"].isin(["quiet", "reassure"])]
        assert len(disagree) > 30 * REDRAWS
        return float(disagree["said"].mean() - disagree["right"].mean())

    print(apart(allowed), apart(independent))  # noqa: T201
    # About 300 wards of one county: a standard error of 0.015.
    assert apart(allowed) < 0.045
    assert apart(independent) > apart(allowed) + 0.02
    agree = allowed[allowed["quadrant"].isin(["act", "keep"])]
    assert agree["said"].mean() - agree["right"].mean() < 0.03


def test_listed_gaps_are_there_as_often_as_said(drawn) -> None:
    allowed, independent = (
        pd.concat(judge_gaps(one, one.estimates(one.experience), beside=beside) for one in drawn)
        for beside in (True, False)
    )
    likely, readily = allowed[allowed["likely"]], independent[independent["likely"]]
    print(likely[["said", "right"]].mean(), readily[["said", "right"]].mean(), len(likely))  # noqa: T201
    assert len(likely) > 5 * REDRAWS
    assert likely["said"].mean() - likely["right"].mean() < 0.04
    assert readily["said"].mean() - readily["right"].mean() > 0.08
    assert allowed.loc[allowed["planted"], "first_tenth"].mean() >= 0.7
