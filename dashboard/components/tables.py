"""Tables as frames with the words a reader sees, and the lines of the map's tooltip."""

from typing import Any

import numpy as np
import pandas as pd

from dashboard.messages import say_count, say_number, say_range
from dashboard.selection import MEASURES
from dashboard.services.explore import MapFinding
from dashboard.theme import text_px

TOP = 10
VALUES = {"count": "incidents", "rate": "rate", "ratio": "ratio"}
DIGITS = {"count": 0, "rate": 1, "ratio": 0}


def area_table(table: pd.DataFrame, areas: str) -> pd.DataFrame:
    """Give the areas looked at, highest first, with numbers as numbers so that they sort."""
    rows = table[table["shown"]].sort_values(
        ["value", "name"], ascending=[False, True], na_position="last"
    )
    return pd.DataFrame(
        {
            "Rank": rows["rank"].astype("Int64"),
            areas: rows["name"],
            "District": rows["district"],
            "Incidents": rows["incidents"],
            "Residents": rows["residents"].astype("Float64").round().astype("Int64"),
            "Per 1,000": rows["rate"].round(2),
            "Likely range": _ranges(rows, "rate", 1),
            "Ratio": rows["ratio"].round(0),
            "Ratio range": _ranges(rows, "ratio", 0),
            "Note": rows["note"],
            "Code": rows["code"],
        }
    ).reset_index(drop=True)


def top_table(table: pd.DataFrame, areas: str, measure: str) -> pd.DataFrame:
    """Give the ten highest areas: rank, name, the measure, and its likely range or the rate."""
    rows = top_rows(table)
    columns: dict[str, object] = {"#": rows["rank"].astype("Int64"), areas: rows["name"]}
    if measure == "count":
        rates = rows["rate"].map(lambda rate: "" if np.isnan(rate) else f"{rate:.1f}")
        ranges = [f" ({ends})" if ends else "" for ends in _ranges(rows, "rate", 1)]
        columns |= {"Incidents": rows["incidents"], "Per 1,000 (range)": rates + ranges}
    elif measure == "rate":
        columns |= {"Per 1,000": rows["rate"].round(1), "Likely range": _ranges(rows, "rate", 1)}
    else:
        columns |= {"Ratio": rows["ratio"].round(0), "Likely range": _ranges(rows, "ratio", 0)}
    return pd.DataFrame(columns).reset_index(drop=True)


def top_look() -> dict[str, Any]:
    """Give heights and widths that let a top-ten table stand beside the map at 1366 pixels."""
    widths = {"#": 30, "Ward": 130, "LSOA": 130, "Incidents": 68}
    return {
        "height": text_px(262),
        "row_height": text_px(22),
        "column_config": {name: {"width": text_px(width)} for name, width in widths.items()},
    }


def top_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Give the ten highest areas; ties stand in order of name."""
    rows = table[table["shown"] & (table["value"] > 0)]
    return rows.sort_values(["value", "name"], ascending=[False, True]).head(TOP)


def tooltip_lines(table: pd.DataFrame) -> list[list[str]]:
    """Give the tooltip of every area: name and district, count, rate, note."""
    lines = []
    for row in table.itertuples():
        head = row.name if not row.district else f"{row.name}, {row.district}"
        if not row.shown:
            lines.append([head, "Outside the district chosen"])
            continue
        if np.isnan(row.incidents):
            lines.append([head, row.note])
            continue
        rate = (
            f"{row.rate:.1f} per 1,000 residents (likely range "
            f"{say_range(row.rate_low, row.rate_high, 1)})"
            if np.isfinite(row.rate)
            else "no rate"
        )
        lines.append([head, say_count(row.incidents), rate, row.note])
    return lines


def describe_area(table: pd.DataFrame, code: str) -> dict[str, str]:
    """Give the figures of one area as short texts: name, district, count, rate, ratio, rank."""
    row = table[table["code"] == code].iloc[0]
    return {
        "name": row["name"],
        "district": row["district"],
        "incidents": say_count(row["incidents"]),
        "rate": say_number(row["rate"], 1),
        "rate_range": say_range(row["rate_low"], row["rate_high"], 1),
        "ratio": say_number(row["ratio"]),
        "ratio_range": say_range(row["ratio_low"], row["ratio_high"]),
        "rank": say_number(row["rank"]),
        "note": row["note"],
    }


def describe_map(finding: MapFinding, measure: str, place: str, areas: str) -> str:
    """Say in one sentence what the map shows, for the page and for readers of the picture."""
    rows = top_rows(finding.table)
    if rows.empty:
        return f"No {areas} have incidents in {finding.period.label}."
    first = rows.iloc[0]
    value = {
        "count": say_count(first["incidents"]),
        "rate": f"{first['rate']:.1f} per 1,000 residents (likely range "
        f"{say_range(first['rate_low'], first['rate_high'], 1)})",
        "ratio": f"a ratio of {first['ratio']:.0f} (likely range "
        f"{say_range(first['ratio_low'], first['ratio_high'])})",
    }[measure]
    del areas
    return (
        f"{say_count(finding.total, 'ASB incident')} in {place}, {finding.period.label}. "
        f"Highest by {MEASURES[measure].split(' (')[0].lower()}: {first['name']}, {value}."
    )


def _ranges(rows: pd.DataFrame, name: str, digits: int) -> list[str]:
    ends = zip(rows[f"{name}_low"], rows[f"{name}_high"], strict=True)
    return ["" if not np.isfinite(low) else say_range(low, high, digits) for low, high in ends]


def released_table(table: pd.DataFrame, areas: str) -> pd.DataFrame:
    """Give the areas looked at with released figures only, highest first.

    A figure that is not shown is missing, and the note says why, so that a copy or a download
    holds no more than the page.
    """
    rows = table[table["shown"]].sort_values(
        ["value", "name"], ascending=[False, True], na_position="last"
    )
    return pd.DataFrame(
        {
            "Rank": rows["rank"].astype("Int64"),
            areas: rows["name"],
            "District": rows["district"],
            "Incidents": rows["incidents"].astype("Int64"),
            "Residents": rows["residents"].astype("Float64").round().astype("Int64"),
            "Per 1,000": rows["rate"].round(1),
            "Likely range": _ranges(rows, "rate", 1),
            "Note": rows["note"],
            "Code": rows["code"],
        }
    ).reset_index(drop=True)


def name_of(table: pd.DataFrame, code: str | None) -> str:
    """Give the name of an area, or nothing."""
    found = table.loc[table["code"] == code, "name"]
    return str(found.iloc[0]) if len(found) else ""


def mark_focus(table: pd.DataFrame, code: str | None) -> pd.DataFrame:
    """Put the area in focus first, marked with a word, so that table and map agree."""
    if code is None or code not in set(table["Code"]):
        return table
    focused = table["Code"] == code
    rows = pd.concat([table[focused], table[~focused]], ignore_index=True)
    return rows.assign(Note=["In focus. " + rows["Note"].iloc[0], *rows["Note"].iloc[1:]])
