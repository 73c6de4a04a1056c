"""One training at a time in a folder of checkpoints: two would write over each other's."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = "lock"
OWN = ("export", "export.fp32", "checkpoint", "read-on")  # what training writes over there


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder; `RuntimeError` while another process does, or where others' things lie.

    A killed one holds nothing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    strange = [name for name in OWN if (folder / name).exists()]
    if strange and not (folder / LOCK).exists():
        raise RuntimeError(
            f"{folder} holds {strange[0]!r}, which no training put there and which would be "
            "replaced: give --work a folder that does not exist yet."
        )
    with (folder / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RuntimeError(
                f"Another training is at work in {folder}: wait for it, or give another folder "
                "with --work."
            ) from error
        yield
