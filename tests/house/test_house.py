"""Rules of the house that imports cannot show."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.source import (
    PACKAGES,
    ROOT,
    called_name,
    module_name,
    module_paths,
    parse,
    tracked_files,
)

LONGEST_MODULE = 400
PURE_BUILDERS = tuple(
    f"dashboard/components/{name}.py" for name in ("maps", "charts", "tables", "downloads")
)
ENTRY_SCRIPTS = ("dashboard/app.py", "geodata/store/migrations/env.py")
DOES_WORK = {
    "open",
    "sa.create_engine",
    "create_engine",
    "open_database",
    "get_settings",
    "Settings",
    "print",
    "pd.read_csv",
    "gpd.read_file",
    "warnings.filterwarnings",
    "warnings.simplefilter",
}
READS_FILES = (".read_text", ".read_bytes", ".write_text", ".connect", ".mkdir")

every_module = pytest.mark.parametrize("path", module_paths(), ids=module_name)


@every_module
def test_module_is_short_enough_to_read(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@every_module
def test_module_says_what_it_is_for(path: Path) -> None:
    if path.read_text(encoding="utf-8").strip():
        assert ast.get_docstring(parse(path)), "give the module a docstring"


@every_module
def test_nothing_catches_everything(path: Path) -> None:
    caught = [
        node.lineno
        for node in ast.walk(parse(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or {"Exception", "BaseException"} & _names(node.type))
    ]
    assert not caught, f"lines {caught}: catch the errors that are expected, by name"


def _names(node: ast.AST) -> set[str]:
    return {item.id for item in ast.walk(node) if isinstance(item, ast.Name)}


@every_module
def test_caches_live_in_loading_only(path: Path) -> None:
    if module_name(path).startswith("dashboard/loading/"):
        return
    used = [
        node.lineno
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Attribute) and node.attr in {"cache_data", "cache_resource"}
    ]
    assert not used, f"lines {used}: st.cache_* belongs in dashboard/loading"


@every_module
def test_no_markup_from_data_reaches_the_page(path: Path) -> None:
    used = [
        node.value.lineno
        for node in ast.walk(parse(path))
        if isinstance(node, ast.keyword) and node.arg == "unsafe_allow_html"
    ]
    assert not used, f"lines {used}: unsafe_allow_html is not used"


@every_module
def test_nothing_runs_at_import(path: Path) -> None:
    if module_name(path) in ENTRY_SCRIPTS:
        return
    working = [
        (call.lineno, called_name(call))
        for call in _calls_at_import(parse(path).body)
        if called_name(call) in DOES_WORK or called_name(call).endswith(READS_FILES)
    ]
    assert not working, f"{working}: read files, settings and databases when asked, not at import"


def _calls_at_import(body: list[ast.stmt]) -> Iterator[ast.Call]:
    """Give the calls that run when a module is imported, decorators and defaults included."""
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            parts: list[ast.AST] = [*statement.decorator_list, *statement.args.defaults]
        elif isinstance(statement, ast.ClassDef):
            yield from _calls_at_import(statement.body)
            parts = [*statement.decorator_list, *statement.bases]
        elif isinstance(statement, ast.If) and "__name__" in _names(statement.test):
            continue
        else:
            parts = [statement]
        for part in parts:
            for node in ast.walk(part):
                if isinstance(node, ast.Call):
                    yield node


@pytest.mark.parametrize("name", PURE_BUILDERS)
def test_pure_builder_knows_no_streamlit(name: str) -> None:
    path = ROOT / name
    assert "st" not in _names(parse(path))
    imported = [ast.unparse(n) for n in ast.walk(parse(path)) if isinstance(n, ast.Import)]
    assert not any("streamlit" in line for line in imported)


def test_packages_have_no_catch_all_module() -> None:
    names = {"utils.py", "helpers.py", "common.py", "base.py", "misc.py"}
    assert not [module_name(path) for path in module_paths() if path.name in names]


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def _places_not_to_name() -> re.Pattern[str]:
    # Put together here so that this file does not hold what it forbids.
    hosts = [
        "pypi" + r"\.org",
        "python" + r"hosted\.org",
        "registry" + r"\.npmjs",
        "deb" + r"\.debian",
    ]
    paths = ["/" + "work/", "/" + "opt/", "/" + "root/", "/" + r"home/\w", "/" + r"Users/\w"]
    return re.compile("|".join([*hosts, *(rf"(?<![\w.]){path}" for path in paths)]))


def test_no_file_names_a_registry_or_a_machine() -> None:
    files = tracked_files()
    if not files:
        pytest.skip("not a git checkout")
    pattern = _places_not_to_name()
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in files
        if (match := pattern.search(_text_of(path)))
    ]
    assert not found


def test_no_file_of_incidents_is_in_the_repository() -> None:
    suffixes = {".gz", ".zip", ".parquet", ".xlsx", ".gpkg", ".shp", ".sqlite3", ".geojson"}
    found = [
        str(path.relative_to(ROOT)) for path in tracked_files() if path.suffix.lower() in suffixes
    ]
    assert not found, "real data stays outside; tests make their own"


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_lock_pins_hashes_and_names_no_place(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|index-url|find-links", text)
    packages = re.findall(r"^([a-z0-9][^\s;]*)(?=[ ;\\])", text, re.MULTILINE)
    assert packages
    assert not [package for package in packages if "==" not in package]
    assert text.count("--hash=sha256:") >= len(packages)


def test_packages_of_the_house_are_all_checked() -> None:
    tops = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert tops == {*PACKAGES, "tests"}
