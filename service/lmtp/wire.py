"""From bytes as they arrive to command lines and messages. Only CRLF ends a line.

A bare LF or CR is a byte like any other, so no sender can make two servers disagree on where a
message ends (SMTP smuggling). Work and memory are linear in what arrives, and bounded.
"""

from enum import Enum
from typing import Final

_END: Final = b"\r\n.\r\n"


class Bad(Enum):
    """What is read to its end and thrown away."""

    LINE_TOO_LONG = "line_too_long"
    MESSAGE_TOO_LARGE = "message_too_large"


class Wire:
    """One connection's incoming bytes.

    Args:
        line_bytes: a command line may have, without its CRLF.
        message_bytes: a message may have, once its dots are unstuffed.

    """

    def __init__(self, *, line_bytes: int, message_bytes: int) -> None:
        self._line_bytes = line_bytes
        self._message_bytes = message_bytes
        # a line of one dot, stuffed, has four bytes for three: no message has more in proportion
        self._stuffed_bytes = message_bytes * 4 // 3 + len(_END)
        self._buffer = bytearray()
        self._searched = 0
        self._dropped = False

    def receive(self, chunk: bytes) -> None:
        """Take what arrived."""
        self._buffer += chunk

    def line(self) -> bytes | Bad | None:
        """The next command line without its CRLF, or None until it is complete."""
        end = self._find(b"\r\n", self._line_bytes)
        if end is None:
            return None
        line = bytes(self._buffer[:end])
        if self._finish(end + 2) or len(line) > self._line_bytes:
            return Bad.LINE_TOO_LONG
        return line

    def begin_message(self) -> None:
        """The next bytes are a message; the CRLF of the DATA command is the one before it."""
        self._buffer[0:0] = b"\r\n"

    def message(self) -> bytes | Bad | None:
        """The message with its dots unstuffed, or None until it is complete."""
        end = self._find(_END, self._stuffed_bytes)
        if end is None:
            return None
        stuffed = self._buffer[: end + 2]
        if self._finish(end + len(_END)):
            return Bad.MESSAGE_TOO_LARGE
        message = bytes(stuffed.replace(b"\r\n.", b"\r\n")[2:])
        return message if len(message) <= self._message_bytes else Bad.MESSAGE_TOO_LARGE

    def _find(self, end: bytes, most: int) -> int | None:
        """Where the end stands; without one, what is over `most` bytes is dropped."""
        found = self._buffer.find(end, self._searched)
        if found >= 0:
            return found
        if len(self._buffer) > most + len(end):
            del self._buffer[: 1 - len(end)]
            self._dropped = True
        self._searched = max(0, len(self._buffer) - len(end) + 1)
        return None

    def _finish(self, size: int) -> bool:
        """Take so many bytes off; returns whether others were dropped before them."""
        del self._buffer[:size]
        dropped, self._dropped, self._searched = self._dropped, False, 0
        return dropped
