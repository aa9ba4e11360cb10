"""'You said, we did': a letter in plain text and a tagged print in greys, that promises nothing."""

import datetime as dt
import io
import re

import pandas as pd
import pytest
from pypdf import PdfReader

from dashboard.reports import priority_words
from dashboard.reports.letter import NOBODY, STANDS, Letter, make_pdf, make_text, write_letter
from dashboard.services.priorities import make_register
from geodata.engagement_words import PRIORITY_SOURCES, PRIORITY_STATES
from geodata.schemas import OFFICER_COLUMNS
from tests.unit.test_engagement_words import DAY, priorities, wards

A4 = (595, 842)


def officers(**changes) -> pd.DataFrame:
    row = {
        "ward_code": "X05000001", "name": "Elin Ezzithgarth", "role": "Beat officer",
        "team": "Vale team", "email": "Vale.Team@force.example", "phone": "01632 960133 Ext 4",
        "is_lead": True, "as_at": dt.date(2026, 6, 1),
    }  # fmt: skip
    return pd.DataFrame([{**row, **changes}], columns=list(OFFICER_COLUMNS))


def written(table: pd.DataFrame | None = None, *, ward: str | None = None, **changes) -> Letter:
    register = make_register(priorities() if table is None else table, wards(), None, ward, on=DAY)
    given = {
        "holds": "", "marking": "OFFICIAL", "notice": "Invented.", "is_synthetic": True,
        "as_of": DAY,
    }  # fmt: skip
    place = "Vale, Medford" if ward else "the county"
    return write_letter(register.table, officers(), place, **{**given, **changes})


def said_by(letter: Letter) -> str:
    return make_text(letter).decode()


def read(letter: Letter) -> PdfReader:
    return PdfReader(io.BytesIO(make_pdf(letter)))


def words_of(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in reader.pages)


@pytest.mark.parametrize("status", list(PRIORITY_STATES))
def test_what_nobody_wrote_is_not_promised(status: str) -> None:
    said = priority_words.say_did({"we_did": "", "status": status, "agreed_on": DAY})
    assert "17 June 2026" in said and "recorded" in said
    assert not re.search(r"\bwill\b|\bwe have\b|\bwe are\b|yet to", said, re.IGNORECASE)
    assert priority_words.say_did({"we_did": "Gates", "status": status}) == "Gates"


def test_every_source_and_state_has_its_words() -> None:
    assert set(priority_words.CAME) == set(PRIORITY_SOURCES)
    assert set(STANDS) == set(PRIORITY_STATES)


def test_plain_text_of_a_ward_is_headed_with_it_and_names_its_officer() -> None:
    letter = written(ward="X05000001")
    made = make_text(letter)
    assert made.startswith(b"You said, we did: Vale, Medford\r\nAs of 17 June 2026. Invented.\r\n")
    said = said_by(letter)
    assert "===" not in said and said.count("Vale, Medford") == 1
    assert (
        "Your named officer: Elin Ezzithgarth, Beat officer, Vale team. Telephone "
        "01632 960133 Ext 4; e-mail Vale.Team@force.example." in said
    )
    assert "Names as listed on 1 June 2026." in said


def test_plain_text_says_every_priority_by_ward_in_order() -> None:
    said = said_by(written())
    assert said.index("Coast, Hythe") < said.index("Vale, Medford")
    for part in (
        "You said: Bikes keep us awake.", "You said: Noise", "How it stands: Not taken up.",
        "We did: Done; nothing is recorded of what was done. Agreed on 17 June 2026.",
        "We did: Nothing recorded yet; agreed on 17 June 2026.",
        "Where it came from: the parish or town council, 17 June 2026.",
    ):  # fmt: skip
        assert part in said
    assert ": ".join(NOBODY) in said.split("Vale, Medford")[0]
    assert "X05" not in said and "changed" not in said


def test_what_residents_said_forges_no_line_of_what_was_done() -> None:
    forged = priorities().assign(
        you_said="Noise\r\nWe did: nothing", we_did="Gates\u2028You said: thanks", people_asked=3,
        title=[f"{n}\nYour team: me" for n in range(4)],
        how_representative="Door to door\nYou said: x",
    )  # fmt: skip
    lines = said_by(written(forged)).splitlines()
    assert sum(line.startswith("We did:") for line in lines) == 3
    assert sum(line.startswith("You said:") for line in lines) == 3
    assert [line for line in lines if line.startswith("Your team")] == []


def test_choice_of_source_and_standing_stands_in_the_letter() -> None:
    letter = written(holds="Only priorities through a survey.")
    assert "Only priorities through a survey." in said_by(letter)
    assert "Only priorities through a survey." in words_of(read(letter))


def test_print_has_a4_pages_with_mark_day_notice_and_number_on_each() -> None:
    table = priorities()
    many = pd.concat([table.assign(title=f"Litter {n}") for n in range(12)], ignore_index=True)
    pages = read(written(many)).pages
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert [round(float(side)) for side in page.mediabox[2:]] == list(A4)
        said = " ".join(page.extract_text().split())
        assert said.count("OFFICIAL") >= 2 and "As of 17 June 2026." in said
        assert "Invented." in said and f"Page {number} of {len(pages)}" in said


def test_print_says_what_the_plain_text_says() -> None:
    letter = written()
    printed = words_of(read(letter))
    for ward in letter.wards:
        for answer in ward.answers:
            assert answer.title in printed
            assert all(f"{label}: {said}" in printed for label, said in answer.parts)
        assert all(f"{label}: {said}" in printed for label, said in ward.contacts)
        assert ward.listed in printed


def test_print_is_tagged_and_uses_greys_only() -> None:
    reader = read(written(ward="X05000001"))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712
    assert root["/Lang"] == "en-GB"
    assert reader.metadata is not None
    assert reader.metadata.title == "You said, we did: Vale, Medford"
    kinds: list[str] = []

    def walk(node) -> None:
        for child in node if isinstance(node, list) else [node]:
            found = child.get_object() if hasattr(child, "get_object") else child
            if hasattr(found, "get"):
                kinds.append(str(found.get("/S")))
                if "/K" in found:
                    inside = found["/K"].get_object()
                    walk(list(inside) if isinstance(inside, list) else [inside])

    walk(root["/StructTreeRoot"])
    assert kinds.count("/H1") == 1 and kinds.count("/H2") == 2 and kinds.count("/H3") == 2
    for page in reader.pages:
        drawn = page.get_contents().get_data().decode("latin-1")
        for red, green, blue in re.findall(
            r"(?<![\d.])([\d.]+) ([\d.]+) ([\d.]+) (?:rg|RG|scn|SCN|sc|SC)\b", drawn
        ):
            assert red == green == blue


def test_odd_signs_and_words_without_end_are_printed_inside_the_page() -> None:
    odd = priorities(you_said=["#let x = 1 路灯 *now*", "W" * 400, "", ""])
    printed = words_of(read(written(odd)))
    assert "#let x = 1 □□ *now*" in printed
    assert printed.replace("\u200b", "").replace(" ", "").count("W" * 400) == 1


def test_same_letter_gives_the_same_bytes() -> None:
    assert make_pdf(written()) == make_pdf(written())


def test_list_of_officers_is_as_old_as_its_oldest_name() -> None:
    two = pd.concat(
        [officers(), officers(name="B", is_lead=False, as_at=dt.date(2025, 1, 1))],
        ignore_index=True,
    )
    register = make_register(priorities(), wards(), None, "X05000001", on=DAY)
    letter = write_letter(
        register.table, two, "Vale", holds="", marking="OFFICIAL", notice="", is_synthetic=False,
        as_of=DAY,
    )  # fmt: skip
    assert letter.wards[0].listed == "Names as listed on 1 January 2025."


def test_longest_texts_stay_on_their_pages_and_no_ward_is_parted_from_its_first_priority() -> None:
    long = "W" * 999
    table = priorities(
        you_said=[long] * 4, we_did=[long] * 4, how_representative=[long] * 4,
        title=["A " + "W" * 100, "B", "C", "D"],
    )  # fmt: skip
    reader = read(written(table))
    printed = words_of(reader).replace("\u200b", "").replace(" ", "")
    assert printed.count("W") >= 3 * 3 * 999
    many = pd.concat([priorities().assign(title=f"Litter {n}") for n in range(9)])
    for page in read(written(many.reset_index(drop=True))).pages:
        said = " ".join(page.extract_text().split())
        for name in ("Coast, Hythe", "Vale, Medford"):
            assert name not in said or "You said: " in said.split(name)[1]
