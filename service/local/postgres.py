"""A PostgreSQL server as our child: makes its cluster, starts, stops, recovers."""

import os
import secrets
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

import psycopg

from service.errors import StartupError
from service.local.account import Account, give
from service.local.binaries import PostgresBinaries
from service.local.orphans import end_postgres
from service.local.places import remove
from service.local.process import Command, Process, leashed
from service.local.readiness import await_ready

USER = DATABASE = "aiguilleur"
_PASSWORD_FILE = "aiguilleur.password"  # noqa: S105  # the name of a file
# A clean environment: PGDATA, PGPORT and the like would be obeyed, and a locale would translate.
_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
# Trades what a power cut could lose for speed; for tests that never cut the power.
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresServer:
    """Answers on a Unix socket in a directory that only its user may enter, by password.

    Args:
        binaries: as `find_postgres` returns them.
        home: the directory in which the cluster is or will be.
        socket_dir: a directory of the account's own.
        account: whom to run it as; None for ourselves.
        log: a file, appended to.
        durable: False makes commits fast and loses the latest ones in a power cut.

    """

    def __init__(
        self,
        binaries: PostgresBinaries,
        home: Path,
        socket_dir: Path,
        account: Account | None,
        log: Path,
        *,
        durable: bool = True,
    ) -> None:
        self.cluster = home / "postgres"
        self._binaries = binaries
        self._socket_dir = socket_dir
        self._account = account
        self._durable = durable
        self.process = Process(
            Command(
                "postgres",
                _arguments(binaries.postgres, self.cluster, socket_dir, {} if durable else _FAST),
                _ENVIRONMENT,
                log,
                cwd=Path("/"),
                account=account,
                stop_signal=signal.SIGINT,  # "fast": ends sessions, writes a checkpoint
                death_signal=signal.SIGINT,
            )
        )

    def url(self, database: str = DATABASE) -> str:
        """`postgresql://...` for one of its databases, with the password."""
        host = quote(str(self._socket_dir), safe="/")
        return f"postgresql://{USER}:{self._password()}@/{database}?host={host}"

    def start(self) -> None:
        """Start it, after the recovery that a crash calls for, and wait until it answers.

        Raises:
            StartupError: with the end of the server's own log.

        """
        if not self.cluster.exists():
            self._make_cluster()
        end_postgres(self.cluster)
        self.process.start()
        # after a crash it answers only once it has read its log again
        await_ready(self.process, self._answers, seconds=120)
        self._make_database()

    def stop(self) -> None:
        """Stop it in good order."""
        self.process.stop(30)

    def kill(self) -> None:
        """SIGKILL it with all its backends, as a crash would."""
        self.process.kill()

    def pause(self) -> None:
        """SIGSTOP it with all its backends: connections hang."""
        self.process.pause()

    def resume(self) -> None:
        """Undo `pause`."""
        self.process.resume()

    def restart(self) -> None:
        """Stop it if it runs, start it on the same socket."""
        self.stop()
        self.start()

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _make_database(self) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if not known.fetchone():
                connection.execute(f'CREATE DATABASE "{DATABASE}"')

    def _password(self) -> str:
        return (self.cluster / _PASSWORD_FILE).read_text().strip()

    def _make_cluster(self) -> None:
        """Make it elsewhere, then move it: a cluster that is there is whole."""
        for left in self.cluster.parent.glob("postgres-new-*"):
            remove(left)
        work = Path(tempfile.mkdtemp(prefix="postgres-new-", dir=self.cluster.parent))
        give(work, self._account)
        try:
            password = self._write_password(work)
            self._initdb(work / "cluster", password)
            password.rename(work / "cluster" / _PASSWORD_FILE)
            (work / "cluster").rename(self.cluster)
        finally:
            remove(work)

    def _write_password(self, work: Path) -> Path:
        path = work / _PASSWORD_FILE
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24) + "\n")
        give(path, self._account)
        return path

    def _initdb(self, cluster: Path, password: Path) -> None:
        options = ["--auth=scram-sha-256", f"--username={USER}", f"--pwfile={password}"]
        options += self._locale() + ([] if self._durable else ["--no-sync"])
        command = [str(self._binaries.initdb), f"--pgdata={cluster}", *options]
        done = subprocess.run(  # noqa: S603  # a command of our own
            leashed([*command, "--no-instructions"], self._account),
            capture_output=True,
            check=False,
            cwd="/",
            env=_ENVIRONMENT,
        )
        if done.returncode != 0:
            said = done.stderr.decode(errors="replace").strip()
            raise StartupError(f"PostgreSQL could not make its files in {cluster.parent}:\n{said}")

    def _locale(self) -> list[str]:
        plain = ["--encoding=UTF8", "--locale=C"]
        if self._binaries.major < 17:
            return plain  # the built-in provider came with 17
        return [*plain, "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]


def _arguments(binary: Path, cluster: Path, socket_dir: Path, extra: dict[str, str]) -> list[str]:
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(socket_dir),
        "unix_socket_permissions": "0700",
        "max_connections": "200",
        "timezone": "UTC",
        "log_timezone": "UTC",
        # after a crash: one call for the whole file system, not one for each of a thousand files
        "recovery_init_sync_method": "syncfs" if sys.platform == "linux" else "fsync",
        **extra,
    }
    return [
        str(binary),
        "-D",
        str(cluster),
        *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
    ]
