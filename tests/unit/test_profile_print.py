"""The print of a ward profile: two pages at most, tagged, in greys, the same bytes each time."""

import datetime as dt
import io
import re
from dataclasses import replace
from itertools import pairwise

import pytest
import typst
from pypdf import PdfReader

from dashboard.reports import profile as print_of
from dashboard.reports.profile import FITS, MOST_PAGES, file_name, find_fit, make_pdf
from dashboard.reports.profile_matrix import find_ticks, write_matrix
from dashboard.reports.typesetting import NOT_SET
from dashboard.services.profile_blocks import (
    Officer,
    PlannedAction,
    Plans,
    Priorities,
    Priority,
    Profile,
    RepeatPlace,
    Team,
)
from geodata.errors import UserFacingError
from tests.made_profiles import make_partner_profile, make_profile

A4 = (595, 842)
BLOCKS = [
    "1 Who looks after this ward?", "2 How much ASB is recorded?", "3 What kind of ASB?",
    "4 When does it happen?", "5 Does it come back to the same places?",
    "6 Are the right questions asked?", "7 How worried are people?", "8 What do residents ask for?",
    "9 What is being done?", "10 About these figures",
]  # fmt: skip


def read(profile: Profile) -> PdfReader:
    return PdfReader(io.BytesIO(make_pdf(profile)))


def words_of(page) -> str:
    return " ".join(page.extract_text().split())


def crowded() -> Profile:
    """Everything at its longest: more officers, priorities and actions than a page can hold."""
    long = (
        "Cars and motorcycles race along the road by the shops at night and wake people up. " * 11
    )
    made = make_profile()
    officer = Officer("PC " + "Wexmarsh" * 8, "Neighbourhood beat officer " * 3, "North team " * 6,
                      "north.team@wexmarsh.example", "01632 960001", False)  # fmt: skip
    street = RepeatPlace("On or near " + "Long" * 15, 99, None)
    priority = Priority(long[:120], long[:1_000], "parish", dt.date(2026, 5, 1), "in hand", "",
                        long[:1_000], long[:1_000], 30, 0.5)  # fmt: skip
    return replace(
        made,
        team=Team((officer,) * 9, dt.date(2026, 9, 1)),
        repeats=replace(made.repeats, places=(street,) * 5),
        categories=replace(made.categories, types=(("x" * 60, 1.0),) * 5),
        worry=replace(made.worry, tactics=("y " * 100,) * 4, communications=("z " * 100,) * 4),
        priorities=Priorities((priority,) * 40, 40),
        plans=Plans((PlannedAction(long[:120], "Officer " * 8, dt.date(2026, 10, 1), "open"),) * 40,
                    55, True),
        notes=replace(made.notes, lines=(long[:200],) * 9),
    )  # fmt: skip


@pytest.mark.parametrize(
    "profile", [make_profile(), make_partner_profile()], ids=["all", "partner"]
)
def test_print_has_two_a4_pages_with_mark_day_and_number_on_each(profile: Profile) -> None:
    pages = read(profile).pages
    assert 1 <= len(pages) <= MOST_PAGES
    for number, page in enumerate(pages, start=1):
        assert [round(float(side)) for side in page.mediabox[2:]] == list(A4)
        said = words_of(page)
        assert said.count(profile.marking) >= 2
        assert profile.notes.data_to in said
        assert profile.notice in said
        assert f"Page {number} of {len(pages)}" in said


@pytest.mark.parametrize(
    "profile", [make_profile(), make_partner_profile()], ids=["all", "partner"]
)
def test_print_holds_the_ten_blocks_in_their_order(profile: Profile) -> None:
    said = " ".join(words_of(page) for page in read(profile).pages)
    places = [said.find(title) for title in BLOCKS]
    assert min(places) >= 0
    assert places == sorted(places)


def test_print_is_tagged_with_language_title_headings_tables_and_words_for_drawings() -> None:
    reader = read(make_profile())
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert reader.metadata is not None and reader.metadata.title == "Aldmere ward profile"
    kinds: list[str] = []
    described = 0

    def walk(node) -> None:
        nonlocal described
        for child in node if isinstance(node, list) else [node]:
            found = child.get_object() if hasattr(child, "get_object") else child
            if not hasattr(found, "get"):
                continue
            if "/S" in found:
                kinds.append(str(found["/S"]))
                described += "/Alt" in found
            if "/K" in found:
                inside = found["/K"].get_object()
                walk(list(inside) if isinstance(inside, list) else [inside])

    walk(root["/StructTreeRoot"])
    assert kinds.count("/H1") == 1 and kinds.count("/H2") == len(BLOCKS)
    assert kinds.count("/Table") >= 5 and "/TH" in kinds
    assert kinds.count("/Figure") >= 4 and described >= kinds.count("/Figure")


@pytest.mark.parametrize(
    "profile", [make_profile(), make_partner_profile()], ids=["all", "partner"]
)
def test_print_uses_greys_only(profile: Profile) -> None:
    for page in read(profile).pages:
        drawn = page.get_contents().get_data().decode("latin-1")
        forms = [
            item.get_object().get_data().decode("latin-1")
            for item in (page["/Resources"].get("/XObject") or {}).values()
        ]
        for text in [drawn, *forms]:
            for red, green, blue in re.findall(
                r"(?<![\d.])([\d.]+) ([\d.]+) ([\d.]+) (?:rg|RG|scn|SCN|sc|SC)\b", text
            ):
                assert red == green == blue


def test_same_profile_gives_the_same_bytes() -> None:
    assert make_pdf(make_profile()) == make_pdf(make_profile())


def test_crowded_ward_fits_and_says_what_is_left_out() -> None:
    pages = read(crowded()).pages
    assert len(pages) <= MOST_PAGES
    said = " ".join(words_of(page) for page in pages)
    assert re.search(r"3[4-8] more not printed", said)
    assert "15 actions about people or a restricted place not printed" in said


def test_markup_in_words_is_set_as_words() -> None:
    evil = '#panic("x") *bold* $x^2$ `raw` @ref <label> \\ #read("profile.typ")'
    made = make_profile(ward=evil)
    said = words_of(read(made).pages[0])
    assert "*bold* $x^2$ `raw` @ref <label>" in said


def test_fullest_form_is_large_enough_to_read() -> None:
    assert FITS[0].size == 11
    assert [fit.size for fit in FITS] == sorted((fit.size for fit in FITS), reverse=True)


def test_drawings_grow_into_free_space_and_move_no_block_to_the_next_page() -> None:
    made = make_profile()
    fit = find_fit(made)
    assert fit.tall > 1
    pages = print_of._find_pages(made, fit)
    assert pages == print_of._find_pages(made, replace(fit, tall=1.0))
    assert len(pages) == len(BLOCKS) and max(pages) <= MOST_PAGES and pages == sorted(pages)


@pytest.mark.parametrize(
    "profile", [make_profile(), make_partner_profile()], ids=["all", "partner"]
)
def test_no_block_is_set_over_two_pages(profile: Profile) -> None:
    reader = read(profile)
    pages = print_of._find_pages(profile, find_fit(profile))
    for title, page in zip(BLOCKS, pages, strict=True):
        assert title in words_of(reader.pages[page - 1]), f"{title} ends on page {page}"


def test_print_opens_with_the_finding() -> None:
    said = words_of(read(make_profile()).pages[0])
    order = ["Aldmere: recorded ASB clearly above the county's rate", "Aldmere ward profile.",
             "24.0 incidents for every 1,000 residents (likely range 19.9 to 28.7)",
             "1 Who looks after this ward?"]  # fmt: skip
    places = [said.find(one) for one in order]
    assert min(places) >= 0 and places == sorted(places)


def test_bars_have_zero_ticks_and_a_few_names() -> None:
    asb = make_profile().asb
    drawn = print_of._write_bars(asb.bars, "month", "Aldmere")
    assert drawn is not None
    assert [said for _, said in drawn["ticks"]] == ["0", "5", "10"]
    assert [n for n, _ in drawn["marks"]] == [0, 8, 15, 23]
    assert print_of._shorten_month("October 2024") == "Oct 2024"
    assert print_of._shorten_month("Oct to Dec 2024") == "Oct to Dec 2024"


@pytest.mark.parametrize(
    "low, high", [(0, 116), (34.2, 57.9), (0, 3), (0, 1), (-1, 83), (0, 9_999)]
)
def test_ticks_are_round_and_lie_in_the_span(low: float, high: float) -> None:
    ticks = find_ticks(low, high)
    assert all(low <= tick <= high and tick == int(tick) for tick in ticks)
    assert 2 <= len(ticks) <= 11 and len({b - a for a, b in pairwise(ticks)}) == 1


def test_file_name_holds_codes_and_fixed_words_only() -> None:
    assert file_name(make_profile(ward="Nobody's")) == "wardlight-profile-E05000001-operational.pdf"


def test_drawing_of_the_matrix_stays_in_its_frame_and_is_put_in_words() -> None:
    worry = replace(
        make_profile().worry, asb=24.0, asb_low=20.0, asb_high=30.0, asb_cut=18.0,
        others=((30.0, 5.0), (50.0, 9_000.0), (46.2, 24.0)), corners=("A", "Q", "R", "K"),
    )  # fmt: skip
    drawn = write_matrix(worry)
    assert drawn is not None
    for pair in [*drawn["others"], drawn["here"], drawn["across"], drawn["up"], drawn["cut"]]:
        assert all(0 <= value <= 1 for value in pair)
    assert drawn["across"][1] < 1 and drawn["others"][1][0] == 1
    assert "Too close to call" in drawn["alt"]
    assert drawn["unit"] == "0 to 100"
    for axis in ("across", "up"):
        assert len(drawn["ticks"][axis]) >= 2
        assert all(0 <= place <= 1 for place, _ in drawn["ticks"][axis])
    assert write_matrix(make_profile().worry) is None


def asked_for(title: str) -> Profile:
    priority = Priority(title, "", "pact", dt.date(2026, 5, 1), "in hand", "", title, title, 9, 0.1)
    return make_profile(
        ward=title, priorities=Priorities((priority,), 1),
        team=Team((Officer(title, title, title, "", "", True),), None),
        plans=Plans((PlannedAction(title, title, None, "open"),), 1, shows_actions=True),
    )  # fmt: skip


@pytest.mark.parametrize(
    "title, said",
    [
        ("Lights \U0001f6a8 off", "Lights □ off"), ("路灯 lamp", "□□ lamp"), ("a\x00b\x07c", "abc"),
        ("ab\uffff", "ab□"), ("a\ud800b", "ab"), ("\u202eabc", "abc"), ("Łódź Ŵ", "Łódź Ŵ"),
        ("a\tb\r\nc", "a b c"), ("e\u0301t\u00e9", "été"), ("#import $ _a_", "#import $ _a_"),
        ("إضاءة", "□□□□□"), ("സ\u0d4d\u200dx", "□□x"), ("\u26a0\ufe0f", "□"),
    ],
)  # fmt: skip
def test_signs_that_the_fonts_lack_are_replaced_and_the_print_is_made(
    title: str, said: str
) -> None:
    assert said in words_of(read(asked_for(title)).pages[0])


def test_every_sign_that_is_kept_can_be_printed() -> None:
    every = "".join(map(chr, range(0x20, 0x2800)))
    kept = [sign for sign in every if not NOT_SET.match(sign) and sign.strip()]
    for start in range(0, len(kept), 100):
        assert make_pdf(asked_for(" ".join(kept[start : start + 100])))


def test_print_that_cannot_be_set_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_, **__):
        raise typst.TypstError("the text `Quagga` could not be displayed")

    monkeypatch.setattr(typst, "compile", fail)
    with pytest.raises(UserFacingError, match="cannot be made") as error:
        make_pdf(make_profile())
    assert "Quagga" not in str(error.value)
