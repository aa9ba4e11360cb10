"""Storing a synthetic county that is too small for everything that is usually planted."""

from geodata.county import load_county
from geodata.sources.demo import build_county
from geodata.store.database import Database
from geodata.store.incidents import read_planted


def test_what_could_not_be_planted_is_said_and_not_in_the_truth(sqlite_database: Database) -> None:
    county = build_county(3, incidents_per_year=500, years=1)
    report = load_county(sqlite_database, county, imported_by="tests")
    assert county.left_out["near-repeat run"] > 0
    assert county.note in report.files[0].sentence
    held = read_planted(sqlite_database)["kind"].value_counts()
    assert held["near-repeat run"] == 40 - county.left_out["near-repeat run"]
