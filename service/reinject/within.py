"""A deadline for a conversation over a socket, however its bytes drip.

Socket timeouts bound one read each, and name resolution has none: only a second thread can hold a
deadline. Shutting the socket down ends the abandoned one.
"""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress


class Hold:
    """Told of the socket in use by whoever talks, so that it can be shut down."""

    def __init__(self) -> None:
        self._abandoned = threading.Event()
        self._socket: socket.socket | None = None

    def __call__(self, used: socket.socket | None) -> None:
        """Go on with this socket.

        Raises:
            TimeoutError: it is too late.

        """
        self._socket = used
        # set before the flag is read: either the flag is seen here, or `abandon` sees the socket
        if self._abandoned.is_set():
            raise TimeoutError

    def abandon(self) -> None:
        """Nobody waits any more."""
        self._abandoned.set()
        used = self._socket
        if used is not None:
            with suppress(OSError):  # it ended by itself meanwhile
                used.shutdown(socket.SHUT_RDWR)


def within(seconds: float, talk: Callable[[Hold], None]) -> None:
    """Talk on a thread of its own, and wait so long for it.

    Raises:
        TimeoutError: it took longer; what it was about to do may have been done.
        Exception: what it raised itself.

    """
    hold = Hold()
    ended: list[Exception | None] = []
    thread = threading.Thread(
        target=lambda: ended.append(_fault(talk, hold)), name="reinject-talk", daemon=True
    )
    thread.start()
    thread.join(seconds)
    # read before abandoning: what the abandoned thread makes of a torn answer does not count
    fault = ended[0] if ended else TimeoutError()
    hold.abandon()
    if fault is not None:
        raise fault


def _fault(talk: Callable[[Hold], None], hold: Hold) -> Exception | None:
    try:
        talk(hold)
    except Exception as error:  # noqa: BLE001  # handed to the waiting thread
        return error
    return None
