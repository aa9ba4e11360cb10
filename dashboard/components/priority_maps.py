"""Wards with a priority still to be met, on a map and in words; frames in, no page, no store."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dashboard.components.classes import Classes
from dashboard.components.ward_maps import WardMarks
from dashboard.messages import say_count
from dashboard.reports.priority_words import CAME
from dashboard.theme import BLUE, PAPER
from geodata.engagement_words import LIVE_STATES

WIDTH, HEIGHT = 350, 440
LIGHT = "#A9CBEA"
NONE, MET, LIVE = range(3)
LABELS = ("None listed (white)", "None still to be met (light)", "Still to be met (dark, lines)")
MOST_TITLES = 2


def classify(wards: pd.DataFrame, table: pd.DataFrame, district: str | None) -> Classes:
    """Give each ward its class: a live priority, only ones that are met, or none listed.

    Parameters
    ----------
    wards : DataFrame
        Current wards, in the order of the map.
    table : DataFrame
        Of the register: the priorities of the source that is looked at.
    district : str or None
        Code; wards of others have no class.
    """
    live = set(table.loc[table["status"].isin(LIVE_STATES), "ward_code"])
    listed = wards["code"].isin(set(table["ward_code"])).to_numpy()
    place = np.where(wards["code"].isin(live), LIVE, np.where(listed, MET, NONE))
    inside = (
        wards["district_code"].eq(district).to_numpy() if district else np.full(len(wards), True)
    )
    of_area = np.where(inside, place, -2)
    return Classes(
        colours=(PAPER, LIGHT, BLUE),
        labels=LABELS,
        sizes=tuple(int((of_area == one).sum()) for one in (NONE, MET, LIVE)),
        of_area=of_area,
    )


def mark_wards(wards: pd.DataFrame, table: pd.DataFrame, focus: str | None) -> WardMarks:
    """Give tooltips, the ring of the ward in focus, and lines over wards with a live priority."""
    return WardMarks(tips=_tips(wards, table), ranks={}, focus=focus, hatches={LIVE: (45.0, PAPER)})


def say_map(classes: Classes, source: str) -> str:
    """Say in words what the map shows: how many wards are of each class."""
    through = f" through {CAME[source]}" if source else ""
    none, met, live = classes.sizes
    has = "has" if live == 1 else "have"
    return (
        f"On the map: **{say_count(live, 'ward')} {has} a priority{through} still to be met**; "
        f"{met:,} only ones that are done or not taken up; {none:,} none listed{through}."
    )


def _tips(wards: pd.DataFrame, table: pd.DataFrame) -> Sequence[Sequence[str]]:
    live = table[table["status"].isin(LIVE_STATES)]
    titles = {str(code): rows["title"].tolist() for code, rows in live.groupby("ward_code")}
    listed = set(table["ward_code"])
    tips = []
    for code, name in zip(wards["code"], wards["name"], strict=True):
        mine = titles.get(code, [])
        rest = "Nothing still to be met" if code in listed else "No priority listed"
        head = f"{say_count(len(mine), 'thing')} still to be met" if mine else rest
        tips.append([str(name), head, *mine[:MOST_TITLES]])
    return tips
