"""One at a time prepares environments below a directory; a lock that ends with its holder."""

import fcntl
import os
from contextlib import suppress

from launch.saying import say


class Lock:
    """Held in a `with` block; the directory itself is locked, so no file is left behind."""

    def __init__(self, directory):
        self._directory = directory
        self._file = -1

    def __enter__(self):
        """Take it, or say that somebody else has it, and wait."""
        self._file = os.open(str(self._directory), os.O_RDONLY)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another run.py prepares the environment; waiting for it.")
            fcntl.flock(self._file, fcntl.LOCK_EX)
        except OSError:
            pass  # a file system without locks: two at once are then for the user to avoid
        return self

    def __exit__(self, *error):
        """Let it go."""
        with suppress(OSError):
            os.close(self._file)
