"""The folder in which the API's processes keep their metrics, one file a process.

gunicorn removes it at its end (`service.gunicorn_conf`); after a SIGKILL the next start does.
"""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

_PREFIX = "aiguilleur-metrics-"


def make() -> Path:
    """A new, empty folder for this process, which becomes gunicorn; removes what dead ones left."""
    parent = Path(tempfile.gettempdir())
    for old in parent.glob(f"{_PREFIX}*-*"):
        with suppress(FileNotFoundError):  # another API that starts now was quicker
            if old.stat().st_uid == os.getuid() and not _lives(old.name.split("-")[2]):
                shutil.rmtree(old, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))


def remove_own(folder: Path) -> None:
    """Remove the folder if `make` made it; one that an operator chose is theirs."""
    if folder.name.startswith(_PREFIX):
        shutil.rmtree(folder, ignore_errors=True)


def _lives(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:  # somebody else's by now
        return True
    return True
