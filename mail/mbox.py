"""Where the messages of a mailbox file are (RFC 4155): between lines that begin with `From `.

A body may have lines that begin so, too. A message begins at one only where a blank line, or the
file's beginning, is before it and a date in it.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

_TIME, _YEAR = rb"\b\d{1,2}:\d\d(?::\d\d)?\b", rb"\b\d{4}\b"
_BEGINS = re.compile(rb"From (?=\S)(?=.{0,200}?%b)(?=.{0,200}?%b)" % (_TIME, _YEAR))
_LINE_BYTES = 1000  # of a line that is looked at; the line may be longer


def begins(line: bytes) -> bool:
    """Whether this line is one that a mailbox file puts before a message."""
    return _BEGINS.match(line) is not None


def spans(file: BinaryIO) -> Iterator[tuple[int, int]]:
    """Offset and length of each message, without the line before it, in bytes; read from offset 0.

    Of a file that is no mailbox, all is one message. Memory does not grow with the file.
    """
    start, place, blank, at_start = 0, 0, True, True
    file.seek(0)
    while line := file.readline(_LINE_BYTES):
        if at_start and blank and begins(line):
            if place > start:
                yield start, place - start
            start = place + len(line) + _rest(file, line)
            place = start
            blank = False
            continue
        blank = at_start and not line.strip()
        at_start = line.endswith(b"\n")
        place += len(line)
    if place > start:
        yield start, place - start


def _rest(file: BinaryIO, line: bytes) -> int:
    """How much of a line is still to come; it is passed over."""
    skipped = 0
    while line and not line.endswith(b"\n"):
        line = file.readline(_LINE_BYTES)
        skipped += len(line)
    return skipped
