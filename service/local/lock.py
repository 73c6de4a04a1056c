"""One supervisor a data directory: a lock that the kernel lets go when its holder dies."""

import fcntl
import os
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self

from service.errors import StartupError


class DataLock(AbstractContextManager["DataLock"]):
    """Held from `with` to its end; the file itself stays, so that there is only ever one."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._path = data_dir / "lock"
        self._file = -1

    def __enter__(self) -> Self:
        """Take the lock.

        Raises:
            StartupError: another process holds it; names that process.

        """
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(self._file, 32).decode().strip() or "unknown"
            os.close(self._file)
            raise StartupError(
                f"Aiguilleur already runs on {self._data_dir} (process {holder}): stop that one "
                "with Ctrl-C, or set AIGUILLEUR_DATA_DIR to another directory."
            ) from error
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"{os.getpid()}\n".encode(), 0)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let it go."""
        os.close(self._file)
