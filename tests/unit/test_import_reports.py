"""What an import says: rows and notes are counted apart, and many refusals come with a hint."""

from geodata.faults import Faults
from geodata.report import FileReport, ImportReport


def report_of(read: int, refused: int, **changes: bool) -> list[str]:
    faults = Faults()
    faults.add_rows(range(2, 2 + refused), "q1", ["x"] * refused, "one of 1, 2")
    faults.note("the mapping does not say to which day fieldwork is complete", 0)
    faults.note("no segment", 1)
    file = FileReport("part.csv", rows_read=read, rows_stored=read - refused, faults=faults)
    return ImportReport("survey", [file], **changes).sentences


def test_note_on_a_file_is_no_row_and_one_row_is_one_row() -> None:
    said = report_of(1, 0)
    assert "part.csv: the mapping does not say to which day fieldwork is complete." in said
    assert "part.csv: 1 row: no segment." in said
    assert said[0].startswith("part.csv: 1 row read, 1 stored")
    assert report_of(2, 0)[0].startswith("part.csv: 2 rows read")


def test_many_refusals_come_with_what_to_do() -> None:
    said = report_of(400, 254, dry_run=True)
    hint = next(one for one in said if one.startswith("254 of 400 rows were refused"))
    assert "mapping file" in hint and "Then try again" in hint
    assert not any("were refused" in one for one in report_of(400, 40))
