"""The databases of the tests themselves: upgraded, empty and apart from each other."""

import pytest
import sqlalchemy as sa

from geodata.store.database import Database, is_ready


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_gets_an_upgraded_empty_database(database: Database, turn: int) -> None:
    assert is_ready(database)
    with database.engine.begin() as connection:
        assert connection.scalar(sa.text("SELECT COUNT(*) FROM imports")) == 0
        connection.execute(sa.text("CREATE TABLE seen_by_one_test_only (turn INTEGER)"))
