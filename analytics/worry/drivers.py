"""What goes with worry: how much more do those worry who see a problem where they live?

A difference between two groups of respondents, not a cause and not an estimate of any ward.
"""

from dataclasses import dataclass

import pandas as pd

from analytics.worry.direct import LEAST_N_EFF, Figure, difference_between, estimate_direct


@dataclass(frozen=True)
class Contrast:
    """Worry of those who say yes to an item beside that of those who say no.

    Attributes
    ----------
    yes, no : Figure
        Their figures; NaN where refused.
    difference : Figure
        Yes less no, in points, with its likely range; NaN where either is refused.
    n_yes, n_no : int
        Respondents with both answers.
    refused : str
        Why there is no difference; '' if there is.
    """

    yes: Figure
    no: Figure
    difference: Figure
    n_yes: int
    n_no: int
    refused: str

    @property
    def is_clear(self) -> bool:
        """Whether the likely range of the difference leaves out 0."""
        return self.difference.low > 0 or self.difference.high < 0


def contrast_by_driver(
    worry: pd.DataFrame,
    driver: pd.DataFrame,
    *,
    is_share: bool = False,
    least_n_eff: float = LEAST_N_EFF,
) -> Contrast:
    """Compare the worry of those who say yes to a driver with that of those who say no.

    Parameters
    ----------
    worry : DataFrame
        respondent, weight, value, as `analytics.worry.measures.value_of` gives them.
    driver : DataFrame
        respondent, value (100 for a yes, 0 for a no).
    is_share : bool, default False
        True if the worry is itself a per cent.
    least_n_eff : float, default 100
        Either group with fewer effective respondents refuses the comparison.

    Notes
    -----
    Nobody is in both groups, so the two figures count as independent. Whoever did not answer
    either question is left out.
    """
    said = worry["respondent"].map(driver.set_index("respondent")["value"])
    groups = {
        yes: estimate_direct(worry[said == answer], is_share=is_share, least_n_eff=least_n_eff)
        for yes, answer in ((True, 100.0), (False, 0.0))
    }
    yes, no = (_figure(groups[key]) for key in (True, False))
    reasons = [str(table["refused"].iloc[0]) for table in groups.values() if len(table)]
    refused = next((reason for reason in reasons if reason), "")
    if len(reasons) < len(groups):
        refused = "All respondents answer alike"
    return Contrast(
        yes=yes,
        no=no,
        difference=difference_between(yes, no),
        n_yes=int((said == 100).sum()),
        n_no=int((said == 0).sum()),
        refused=refused,
    )


def _figure(table: pd.DataFrame) -> Figure:
    if table.empty:
        return Figure(float("nan"), float("nan"), float("nan"))
    row = table.iloc[0]
    return Figure(float(row["value"]), float(row["low"]), float(row["high"]))
