"""A PostgreSQL of the test's own: made in a private folder as a user who is not root, and taken away at the end.

One cluster a test process, fsync off, a socket and a free port of its own; every test gets a database of its own with
an owner and a role that may only work with data.
"""

import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
import pytest

OWNER, WORKER = "kq_owner", "kq_worker"
_NUMBER = count(1)


@dataclass
class Cluster:
    """A running server. ``as_user``: the words before each command when the tests run as root."""

    programs: Path
    folder: Path
    port: int
    as_user: Sequence[str] = ()
    _made: list[str] = field(default_factory=list)

    def run(self, program: str, *words: str) -> str:
        """One of PostgreSQL's own programs; its output."""
        command = [*self.as_user, str(self.programs / program), *words]
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    def start(self) -> None:
        """Let it answer."""
        options = f"-k {self.folder} -p {self.port} -c listen_addresses=127.0.0.1"
        self.run(
            "pg_ctl",
            "-D",
            str(self.folder / "data"),
            "-w",
            "-o",
            options,
            "-l",
            str(self.folder / "log"),
            "start",
        )

    def stop(self, mode: str = "fast") -> None:
        """``immediate`` is what a power cut does."""
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-m", mode, "-w", "stop")

    def url(self, role: str, database: str) -> str:
        """As SQLAlchemy writes it."""
        return f"postgresql+psycopg://{role}@127.0.0.1:{self.port}/{database}"

    def ask(self, sql: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """One statement as the cluster's own user."""
        with psycopg.connect(
            f"host=127.0.0.1 port={self.port} dbname={database} user=kq_root", autocommit=True
        ) as line:
            cursor = line.execute(sql)  # type: ignore[arg-type] -- tests' own words
            return cursor.fetchall() if cursor.description else []

    def dump(self, database: str) -> str:
        """Everything in a database, as a backup has it."""
        return self.run("pg_dump", "-h", str(self.folder), "-p", str(self.port), "-U", "kq_root", database)


@dataclass(frozen=True)
class Database:
    """One test's database: the URL of who makes the tables, and of who works with them."""

    cluster: Cluster
    name: str

    @property
    def owner_url(self) -> str:
        """Owns the tables."""
        return self.cluster.url(OWNER, self.name)

    @property
    def url(self) -> str:
        """May read and write rows, and make nothing."""
        return self.cluster.url(WORKER, self.name)


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """Started at the first test that needs it."""
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt install postgresql)")
    as_user = _somebody_else() if os.getuid() == 0 else []
    if as_user is None:
        pytest.skip("PostgreSQL refuses to run as root and there is no user postgres")
    folder = Path(tempfile.mkdtemp(prefix="kq-pg-"))
    cluster = Cluster(programs, folder, _free_port(), as_user)
    if as_user:
        postgres = pwd.getpwnam("postgres")
        os.chown(folder, postgres.pw_uid, postgres.pw_gid)
    try:
        cluster.run(
            "initdb",
            "-D",
            str(folder / "data"),
            "-U",
            "kq_root",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        )
        quick = "fsync = off\nfull_page_writes = off\nshared_buffers = 64MB\nmax_connections = 60\n"
        _append(folder / "data" / "postgresql.conf", quick)
        cluster.start()
        cluster.ask(f"CREATE ROLE {OWNER} LOGIN")
        cluster.ask(f"CREATE ROLE {WORKER} LOGIN")
        yield cluster
    finally:
        with_server = (folder / "data" / "postmaster.pid").exists()
        if with_server:
            cluster.stop("immediate")
        shutil.rmtree(folder)


@pytest.fixture
def postgres_database(postgres_cluster: Cluster) -> Iterator[Database]:
    """A fresh empty database."""
    database = Database(postgres_cluster, f"hub_{next(_NUMBER)}")
    postgres_cluster.ask(f"CREATE DATABASE {database.name} OWNER {OWNER}")
    yield database
    postgres_cluster.ask(f"DROP DATABASE {database.name} WITH (FORCE)")


def _programs() -> Path | None:
    """The newest installed server's programs."""
    found = [
        path.parent
        for folder in (Path("/usr/lib/postgresql"), Path("/usr/pgsql"))
        for path in folder.glob("*/bin/initdb")
    ]
    direct = shutil.which("initdb")
    if found:
        return max(found, key=lambda path: int(re.sub(r"\D", "", path.parent.name) or 0))
    return Path(direct).resolve().parent if direct else None


def _somebody_else() -> list[str] | None:
    try:
        postgres = pwd.getpwnam("postgres")
    except KeyError:
        return None
    setpriv = shutil.which("setpriv")
    if setpriv:
        return [setpriv, f"--reuid={postgres.pw_uid}", f"--regid={postgres.pw_gid}", "--clear-groups"]
    runuser = shutil.which("runuser")
    return [runuser, "-u", "postgres", "--"] if runuser else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)
