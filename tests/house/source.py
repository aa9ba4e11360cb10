"""Read the project's own source for the tests of the house."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("dashboard", "analytics", "geodata")


def module_paths() -> list[Path]:
    """Give every module of the product but the migrations' history."""
    return sorted(
        path
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if "versions" not in path.parts
    )


def module_name(path: Path) -> str:
    """Give a module's place as people name it: geodata/store/models.py."""
    return path.relative_to(ROOT).as_posix()


@cache
def parse(path: Path) -> ast.Module:
    """Parse a module once a run."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def called_name(call: ast.Call) -> str:
    """Give the dotted name of what is called, as written."""
    return ast.unparse(call.func)


def tracked_files() -> list[Path]:
    """Give the files that are, or are about to be, in the repository."""
    done = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    names = done.stdout.split("\0") if done.returncode == 0 else []
    return sorted(ROOT / name for name in names if name and (ROOT / name).is_file())
