"""A client-side limit on transactions: PostgreSQL's own cannot act while PostgreSQL is paused.

One thread a process looks once a second for transactions past their limit and shuts their
sockets down; whoever waits on one gets the error of a broken connection.
"""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from psycopg import Connection

# Above the server's statement_timeout, which should act first.
SECONDS = 25.0

_lock = threading.Lock()
_running: dict[int, tuple[float, int]] = {}
_thread: threading.Thread | None = None


@contextmanager
def limited(connection: Connection[object], seconds: float = SECONDS) -> Iterator[None]:
    """Within the block the connection is cut once `seconds` have passed."""
    me = id(connection)
    with _lock:
        _running[me] = (time.monotonic() + seconds, connection.fileno())
        _look()
    try:
        yield
    finally:
        # under the lock, so that a descriptor is never cut after it was closed and given away
        with _lock:
            _running.pop(me, None)


def _look() -> None:
    global _thread  # noqa: PLW0603  # a forked process starts its own
    if _thread is None or not _thread.is_alive():
        _thread = threading.Thread(target=_cut_late, name="transactions", daemon=True)
        _thread.start()


def _cut_late() -> None:
    while True:
        time.sleep(1)
        with _lock:
            now = time.monotonic()
            for ends, descriptor in _running.values():
                if now > ends:
                    _cut(descriptor)


def _cut(descriptor: int) -> None:
    with suppress(OSError), socket.socket(fileno=os.dup(descriptor)) as shared:
        shared.shutdown(socket.SHUT_RDWR)
