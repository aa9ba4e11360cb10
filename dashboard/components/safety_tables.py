"""The words, tables and map classes of the safety index; no page, no store."""

import math

import numpy as np
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
NO_WEIGHTS = UserFacingError(
    "Every part has the weight 0, so there is no index.",
    "An index is the mean of the parts that have a weight.",
    "Give at least one part a weight at the side, or press 'Usual weights'.",
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
    "characteristic, predicts nothing and never feeds the forecast."
)
MODELLED = {"worry": "worry", "experience": "ASB met", "low_confidence": "confidence"}
"""Parts that come of a survey, as a sentence says them."""

FEWEST_WEIGHED = 2
"""Parts with a weight below which other weights change nothing."""

ALONE = (
    "One part alone has a weight, so other weights change no rank and nothing says how firm ranks "
    "are against them."
)


def say_finding(found: SafetyIndex, place: str, district: str | None) -> str:
    """Say which ward is highest, and how many of the top ten stay there by other weights."""
    table = ranked(found, district)
    if table.empty:
        return f"**No ward of {place} has an index**: a part with a weight is not known for any."
    first = table.iloc[0]
    figure = _figure(first, "index")
    brackets = "; likely range in brackets" if figure.endswith(")") else ""
    said = (
        f"**Highest in {place}: {first['called']}, {figure}** (100 = mean of the county's wards; "
        f"{SCALE_MEANINGS[found.scale]}{brackets})."
    )
    if not weighs_several(found):
        return f"{said} {ALONE} {say_made_of(found)}"
    top = found.table[found.table["rank"].between(1, found.top)]
    firm = int((top["share_in_top_10"] >= FIRM).sum())
    return (
        f"{said} Of the county's ten highest wards {firm} stay among the ten in at least "
        f"{FIRM:.0%} of {found.draws:,} draws of other weights. {say_made_of(found)}"
    )


def weighs_several(found: SafetyIndex) -> bool:
    """Say whether other weights could change a rank at all."""
    return len(found.weighed) >= FEWEST_WEIGHED


def say_made_of(found: SafetyIndex) -> str:
    """Say how much each part moves the index here, and which parts have no figures."""
    if weighs_several(found):
        shares = found.influence[found.scale]
        parts = sorted(found.weighed, key=lambda part: -np.nan_to_num(shares[part.key]))
        made = _join([_say_moved(part, shares[part.key]) for part in parts])
        said = f"What moves the differences between wards: {made}."
    else:
        said = f"Made of {_in_sentence(found.weighed[0].label)} alone."
    if not found.missing:
        return said
    missing = _join([_in_sentence(label) for label in found.missing])
    return f"{said} **Not in it, for want of figures: {missing}** (why stands at the end)."


def _say_moved(part: Part, share: float) -> str:
    label = _in_sentence(part.label)
    return f"{label} {share:.0%}" if math.isfinite(share) else label


def say_banner(found: SafetyIndex) -> str:
    """Say what the index is not, and which of its parts are modelled here."""
    modelled = [MODELLED[part.key] for part in found.weighed if part.key in MODELLED]
    if not modelled:
        return BANNER
    said = _join(modelled)
    is_one = "is a modelled estimate" if len(modelled) == 1 else "are modelled estimates"
    return f"{BANNER} {said[0].upper()}{said[1:]} {is_one}, not a ward survey."


def _in_sentence(label: str) -> str:
    return label[0].lower() + label[1:] if not label.startswith("ASB") else label


def _join(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def say_notes(found: SafetyIndex) -> str:
    """Say how the index is made, how firm ranks are found, and what is missing."""
    period = f" Recorded ASB and harm: {found.period.label}." if found.period else ""
    several = weighs_several(found)
    missing = [f"{label} ({why.removesuffix('.')})" for label, why in found.missing.items()]
    bars = (
        f" For the bars each weight is drawn {found.draws:,} times between half and twice itself; "
        "a weight of 0 stays 0. Bars stand in the order of the index."
    )
    return " ".join(
        [
            f"{SCALE_NOTES[found.scale]} The index is their weighted mean, so that every part can "
            "be checked by hand. Likely ranges (95 %) and ranks by error keep the weights and let "
            f"each part vary by its own error, taken as independent.{bars if several else ''} "
            f"Moved: against the usual weights and the ratio to the mean.{period}",
            *([f"Deprivation: {found.licence}."] if found.licence else []),
            *([f"No figures here of: {'; '.join(missing)}."] if missing else []),
        ]
    )


def ranked(found: SafetyIndex, district: str | None) -> pd.DataFrame:
    """Give the wards with an index, highest first, of a district or of all."""
    table = found.table[found.table["index"].notna()]
    if district:
        table = table[table["district_code"] == district]
    return table.sort_values(["rank", "code"]).reset_index(drop=True)


def list_table(found: SafetyIndex, district: str | None) -> pd.DataFrame:
    """Give the list beside the map: rank, ward, index with its range, how firm its rank is.

    Ranks by other weights stand in the bars, the panel of a ward and the download: with them the
    list would be wider than its place.
    """
    table = ranked(found, district)
    moves = zip(table["usual_rank"], table["rank"], strict=True)
    return pd.DataFrame(
        {
            "#": table["rank"],
            "Ward": table["called"],
            "District": table["district"],
            "Index": _figures(table, "index"),
            "Ranks by error": _ranks(table, "error_rank"),
            "Moved": [say_move(*pair) for pair in moves],
            "Code": table["code"],
        }
    )


def parts_table(found: SafetyIndex, district: str | None, key: str) -> pd.DataFrame:
    """Give one part of every ward with its likely range: its index and its value."""
    table = ranked(found, district)
    part = next(part for part in found.parts if part.key == key)
    return pd.DataFrame(
        {
            "Rank": table["rank"], "Ward": table["name"], "District": table["district"],
            "Index": _figures(table, "index"),
            f"{part.label}, index": _figures(table, f"part:{key}"),
            _value_name(part): _figures(table, f"value:{key}", 1),
        }
    )  # fmt: skip


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
    if weighs_several(found):
        columns["Share of draws in top ten"] = table["share_in_top_10"].round(3)
        columns["Ranks by weights"] = _ranks(table, "rank")
    columns |= {
        "Ranks by error": _ranks(table, "error_rank"),
        "Weights": weights,
        "Parts on one scale": SCALE_WORDS[found.scale],
    }
    if found.licence:
        columns["Deprivation from"] = found.licence
    return pd.DataFrame(columns)


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
    """Give the rows of the chart of firm ranks: place, share, words; none without a choice."""
    table = ranked(found, district).head(MOST_BARS if weighs_several(found) else 0)
    return pd.DataFrame(
        {
            "place": [f"{rank}. {name}" for rank, name in
                      zip(table["rank"], table["called"], strict=True)],
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
        f"error of its parts rank {_span(row, 'error_rank')}{_by_weights(found, row)}."
    )


def _by_weights(found: SafetyIndex, row: pd.Series) -> str:
    if not weighs_several(found):
        return ""
    return (
        f"; by other weights rank {_span(row, 'rank')} (in the ten highest in "
        f"{row['share_in_top_10']:.0%} of draws)"
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
             f"Rank {row['rank']}, by error {_span(row, 'error_rank')}{_by_weights(found, row)}"]
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
    said = f"{row[name]:,.{digits}f}"
    # A published score has no error, and a range of no width would look like one.
    return said if row[low] == row[high] else f"{said} ({say_range(row[low], row[high], digits)})"


def _figures(table: pd.DataFrame, name: str, digits: int = 0) -> list[str]:
    return [_figure(row, name, digits) for _, row in table.iterrows()]


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
