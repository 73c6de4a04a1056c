"""End what a killed supervisor left behind: known by pid and directory, never by name alone."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]

_PATIENCE_SECONDS = 10.0


def end_postgres(cluster: Path) -> int:
    """End every server process that works in `cluster`; returns how many there were.

    Call it only while holding the data directory's lock. A pid file that outlived its server is
    removed: its number may meanwhile be another process's, and PostgreSQL would refuse to start.
    """
    left = list(_working_in(cluster))
    postmaster = _postmaster(cluster)
    for process in left:
        if process.pid == postmaster:
            _signal(process, signal.SIGCONT)
            _signal(process, signal.SIGINT)  # a fast shutdown; its backends follow
    _, alive = psutil.wait_procs(left, timeout=_PATIENCE_SECONDS if postmaster else 0.5)
    for process in alive:
        _signal(process, signal.SIGKILL)
    psutil.wait_procs(alive, timeout=_PATIENCE_SECONDS)
    (cluster / "postmaster.pid").unlink(missing_ok=True)
    return len(left)


def _working_in(cluster: Path) -> Iterator[psutil.Process]:
    real = cluster.resolve()
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            # every process of a PostgreSQL server has its cluster as working directory
            if process.name() == "postgres" and Path(process.cwd()) == real:
                yield process


def _postmaster(cluster: Path) -> int | None:
    try:
        pid, directory = (cluster / "postmaster.pid").read_text().splitlines()[:2]
        return int(pid) if Path(directory).resolve() == cluster.resolve() else None
    except (OSError, ValueError):
        return None


def _signal(process: psutil.Process, number: int) -> None:
    with suppress(psutil.NoSuchProcess, ProcessLookupError):
        os.kill(process.pid, number)
