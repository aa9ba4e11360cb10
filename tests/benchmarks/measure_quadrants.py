"""How often are quadrants and reporting gaps right? Synthetic counties whose truth is known.

    python -m tests.benchmarks.measure_quadrants [--counties 8]

Prints, over counties of other seeds than the demo's: wards too close to call and why, how often
the worry side of a placed ward is right against what was said, and the reporting gap's list under
several assumptions of how far the error of experience goes with reports.
"""

import argparse

import numpy as np
import pandas as pd

from analytics.worry.gap import find_reporting_gap
from tests.oracles.test_planted_worry import place
from tests.worry_ground import Ground, build_ground

TOGETHER = (0.0, 0.3, 0.5, 0.7)


def judge_quadrants(ground: Ground) -> pd.DataFrame:
    """List the wards with their quadrant, whether worry is right, and the chance that was said."""
    table = place(ground).table
    truth = ground.truth("worry")
    said = table["p_worry_high"].to_numpy()
    return pd.DataFrame(
        {
            "quadrant": table["quadrant"],
            "why": table["why"],
            "right": (truth > np.median(truth)) == (said > 0.5),
            "said": np.maximum(said, 1 - said),
        }
    )


def judge_gaps(ground: Ground) -> list[dict[str, float]]:
    """Say for each assumption how many wards are listed as likely, and how many are gaps."""
    survey = ground.county.survey
    key = f"yes:{next(item.name for item in survey.items if item.role == 'experience')}"
    truth = ground.truth(key)
    rate = ground.reports.to_numpy() / ground.frame.wards["residents"].to_numpy()
    real = pd.Series((truth > np.median(truth)) & (rate < np.median(rate)), index=ground.codes)
    table = ground.estimates(key)
    rows = []
    for together in TOGETHER:
        found = find_reporting_gap(table, ground.asb, ground.codes, together=together)
        likely = found[found["likely"]]
        order = found.set_index("code")["order"].loc[list(survey.gap_wards)]
        rows.append(
            {
                "together": together,
                "listed": len(likely),
                "said": likely["p_gap"].sum(),
                "true": real.loc[likely["code"]].sum(),
                "planted": len(order),
                "planted in the first tenth": (order <= 0.1 * len(found)).sum(),
            }
        )
    return rows


def main() -> None:
    """Judge several counties and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counties", type=int, default=8)
    asked = parser.parse_args()
    quadrants, gaps = [], []
    for seed in range(2, asked.counties + 2):
        ground = build_ground(seed, years=2)
        quadrants.append(judge_quadrants(ground))
        gaps += judge_gaps(ground)
    wards = pd.concat(quadrants, ignore_index=True)
    close = wards["quadrant"].eq("close")
    print(f"{asked.counties} counties, {len(wards)} wards, {close.mean():.1%} too close to call")  # noqa: T201
    print(wards.loc[close, "why"].value_counts(normalize=True).round(3).to_dict())  # noqa: T201
    placed = wards[~close]
    by = placed.groupby("quadrant")[["right", "said"]].mean()
    by.loc["all"] = placed[["right", "said"]].mean()
    print(by.round(3).to_string())  # noqa: T201
    summed = pd.DataFrame(gaps).groupby("together").sum()
    summed["said"] /= summed["listed"]
    summed["true"] /= summed["listed"]
    print(summed.round(2).to_string())  # noqa: T201


if __name__ == "__main__":
    main()
