"""Scores of areas: write and read. They are read for the safety index and for nothing else."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa

from geodata.schemas import AREA_SCORE_COLUMNS, require_columns
from geodata.store.areas import table_of
from geodata.store.database import Database, Transaction
from geodata.store.models import AreaScore, AreaScoreSource

HEAD = ("name", "measures", "as_at", "higher_is", "top", "licence")
SAME = ("name", "as_at", "higher_is", "top", "licence")
"""What files of one score have in common; how it is worded may change."""

_BATCH = 10_000


@dataclass(frozen=True)
class AreaScoreHead:
    """What a score is.

    Attributes
    ----------
    id : int
    name, measures : str
        What it is called, and what it measures.
    as_at : date
        Day it is of, or was published.
    higher_is : str
        'more deprived' or 'less deprived'.
    top : float or None
        End of its scale, if it has one; always there where higher is less deprived.
    licence : str
        Whose it is, and on which terms.
    """

    id: int
    name: str
    measures: str
    as_at: dt.date
    higher_is: str
    top: float | None
    licence: str


def write_area_scores(
    database: Database,
    connection: Transaction,
    head: Mapping[str, Any],
    frame: pd.DataFrame,
    import_id: int,
) -> int:
    """Store a score, in place of what is held of it; give how many areas were taken out.

    Parameters
    ----------
    database : Database
    connection : Connection
        Open transaction.
    head : mapping
        `HEAD`. A score held by the same name and of another day, direction, end of scale or
        licence is taken out whole. Of the same one only the areas that come again are, and what
        it measures is said in the newer words.
    frame : DataFrame
        Shape `schemas.AREA_SCORE_COLUMNS`.
    import_id : int
        The import it came with.
    """
    require_columns(frame, AREA_SCORE_COLUMNS, "area scores")
    sources, scores = table_of(AreaScoreSource), table_of(AreaScore)
    values = {name: head[name] for name in HEAD}
    held = connection.execute(sa.select(sources).where(sources.c.name == values["name"])).first()
    gone = 0
    if held is not None and all(getattr(held, name) == values[name] for name in SAME):
        source_id = int(held.id)
        worded = sa.update(sources).where(sources.c.id == source_id)
        connection.execute(worded.values(measures=values["measures"]))
        codes = frame["code"].tolist()
        for start in range(0, len(codes), _BATCH):
            again = scores.c.code.in_(codes[start : start + _BATCH])
            connection.execute(sa.delete(scores).where(scores.c.source_id == source_id, again))
    else:
        if held is not None:
            of_it = sa.delete(scores).where(scores.c.source_id == held.id)
            gone = connection.execute(of_it).rowcount
            connection.execute(sa.delete(sources).where(sources.c.id == held.id))
        key = connection.execute(
            sa.insert(sources).values(**values, import_id=import_id)
        ).inserted_primary_key
        assert key is not None
        source_id = int(key[0])
    rows = frame[list(AREA_SCORE_COLUMNS)].assign(source_id=source_id, import_id=import_id)
    database.write_frame(connection, scores, rows)
    return gone


def find_newest_score(database: Database) -> AreaScoreHead | None:
    """Give the score of the newest day, the last to come of several; None if none is held."""
    frame = database.read_frame(
        f"SELECT id, {', '.join(HEAD)} FROM area_score_sources ORDER BY as_at DESC, id DESC LIMIT 1"
    )
    if frame.empty:
        return None
    row = frame.iloc[0]
    return AreaScoreHead(
        id=int(row["id"]),
        name=str(row["name"]),
        measures=str(row["measures"]),
        as_at=pd.Timestamp(row["as_at"]).date(),
        higher_is=str(row["higher_is"]),
        top=None if pd.isna(row["top"]) else float(row["top"]),
        licence=str(row["licence"]),
    )


def read_area_scores(database: Database, source_id: int) -> pd.DataFrame:
    """Read a score by area: `schemas.AREA_SCORE_COLUMNS`."""
    return database.read_frame(
        f"SELECT {', '.join(AREA_SCORE_COLUMNS)} FROM area_scores WHERE source_id = ? "
        "ORDER BY kind, code",
        source_id,
    )
