"""Try the estimators of worry on simulated counties whose ward truths are known.

    python -m tests.benchmarks.measure_worry [--counties 200] [--checked 100] [--processes 2]
        [--demography FOLDER] [--scenarios 9] [--evidence 60]

With a folder of open data (kent_medway_oac2021_oa21.csv, kent_medway_population_lsoa21.csv) the
wards and their mix of segments are those of Kent and Medway; what people think is drawn.

Prints, for each kind of county and method: share of ward truths inside the 95 % range, error
against the district figure, width, and how often the check on held-out answers lets it be shown;
then what the answers can say of the width of wards (mean and spread of the log-likelihood ratio,
and how often it is above 0).
"""

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from threadpoolctl import threadpool_limits

from analytics.worry import multilevel
from analytics.worry.cells import build_cells
from analytics.worry.estimators import estimate_wards
from analytics.worry.mix import list_small_areas, mix_of_wards
from analytics.worry.sample import Method, WardFrame
from analytics.worry.simulating import SCENARIOS, Scenario, simulate_county, try_methods

SEED = 2026
CHECKED = ("place known", "district only", "segments tell little", "nothing to find")


def read_kent(folder: Path) -> WardFrame:
    """Read the wards of Kent and Medway with their residents and groups of the OAC 2021."""
    classes = pd.read_csv(folder / "kent_medway_oac2021_oa21.csv", dtype=str)
    people = pd.read_csv(folder / "kent_medway_population_lsoa21.csv")
    people = people.rename(
        columns={
            "LSOA21CD": "lsoa_code",
            "WD24CD": "ward_code",
            "residents_census2021": "residents",
        }
    )
    areas = list_small_areas(
        "oa",
        people[["lsoa_code", "ward_code"]],
        people.rename(columns={"lsoa_code": "code"})[["code", "residents"]],
        classes.rename(columns={"OA21CD": "from_code", "LSOA21CD": "to_code"}),
    )
    segments = pd.DataFrame(
        {"code": classes["OA21CD"], "segment_code": classes["Group"], "share": 1.0}
    )
    mix, missing = mix_of_wards(segments, areas)
    wards = people.groupby("ward_code", as_index=False).agg(
        district_code=("LAD24CD", "first"), residents=("residents", "sum")
    )
    return WardFrame(wards.rename(columns={"ward_code": "code"}), mix, missing)


def try_one(
    scenario: Scenario, number: int, check: bool, frame: WardFrame | None = None
) -> pd.DataFrame:
    """Draw one county and try every method on it."""
    with threadpool_limits(1):
        found = try_methods(
            np.random.default_rng([SEED, number]), scenario, tuple(Method), check=check, frame=frame
        )
    return found.assign(scenario=scenario.name, number=number)


def summarise(found: pd.DataFrame) -> pd.DataFrame:
    """Average the counties of each scenario and method."""
    base = found[found["method"] == "district"].set_index(["scenario", "number"])["rmse"]
    keys = pd.MultiIndex.from_frame(found[["scenario", "number"]])
    ratio = found["rmse"].to_numpy() / base.reindex(keys).to_numpy()
    groups = found.assign(ratio=ratio, better=ratio < 1).groupby(["scenario", "method"], sort=False)
    return groups[["covered", "rmse", "ratio", "better", "width", "worst_miss", "accepted"]].mean()


def weigh_widths(scenario: Scenario, number: int) -> float:
    """Give how much likelier the answers make a ward width of 4.3 points than one of 1.5.

    The logarithm of the ratio, averaged over the width of districts. Near 0 they cannot tell.
    """
    with threadpool_limits(1):
        county = simulate_county(np.random.default_rng([SEED, number]), scenario)
        normal = multilevel._gather(build_cells(county.sample, county.frame))
        segment = multilevel._likeliest_segment_width(normal)

        def likelihood(ward: float) -> float:
            scores = [
                multilevel._solve(normal, segment, district, ward)[2]
                - multilevel._log_prior(0.0, 0.0, ward)
                for district in multilevel._DISTRICT_GRID
            ]
            return float(np.logaddexp.reduce(scores))

        return likelihood(4.3) - likelihood(1.5)


def time_estimate() -> dict[str, float]:
    """Time one whole county for each method, in seconds."""
    county = simulate_county(np.random.default_rng(SEED), SCENARIOS[0])
    times = {}
    for method in Method:
        start = time.perf_counter()
        estimate_wards(county.sample, county.frame, method)
        times[method.value] = time.perf_counter() - start
    return times


def main() -> None:
    """Run the simulation and print its tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counties", type=int, default=200)
    parser.add_argument("--checked", type=int, default=100)
    parser.add_argument(
        "--evidence", type=int, default=60, help="counties whose widths are weighed"
    )
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--demography", type=Path)
    parser.add_argument("--scenarios", type=int, default=len(SCENARIOS), help="the first so many")
    asked = parser.parse_args()
    frame = read_kent(asked.demography) if asked.demography else None
    jobs = [
        delayed(try_one)(
            scenario, number, scenario.name in CHECKED and number < asked.checked, frame
        )
        for scenario in SCENARIOS[: asked.scenarios]
        for number in range(asked.counties)
    ]
    found = pd.concat(Parallel(asked.processes)(jobs), ignore_index=True)
    print(f"{asked.counties} counties a scenario, seed {SEED}")  # noqa: T201
    print(summarise(found).round(3).to_string())  # noqa: T201
    for scenario in SCENARIOS[: asked.scenarios] if frame is None else ():
        told = np.array([weigh_widths(scenario, number) for number in range(asked.evidence)])
        if len(told):
            told = told.mean(), told.std(), (told > 0).mean()
            print(f"{scenario.name}: 4.3 over 1.5 points {np.round(told, 2)}")  # noqa: T201
    print({name: round(seconds, 2) for name, seconds in time_estimate().items()})  # noqa: T201


if __name__ == "__main__":
    main()
