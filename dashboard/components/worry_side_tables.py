"""What stands beside worry: experience, drivers, confidence, and ASB that is not reported."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dashboard.components.plain_words import plain
from dashboard.components.worry_axis import label_of
from dashboard.messages import NO_FIGURE, say_chance
from dashboard.services.worry import EstimatesFound

GAP_WARNING = (
    "**For engagement, never enforcement.** Few reports beside much experience is a reason to go "
    "and listen and to make reporting easier. It is no evidence against anybody."
)

GAP_LEGEND = (
    "◆ Dark: likely under-reported. White: not clear. Dashed lines are the medians of all wards: "
    "top left is where much is met and little reported. Numbers on the map are those of the list "
    "of likely wards."
)


def compare_ward(found: Sequence[EstimatesFound], ward: str) -> pd.DataFrame:
    """Give each figure of one ward beside that of all wards by residents.

    Returns
    -------
    DataFrame
        measure, value, low, high, county; those without an estimate are left out.
    """
    rows = []
    for one in found:
        if one.estimates is None:
            continue
        table = one.estimates.table.set_index("code")
        if ward not in table.index or not np.isfinite(table.loc[ward, "value"]):
            continue
        row = table.loc[ward]
        rows.append((label_of(one), row["value"], row["low"], row["high"], _of_all(table)))
    return pd.DataFrame(rows, columns=["measure", "value", "low", "high", "county"])


def say_refused(found: Sequence[EstimatesFound]) -> str:
    """Say which figures have no ward estimate, and why; '' if all have one."""
    refused = [one for one in found if one.estimates is None]
    if not refused:
        return ""
    named = "; ".join(f"{one.measure.label} ({one.refused.rstrip('.')})" for one in refused)
    return f"No ward figure: {named}."


def say_measures(found: Sequence[EstimatesFound]) -> str:
    """Say what each figure counts."""
    return "What is counted: " + "; ".join(one.measure.label for one in found) + "."


def list_sides(found: Sequence[EstimatesFound], rows: pd.DataFrame) -> pd.DataFrame:
    """List the wards shown with each figure and its likely range, the most worried first."""
    shown = rows[rows["shown"]].sort_values("worry", ascending=False)
    table = pd.DataFrame(
        {
            "Ward": shown["name"],
            "District": shown["district"],
            "Worry": _say(shown["worry"], shown["worry_low"], shown["worry_high"]),
        }
    )
    for one in found:
        if one.estimates is not None:
            own = one.estimates.table.set_index("code").reindex(shown["code"])
            table[label_of(one)] = _say(own["value"], own["low"], own["high"])
    return table.assign(Code=shown["code"]).reset_index(drop=True)


def gather_gap(gap: pd.DataFrame, wards: pd.DataFrame, district: str | None) -> pd.DataFrame:
    """Gather the reporting gap of each ward in the order of the wards, for chart, map and list."""
    found = gap.set_index("code").reindex(wards["code"]).reset_index()
    shown = np.ones(len(wards), dtype=bool)
    if district:
        shown = (wards["district_code"] == district).to_numpy()
    likely = found["likely"].fillna(False).astype(bool).to_numpy()
    # Only wards that are likely have a number: no order is made of what is not clear.
    order = found["p_gap"].where(shown & likely).rank(ascending=False, method="first")
    return found.assign(
        name=wards["name"].to_numpy(), district=wards["district"].to_numpy(), shown=shown,
        x=found["asb"], x_low=found["asb_low"], x_high=found["asb_high"],
        y=found["experience"], y_low=found["experience_low"], y_high=found["experience_high"],
        marked=likely, rank=order,
    )  # fmt: skip


def middle_of(rows: pd.DataFrame) -> tuple[float, float]:
    """Give the median of both figures, where the dashed lines of a chart stand."""
    return float(np.nanmedian(rows["x"])), float(np.nanmedian(rows["y"]))


def say_gap(rows: pd.DataFrame, measure: str, place: str, sure: int) -> str:
    """Say how many wards are likely to have ASB that is not reported."""
    inside = rows[rows["shown"]]
    likely = int((inside["marked"]).sum())
    known = int(np.isfinite(inside["p_gap"]).sum())
    return (
        f"In **{likely:,} of {known:,} wards** of {place} it is at least {sure}% sure that more "
        f"residents than in most wards meet ASB ({measure}) while fewer report it than in most."
    )


def say_gap_focus(rows: pd.DataFrame, code: str | None, unit: str) -> str:
    """Answer the question for the ward in focus; '' without one."""
    found = rows[rows["code"] == code]
    if found.empty:
        return ""
    row = found.iloc[0]
    place = plain(f"{row['name']}, {row['district']}" if row["district"] else str(row["name"]))
    if not np.isfinite(row["p_gap"]):
        return f"**{place}: ✚ Not known**, since one of the two figures is missing."
    word = "◆ Likely under-reported" if row["marked"] else "○ Not clear"
    figures = found.iloc[[0]]
    ends = f"({row['y_low']:.0f} to {row['y_high']:.0f})"
    recorded = _say(figures["x"], figures["x_low"], figures["x_high"], 1)[0]
    return (
        f"**{place}: {word}** (chance {say_chance(row['p_gap'])}). "
        f"Met ASB: {row['y']:.0f} {unit} {ends}; recorded: {recorded} per 1,000 residents."
    )


def list_gap(rows: pd.DataFrame, unit: str, *, likely: bool) -> pd.DataFrame:
    """List wards by how likely it is that ASB is under-reported, the likeliest first.

    Parameters
    ----------
    rows : DataFrame
        From `gather_gap`.
    unit : str
        What the figure of ASB that people met is in.
    likely : bool
        True for the wards that are likely, with the numbers of the map; False for the others.
    """
    shown = rows[rows["shown"] & np.isfinite(rows["p_gap"]) & (rows["marked"] == likely)]
    shown = shown.sort_values("p_gap", ascending=False, kind="stable")
    table = pd.DataFrame(
        {
            "Ward": shown["name"],
            "District": shown["district"],
            "Chance": [say_chance(chance) for chance in shown["p_gap"]],
            f"Met ASB, {unit}": _say(shown["y"], shown["y_low"], shown["y_high"]),
            "Recorded per 1,000": _say(shown["x"], shown["x_low"], shown["x_high"], 1),
            "Code": shown["code"],
        }
    ).reset_index(drop=True)
    if likely:
        table.insert(0, "#", shown["rank"].astype(int).to_numpy())
    return table


def gap_tips(rows: pd.DataFrame, unit: str) -> list[list[str]]:
    """Give the tooltip of each ward on the map of the reporting gap, with likely ranges."""
    met = _say(rows["y"], rows["y_low"], rows["y_high"])
    recorded = _say(rows["x"], rows["x_low"], rows["x_high"], 1)
    return [
        [
            f"{row.name}, {row.district}" if row.district else str(row.name),
            "Likely under-reported" if row.marked else "Not clear",
            f"Met ASB, {unit}: {of_people}",
            f"Recorded per 1,000: {of_police}",
        ]
        for row, of_people, of_police in zip(
            rows.itertuples(index=False), met, recorded, strict=True
        )
    ]


def _of_all(table: pd.DataFrame) -> float:
    known = table[np.isfinite(table["value"])]
    weights = known["residents"].to_numpy(dtype=float)
    if weights.sum() <= 0:
        return float(known["value"].mean())
    return float(np.average(known["value"], weights=weights))


def _say(value: pd.Series, low: pd.Series, high: pd.Series, places: int = 0) -> list[str]:
    return [
        f"{a:,.{places}f} ({b:,.{places}f} to {c:,.{places}f})" if np.isfinite(a) else NO_FIGURE
        for a, b, c in zip(value, low, high, strict=True)
    ]
