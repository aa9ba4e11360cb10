"""What is known of a survey, and whether a further file of that name is of the same survey."""

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd
import sqlalchemy as sa

from geodata.errors import MappingError, safe_value
from geodata.store.areas import table_of
from geodata.store.database import Database, Transaction
from geodata.store.models import Import, Survey, SurveyRespondent
from geodata.survey_items import Item, items_from_json, items_to_json


def write_head(connection: Transaction, fields: Mapping[str, Any], import_id: int) -> int:
    """Write what is known of a survey, or of a further file of it, and give its number.

    Parameters
    ----------
    connection : Transaction
        Open transaction.
    fields : mapping
        As `geodata.store.surveys.write_survey` takes them.
    import_id : int
        The import they came with.

    Raises
    ------
    MappingError
        If a survey of this name is held that is something else.
    """
    table = table_of(Survey)
    items: list[Item] = list(fields["items"])
    values = {
        "import_id": import_id,
        "name": fields["name"],
        "kind": fields["kind"],
        "reach": fields["reach"],
        "about": fields.get("about", ""),
        "classification": fields.get("classification", ""),
        "complete_to": fields.get("complete_to") or fields.get("last_day"),
        "licence": fields.get("licence", ""),
    }
    held = connection.execute(sa.select(table).where(table.c.name == fields["name"])).first()
    if held is None:
        values["items"] = items_to_json(items)
        key = connection.execute(sa.insert(table).values(values)).inserted_primary_key
        assert key is not None
        return int(key[0])
    before = items_from_json(held.items)
    _require_same(connection, held, values, before, items)
    if not fields.get("complete_to") and held.complete_to:
        values["complete_to"] = max(held.complete_to, fields.get("last_day") or held.complete_to)
    # What was given under a licence stays so when a later mapping does not say it again,
    # unless all of the survey is replaced.
    values["licence"] = values["licence"] or held.licence
    names = {item.name for item in items}
    values["items"] = items_to_json([*items, *(one for one in before if one.name not in names)])
    connection.execute(sa.update(table).where(table.c.id == held.id).values(values))
    return int(held.id)


def list_licences(database: Database) -> list[str]:
    """List the notices that the licences of the surveys held ask for, each once."""
    frame = database.read_frame(
        "SELECT DISTINCT licence FROM surveys WHERE licence <> '' ORDER BY licence"
    )
    return [str(licence) for licence in frame["licence"]]


def require_same_design(connection: Transaction, survey_id: int, respondents: pd.DataFrame) -> None:
    """Refuse respondents of whom the design is known to a survey of whom it is not, or the reverse.

    A range from both together would know of neither.

    Parameters
    ----------
    connection : Transaction
        Open transaction.
    survey_id : int
        The survey that they are added to.
    respondents : DataFrame
        With ``stratum_key`` and ``cluster_key``, none where not known; may be empty.

    Raises
    ------
    MappingError
        If what is held and what comes differ.
    """
    table = table_of(SurveyRespondent)
    ours = table.c.survey_id == survey_id
    counted = sa.select(
        sa.func.count(), sa.func.count(table.c.stratum_key), sa.func.count(table.c.cluster_key)
    ).where(ours)
    size, *held = connection.execute(counted).one()
    if respondents.empty or not size:
        return
    for name, count in zip(("stratum", "cluster"), held, strict=True):
        comes = bool(respondents[f"{name}_key"].notna().any())
        if comes != bool(count):
            raise MappingError(
                f"Only {'this file' if comes else 'what is held'} of the survey names its {name}.",
                "The ranges of a survey rest on one design, which all of its files must tell.",
                f"{'Leave out' if comes else 'Name'} [columns] {name} in the mapping file, or "
                "bring in all files of the survey anew with --replace.",
            )


def _require_same(
    connection: Transaction,
    held: sa.Row[Any],
    values: Mapping[str, Any],
    before: Collection[Item],
    items: Collection[Item],
) -> None:
    """Refuse to add to a survey of the same name that is something else."""
    differing = [
        f"its {name} is {safe_value(getattr(held, name))}, not {safe_value(values[name])}"
        for name in ("kind", "reach", "classification")
        if getattr(held, name) != values[name]
    ]
    imports = table_of(Import)
    invented = {
        key: bool(connection.execute(sa.select(imports.c.is_synthetic).where(imports.c.id == key))
                  .scalar_one())
        for key in (held.import_id, values["import_id"])
    }  # fmt: skip
    if len(set(invented.values())) > 1:
        said = "invented" if invented[held.import_id] else "not invented"
        differing.append(f"what is held is {said}")
    coding = {item.name: item.coding for item in before}
    differing += [
        f"the answers to {item.name} are worth something else (scale, range, yes or missing)"
        for item in items
        if coding.get(item.name) and item.coding and coding[item.name] != item.coding
    ]
    if differing:
        raise MappingError(
            f"A survey named {safe_value(values['name'])} is held that is not the same.",
            f"Of what is held, {'; '.join(differing)[:400]}.",
            "Give this survey a name of its own, correct its mapping file, or put it in place of "
            "what is held with --replace.",
        )
