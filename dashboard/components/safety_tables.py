"""The words, tables and map classes of the safety index; no page, no store."""

import math

import pandas as pd

from analytics.worry.safety_index import EQUAL_SPREAD, RATIO, SPREAD, Part
from dashboard.components.classes import Classes, classify
from dashboard.components.ward_maps import WardMarks
from dashboard.messages import NO_FIGURE, say_count, say_number, say_range
from dashboard.services.safety_index import SafetyIndex
from geodata.errors import UserFacingError

NO_PARTS = UserFacingError(
    "No part of the index can be worked out.",
    "The index compares wards by incidents and people for each resident, and no ward has both "
    "incidents and a number of residents.",
    "Import residents with 'wardlight import population FILE'.",
)
SHARES = (
    "Share: how much of the differences between wards the part brings about, by either way to put "
    "parts on one scale."
)
FIRM = 0.8
MOST_BARS = 20
SCALE_WORDS = {RATIO: "Ratio to the mean (as published)", SPREAD: "Equal spread"}
SCALE_SHORT = {RATIO: "ratio to the mean", SPREAD: "equal spread"}
SCALE_HELP = (
    "Ratio to the mean: a part moves the index the more, the more it differs between wards. Equal "
    "spread: parts of the same weight move it alike, however little they differ."
)
SCALE_NOTES = {
    RATIO: "Each part is 100 times the ward's value over the mean of the wards, as in the "
    "published index, so that a part that differs more between wards moves the index more.",
    SPREAD: f"Each part is 100 plus {EQUAL_SPREAD:.0f} points for each standard deviation between "
    "wards above the mean, so that parts of the same weight move the index alike.",
}
SCALE_MEANINGS = {
    RATIO: "200 = twice the mean",
    SPREAD: f"{EQUAL_SPREAD:.0f} points of a part = one standard deviation between wards",
}
BANNER = (
    "For sharing out resources only. The index says nothing about any person, holds no protected "
    "characteristic, predicts nothing and never feeds the forecast. Worry, ASB met and confidence "
    "are modelled estimates, not a ward survey."
)


def say_finding(found: SafetyIndex, place: str, district: str | None) -> str:
    """Say which ward is highest, and how many of the top ten stay there by other weights."""
    table = ranked(found, district)
    if table.empty:
        return f"**No ward of {place} has an index**: a part with a weight is not known for any."
    first = table.iloc[0]
    top = found.table[found.table["rank"].between(1, found.top)]
    firm = int((top["share_in_top_10"] >= FIRM).sum())
    return (
        f"**Highest in {place}: {first['name']}, {_figure(first, 'index')}** (100 = mean of the "
        f"county's wards; {SCALE_MEANINGS[found.scale]}; likely range in brackets). Of the "
        f"county's ten highest wards {firm} stay among the ten in at least {FIRM:.0%} of "
        f"{found.draws:,} draws of other weights."
    )


def say_notes(found: SafetyIndex) -> str:
    """Say how the index is made, how firm ranks are found, and what is missing."""
    period = f" Recorded ASB and harm: {found.period.label}." if found.period else ""
    missing = [f"{label}: {why}" for label, why in found.missing.items()]
    return " ".join(
        [
            f"{SCALE_NOTES[found.scale]} The index is their weighted mean, so that every part can "
            "be checked by hand. Likely ranges (95 %) and ranks by error keep the weights and let "
            "each part vary by its own error, taken as independent. For the bars each weight is "
            f"drawn {found.draws:,} times between half and twice itself; a weight of 0 stays 0. "
            f"Moved: against the usual weights and the ratio to the mean.{period}",
            *(["Without figures here. " + " ".join(missing)] if missing else []),
        ]
    )


def ranked(found: SafetyIndex, district: str | None) -> pd.DataFrame:
    """Give the wards with an index, highest first, of a district or of all."""
    table = found.table[found.table["index"].notna()]
    if district:
        table = table[table["district_code"] == district]
    return table.sort_values(["rank", "code"]).reset_index(drop=True)


def list_table(found: SafetyIndex, district: str | None) -> pd.DataFrame:
    """Give the list beside the map: rank, ward, index with its range, how firm its rank is."""
    table = ranked(found, district)
    moves = zip(table["usual_rank"], table["rank"], strict=True)
    return pd.DataFrame(
        {
            "#": table["rank"],
            "Ward": table["name"],
            "Index": table["index"].round(0),
            "Likely range": _range_words(table, "index"),
            "Ranks by error": _ranks(table, "error_rank"),
            "In top ten": [f"{share:.0%}" for share in table["share_in_top_10"]],
            "Ranks by weights": _ranks(table, "rank"),
            "Moved": [say_move(*pair) for pair in moves],
            "District": table["district"],
            "Code": table["code"],
        }
    )


def parts_table(found: SafetyIndex, district: str | None) -> pd.DataFrame:
    """Give every part of every ward with its likely range: its index and its value."""
    table = ranked(found, district)
    columns: dict[str, object] = {
        "Rank": table["rank"], "Ward": table["name"], "District": table["district"],
        "Index": _figures(table, "index"),
    }  # fmt: skip
    for part in found.parts:
        columns[f"{part.label}, index"] = _figures(table, f"part:{part.key}")
        columns[_value_name(part)] = _figures(table, f"value:{part.key}", 1)
    return pd.DataFrame(columns | {"Code": table["code"]})


def download_table(found: SafetyIndex, district: str | None) -> pd.DataFrame:
    """Give what leaves: index and parts as numbers, each range in columns of its own, and ranks.

    Weights and scale stand beside each row, so that no row is read without them.
    """
    table = ranked(found, district)
    columns: dict[str, object] = {
        "Rank": table["rank"], "Ward": table["name"], "District": table["district"],
        "Code": table["code"], **_numbers(table, "index", "Index"),
    }  # fmt: skip
    for part in found.parts:
        columns |= _numbers(table, f"part:{part.key}", f"{part.label}, index")
        columns |= _numbers(table, f"value:{part.key}", _value_name(part))
    weights = ", ".join(f"{key} {weight}" for key, weight in found.weights.items())
    return pd.DataFrame(
        columns
        | {
            "Share of draws in top ten": table["share_in_top_10"].round(3),
            "Ranks by weights": _ranks(table, "rank"),
            "Ranks by error": _ranks(table, "error_rank"),
            "Weights": weights,
            "Parts on one scale": SCALE_WORDS[found.scale],
        }
    )


def about_table(found: SafetyIndex) -> pd.DataFrame:
    """Give what each part measures, with its weight and its influence by either scale."""
    columns: dict[str, list[object]] = {
        "Part": [part.label for part in found.parts],
        "Weight": [found.weights[part.key] for part in found.parts],
    }
    for scale, shares in found.influence.items():
        columns[f"Share, {SCALE_SHORT[scale]}"] = [
            say_share(shares.get(part.key, math.nan)) for part in found.parts
        ]
    return pd.DataFrame(columns | {"What it measures": [part.about for part in found.parts]})


def bar_rows(found: SafetyIndex, district: str | None) -> pd.DataFrame:
    """Give the rows of the chart of firm ranks: place, share, words."""
    table = ranked(found, district).head(MOST_BARS)
    return pd.DataFrame(
        {
            "place": [f"{rank}. {name}" for rank, name in
                      zip(table["rank"], table["name"], strict=True)],
            "share": table["share_in_top_10"],
            "words": [f"ranks {said}" for said in _ranks(table, "rank")],
        }
    )  # fmt: skip


def part_rows(found: SafetyIndex, code: str) -> pd.DataFrame:
    """Give the parts of one ward for its chart; empty if it has none."""
    rows = found.table[found.table["code"] == code]
    if rows.empty:
        return pd.DataFrame({"part": [], "index": [], "low": [], "high": [], "words": []})
    row = rows.iloc[0]
    return pd.DataFrame(
        [
            {
                "part": f"{part.label} (weight {found.weights[part.key]})",
                "index": float(row[f"part:{part.key}"]),
                "low": float(row[f"part:{part.key}:low"]),
                "high": float(row[f"part:{part.key}:high"]),
                "words": _figure(row, f"part:{part.key}"),
            }
            for part in found.parts
            if math.isfinite(row[f"part:{part.key}"])
        ]
    )


def describe_ward(found: SafetyIndex, code: str) -> str:
    """Say index, rank and how firm it is of one ward."""
    row = found.table[found.table["code"] == code].iloc[0]
    head = f"**{row['name']}, {row['district']}**"
    if not math.isfinite(row["index"]):
        return f"{head} has no index: a part with a weight is not known for it."
    return (
        f"{head}: index {_figure(row, 'index')}, rank {row['rank']:,} of "
        f"{say_count(int(found.table['index'].notna().sum()), 'ward')} "
        f"({say_move(row['usual_rank'], row['rank'])} against the usual weights and scale). By the "
        f"error of its parts rank {_span(row, 'error_rank')}; by other weights rank "
        f"{_span(row, 'rank')}."
    )


def colour_wards(found: SafetyIndex, wards: pd.DataFrame, district: str | None) -> Classes:
    """Sort the wards into classes of about the same number by their index."""
    values = wards["code"].map(found.table.set_index("code")["index"]).to_numpy(dtype=float)
    shown = pd.Series(True, index=wards.index)
    if district:
        shown = wards["district_code"] == district
    return classify(values, shown.to_numpy(dtype=bool), "ratio")


def mark_wards(
    found: SafetyIndex, wards: pd.DataFrame, district: str | None, focus: str | None
) -> WardMarks:
    """Give the numbers of the ten highest and the tooltips."""
    top = ranked(found, district).head(found.top)
    rows = found.table.set_index("code")
    tips = []
    for code, name, of in zip(wards["code"], wards["name"], wards["district"], strict=True):
        head = f"{name}, {of}" if of else name
        if code not in rows.index or not math.isfinite(rows.loc[code, "index"]):
            tips.append([head, NO_FIGURE.capitalize()])
            continue
        row = rows.loc[code]
        tips.append(
            [head, f"Index {_figure(row, 'index')}",
             f"Rank {row['rank']}, by error {_span(row, 'error_rank')}",
             f"By other weights rank {_span(row, 'rank')}"]
        )  # fmt: skip
    return WardMarks(
        tips=tips,
        ranks=dict(zip(top["code"], top["rank"], strict=True)),
        focus=focus,
    )


def say_move(before: int, now: int) -> str:
    """Say in words how a rank moved, such as 'up 3' or 'same'."""
    if before == now or not before or not now:
        return "same"
    return f"up {before - now}" if now < before else f"down {now - before}"


def say_share(share: float) -> str:
    """Say a share of the differences; a part without a weight has none."""
    return f"{share:.0%}" if math.isfinite(share) else "not weighed"


def _value_name(part: Part) -> str:
    return f"{part.label}, {part.unit}"


def _ends(name: str) -> tuple[str, str]:
    """Give the columns of a figure's likely range; parts have theirs after a colon."""
    mark = ":" if ":" in name else "_"
    return f"{name}{mark}low", f"{name}{mark}high"


def _figure(row: pd.Series, name: str, digits: int = 0) -> str:
    """Say a figure with its likely range."""
    if not math.isfinite(row[name]):
        return NO_FIGURE
    low, high = _ends(name)
    return f"{row[name]:,.{digits}f} ({say_range(row[low], row[high], digits)})"


def _figures(table: pd.DataFrame, name: str, digits: int = 0) -> list[str]:
    return [_figure(row, name, digits) for _, row in table.iterrows()]


def _range_words(table: pd.DataFrame, name: str) -> list[str]:
    low, high = _ends(name)
    return [say_range(*pair) for pair in zip(table[low], table[high], strict=True)]


def _numbers(table: pd.DataFrame, name: str, label: str) -> dict[str, pd.Series]:
    low, high = _ends(name)
    return {
        label: table[name].round(2),
        f"{label}, low": table[low].round(2),
        f"{label}, high": table[high].round(2),
    }


def _ranks(table: pd.DataFrame, name: str) -> list[str]:
    return [_span(row, name) for _, row in table.iterrows()]


def _span(row: pd.Series, name: str) -> str:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return say_number(low) if low == high else f"{say_number(low)} to {say_number(high)}"
