"""The reporting gap: who is listed, in what order, and what is not known."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics.shrinkage import shrink_rates
from analytics.worry.gap import find_reporting_gap
from analytics.worry.sample import WardEffects

CODES = ["W1", "W2", "W3", "W4", "W5", "W6"]
RATES = shrink_rates([40, 400, 40, 400, 120, np.nan], [6_000] * 6)
CUTS = {"experience_cut": 30.0, "asb_cut": 20.0}


def experience(values: list[float], codes: list[str] = CODES, se: float = 3.0) -> pd.DataFrame:
    value = np.array(values)
    return pd.DataFrame(
        {"code": codes, "value": value, "se": se, "low": value - 6, "high": value + 6}
    )


def test_much_met_and_little_reported_is_first_and_likely() -> None:
    found = find_reporting_gap(experience([40, 40, 20, 20, 40, 40.0]), RATES, CODES, **CUTS)
    assert found["code"].tolist() == ["W1", "W5", "W3", "W2", "W4", "W6"]
    assert found["likely"].tolist() == [True, False, False, False, False, False]
    assert found["order"].tolist()[:2] == [1, 2] and found["order"].iloc[-1] == 0


def test_probability_is_the_product_of_the_two_sides() -> None:
    found = find_reporting_gap(experience([33, 40, 20, 20, 40, 40.0]), RATES, CODES, **CUTS)
    first = found.set_index("code").loc["W1"]
    below = 1 - RATES.chance_above(20.0)[0]
    assert first["p_gap"] == pytest.approx(0.8413447 * below, rel=1e-6)
    assert first[["experience", "experience_low", "experience_high"]].tolist() == [33, 27, 39]
    assert first["asb_low"] < first["asb"] < first["asb_high"]


def test_experience_is_held_back_where_the_recorded_rate_is_low() -> None:
    table = experience([33, 40, 20, 20, 40, 40.0])
    nothing_but_the_prior = WardEffects(
        tuple(CODES), np.zeros(6), 16 * np.eye(6), 16 * np.eye(6), 4.0
    )
    found = find_reporting_gap(table, RATES, CODES, **CUTS, effects=nothing_but_the_prior)
    found = found.set_index("code")
    logs = np.log(RATES.value[:5])
    z = (logs[0] - logs.mean()) / logs.std()
    above = stats.norm.cdf((33 + 1.2 * z - 30) / np.hypot(3, 2 * z))
    assert found.loc["W1", "p_gap"] == pytest.approx(above * (1 - RATES.chance_above(20.0)[0]))
    assert found.loc["W1", "experience"] == 33


def test_chances_are_taken_of_the_figure_before_it_was_moved_to_its_district() -> None:
    table = experience([33, 40, 20, 20, 40, 40.0]).assign(modelled=36.0, modelled_se=2.0)
    first = find_reporting_gap(table, RATES, CODES, **CUTS).set_index("code").loc["W1"]
    assert first["p_gap"] == pytest.approx(stats.norm.cdf(3) * (1 - RATES.chance_above(20.0)[0]))


def test_a_ward_is_not_likely_while_its_figure_shown_is_below_the_cut() -> None:
    table = experience([29, 40, 20, 20, 40, 40.0]).assign(modelled=40.0, modelled_se=1.0)
    first = find_reporting_gap(table, RATES, CODES, **CUTS).set_index("code").loc["W1"]
    assert first["p_gap"] > 0.9 and not first["likely"]


def test_ward_without_a_figure_is_listed_last_and_never_likely() -> None:
    found = find_reporting_gap(experience([40.0, 40.0], ["W1", "W6"]), RATES, CODES)
    unknown = found[found["p_gap"].isna()]
    assert set(unknown["code"]) == {"W2", "W3", "W4", "W5", "W6"}
    assert not unknown["likely"].any() and found["code"].iloc[0] == "W1"


def test_cuts_are_medians_unless_set() -> None:
    values = [40, 35, 20, 20, 31, 40.0]
    by_median = find_reporting_gap(experience(values), RATES, CODES)
    fixed = find_reporting_gap(
        experience(values),
        RATES,
        CODES,
        experience_cut=float(np.median(values)),
        asb_cut=float(np.nanmedian(RATES.value)),
    )
    pd.testing.assert_frame_equal(by_median, fixed)


def test_equals_share_the_smaller_number() -> None:
    twins = shrink_rates([40, 40, 400], [6_000] * 3)
    found = find_reporting_gap(experience([40, 40, 40.0], CODES[:3]), twins, CODES[:3])
    assert found["order"].tolist() == [1, 1, 3] and found["code"].tolist() == CODES[:3]


def test_a_county_with_no_figures_has_no_gap() -> None:
    nothing = shrink_rates([np.nan], [100])
    found = find_reporting_gap(experience([40.0], ["W1"]), nothing, ["W1"])
    assert np.isnan(found["p_gap"].iloc[0]) and not found["likely"].iloc[0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"certainty": 1.0}, "certainty"),
        ({"asb_cut": -1.0}, "a cut must be"),
    ],
)
def test_what_cannot_be_is_refused(change: dict[str, float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        find_reporting_gap(experience([40.0] * 6), RATES, CODES, **change)


def test_codes_that_do_not_match_the_rates_are_refused() -> None:
    with pytest.raises(ValueError, match="2 codes for 6 rates"):
        find_reporting_gap(experience([40.0] * 6), RATES, CODES[:2])
