"""The words, tables and map classes of the safety index; no page, no store."""

import math

import pandas as pd

from dashboard.components.classes import Classes, classify
from dashboard.components.ward_maps import WardMarks
from dashboard.messages import NO_FIGURE, say_count, say_list, say_number
from dashboard.services.safety_index import SafetyIndex
from geodata.errors import UserFacingError

NO_PARTS = UserFacingError(
    "No part of the index can be worked out.",
    "The index compares wards by incidents and people for each resident, and no ward has both "
    "incidents and a number of residents.",
    "Import residents with 'wardlight import population FILE'.",
)
FIRM = 0.8
MOST_BARS = 20
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
        f"**Highest in {place}: {first['name']}, {first['index']:.0f}** (100 = mean of the "
        f"county's wards; 200 = twice the mean). Of the county's ten highest wards {firm} stay "
        f"among the ten in at least {FIRM:.0%} of {found.draws:,} draws of other weights."
    )


def say_weights(found: SafetyIndex) -> str:
    """Say what each weighted part brings to the differences between wards."""
    shares = sorted(found.influence.items(), key=lambda item: -item[1])
    labels = {part.key: part.label for part in found.parts}
    said = say_list([f"{labels[key]} {share:.0%}" for key, share in shares if math.isfinite(share)])
    return f"Of the differences between wards: {said}." if said else ""


def say_notes(found: SafetyIndex) -> str:
    """Say how the index is made, how firm ranks are found, and what is missing."""
    period = f" Recorded ASB and harm: {found.period.label}." if found.period else ""
    missing = [f"{label}: {why}" for label, why in found.missing.items()]
    return " ".join(
        [
            "Each part is 100 times the ward's value over the mean of the wards; the index is "
            "their weighted mean, so that every part can be checked by hand. For the bars each "
            f"weight is drawn {found.draws:,} times between half and twice itself; a weight of 0 "
            "stays 0. The range by error keeps the weights and lets each part vary by its own "
            f"error.{period}",
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
    """Give the list beside the map: rank, ward, index, move of the rank, how firm it is."""
    table = ranked(found, district)
    return pd.DataFrame(
        {
            "#": table["rank"],
            "Ward": table["name"],
            "Index": table["index"].round(0),
            "Moved": [say_move(*pair) for pair in zip(table["usual_rank"], table["rank"],
                                                      strict=True)],
            "In top ten": [f"{share:.0%}" for share in table["share_in_top_10"]],
            "Ranks by weights": _ranks(table, "rank"),
            "By error": _ranks(table, "error_rank"),
            "District": table["district"],
        }
    )  # fmt: skip


def parts_table(found: SafetyIndex, district: str | None) -> pd.DataFrame:
    """Give every part of every ward: its index and its value in its own unit."""
    table = ranked(found, district)
    columns: dict[str, object] = {
        "Rank": table["rank"], "Ward": table["name"], "District": table["district"],
        "Index": table["index"].round(1),
    }  # fmt: skip
    for part in found.parts:
        columns[f"{part.label}, index"] = table[f"part:{part.key}"].round(0)
        columns[f"{part.label}, value"] = table[f"value:{part.key}"].round(1)
    return pd.DataFrame(columns | {"Code": table["code"]})


def download_table(found: SafetyIndex, district: str | None) -> pd.DataFrame:
    """Give what leaves: parts, ranks and how firm they are, with the weights beside each row."""
    table = ranked(found, district)
    weights = ", ".join(f"{key} {weight}" for key, weight in found.weights.items())
    return parts_table(found, district).assign(
        **{
            "Share of draws in top ten": table["share_in_top_10"].round(3),
            "Ranks by weights": _ranks(table, "rank"),
            "Ranks by error": _ranks(table, "error_rank"),
            "Weights": weights,
        }
    )


def about_table(found: SafetyIndex) -> pd.DataFrame:
    """Give what each part measures, with its weight and its influence."""
    return pd.DataFrame(
        {
            "Part": [part.label for part in found.parts],
            "Weight": [found.weights[part.key] for part in found.parts],
            "What it measures": [part.about for part in found.parts],
            "Share of the differences": [
                say_share(found.influence.get(part.key, math.nan)) for part in found.parts
            ],
        }
    )


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
        return pd.DataFrame({"part": [], "index": []})
    row = rows.iloc[0]
    pairs = [
        (f"{part.label} (weight {found.weights[part.key]})", float(row[f"part:{part.key}"]))
        for part in found.parts
    ]
    known = [pair for pair in pairs if math.isfinite(pair[1])]
    return pd.DataFrame(known, columns=["part", "index"])


def describe_ward(found: SafetyIndex, code: str) -> str:
    """Say index, rank and how firm it is of one ward."""
    row = found.table[found.table["code"] == code].iloc[0]
    head = f"**{row['name']}, {row['district']}**"
    if not math.isfinite(row["index"]):
        return f"{head} has no index: a part with a weight is not known for it."
    return (
        f"{head}: index {row['index']:.0f}, rank {row['rank']:,} of "
        f"{say_count(int(found.table['index'].notna().sum()), 'ward')} "
        f"({say_move(row['usual_rank'], row['rank'])} against the usual weights). By other "
        f"weights rank {_span(row, 'rank')}; by the error of its parts {_span(row, 'error_rank')}."
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
            [head, f"Index {row['index']:.0f}, rank {row['rank']}",
             f"By other weights rank {_span(row, 'rank')}",
             f"In the top ten in {row['share_in_top_10']:.0%} of the draws"]
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


def _ranks(table: pd.DataFrame, name: str) -> list[str]:
    return [_span(row, name) for _, row in table.iterrows()]


def _span(row: pd.Series, name: str) -> str:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return say_number(low) if low == high else f"{say_number(low)} to {say_number(high)}"
