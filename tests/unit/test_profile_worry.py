"""Block 7 of a ward profile: what a survey of elsewhere may say, on top, in the block, in print."""

import datetime as dt
import io
from dataclasses import replace

import numpy as np
import pandas as pd
from pypdf import PdfReader

from analytics.worry.sample import Method, WardEstimates
from dashboard.reports.profile import make_pdf
from dashboard.reports.profile_matrix import write_matrix
from dashboard.reports.profile_words import say_headlines, say_sections
from dashboard.services import worry
from dashboard.services.profile_blocks import Worry
from dashboard.services.profile_worry import find_worry
from geodata.calendar import Month, Period
from geodata.store.surveys import SurveyHead
from geodata.survey_items import Item
from tests.made_profiles import make_profile

CODES = [f"E0500000{n}" for n in range(1, 8)]
ITEM = Item("noise", "Worry about noise", "How worried are you?", "worry", "", True)
HEAD = SurveyHead(
    1, "Survey", "microdata", "area", "", "Segments", dt.date(2026, 9, 30), (ITEM,), False
)
SHAPE = "The survey is of other places or times: it shows a shape and no figure of here."
FORBIDDEN = (
    "Act and show it",
    "Worth considering",
    "How to tell people",
    "of 100",
    "likely range 8",
)


def find(*, shape_only: bool) -> Worry:
    """Find block 7 of the ward with the highest ASB and the highest worry by far."""
    value = np.array([86.0, 40, 41, 42, 43, 44, 45])
    table = pd.DataFrame(
        {"code": CODES, "district_code": "D", "residents": 5_000.0, "value": value, "se": 1.0,
         "low": value - 2, "high": value + 2, "model_share": 0.5, "respondents": 10}
    )  # fmt: skip
    counts = pd.DataFrame(
        {"code": CODES, "district_code": "D", "count": [900.0, 100, 101, 102, 103, 104, 105],
         "residents": 5_000.0, "released": False}
    )  # fmt: skip
    measure = worry.usual_measure(HEAD)
    assert measure is not None
    made = WardEstimates(Method.MULTILEVEL, table, pd.DataFrame(), pd.DataFrame())
    found = worry.EstimatesFound(HEAD, measure, made, None, "", None, shape_only, 50)
    period = Period(Month(2025, 10), Month(2026, 9))
    return find_worry(worry.find_matrix(found, worry.WardAsb(period, counts, False)), CODES[0])


def test_survey_of_here_gives_figure_quadrant_and_drawing() -> None:
    block = find(shape_only=False)
    assert (block.value, block.low, block.high) == (86, 84, 88)
    assert block.quadrant and block.tactics and block.corners and not block.is_share
    drawn = write_matrix(block)
    assert drawn is not None
    assert max(drawn["up"]) < 1, "this ward and its range stand inside the frame"
    assert "86 of 100" in " ".join(say_sections(make_profile(worry=block))[6].lines)


def test_survey_of_elsewhere_gives_one_sentence_and_nothing_else() -> None:
    block = find(shape_only=True)
    assert block == Worry(reason=SHAPE, survey="Survey", measure=block.measure, is_share=False)
    assert np.isnan([block.value, block.county, block.asb, block.p_worry_high]).all()
    assert write_matrix(block) is None
    profile = make_profile(worry=block)
    assert say_sections(profile)[6].lines == (SHAPE,)
    top = say_headlines(profile)[2]
    assert (top.label, top.figure) == ("Worry", "No estimate")
    assert not any(word in repr((say_sections(profile), top)) for word in FORBIDDEN)


def test_print_of_a_survey_of_elsewhere_has_the_sentence_and_no_drawing() -> None:
    pages = PdfReader(io.BytesIO(make_pdf(make_profile(worry=find(shape_only=True))))).pages
    said = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert SHAPE in said and "No estimate" in said
    assert "Modelled worry, more to the right" not in said and "most worried" not in said
    assert not any(word in said for word in FORBIDDEN)


def test_without_a_survey_it_is_said() -> None:
    assert find_worry(None, CODES[0]).reason == "No survey that is held asks about worry."


def test_print_of_a_share_names_the_ends_of_its_scale_so() -> None:
    made = make_profile()
    share = make_profile(worry=replace(made.worry, is_share=True))
    for profile, ends in ((made, "0: not worried"), (share, "100%: everybody")):
        pages = PdfReader(io.BytesIO(make_pdf(profile))).pages
        assert ends in " ".join(" ".join(page.extract_text() for page in pages).split())
