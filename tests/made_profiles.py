"""Ward profiles made by hand, for tests of their words and their print."""

import datetime as dt
from dataclasses import replace
from typing import Any

import geopandas as gpd
from shapely.geometry import box

from analytics.rates import compare_counts
from dashboard.services.profile_blocks import (
    Answered,
    Asb,
    Bar,
    Categories,
    Completeness,
    Notes,
    Officer,
    PlannedAction,
    Plans,
    Priorities,
    Priority,
    Profile,
    Rate,
    RepeatPlace,
    Repeats,
    Team,
    When,
    Worry,
)
from dashboard.services.profile_outline import draw_outline

DAY = dt.date(2026, 9, 30)
NAN = float("nan")
MONTHS = 24


def make_wards() -> gpd.GeoDataFrame:
    """Two districts: one of two square wards, one of one; the last has no residents."""
    squares = [box(0, 0, 4_000, 4_000), box(4_000, 0, 8_000, 4_000), box(8_000, 0, 12_000, 4_000)]
    return gpd.GeoDataFrame(
        {
            "code": ["E05000001", "E05000002", "E05000003"],
            "name": ["Aldmere", "Brimhurst", "Colsted"],
            "district_code": ["E07000001", "E07000001", "E07000002"],
            "district": ["Wexmarsh", "Wexmarsh", "Stourley"],
            "residents": [5_000.0, 8_000.0, 0.0],
            "non_residential": [False, False, False],
        },
        geometry=squares,
        crs="EPSG:27700",
    )


def make_profile(**changes: Any) -> Profile:
    """Give an operational profile with something in every block."""
    grid = tuple(tuple((hour * day) % 7 for day in range(7)) for hour in range(24))
    profile = Profile(
        ward_code="E05000001",
        ward="Aldmere",
        district="Wexmarsh",
        audience="operational",
        marking="OFFICIAL-SENSITIVE",
        notice="Synthetic data: an invented county.",
        is_synthetic=True,
        outline=draw_outline(make_wards(), "E05000001"),
        team=Team(
            (
                Officer("PC Aldmere Brim", "Ward officer", "Wexmarsh team", "aldmere@wex.example",
                        "01632 960001", True),
                Officer("PCSO Colsted Ald", "PCSO", "Wexmarsh team", "", "", False),
            ),
            dt.date(2026, 9, 1),
        ),
        asb=Asb(
            "October 2025 to September 2026", 120.0, "", 5_000.0, 24.0, 19.9, 28.7,
            (Rate("Wexmarsh", 20.4, 19.7, 21.2), Rate("County", 18.1, 17.8, 18.4)), 8, 17, 60,
            compare_counts(120, 100),
            "October 2024 to September 2025",
            tuple(Bar(f"Month {n}", float(4 + n % 9)) for n in range(MONTHS)), "month",
        ),
        categories=Categories(
            "Aldmere", "October 2025 to September 2026",
            (("personal", 30.0, ""), ("nuisance", 70.0, ""), ("environmental", 15.0, ""),
             ("not recorded", 5.0, "")),
            (("noise", 40.0), ("rowdy or inconsiderate", 30.0)),
        ),
        when=When(grid, 110, 10, 20, 0, 0.42, 0.33, 0.52, True),
        repeats=Repeats(
            tuple(RepeatPlace(f"On or near {word} Lane", 9 - n, DAY)
                  for n, word in enumerate(("Brim", "Cold", "Dun", "Elm", "Fen"))),
            17.0, "", "more than one incident in 12 calendar months", DAY, True,
        ),
        completeness=Completeness(
            (Answered("Repeat victims asked", 90, 120, 0.75, 0.66, 0.82),
             Answered("Vulnerability asked", 60, 120, 0.5, 0.41, 0.59)),
            "◐ Fair", "Fair: only 60 of 120 incidents have an answer on vulnerability.",
        ),
        worry=Worry(
            survey="County survey", measure="Worry score", method="Multilevel model",
            year="year to 30 September 2026", value=46.2, low=39.0, high=53.5, county=41.0,
            model_share=0.7, quadrant="Too close to call", why="worry", p_worry_high=0.74,
            p_asb_high=0.93, certainty=0.8,
            tactics=("Collect more: boost the survey", "Ask at the next meeting"),
            communications=(), proposal="Names: proposal, not policy, from 1 January 2000.",
        ),
        priorities=Priorities(
            tuple(
                Priority(f"Mend the lights of path {n}", "", "parish", DAY, "in hand", "",
                         "Lights were mended." if n else "", "Those who came to the meeting",
                         20 + n, 0.4)
                for n in range(4)
            ),
            4,
        ),
        plans=Plans((PlannedAction("Walk the high street", "Sergeant, north team", DAY, "open"),),
                    2, True),
        notes=Notes("Data to 30 September 2026", ("Incidents: one force.", "Rates are so.")),
    )  # fmt: skip
    return replace(profile, **changes)


def make_partner_profile(**changes: Any) -> Profile:
    """Give a partner's profile of a ward with fewer than 5 incidents."""
    base = make_profile(
        audience="partner",
        marking="OFFICIAL",
        asb=Asb("2025", NAN, "Fewer than 5", 5_000.0, NAN, NAN, NAN,
                (Rate("Wexmarsh", 20.4, 19.7, 21.2),), 0, 0, 0, None,
                "Nothing is compared: 2024 or 2025 is not shown.", (), "year"),
        categories=Categories("Wexmarsh", "2025", (("personal", 30.0, ""),
                              ("nuisance", NAN, "Fewer than 5")), ()),
        when=When((), 0, 0, 0, 0, NAN, NAN, NAN, False, "Not released: hours"),
        repeats=Repeats((), NAN, "fewer than 5", "more than one incident", None, False,
                        "Not released below districts: the places themselves"),
        completeness=Completeness((), "", "", "Not released: which questions were answered"),
        plans=Plans((), 0, False),
        notes=Notes("Released figures of 2025", ("Counts of 0 to 4 are fewer than 5.",)),
    )  # fmt: skip
    return replace(base, **changes)
