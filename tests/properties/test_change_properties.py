"""What is said of a change follows from the range that is printed beside it."""

import re

from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats

from analytics.rates import CHANGE_LIKELY, compare_counts
from dashboard.messages import say_change

COUNTS = st.one_of(st.integers(0, 60), st.integers(0, 3_000))
LENGTHS = st.sampled_from([(1.0, 1.0), (12.0, 12.0), (3.0, 9.0), (28.0, 365.0)])


@given(COUNTS, COUNTS, LENGTHS)
@example(43, 65, (1.0, 1.0))  # z is -3.01, the range touches 1
@example(3, 0, (1.0, 1.0))  # z is 3.46, and one of four such triples is chance
def test_change_is_clear_just_where_its_range_leaves_out_one(now, before, lengths) -> None:
    change = compare_counts(now, before, now_length=lengths[0], before_length=lengths[1])
    leaves_out = not change.ratio_low <= 1 <= change.ratio_high
    assert change.is_clear == leaves_out
    expected = {True: "no clear change", False: "more" if change.ratio_low > 1 else "fewer"}
    assert change.direction == expected[not leaves_out]
    share = lengths[0] / sum(lengths)
    p = stats.binomtest(now, now + before, share, alternative="greater").pvalue if now else 1.0
    other = stats.binomtest(now, now + before, share, alternative="less").pvalue if before else 1.0
    tail = (1 - CHANGE_LIKELY) / 2
    if abs(min(p, other) - tail) > 1e-9:
        assert change.is_clear == (min(p, other) < tail)


@given(COUNTS, st.integers(1, 3_000))
@example(4_300, 4_104)
def test_sentence_and_printed_range_never_disagree(now, before) -> None:
    said = say_change(compare_counts(now, before), "the year before").replace(",", "")
    low, high = map(float, re.findall(r"range ([\d.]+) to ([\d.]+)", said)[0])
    if "No clear change" in said:
        assert low <= 1 <= high
    else:
        assert "a clear change" in said and (low > 1 or high < 1)
        assert said.startswith("More" if low > 1 else "Fewer")
