"""An invented survey and its wards by ASB and worry, small enough to check by hand."""

import datetime as dt

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analytics.shrinkage import shrink_rates
from analytics.worry.configuration import load_quadrants
from analytics.worry.matrix import place_in_matrix
from analytics.worry.measures import Measure
from analytics.worry.sample import Method, WardEstimates
from dashboard.components import worry_axis
from dashboard.services.worry import EstimatesFound, MatrixFound, WardAsb
from geodata.calendar import Month, Period
from geodata.store.surveys import SurveyHead
from geodata.survey_items import Item

CODES = [f"X0500000{number}" for number in range(1, 7)]
ITEMS = (
    Item("insult", "Worry about being insulted", role="worry", in_score=True),
    Item("noise", "Noise", role="driver", yes_label="a big problem"),
    Item("seen", "ASB seen or suffered", role="experience", yes_label="yes"),
    Item("agree", "Council and police deal with it", role="confidence", yes_label="agree"),
    Item("youth", "Young people hanging about", role="other", yes_label="a big problem"),
)
SURVEY = SurveyHead(
    1, "County survey", "microdata", "area", "", "Kinds", dt.date(2026, 9, 30), ITEMS, True
)
WARDS = gpd.GeoDataFrame(
    {
        "code": CODES,
        "name": [f"Ward {code[-1]}" for code in CODES],
        "district_code": ["X07000001"] * 3 + ["X07000002"] * 3,
        "district": ["North"] * 3 + ["South"] * 3,
        "residents": [5_000.0] * 6,
        "longitude": np.linspace(0.1, 0.6, 6),
        "latitude": [51.2] * 6,
    },
    geometry=[shapely.box(570_000 + 2_000 * i, 150_000, 572_000 + 2_000 * i, 152_000)
              for i in range(6)],
    crs="EPSG:27700",
)  # fmt: skip
COUNTS = np.array([500.0, 480.0, 40.0, 30.0, 150.0, np.nan])
WORRY = np.array([70.0, 30.0, 72.0, 28.0, 50.5, 50.0])


def estimates(values: np.ndarray = WORRY, se: float = 2.0) -> WardEstimates:
    table = pd.DataFrame(
        {
            "code": CODES, "district_code": WARDS["district_code"], "residents": 5_000.0,
            "value": values, "se": se, "low": values - 1.96 * se, "high": values + 1.96 * se,
            "model_share": 0.4, "respondents": 20,
        }
    )  # fmt: skip
    districts = pd.DataFrame(
        {"code": ["X07000001", "X07000002"], "shift": [0.4, np.nan], "benchmarked": [True, False]}
    )
    pooled = pd.DataFrame({"segment_code": ["1", "2"], "n": [90, 8], "pooled_into": ["", "all"]})
    return WardEstimates(Method.MULTILEVEL, table, districts, pooled)


SCORE = Measure("worry", "Worry score", False, "worry", ("insult",))


def found(measure: Measure | None = None, **changes: object) -> EstimatesFound:
    measure = measure or SCORE
    given = {"estimates": estimates(), "gain": None, "refused": "", "year": None,
             "shape_only": False, "respondents": 4_000} | changes  # fmt: skip
    return EstimatesFound(SURVEY, measure, **given)  # type: ignore[arg-type]


def make_matrix() -> MatrixFound:
    asb = WardAsb(
        Period(Month(2025, 1), Month(2025, 12)),
        pd.DataFrame({"code": CODES, "count": COUNTS, "residents": 5_000.0}),
        released=True,
    )
    rates = shrink_rates(COUNTS, np.full(6, 5_000.0))
    matrix = place_in_matrix(rates, estimates().table, codes=CODES)
    return MatrixFound(matrix, found(), asb, load_quadrants(dt.date(2026, 11, 1)))


def axis_of(matrix_found: MatrixFound) -> worry_axis.Axis:
    return worry_axis.asb_axis(matrix_found.asb, matrix_found.quadrants)
