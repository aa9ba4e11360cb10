"""Start a PostgreSQL server that lives as long as a test run.

The server listens on a free loopback port, trusts every connection from this machine and
does not sync to disk, so it is for tests only. It cannot run as root: there it is started
as the user `postgres`.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg

USER = "postgres"
SETTINGS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "listen_addresses=127.0.0.1",
    "max_connections=60",
)


@dataclass(frozen=True)
class PostgresqlServer:
    """A running server of a test run."""

    port: int
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, name: str) -> str:
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{name}"

    def execute(self, sql: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql)

    def copy(self, template: str) -> str:
        """Make a fresh database from a template and give its name."""
        name = f"test_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name


def find_programs() -> Path | None:
    """Give the folder of initdb and pg_ctl of the newest installed server, or None."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: float(path.parts[-3]),
    )
    if found:
        return found[-1].parent
    program = shutil.which("initdb")
    return Path(program).resolve().parent if program else None


def _as_server_user() -> list[str]:
    if os.geteuid() != 0:
        return []
    return ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--init-groups"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _run(*command: str) -> None:
    done = subprocess.run(
        [*_as_server_user(), *command],
        cwd="/",
        env={**os.environ, "LC_ALL": "C.UTF-8", "HOME": "/"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
    )
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} failed: {done.stdout[-2_000:]}")


@contextmanager
def start_server(programs: Path) -> Iterator[PostgresqlServer]:
    """Start a server in a folder of its own; stop it and delete the folder at the end."""
    folder = Path(tempfile.mkdtemp(prefix="wardlight-pg-"))
    try:
        if os.geteuid() == 0:
            account = pwd.getpwnam(USER)
            os.chown(folder, account.pw_uid, account.pw_gid)
        data, log = folder / "data", folder / "log"
        _run(
            str(programs / "initdb"),
            *("-D", str(data), "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync"),
        )
        port = _free_port()
        options = " ".join(f"-c {setting}" for setting in SETTINGS)
        control = str(programs / "pg_ctl")
        _run(
            control,
            *("-D", str(data), "-l", str(log), "-w", "-t", "30"),
            *("-o", f"{options} -p {port} -k {folder}", "start"),
        )
        try:
            yield PostgresqlServer(port)
        finally:
            _run(control, "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
