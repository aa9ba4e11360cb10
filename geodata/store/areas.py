"""Areas, lookups, populations and segments: write and read."""

from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geodata.crs import BNG, require_bng
from geodata.errors import UnknownAreaError
from geodata.schemas import (
    AREA_COLUMNS,
    LOOKUP_COLUMNS,
    POPULATION_COLUMNS,
    SEGMENT_COLUMNS,
    require_columns,
)
from geodata.signs import is_unfit
from geodata.store.database import Database
from geodata.store.models import Area, AreaLookup, AreaSegment, Population, Table

AREA_INFO = (
    "code, name, kind, edition, district_code, as_at, non_residential, area_ha, label_x, label_y"
)


def write_areas(
    database: Database, connection: Connection, frame: gpd.GeoDataFrame, import_id: int
) -> None:
    """Store areas, replacing those of the same kind, edition and code.

    Parameters
    ----------
    database : Database
    connection : Connection
        Open transaction.
    frame : GeoDataFrame
        Shape `schemas.AREA_COLUMNS`, EPSG:27700.
    import_id : int
        The import they came with.

    Raises
    ------
    CrsMismatchError
        If the frame is not in the National Grid.
    """
    require_columns(frame, AREA_COLUMNS, "areas")
    require_bng(frame, "areas")
    boxes = frame.geometry.bounds
    points = frame.geometry.representative_point()
    rows = pd.DataFrame(frame.drop(columns="geometry")).assign(
        import_id=import_id,
        area_ha=frame.geometry.area.to_numpy() / 10_000,
        label_x=points.x.to_numpy(),
        label_y=points.y.to_numpy(),
        min_x=boxes["minx"].to_numpy(),
        min_y=boxes["miny"].to_numpy(),
        max_x=boxes["maxx"].to_numpy(),
        max_y=boxes["maxy"].to_numpy(),
        geometry=shapely.to_wkb(frame.geometry.to_numpy()),
    )
    days = [_plain_day(day, as_text=database.is_sqlite) for day in rows["as_at"]]
    rows["as_at"] = pd.Series(days, index=rows.index, dtype=object)
    _replace(connection, Area, rows, ["kind", "edition", "code"])
    database.write_frame(connection, table_of(Area), rows)


def _plain_day(day: Any, *, as_text: bool) -> Any:
    if pd.isna(day):
        return None
    plain = pd.Timestamp(day).date()
    return str(plain) if as_text else plain


def write_lookups(
    database: Database, connection: Connection, frame: pd.DataFrame, import_id: int
) -> None:
    """Store lookups (shape `schemas.LOOKUP_COLUMNS`), replacing the same pairs."""
    require_columns(frame, LOOKUP_COLUMNS, "lookups")
    keys = [column for column in LOOKUP_COLUMNS if column != "change"]
    frame = frame.drop_duplicates(keys).assign(import_id=import_id)
    _replace(connection, AreaLookup, frame, keys)
    database.write_frame(connection, table_of(AreaLookup), frame)


def write_population(
    database: Database, connection: Connection, frame: pd.DataFrame, import_id: int
) -> None:
    """Store populations (shape `schemas.POPULATION_COLUMNS`), replacing same area and year."""
    require_columns(frame, POPULATION_COLUMNS, "population")
    frame = frame.assign(import_id=import_id)
    _replace(connection, Population, frame, ["kind", "code", "year"])
    database.write_frame(connection, table_of(Population), frame)


def write_segments(
    database: Database, connection: Connection, frame: pd.DataFrame, import_id: int
) -> None:
    """Store segments (shape `schemas.SEGMENT_COLUMNS`), replacing the areas that come again.

    A column ``parent_code`` names the larger segment of each; '' or left out where there is none.
    """
    require_columns(frame, SEGMENT_COLUMNS, "segments")
    frame = frame.assign(import_id=import_id, parent_code=frame.get("parent_code", ""))
    _replace(connection, AreaSegment, frame, ["classification", "kind", "code"])
    database.write_frame(connection, table_of(AreaSegment), frame)


def table_of(model: type[Table]) -> sa.Table:
    """Give the SQLAlchemy table of a model."""
    table = model.__table__  # type: ignore[attr-defined]
    assert isinstance(table, sa.Table)
    return table


def _replace(
    connection: Connection, model: type[Table], frame: pd.DataFrame, keys: list[str]
) -> None:
    """Delete the rows whose keys come again; the key of most values is matched in batches."""
    table = table_of(model)
    if connection.execute(sa.select(table.c.id).limit(1)).first() is None:
        return
    *group, last = sorted(keys, key=frame[keys].nunique().to_dict().__getitem__)
    groups = frame.groupby(group, sort=False)[last] if group else [((), frame[last])]
    for values, codes in groups:
        fixed = [
            table.c[name] == (value.item() if hasattr(value, "item") else value)
            for name, value in zip(group, values, strict=True)
        ]
        wanted = [code.item() if hasattr(code, "item") else code for code in codes.unique()]
        for start in range(0, len(wanted), 10_000):
            batch = wanted[start : start + 10_000]
            connection.execute(sa.delete(table).where(*fixed, table.c[last].in_(batch)))


def list_editions(database: Database, kind: str) -> list[str]:
    """List the boundary editions held of a kind, oldest first."""
    frame = database.read_frame(
        "SELECT DISTINCT edition FROM areas WHERE kind = ? ORDER BY edition", kind
    )
    return [str(edition) for edition in frame["edition"]]


def read_areas(database: Database, kind: str, edition: str | None = None) -> gpd.GeoDataFrame:
    """Read areas with their polygons.

    Parameters
    ----------
    database : Database
    kind : str
        ward, district, lsoa or place.
    edition : str, optional
        Boundary edition; by default the current areas: the newest edition, and those of
        older editions where the newest does not reach (another force's county, say).

    Returns
    -------
    GeoDataFrame
        Shape `schemas.AREA_COLUMNS` with area_ha, label_x and label_y, EPSG:27700, sorted by
        code; empty if none are held.

    Raises
    ------
    UnknownAreaError
        If an edition is asked for that is not held.
    """
    if edition is not None:
        frame = _read(database, kind, edition)
        if frame.empty:
            held = ", ".join(list_editions(database, kind)) or "none"
            raise UnknownAreaError(
                f"No {kind} boundaries of edition {edition!r} are held.",
                f"Editions held: {held}.",
                "Choose one of them, or import the boundaries.",
            )
        return frame
    editions = list_editions(database, kind)[::-1]
    if not editions:
        return _read(database, kind, "")
    current = _read(database, kind, editions[0])
    for older in editions[1:]:
        former = _read(database, kind, older)
        points = shapely.points(former["label_x"], former["label_y"])
        tree = shapely.STRtree(points)
        covered = tree.query(current.geometry.to_numpy(), predicate="contains")[1]
        uncovered = former.drop(index=former.index[covered])
        uncovered = uncovered[~uncovered["code"].isin(current["code"])]
        if len(uncovered):
            current = gpd.GeoDataFrame(pd.concat([current, uncovered], ignore_index=True), crs=BNG)
    return current.sort_values("code", ignore_index=True)


def _read(database: Database, kind: str, edition: str) -> gpd.GeoDataFrame:
    frame = database.read_frame(
        f"SELECT {AREA_INFO}, geometry FROM areas WHERE kind = ? AND edition = ? ORDER BY code",
        kind,
        edition,
    )
    geometry = shapely.from_wkb(frame.pop("geometry").to_numpy(dtype=object))
    frame["non_residential"] = frame["non_residential"].astype(bool)
    frame["as_at"] = pd.to_datetime(frame["as_at"])
    return gpd.GeoDataFrame(frame, geometry=geometry, crs=BNG)


def read_area_names(database: Database) -> pd.DataFrame:
    """Read kind, edition, code, name and district of every area, without polygons."""
    return database.read_frame(
        "SELECT kind, edition, code, name, district_code FROM areas ORDER BY kind, edition, code"
    )


def holds_ward(database: Database, code: str) -> bool:
    """Say whether a ward of this code is held, of any edition."""
    if is_unfit(code):
        return False
    sql = "SELECT code FROM areas WHERE kind = 'ward' AND code = ? LIMIT 1"
    return not database.read_frame(sql, code).empty


def read_lookups(database: Database, from_kind: str, to_kind: str) -> pd.DataFrame:
    """Read lookups between two kinds: from_edition, from_code, to_edition, to_code, change."""
    return database.read_frame(
        "SELECT from_edition, from_code, to_edition, to_code, change FROM area_lookups "
        "WHERE from_kind = ? AND to_kind = ? ORDER BY to_edition, from_code, to_code",
        from_kind,
        to_kind,
    )


def read_population(database: Database, kind: str) -> pd.DataFrame:
    """Read the latest population of each area of a kind: code, year, residents, households."""
    frame = database.read_frame(
        "SELECT code, year, residents, households FROM populations WHERE kind = ? "
        "ORDER BY code, year",
        kind,
    )
    return frame.drop_duplicates("code", keep="last", ignore_index=True)


def read_segments(database: Database, classification: str) -> pd.DataFrame:
    """Read a classification: kind, code, segment_code, segment_name, share."""
    return database.read_frame(
        "SELECT kind, code, segment_code, segment_name, share FROM area_segments "
        "WHERE classification = ? ORDER BY kind, code, segment_code",
        classification,
    )


def read_segment_parents(database: Database, classification: str) -> dict[str, str]:
    """Read the larger segment of each segment of a classification, where it names one."""
    frame = database.read_frame(
        "SELECT DISTINCT segment_code, parent_code FROM area_segments "
        "WHERE classification = ? AND parent_code <> '' ORDER BY segment_code, parent_code",
        classification,
    )
    return dict(zip(frame["segment_code"].astype(str), frame["parent_code"], strict=True))


def list_classifications(database: Database, import_id: int | None = None) -> list[str]:
    """List the classifications of area segments that are held, or that one import brought."""
    found, given = ("", ()) if import_id is None else ("WHERE import_id = ? ", (import_id,))
    frame = database.read_frame(
        f"SELECT DISTINCT classification FROM area_segments {found}ORDER BY classification", *given
    )
    return [str(name) for name in frame["classification"]]
