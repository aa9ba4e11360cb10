"""Tables of the Crime and worry page, built from findings.

Of a survey of other places or times only the order of wards is ever in them: `gather` turns its
estimates into points from the middle of the wards before anything is drawn, listed or written.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analytics.worry.configuration import Quadrants
from analytics.worry.matrix import Matrix, Quadrant
from dashboard.components.quadrant_style import LOOKS
from dashboard.components.worry_axis import BY_KIND, PLACES, Axis
from dashboard.messages import NO_FIGURE, say_chance
from dashboard.services.ward_mix import Segments
from dashboard.services.worry import NO_CLASS, MatrixFound, say_unknown

WORRY = ("Worry", "Worry, likely range", "Chance worry is high", "Quadrant")
FROM_MIDDLE = (
    "Points from the middle", "Points from the middle, likely range", "Chance above the middle",
    "Quadrant by kind of area",
)  # fmt: skip
"""Columns of worry, and those of a survey of other places or times."""
X_NAMES = {"asb": "x", "asb_low": "x_low", "asb_high": "x_high", "p_asb_high": "p_x_high"}


def gather(
    found: MatrixFound, wards: pd.DataFrame, district: str | None, quadrant: str | None
) -> pd.DataFrame:
    """Gather what chart, map and list show of each ward, in the order of the wards.

    Returns
    -------
    DataFrame
        The matrix's columns (x, x_low, x_high and p_x_high are of what lies along the horizontal
        side) with name, district, district_code, model_share, chance (that the
        ward is where it is put; NaN for those that are not put anywhere), shown, rank (1 for the
        surest of those shown, by quadrant). Worry of a survey of elsewhere is in points from the
        middle of the wards.
    """
    assert found.matrix is not None and found.estimates.estimates is not None
    table = found.matrix.table.set_index("code").reindex(wards["code"]).reset_index()
    if found.estimates.shape_only:
        worry = ["worry", "worry_low", "worry_high"]
        table[worry] -= found.matrix.worry_cut
    table = table.rename(columns=X_NAMES)
    model = found.estimates.estimates.table.set_index("code")["model_share"]
    high_x, high_worry = table["p_x_high"], table["p_worry_high"]
    right = table["quadrant"].isin([Quadrant.ACT, Quadrant.QUIET])
    top = table["quadrant"].isin([Quadrant.ACT, Quadrant.REASSURE])
    chance = high_x.where(right, 1 - high_x) * high_worry.where(top, 1 - high_worry)
    rows = table.assign(
        name=wards["name"].to_numpy(),
        district=wards["district"].to_numpy(),
        district_code=wards["district_code"].to_numpy(),
        model_share=table["code"].map(model),
        chance=chance.where(table["quadrant"].isin(PLACES)),
    )
    shown = np.ones(len(rows), dtype=bool)
    if district:
        shown &= (rows["district_code"] == district).to_numpy()
    if quadrant:
        shown &= (rows["quadrant"] == quadrant).to_numpy()
    rows["shown"] = shown
    order = rows["quadrant"].map({each: place for place, each in enumerate(LOOKS)})
    by = rows.assign(order=order, sure=rows["chance"].fillna(0), both=high_x * high_worry)
    sorted_rows = by[shown].sort_values(["order", "sure", "both"], ascending=[True, False, False])
    rank = pd.Series(np.arange(1, len(sorted_rows) + 1), index=sorted_rows.index)
    return rows.assign(rank=rank.reindex(rows.index))


def middle_of(matrix: Matrix, *, shape_only: bool) -> tuple[float, float]:
    """Give the cuts of both sides on the scale that `gather` has."""
    return matrix.asb_cut, 0.0 if shape_only else matrix.worry_cut


def look_at(matrix: Matrix, wards: pd.DataFrame, district: str | None) -> Matrix:
    """Give the part of the matrix that is about a district; None is all of it."""
    if district is None:
        return matrix
    inside = wards.loc[wards["district_code"] == district, "code"]
    table = matrix.table[matrix.table["code"].isin(set(inside))]
    counts = {each: int((table["quadrant"] == each).sum()) for each in matrix.counts}
    return replace(matrix, table=table, counts=counts)


def label_quadrants(names: dict[str, str], counts: dict[str, int]) -> dict[str, str]:
    """Label the button of each quadrant with its shape, name and number of wards."""
    return {
        each: f"{look.sign} {names[each]} ({counts[each]:,})"
        for each, look in LOOKS.items()
        if counts[each] or each != "unknown"
    }


def say_meanings(axis: Axis) -> str:
    """Say what each quadrant means in one line; '' where their names say all."""
    held = [f"{LOOKS[each].sign} {said.rstrip('.')}" for each, said in axis.meanings.items()
            if said]  # fmt: skip
    return " · ".join(held)


def list_wards(rows: pd.DataFrame, axis: Axis, *, shape_only: bool = False) -> pd.DataFrame:
    """List the wards shown, the surest of each quadrant first."""
    worry, worry_range, chance, quadrants = FROM_MIDDLE if shape_only else WORRY
    shown = rows[rows["shown"]].sort_values("rank")
    reasons = shown["why"].map(axis.why).fillna(_say_unknown(shown, axis))
    extras = [f" ({reason})" if reason else "" for reason in reasons]
    return pd.DataFrame(
        {
            "#": shown["rank"].astype(int),
            "Ward": shown["name"],
            "District": shown["district"],
            quadrants: [
                f"{LOOKS[quadrant].sign} {axis.names[quadrant].removeprefix(f'{BY_KIND}: ')}{extra}"
                for quadrant, extra in zip(shown["quadrant"], extras, strict=True)
            ],
            axis.short: shown["x"].round(1),
            f"{axis.short}, likely range": _say_ranges(shown, "x"),
            f"Chance {axis.word} is high": _chances(shown["p_x_high"]),
            worry: shown["worry"].round(1),
            worry_range: _say_ranges(shown, "worry", signed=shape_only),
            chance: _chances(shown["p_worry_high"]),
            "From the model": _percent(shown["model_share"]),
            "Code": shown["code"],
        }
    ).reset_index(drop=True)


def tips(rows: pd.DataFrame, axis: Axis, *, shape_only: bool = False) -> list[list[str]]:
    """Give the tooltip of each ward on the map."""
    word = "By kind of area, points from the middle:" if shape_only else "Worry"
    return [
        [
            f"{row.name}, {row.district}" if row.district else str(row.name),
            f"{LOOKS[row.quadrant].sign} {axis.names[row.quadrant]}",
            f"{axis.short}: {say_figure(row.x, row.x_low, row.x_high)}",
            f"{word} " + say_figure(row.worry, row.worry_low, row.worry_high, signed=shape_only),
        ]
        for row in rows.itertuples(index=False)
    ]


def mix_table(
    segments: Segments, words: Quadrants, ward: str, quadrant: str, *, shape_only: bool = False
) -> tuple[pd.DataFrame, str]:
    """List the kinds of area of a ward with tactics and channels, and say what is left out.

    A survey of elsewhere suggests nothing for a ward of here, so it gets neither.
    """
    mine = segments.mix[segments.mix["ward_code"] == ward]
    shares = dict(zip(mine["segment_code"], mine["share"], strict=True))
    advice = words.advise_mix(shares, segments.classification, quadrant)
    table = pd.DataFrame(
        {
            "Kind of area": [segments.names.get(one.segment_code, one.segment_code)
                             for one in advice],
            "Residents": [f"{one.share:.0%}" for one in advice],
            "What fits": ["; ".join(one.tactics) or "No suggestion is held" for one in advice],
            "Ways to tell people": ["; ".join(one.channels) or "No suggestion is held"
                                    for one in advice],
        }
    )  # fmt: skip
    if shape_only:
        table = table[["Kind of area", "Residents"]]
    rest = 1 - sum(one.share for one in advice)
    missing = int((segments.missing["ward_code"] == ward).sum())
    said = [f"{segments.classification}: kinds of area, never kinds of people."]
    if rest > 0.005 and len(table):
        said.append(f"Kinds with under 10% of residents, together {rest:.0%}, are left out.")
    if missing:
        said.append(f"{missing:,} small areas of this ward are not in the classification.")
    return table, " ".join(said)


def say_points(value: float, *, signed: bool = False) -> str:
    """Write a figure to one decimal, with its sign where it is counted from a middle."""
    return f"{value:+,.1f}" if signed else f"{value:,.1f}"


def say_span(low: float, high: float, *, signed: bool = False) -> str:
    """Write a likely range."""
    if not np.isfinite(low):
        return NO_FIGURE
    return f"{say_points(low, signed=signed)} to {say_points(high, signed=signed)}"


def _say_unknown(rows: pd.DataFrame, axis: Axis) -> pd.Series:
    """Say why a ward is put nowhere; figures of one survey lack the same wards."""
    if axis.from_survey:
        missing = rows["x"].isna() | rows["worry"].isna()
        return missing.map({True: NO_CLASS, False: ""})
    return say_unknown(rows.rename(columns={"x": "asb"}))


def _chances(values: pd.Series) -> list[str]:
    return [say_chance(value) if np.isfinite(value) else NO_FIGURE for value in values]


def _percent(values: pd.Series) -> list[str]:
    return [f"{value:.0%}" if np.isfinite(value) else NO_FIGURE for value in values]


def _say_ranges(rows: pd.DataFrame, name: str, *, signed: bool = False) -> Sequence[str]:
    ends = zip(rows[f"{name}_low"], rows[f"{name}_high"], strict=True)
    return [say_span(low, high, signed=signed) for low, high in ends]


def say_figure(value: float, low: float, high: float, *, signed: bool = False) -> str:
    """Write a figure with its likely range."""
    if not np.isfinite(value):
        return NO_FIGURE
    return f"{say_points(value, signed=signed)} ({say_span(low, high, signed=signed)})"
