"""One training at a time in a folder of checkpoints: two would write over each other's."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = "lock"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder; `RuntimeError` while another process does. A killed one holds nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RuntimeError(
                f"Another training is at work in {folder}: wait for it, or give another folder "
                "with --work."
            ) from error
        yield
