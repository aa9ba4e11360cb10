"""Back-test every method on open data and print the tables of docs/methods.md.

python -m tests.benchmarks.measure_forecasts ../shared/data
python -m tests.benchmarks.measure_forecasts ../shared/data "Kent 2025, monthly, 150 m"
"""

import sys
import time
from pathlib import Path

import pandas as pd

from analytics.prediction import METHODS, backtest
from tests.benchmarks.open_events import EVENT_SETS

COVERAGE = (0.0025, 0.005, 0.01, 0.02)


def main() -> None:
    """Print one table for each set of events."""
    folder = Path(sys.argv[1])
    for name in sys.argv[2:] or EVENT_SETS:
        read, cell_m = EVENT_SETS[name]
        given = read(folder, cell_m)
        start = time.perf_counter()
        found = backtest(
            given.events,
            given.region,
            cell_m=given.cell_m,
            folds=given.folds,
            step_days=given.step_days,
            coverage=COVERAGE,
            n_jobs=2,
        )
        learned = found.settings
        lines = [
            f"### {name}\n",
            f"{learned['cells']:,} cells, {learned['incidents']:,} events, {learned['folds']} "
            f"windows after {learned['warm_up_folds']} to learn from; "
            f"{time.perf_counter() - start:.0f} s with two processes.\n",
            to_table(found.summary()),
            f"\n{found.verdict}\n\n",
        ]
        sys.stdout.write("\n".join(lines))
        sys.stdout.flush()


def to_table(summary: pd.DataFrame) -> str:
    """Lay a summary out as a table: one line for each method."""
    lines = [
        "| method | PAI 0.5 % | PAI 1 % | PAI 2 % | hit rate 1 % | PEI 1 % | "
        "more than the 12-month count at 1 % (90 % range) | RRI 1 % | of the ceiling 1 % | "
        "seconds |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for method in METHODS:
        at = summary[summary["method"] == method].set_index("coverage")
        one = at.loc[0.01]
        lines.append(
            f"| {METHODS[method]} | {at.loc[0.005, 'pai']:.2f} | {one['pai']:.2f} | "
            f"{at.loc[0.02, 'pai']:.2f} | {one['hit_rate']:.4f} | {one['pei']:.3f} | "
            f"{one['difference']:+.1%} ({one['low']:+.1%} to {one['high']:+.1%}) | "
            f"{one['rri']:.3f} | {one['share_of_ceiling']:.0%} | {one['seconds']:.2f} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
