"""Tables and sentences of stored forecasts and back-tests."""

import datetime as dt

import pandas as pd

from analytics.prediction import BASELINE, METHODS
from analytics.prediction.feedback import FeedbackDrift
from dashboard.messages import say_count, say_range
from dashboard.services.forecasts import StoredBacktest
from dashboard.services.next_places import NextPlaces
from geodata.calendar import say_date

NOTHING_STORED = "No {what} of {force} is stored yet for {horizon} ahead."
DATES_PASSED = (
    "These dates have passed, because the data end before them. Import newer incidents and make "
    "the forecast again before you plan with it."
)
RANKING_SHOWN = "No better than last year's ranking here, so this is the ranking."


def list_next(found: NextPlaces) -> pd.DataFrame:
    """Give the places of a forecast as a reader sees them."""
    rows = found.table
    return pd.DataFrame(
        {
            "#": rows["spot"],
            "Ward": rows["ward"],
            "District": rows["district"],
            "Expected": rows["expected"].round(2),
            "Likely range": [
                say_range(low, high) for low, high in zip(rows["low"], rows["high"], strict=True)
            ],
            "Near": rows["near"],
            "Note": ["For its district only" if floor else "" for floor in rows["by_floor"]],
        }
    )


def next_tips(found: NextPlaces) -> list[str]:
    """Give the tooltip of each place of a forecast."""
    return [
        f"{row.spot}. {row.ward}, {row.district}\n{row.expected:.2f} incidents expected "
        f"(likely range {say_range(row.low, row.high)})\nClick for what was reported here"
        for row in found.table.itertuples()
    ]


def name_next(found: NextPlaces) -> dict[int, str]:
    """Give the words of each place for a select box, by number."""
    return {
        int(row.spot): f"{row.spot}. {row.ward}, {row.district} ({row.expected:.1f} expected)"
        for row in found.table.itertuples()
    }


def say_next(found: NextPlaces) -> str:
    """Say in words what a stored forecast shows, and whether it is one."""
    said = found.stored.said
    total = said["expected_total"]
    first, last = (_say_day(said[name]) for name in ("first_day", "last_day"))
    places = (
        f"From {first} to {last}, {say_count(round(total))} are expected in all of "
        f"{found.stored.run.scope}; the places listed ({len(found.table)}) hold "
        f"{found.expected_listed:,.0f} of them."
    )
    return f"{said['verdict']} {places}"


def _say_day(text: str) -> str:
    return say_date(dt.date.fromisoformat(text))


def describe_run(found: NextPlaces) -> dict[str, str]:
    """Give what a downloaded forecast is of: force, dates, method, cells and run."""
    said, run = found.stored.said, found.stored.run
    return {
        "Force": run.scope,
        "Period": f"{_say_day(said['first_day'])} to {_say_day(said['last_day'])}",
        "Method": f"{said['label']}, cells of {said['cell_m']:.0f} m, run {run.id}",
        "Basis of range": "95 in 100 counts",
    }


def title_next(row: pd.Series) -> tuple[str, str]:
    """Give the title of a place's card and the line under it."""
    near = f" Near {row['near']}." if row["near"] else ""
    return (
        f"{row['spot']}. {row['ward']}, {row['district']}",
        f"{row['expected']:.2f} incidents expected in this cell of {row['area_ha']:.1f} hectares "
        f"(likely range {say_range(row['low'], row['high'])}).{near}",
    )


def label_method(name: str) -> str:
    """Give the plain name of a method."""
    return METHODS.get(name, name)


def say_ground(share: float) -> str:
    """Say a share of the ground, such as '0.25%'."""
    return f"{100 * share:g}%"


def name_bands(calibration: pd.DataFrame, method: str) -> pd.DataFrame:
    """Give the bands of one method, named by the share of the cells they hold."""
    rows = calibration[calibration["method"] == method]
    ends = [band.split(" to ") for band in rows["band"]]
    names = [f"{100 * float(low):g} to {say_ground(float(high))}" for low, high in ends]
    return rows.assign(band=names)


def pick_coverage(summary: pd.DataFrame) -> float:
    """Give the share of ground nearest to 1 % that was tried."""
    tried = summary["coverage"].unique()
    return float(min(tried, key=lambda share: abs(share - 0.01)))


def say_in_words(stored: StoredBacktest, summary: pd.DataFrame) -> list[str]:
    """Say what a back-test found as a sergeant would tell it."""
    result = stored.result
    coverage = pick_coverage(summary)
    at = summary[summary["coverage"] == coverage].set_index("method")
    base = at.loc[BASELINE]
    ours = at.loc[result.chosen] if result.chosen in at.index else base
    cells = round(coverage * result.settings["cells"])
    said = [
        f"Of 100 incidents of a test window, {100 * base['hit_rate']:.0f} fell in the "
        f"{cells:,} cells ({say_ground(coverage)} of the ground) that last year's ranking puts "
        "first."
    ]
    if result.chosen != BASELINE:
        said.append(f"{label_method(result.chosen)} caught {100 * ours['hit_rate']:.1f}.")
    said.append(
        f"Nobody could expect more than about {100 * ours['ceiling_hit_rate']:.0f}, since where "
        "single incidents fall is partly chance."
    )
    said.append(
        f"Of the cells put first, {100 * ours['share_empty']:.0f} in 100 saw no incident in a "
        f"window, and {100 * ours['jaccard']:.0f} in 100 of those flagged in either of two "
        "windows running were flagged in both."
    )
    return said


def table_of_methods(summary: pd.DataFrame, coverage: float, chosen: str) -> pd.DataFrame:
    """Give the figures of every method at one share of ground, best first."""
    rows = summary[summary["coverage"] == coverage].sort_values("hit_rate", ascending=False)
    return pd.DataFrame(
        {
            "Method": [
                label_method(name) + (" (in use)" if name == chosen else "")
                for name in rows["method"]
            ],
            "Caught of 100": (100 * rows["hit_rate"]).round(1),
            "Against last year's ranking": [
                "is the ranking" if row.method == BASELINE else
                f"{row.difference:+.1%} ({row.low:+.1%} to {row.high:+.1%})"
                for row in rows.itertuples()
            ],
            "Clearly better": [  # the range of 90 in 100 lies above 0

                "" if row.method == BASELINE else "Yes" if row.beats_baseline else "No"
                for row in rows.itertuples()
            ],
            "Times even spread (PAI)": rows["pai"].round(1),
            "Of what is possible": [f"{share:.0%}" for share in rows["share_of_ceiling"]],
            "Expected over seen": rows["rri"].round(2),
            "Flagged and empty": [f"{share:.0%}" for share in rows["share_empty"]],
            "Same as a window before": [f"{share:.0%}" for share in rows["jaccard"]],
            "Seconds a fold": rows["seconds"].round(2),
        }
    ).reset_index(drop=True)  # fmt: skip


def table_of_calibration(calibration: pd.DataFrame, method: str) -> pd.DataFrame:
    """Give expected against seen by band of rank, for one method."""
    rows = name_bands(calibration, method)
    return pd.DataFrame(
        {
            "Cells by rank": rows["band"],
            "Cells": rows["cells"],
            "Expected": rows["predicted"].round(1),
            "Seen": rows["observed"],
            "Likely range of seen": [
                say_range(low, high) for low, high in zip(rows["low"], rows["high"], strict=True)
            ],
        }
    ).reset_index(drop=True)


def table_of_windows(table: pd.DataFrame) -> pd.DataFrame:
    """Give what was caught in each window; ``line`` holds the plain name of the method."""
    return pd.DataFrame(
        {
            "Method": table["line"],
            "Window from": [say_date(day) for day in pd.to_datetime(table["cutoff"])],
            "Caught": table["hits"].round(1),
            "Of": table["total"],
            "Same as a window before": [
                "" if pd.isna(share) else f"{share:.0%}" for share in table["jaccard"]
            ],
        }
    ).reset_index(drop=True)


def table_of_feedback(tests: tuple[FeedbackDrift, ...]) -> pd.DataFrame:
    """Give the weekly shares of the feedback-loop test, one row a week and variant."""
    words = {False: "Discovered records left out", True: "Discovered records used"}
    return pd.concat(
        [test.weekly.assign(variant=words[test.discovered_included]) for test in tests],
        ignore_index=True,
    )
