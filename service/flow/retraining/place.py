"""The folder that a retraining works in: ours, and one process's at a time."""

import fcntl
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.domain.models import Refused

_NAME = "retraining-"
_ROOT = 0


def folder_of(work: Path, number: int) -> Path:
    """Where the files of one retraining lie."""
    return work / f"{_NAME}{number}"


@contextmanager
def workplace(work: Path) -> Iterator[None]:
    """Make the folder if need be, and keep other processes of this machine out of it.

    PostgreSQL's lock goes when PostgreSQL is started anew, while training goes on; this one stays.

    Raises:
        Refused: another process works there, it is somebody else's, or it cannot be made.

    """
    handle = _opened(work)
    try:
        if is_somebodys(work, os.fstat(handle).st_uid):
            raise Refused(
                f"{work} belongs to somebody else, who could change the model that is trained "
                "there: let AIGUILLEUR_RETRAIN_WORK name a folder of your own."
            )
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused(f"Another retraining is at work in {work}: wait for it.") from error
        except OSError:  # a network share without locks
            pass
        yield
    finally:
        os.close(handle)


def is_somebodys(work: Path, owner: int) -> bool:
    """Where everybody may make folders, it may be another one who made this."""
    everybodys = bool(work.resolve().parent.stat().st_mode & stat.S_IWOTH)
    return everybodys and owner not in {_ROOT, os.geteuid()}


def _opened(work: Path) -> int:
    try:
        work.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.open(work, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise Refused(
            f"{work} cannot be used: {error.strerror}; AIGUILLEUR_RETRAIN_WORK names it."
        ) from error


def clear(work: Path, number: int) -> None:
    """Remove the files of other retrainings: nobody goes on with them. What else is there stays."""
    for folder in work.glob(f"{_NAME}*"):
        if folder != folder_of(work, number):
            shutil.rmtree(folder, ignore_errors=True)
