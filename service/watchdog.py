"""Ends a process that hangs where nothing else can: in native code, perhaps holding the GIL.

The timer is CPython's own (`faulthandler`): a thread in C, which needs no GIL. It writes every
thread's traceback to stderr and exits with status 1. Whoever keeps the process starts it again, and
the mail it held is claimed alone by another.
"""

import faulthandler
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def watched(seconds: float) -> Iterator[None]:
    """The block must end within `seconds`; one block at a time in a process."""
    faulthandler.dump_traceback_later(seconds, exit=True, file=sys.stderr)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
