"""Every way to data states who may go it, and keeps everybody else out."""

import ast
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashboard import cli, gates, loading
from dashboard.permissions import (
    HANDED,
    TABLE,
    Actor,
    NotAllowedError,
    Permission,
    Role,
    acting_as,
    acting_as_nobody,
    current_actor,
    stated,
    system_actor,
)
from geodata.store.database import Database
from tests.house.source import ROOT, called_name, module_name, module_paths, parse

BEFORE_ANYBODY_ACTS = {
    "sessions.session_database",
    "sessions.find_local_session",
    "sessions.find_session",
    "sessions.sign_out",
}
"""These find out who acts, so they cannot ask; only the ways in may call them."""

LOGS = {"audit.log"}
"""Writes that something was done, which every role must leave behind."""

OPENS_A_DATABASE = {"open_database", "current_database"}


def _public(path: Path) -> list[ast.FunctionDef]:
    return [
        node
        for node in parse(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


WALLED = sorted(
    path
    for path in module_paths()
    if module_name(path).startswith(
        ("dashboard/services/", "dashboard/loading", "dashboard/acting")
    )
    and _public(path)
)
RELEASED = {
    Permission.SEE_RELEASED,
    Permission.SEE_RELEASED_LSOA,
    Permission.SEE_WORRY,
    Permission.SEE_PRIORITIES,
}
"""What is left while a screen is shared: figures that could leave as they are."""


def _short_name(path: Path) -> str:
    """Give explore for services/explore.py, and loading for all of the loading."""
    parts = module_name(path).removesuffix(".py").split("/")
    return parts[2] if parts[1] == "services" else parts[1]


def _module(path: Path) -> Any:
    return importlib.import_module(module_name(path).removesuffix(".py").replace("/", "."))


def _find() -> list[tuple[str, Callable[..., Any], ast.FunctionDef]]:
    return [
        (f"{_short_name(path)}.{node.name}", getattr(_module(path), node.name), node)
        for path in WALLED
        for node in _public(path)
    ]


FOUND = _find()
STATED = [(name, function) for name, function, _ in FOUND if isinstance(stated(function), tuple)]
HANDS = [(name, node) for name, function, node in FOUND if stated(function) == HANDED]


def actor_with(*roles: Role, sharing: bool = False) -> Actor:
    return Actor("test:someone", "someone", frozenset(roles), sharing_screen=sharing)


def refuses(function: Callable[..., Any]) -> bool:
    """Say whether a call that cannot succeed is refused before anything else happens."""
    try:
        function(**{"no such argument": None})
    except NotAllowedError:
        return True
    except TypeError as error:
        assert "argument" in str(error)
        return False
    raise AssertionError("it took an argument that does not exist")


def test_there_is_something_to_walk() -> None:
    assert len(STATED) > 40 and len(HANDS) > 20
    names = {name for name, _ in STATED}
    assert {"explore.load_held", "loading.held", "acting.import_files"} <= names


@pytest.mark.parametrize(
    "name, function", [pytest.param(name, function, id=name) for name, function, _ in FOUND]
)
def test_function_states_who_may(name: str, function: Callable[..., Any]) -> None:
    what = stated(function)
    assert what == HANDED or what, f"{name}: decorate it with needs, handed or gate"
    if isinstance(what, tuple):
        assert all(isinstance(permission, Permission) for permission in what)


@pytest.mark.parametrize("name, node", HANDS, ids=lambda v: v if isinstance(v, str) else "")
def test_function_that_is_handed_everything_opens_no_database(
    name: str, node: ast.FunctionDef
) -> None:
    if name in BEFORE_ANYBODY_ACTS | LOGS:
        return
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    kinds = {ast.unparse(a.annotation) for a in arguments if a.annotation is not None}
    assert not any("Database" in kind for kind in kinds), f"{name} takes a database"
    called = {called_name(n).split(".")[-1] for n in ast.walk(node) if isinstance(n, ast.Call)}
    assert not called & OPENS_A_DATABASE, f"{name} opens a database"


def test_only_the_way_in_calls_what_finds_out_who_acts() -> None:
    names = {name.split(".")[1] for name in BEFORE_ANYBODY_ACTS}
    allowed = {"dashboard/access.py", "dashboard/doors.py", "dashboard/services/sessions.py"}
    callers = {
        module_name(path)
        for path in module_paths()
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Attribute | ast.Name)
        and (node.attr if isinstance(node, ast.Attribute) else node.id) in names
        and not ast.unparse(node).startswith("access.")
    }
    assert callers <= allowed


@pytest.mark.parametrize("name, function", STATED, ids=lambda v: v if isinstance(v, str) else "")
def test_only_roles_with_the_permission_get_in(name: str, function: Callable[..., Any]) -> None:
    what = stated(function)
    assert isinstance(what, tuple)
    for role in Role:
        with acting_as(actor_with(role)):
            assert refuses(function) is not bool(TABLE[role] & set(what)), (name, role)


@pytest.mark.parametrize("name, function", STATED, ids=lambda v: v if isinstance(v, str) else "")
def test_nobody_and_people_without_a_role_are_kept_out(
    name: str, function: Callable[..., Any]
) -> None:
    with acting_as_nobody():
        assert refuses(function), name
    with acting_as(actor_with()):
        assert refuses(function), name


@pytest.mark.parametrize("name, function", STATED, ids=lambda v: v if isinstance(v, str) else "")
def test_shared_screen_leaves_released_figures_only(
    name: str, function: Callable[..., Any]
) -> None:
    what = stated(function)
    assert isinstance(what, tuple)
    with acting_as(actor_with(*Role, sharing=True)):
        assert refuses(function) is not bool(set(what) & RELEASED), name


def test_gate_of_a_view_stands_above_its_cache() -> None:
    wrong = []
    for path in WALLED:
        if "/services/" in module_name(path):
            continue
        for node in _public(path):
            first = ast.unparse(node.decorator_list[0]) if node.decorator_list else ""
            if first != "handed" and not first.startswith("gate("):
                wrong.append(node.name)
    assert not wrong


def _aliases(path: Path) -> dict[str, str]:
    """Give the services that a module knows by another name."""
    return {
        alias.asname: alias.name
        for node in parse(path).body
        if isinstance(node, ast.ImportFrom) and node.module == "dashboard.services"
        for alias in node.names
        if alias.asname
    }


def _called(body: list[ast.stmt]) -> set[str]:
    return {called_name(n) for item in body for n in ast.walk(item) if isinstance(n, ast.Call)}


def _asks_who(path: Path, name: str, seen: set[tuple[Path, str]]) -> set[str]:
    """Give what a function of a service, with all it calls there, asks of or notes about people."""
    if (path, name) in seen or not path.exists():
        return set()
    seen.add((path, name))
    functions = {n.name: n for n in parse(path).body if isinstance(n, ast.FunctionDef)}
    if name not in functions:
        return set()
    called = _called(functions[name].body)
    found = called & {"current_actor", "audit.log"}
    for one in called:
        module, _, function = one.rpartition(".")
        beside = path.with_name(f"{module}.py") if module else path
        found |= _asks_who(beside, function, seen)
    return found


def test_no_cache_holds_what_depends_on_who_asked_or_must_be_logged() -> None:
    wrong = {}
    for path in WALLED:
        if not module_name(path).startswith("dashboard/loading"):
            continue
        aliases = _aliases(path)
        for node in parse(path).body:
            if not isinstance(node, ast.FunctionDef):
                continue
            if not any("cache" in ast.unparse(one) for one in node.decorator_list):
                continue
            found: set[str] = set()
            for name in _called(node.body):
                module, _, function = name.rpartition(".")
                service = ROOT / "dashboard" / "services" / f"{aliases.get(module, module)}.py"
                found |= {name} & {"current_actor"} | _asks_who(service, function, set())
            if found:
                wrong[node.name] = found
    assert not wrong


def test_what_an_analyst_left_in_a_cache_is_refused_to_a_partner(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from geodata import settings

    monkeypatch.setenv("WARDLIGHT_DATABASE_URL", small_county_database.url)
    settings.get_settings.cache_clear()
    with acting_as(actor_with(Role.ANALYST)):
        version = loading.version()
        found = loading.overview_finding((), version)
        assert found.total and loading.held(version).forces
    for partner in (actor_with(Role.PARTNER), actor_with(Role.ANALYST, sharing=True)):
        with acting_as(partner):
            assert loading.version() == version
            with pytest.raises(NotAllowedError):
                loading.overview_finding((), version)
            with pytest.raises(NotAllowedError):
                loading.held(version)


def test_gate_binds_the_person_of_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    analyst, partner = actor_with(Role.ANALYST), actor_with(Role.PARTNER)
    monkeypatch.setattr(gates, "get_script_run_ctx", lambda **given: object())
    guarded = gates.gate(Permission.SEE_COUNTS)(current_actor)
    with acting_as_nobody():
        monkeypatch.setattr(gates.access, "session_actor", lambda: analyst)
        assert guarded() == analyst
        monkeypatch.setattr(gates.access, "session_actor", lambda: partner)
        with pytest.raises(NotAllowedError):
            guarded()
        with pytest.raises(NotAllowedError):
            current_actor()
        monkeypatch.setattr(gates, "get_script_run_ctx", lambda **given: None)
        with pytest.raises(NotAllowedError):
            guarded()


def test_program_itself_sees_counts_and_no_person() -> None:
    actor = system_actor("warm-up")
    assert actor.may(Permission.RUN_FORECASTS) and actor.may(Permission.SEE_COUNTS)
    denied = {Permission.IMPORT, Permission.ERASE, Permission.SEE_CALLER_NAMES}
    assert not any(actor.may(permission) for permission in denied)


def _commands() -> list[tuple[str, Callable[..., Any]]]:
    found = []
    apps = [("", cli.app)]
    while apps:
        before, app = apps.pop()
        apps += [
            (f"{before}{group.name} ", group.typer_instance) for group in app.registered_groups
        ]
        found += [(f"{before}{one.name}", one.callback) for one in app.registered_commands]
    return sorted(found)


@pytest.mark.parametrize(
    "name, command", _commands(), ids=lambda v: v if isinstance(v, str) else ""
)
def test_command_states_who_may(name: str, command: Callable[..., Any]) -> None:
    assert stated(command), f"wardlight {name}: decorate it with needs or handed"


@pytest.mark.parametrize(
    "name, command", _commands(), ids=lambda v: v if isinstance(v, str) else ""
)
def test_command_is_refused_to_an_account_without_a_role(
    name: str, command: Callable[..., Any]
) -> None:
    if stated(command) == HANDED:
        assert name == "run", f"wardlight {name} must say which permission it needs"
        return
    with acting_as(actor_with()), pytest.raises(NotAllowedError):
        command()
