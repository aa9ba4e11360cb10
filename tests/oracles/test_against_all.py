"""A district against all respondents: beside the linearised variance of the part and the whole."""

import numpy as np
import pandas as pd
import pytest

from analytics.worry.against_all import compare_with_all

Z = 1.959963984540054


def _frame(rng: np.random.Generator, sizes: dict[str, int], means: dict[str, float]):
    home = np.repeat(list(sizes), list(sizes.values()))
    value = np.clip(rng.normal([means[one] for one in home], 20), 0, 100)
    return pd.DataFrame(
        {"district_code": home, "weight": rng.gamma(4, 0.25, len(home)), "value": value}
    )


@pytest.mark.parametrize("seed", range(4))
def test_difference_and_range_are_those_of_part_less_whole(seed: int) -> None:
    rng = np.random.default_rng(seed)
    frame = _frame(rng, {"A": 1_500, "B": 400, "C": 300, "": 200},
                   {"A": 40, "B": 44, "C": 40, "": 50})  # fmt: skip
    found = compare_with_all(frame, is_share=False).set_index("code")
    assert list(found.index) == ["A", "B", "C"]
    weight, value = frame["weight"].to_numpy(), frame["value"].to_numpy()
    whole = np.average(value, weights=weight)
    for code, row in found.iterrows():
        inside = (frame["district_code"] == code).to_numpy()
        part = np.average(value[inside], weights=weight[inside])
        assert row["apart"] == pytest.approx(part - whole, abs=1e-9)
        # Each answer's pull on the difference: it may stand in both figures.
        pull = inside * weight * (value - part) / weight[inside].sum()
        pull = pull - weight * (value - whole) / weight.sum()
        half = Z * np.sqrt((pull**2).sum() * len(frame) / (len(frame) - 1))
        assert (row["apart_high"] - row["apart_low"]) / 2 == pytest.approx(half, rel=0.03)


def test_equal_districts_look_apart_about_once_in_20() -> None:
    rng = np.random.default_rng(7)
    sizes = {"A": 900, "B": 300, "C": 200}
    apart = [
        compare_with_all(_frame(rng, sizes, dict.fromkeys(sizes, 45.0)), is_share=False)["standing"]
        .ne("no clear change").to_numpy()
        for _ in range(250)
    ]  # fmt: skip
    assert 0.02 < np.mean(apart) < 0.085


def test_district_without_a_figure_of_its_own_or_of_the_others_is_not_compared() -> None:
    rng = np.random.default_rng(3)
    few = _frame(rng, {"A": 900, "B": 40}, {"A": 40, "B": 60})
    assert compare_with_all(few, is_share=False)["standing"].tolist() == ["", ""]
    assert compare_with_all(few[few["district_code"] == "A"], is_share=False)["apart"].isna().all()
