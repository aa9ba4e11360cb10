"""The matrix: sides, ties, too close to call, what is not known, and what a change moves."""

import numpy as np
import pandas as pd
import pytest

from analytics.shrinkage import ShrunkenRates, shrink_rates
from analytics.worry.cuts import chance_above, find_cut
from analytics.worry.matrix import Matrix, Quadrant, count_changes, place_in_matrix

CODES = ["W1", "W2", "W3", "W4", "W5", "W6", "W7", "W8"]
COUNTS = [400, 400, 40, 40, 120, 400, 120, np.nan]
WORRY = [60.0, 40.0, 60.0, 40.0, 60.0, 50.5, 50.5, 60.0]
CUTS = {"asb_cut": 20.0, "worry_cut": 50.0}


def table_of(values: list[float], se: float = 2.0) -> pd.DataFrame:
    value = np.array(values)
    return pd.DataFrame(
        {
            "code": CODES[: len(values)],
            "value": value,
            "se": se,
            "low": value - 1.96 * se,
            "high": value + 1.96 * se,
        }
    )


def rates() -> ShrunkenRates:
    return shrink_rates(COUNTS, [6_000] * 8)


def placed(certainty: float = 0.8, **cuts: float) -> Matrix:
    return place_in_matrix(
        rates(), table_of(WORRY), codes=CODES, certainty=certainty, **{**CUTS, **cuts}
    )


def test_each_ward_stands_where_both_sides_put_it() -> None:
    table = placed().table
    assert table["code"].tolist() == CODES
    assert table["quadrant"].tolist() == [
        "act", "quiet", "reassure", "keep", "close", "close", "close", "unknown",
    ]  # fmt: skip
    assert table["why"].tolist() == ["", "", "", "", "ASB", "worry", "both", ""]


def test_counts_and_reasons_add_up() -> None:
    found = placed()
    assert found.counts == {
        "act": 1, "quiet": 1, "reassure": 1, "keep": 1, "close": 3, "unknown": 1,
    }  # fmt: skip
    assert found.close_because == {"ASB": 1, "worry": 1, "both": 1}
    assert found.share_close == pytest.approx(3 / 7)


def test_order_of_the_estimates_does_not_matter_and_a_missing_ward_is_unknown() -> None:
    shuffled = table_of(WORRY).iloc[[7, 2, 0, 4, 6, 3, 5]]
    found = place_in_matrix(rates(), shuffled, codes=CODES, **CUTS)
    expected = placed().table
    expected.loc[1, ["worry", "worry_low", "worry_high", "p_worry_high"]] = np.nan
    expected.loc[1, "quadrant"] = "unknown"
    pd.testing.assert_frame_equal(found.table, expected)


def test_cuts_are_the_medians_of_the_estimates_unless_set() -> None:
    found = place_in_matrix(rates(), table_of(WORRY), codes=CODES)
    assert found.asb_cut == pytest.approx(np.nanmedian(rates().value))
    assert found.worry_cut == np.median(WORRY)
    assert (placed().asb_cut, placed().worry_cut) == (20.0, 50.0)


def test_a_cut_at_which_everything_is_high_leaves_no_low_ward() -> None:
    found = placed(asb_cut=0.0, worry_cut=0.0)
    assert found.counts["act"] == 7 and found.table["p_asb_high"].dropna().eq(1).all()


def test_probability_just_at_the_certainty_is_enough() -> None:
    p = chance_above([51.0], [1.2], 50.0)[0]
    one = shrink_rates([400], [6_000])
    table = table_of([51.0], se=1.2)
    for certainty, quadrant in ((p, "act"), (np.nextafter(p, 1), "close")):
        found = place_in_matrix(
            one, table, codes=["W1"], certainty=certainty, asb_cut=20.0, worry_cut=50.0
        )
        assert found.table["quadrant"].tolist() == [quadrant]


def test_more_certainty_moves_wards_to_too_close_and_the_changes_are_counted() -> None:
    before, after = placed(0.55), placed(0.99)
    assert after.counts["close"] >= before.counts["close"]
    moved = (before.table["quadrant"] != after.table["quadrant"]).sum()
    assert count_changes(before, after) == moved > 0
    assert count_changes(before, before) == 0


def test_changes_between_different_wards_are_refused() -> None:
    other = place_in_matrix(
        shrink_rates([1, 2], [100, 100]), table_of([50.0, 51.0]), codes=["W1", "W2"]
    )
    with pytest.raises(ValueError, match="different wards"):
        count_changes(placed(), other)


def test_nothing_known_is_all_unknown() -> None:
    nothing = shrink_rates([np.nan] * 2, [1_000] * 2)
    found = place_in_matrix(nothing, table_of([np.nan, np.nan]), codes=["W1", "W2"])
    assert found.counts["unknown"] == 2
    assert np.isnan([found.asb_cut, found.worry_cut, found.share_close]).all()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"certainty": 0.4}, "certainty"),
        ({"certainty": 1.0}, "certainty"),
        ({"asb_cut": -1.0}, "a cut must be"),
        ({"worry_cut": float("nan")}, "a cut must be"),
        ({"codes": CODES[:3]}, "3 codes for 8 rates"),
        ({"codes": ["W1"] * 8}, "stand once"),
    ],
)
def test_what_cannot_be_is_refused(change: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        place_in_matrix(rates(), table_of(WORRY), **{"codes": CODES, **CUTS, **change})


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (table_of(WORRY).drop(columns="se"), "lacks se"),
        (table_of(WORRY, se=-1.0), "0 or more"),
        (pd.concat([table_of(WORRY)] * 2), "stand once"),
    ],
)
def test_estimates_that_cannot_be_are_refused(table: pd.DataFrame, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        place_in_matrix(rates(), table, codes=CODES)


def test_estimate_without_error_is_on_its_side_and_on_the_cut_is_even() -> None:
    p = chance_above([51, 49, 50, 50, np.nan, 50], [0, 0, 0, 2, 2, np.nan], 50)
    assert p == pytest.approx([1, 0, 0.5, 0.5, np.nan, np.nan], nan_ok=True)


def test_cut_of_nothing_known_is_not_a_number() -> None:
    assert np.isnan(find_cut([np.nan], None))


def test_every_quadrant_has_its_word() -> None:
    assert [each.value for each in Quadrant] == [
        "act", "quiet", "reassure", "keep", "close", "unknown",
    ]  # fmt: skip
