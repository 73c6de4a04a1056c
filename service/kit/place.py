"""Where a new service goes: into a folder that is not there yet, whole or not at all."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.errors import StartupError

_LOCK = "lock"


def checked(folder: Path) -> Path:
    """The folder, absolute; asked before any work.

    Raises:
        StartupError: something is there, or the folder around it is not.

    """
    place = folder.absolute()
    if place.is_symlink() or place.exists():
        raise StartupError(
            f"{folder} is there already: give a name that is not. (If `new` made it, `up {folder}` "
            "starts it.)"
        )
    if not place.parent.is_dir():
        raise StartupError(f"There is no folder {place.parent} to make {place.name} in.")
    if not os.access(place.parent, os.W_OK | os.X_OK):
        raise StartupError(f"{place.parent} cannot be written: make {place.name} elsewhere.")
    return place


@contextmanager
def workplace(place: Path) -> Iterator[Path]:
    """A hidden folder beside the place, to be renamed to it; gone afterwards in any case.

    What a run that was killed left there goes first.

    Raises:
        StartupError: another run makes the same service, or the disk says no.

    """
    work = place.with_name(f".{place.name}.new")
    try:
        work.mkdir(exist_ok=True)
        with (work / _LOCK).open("w") as file:
            _take(file.fileno(), place)
            try:
                _empty(work)
                yield work
            finally:
                shutil.rmtree(work, ignore_errors=True)
    except OSError as error:
        raise StartupError(f"{error.filename or place}: {error.strerror}.") from error


def settle(work: Path, place: Path) -> None:
    """Give the finished folder its name."""
    (work / _LOCK).unlink()
    work.rename(place)


def _take(file: int, place: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise StartupError(f"Another run makes {place} just now: wait for it.") from error


def _empty(work: Path) -> None:
    for path in work.iterdir():
        if path.name == _LOCK:
            continue
        shutil.rmtree(path) if path.is_dir() else path.unlink()
