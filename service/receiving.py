"""gunicorn's threaded worker, with limits on how long a client may take to send its request.

A thread reads a request, so clients that send theirs a byte at a time could take every thread and
keep it. Here a connection that says nothing gives its thread back at once, a header must come
within `HEADER_SECONDS`, and a request with a body must be over by a time that grows with its
announced length. From who is late nothing more is read: a request that has come is answered, one
cut off is refused; who does not take the answer is cut off. A reverse proxy that buffers does this
better; this is for where there is none.
"""

import socket
import threading
import time
from contextlib import suppress
from typing import Any

from gunicorn.workers import gthread

HEADER_SECONDS = 10.0
SILENT_SECONDS = 0.1
BODY_SECONDS = 20.0
BYTES_PER_SECOND = 500_000
LONGEST_SECONDS = 90.0
# to work on the request and to send the answer, once the time to send the request is over
ANSWER_SECONDS = 60.0


class Deadlines:
    """Shuts down the sockets that are past their time; one thread for all of a process.

    First for reading alone, so that a request that has come and takes long is answered all the
    same; for good when `answer_seconds` more have passed.
    """

    def __init__(self, look_every: float = 0.5, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._look_every = look_every
        self._answer_seconds = answer_seconds
        self._lock = threading.Lock()
        self._ends: dict[int, tuple[float, socket.socket, int]] = {}
        self._started = False

    def set(self, connection: socket.socket, seconds: float) -> None:
        """From now on, `connection` has `seconds`; this replaces what was set before."""
        with self._lock:
            ends = time.monotonic() + seconds
            self._ends[id(connection)] = (ends, connection, socket.SHUT_RD)
            if not self._started:
                threading.Thread(target=self._watch, name="deadlines", daemon=True).start()
                self._started = True

    def clear(self, connection: socket.socket) -> None:
        """Nothing is expected of `connection` any more."""
        with self._lock:
            self._ends.pop(id(connection), None)

    def _watch(self) -> None:
        while True:
            time.sleep(self._look_every)
            with self._lock:
                self._shut_late(time.monotonic())

    def _shut_late(self, now: float) -> None:
        for name, (ends, connection, how) in self._ends.items():
            if now > ends:
                with suppress(OSError):
                    connection.shutdown(how)
                then = (now + self._answer_seconds, connection, socket.SHUT_RDWR)
                self._ends[name] = then  # the same key: the dict keeps its size


class DeadlineWorker(gthread.ThreadWorker):
    """`worker_class` for gunicorn."""

    def init_process(self) -> None:
        """As in gunicorn; the deadlines belong to the forked process."""
        self.deadlines = Deadlines()
        super().init_process()

    def handle(self, conn: Any) -> Any:
        """As in gunicorn, with a deadline for the header."""
        silent = not conn.initialized and not conn.data_ready
        if silent and not conn.wait_for_data(SILENT_SECONDS):
            return gthread._DEFER  # gunicorn's own way to wait without a thread
        self.deadlines.set(conn.sock, HEADER_SECONDS)
        try:
            return super().handle(conn)
        finally:
            self.deadlines.clear(conn.sock)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """As in gunicorn, with a deadline for the body."""
        self.deadlines.set(conn.sock, body_seconds(dict(req.headers)))
        return super().handle_request(req, conn)


def body_seconds(headers: dict[str, str]) -> float:
    """How long a request's body may take to come, from its headers, whose names are upper case.

    Without a body there is nothing to wait for, and a long poll keeps its connection.
    """
    length = headers.get("CONTENT-LENGTH", "0")
    if not length.isdigit() or length == "0":
        return LONGEST_SECONDS
    return min(BODY_SECONDS + int(length) / BYTES_PER_SECOND, LONGEST_SECONDS)
