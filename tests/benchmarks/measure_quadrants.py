"""How often are quadrants and reporting gaps right? Synthetic counties whose truth is known.

    python -m tests.benchmarks.measure_quadrants [--counties 20] [--redraws 5] [--others 1]
        [--processes 2]

Takes the places and reports of counties of other seeds than the demo's, and draws what residents
think and a survey of them again and again: as in the demo, and for each of the other kinds of
`tests.worry_ground.KINDS`. Prints what is said of quadrants and gaps beside what is true, with
standard errors over the counties, since the wards of one county err together.
"""

import argparse

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from threadpoolctl import threadpool_limits

from analytics.worry.gap import find_reporting_gap
from analytics.worry.matrix import place_in_matrix
from analytics.worry.sample import WardEstimates
from tests.worry_ground import KINDS, Ground, Kind, ask_anew, build_ground

FIRST_SEED = 2
BANDS = (0.8, 0.85, 0.9, 0.95, 1.0)


def judge_quadrants(ground: Ground, found: WardEstimates, *, beside: bool = True) -> pd.DataFrame:
    """List the wards with their quadrant, whether worry is right, and the chance that was said.

    Without `beside`, ASB and worry are taken as independent.
    """
    table = place_in_matrix(
        ground.asb,
        found.table,
        codes=ground.codes,
        effects=found.effects if beside else None,
    ).table
    truth, said = ground.truth("worry"), table["p_worry_high"].to_numpy()
    return pd.DataFrame(
        {
            "quadrant": table["quadrant"],
            "why": table["why"],
            "right": (truth > np.median(truth)) == (said > 0.5),
            "said": np.maximum(said, 1 - said),
        }
    )


def judge_gaps(ground: Ground, found: WardEstimates, *, beside: bool = True) -> pd.DataFrame:
    """List the wards in the order of the gap, with what was said and whether there is one."""
    truth = ground.truth(ground.experience)
    rate = ground.reports.to_numpy() / ground.frame.wards["residents"].to_numpy()
    real = pd.Series((truth > np.median(truth)) & (rate < np.median(rate)), index=ground.codes)
    gap = find_reporting_gap(
        found.table, ground.asb, ground.codes, effects=found.effects if beside else None
    )
    return pd.DataFrame(
        {
            "said": gap["p_gap"],
            "likely": gap["likely"],
            "right": real.loc[gap["code"]].to_numpy(),
            "planted": gap["code"].isin(ground.county.survey.gap_wards),
            "first_tenth": gap["order"].between(1, 0.1 * len(gap)),
        }
    )


def judge_county(seed: int, jobs: list[tuple[Kind, int]]) -> list[tuple[pd.DataFrame, ...]]:
    """Judge every redraw of one county: quadrants and gaps, each as built and independent."""
    with threadpool_limits(1):
        ground = build_ground(seed, years=2)
        judged = []
        for kind, number in jobs:
            drawn = ask_anew(ground, number, kind)
            where = {"kind": kind.name, "county": f"{seed}/{number}", "seed": seed}
            judged.append(
                tuple(
                    judge(drawn, found, beside=beside).assign(**where, beside=beside)
                    for judge, found in (
                        (judge_quadrants, drawn.estimates("worry")),
                        (judge_gaps, drawn.estimates(drawn.experience)),
                    )
                    for beside in (True, False)
                )
            )
    return judged


def compare(rows: pd.DataFrame) -> pd.Series:
    """Give how many wards, the share right, its standard error over counties, and what was said."""
    right = rows["right"].astype(float)
    off = (right - right.mean()).groupby(rows["seed"]).sum()
    return pd.Series(
        {
            "wards": len(rows),
            "right": right.mean(),
            "error": np.sqrt((off**2).sum()) / len(rows),
            "said": rows["said"].mean(),
        }
    )


def tabulate_bands(placed: pd.DataFrame) -> pd.DataFrame:
    """Give what is right in each band of what was said, by quadrant."""
    bands = pd.cut(placed["said"], BANDS, include_lowest=True).astype(str).rename("band")
    return placed.groupby(["quadrant", bands])[["right", "said", "seed"]].apply(compare)


def main() -> None:
    """Judge the counties and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counties", type=int, default=20)
    parser.add_argument("--redraws", type=int, default=5, help="as in the demo, of each county")
    parser.add_argument("--others", type=int, default=1, help="of each other kind")
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    jobs = [(KINDS[0], number) for number in range(asked.redraws)]
    jobs += [(kind, number) for kind in KINDS[1:] for number in range(asked.others)]
    seeds = range(FIRST_SEED, FIRST_SEED + asked.counties)
    found = Parallel(asked.processes)(delayed(judge_county)(seed, jobs) for seed in seeds)
    parts = list(zip(*(judged for one in found for judged in one), strict=True))
    quadrants = pd.concat([*parts[0], *parts[1]], ignore_index=True)
    gaps = pd.concat([*parts[2], *parts[3]], ignore_index=True)
    close = quadrants["quadrant"].eq("close")
    usual = close & quadrants["beside"] & quadrants["kind"].eq(KINDS[0].name)
    says = [
        f"{len(found) * len(jobs)} surveys of {asked.counties} counties",
        close.groupby([quadrants["kind"], quadrants["beside"]], sort=False).mean().round(3),
        quadrants.loc[usual, "why"].value_counts(normalize=True).round(3),
    ]
    placed = quadrants[~close]
    for keys in (["kind", "beside"], ["kind", "beside", "quadrant"]):
        says.append(placed.groupby(keys, sort=False)[["right", "said", "seed"]].apply(compare))
    says.append(tabulate_bands(placed[placed["beside"] & placed["kind"].eq(KINDS[0].name)]))
    likely = gaps[gaps["likely"]]
    says.append(
        likely.groupby(["kind", "beside"], sort=False)[["right", "said", "seed"]].apply(compare)
    )
    planted = gaps[gaps["planted"]]
    says.append(planted.groupby(["kind", "beside"], sort=False)["first_tenth"].mean().round(3))
    for one in says:
        print(one.round(3).to_string() if isinstance(one, pd.DataFrame) else one)  # noqa: T201


if __name__ == "__main__":
    main()
