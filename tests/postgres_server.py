"""A PostgreSQL server in a temporary folder: nothing of the machine's own server is touched."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from gridflow.db import new_id

URL = "GRIDFLOW_TEST_POSTGRES_URL"
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"
"""The folder is thrown away: what a power cut would do to it does not matter."""


def programs() -> Path | None:
    """Return the folder of initdb and pg_ctl: that on the path, or the newest of Debian's; None where there is none."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return folders[-1].parent if folders else None


@dataclass(frozen=True, slots=True)
class Server:
    """A running server that listens on a free port of this machine."""

    folder: Path
    port: int

    @classmethod
    def start(cls) -> "Server":
        """Make an empty cluster and start it; takes about two seconds."""
        server = cls(Path(tempfile.mkdtemp(prefix="gridflow-postgres-")), _free_port())
        if os.geteuid() == 0:
            shutil.chown(server.folder, "postgres")
        server._run("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync")
        options = f"{FAST} -c listen_addresses=127.0.0.1 -c port={server.port} -c unix_socket_directories="
        server._run("pg_ctl", "start", "--wait", "--silent", f"--log={server.folder}/log", f"--options={options}")
        return server

    @property
    def url(self) -> str:
        """The address of the database `postgres`, as SQLAlchemy writes it."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        self._run("pg_ctl", "stop", "--wait", "--silent", "--mode=immediate")
        shutil.rmtree(self.folder)

    def _run(self, program: str, *arguments: str) -> None:
        """Run one of its programs; PostgreSQL refuses root, so root becomes the user of the Debian package."""
        command: Sequence[str] = (f"{programs()}/{program}", f"--pgdata={self.folder}/data", *arguments)
        user = pwd.getpwnam("postgres").pw_uid if os.geteuid() == 0 else None
        subprocess.run(  # noqa: S603  -- our own command
            command, check=True, user=user, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Databases:
    """Databases of a test run on the server that URL names."""

    def __init__(self, prefix: str) -> None:
        self._server, self._prefix = make_url(os.environ[URL]), prefix
        self._owner = create_engine(self._server, isolation_level="AUTOCOMMIT")
        self._made: list[str] = []

    def make(self, like: str | None = None) -> str:
        """Make a database, empty or as the one of that address is while nobody is connected; returns its address."""
        name = f"{self._prefix}_{new_id()}"
        self._run(f"CREATE DATABASE {name}" + (f" TEMPLATE {make_url(like).database}" if like else ""))
        self._made.append(name)
        return self._server.set(database=name).render_as_string(hide_password=False)

    def drop(self) -> None:
        """Drop every one of them."""
        for name in self._made:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")
        self._owner.dispose()

    def _run(self, statement: str) -> None:
        with self._owner.connect() as connection:
            connection.execute(text(statement))
