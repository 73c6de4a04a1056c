"""Where lines end. Some programs turn every CRLF into CR CR LF on its way: still one line's end."""

import re

_STRAY = re.compile(rb"(?<!\r)\r(?:\r++)(?=\n)")


def one_line_end(raw: bytes) -> bytes:
    r"""The same bytes with each `\r+\n` as `\r\n`. Linear."""
    return _STRAY.sub(b"\r", raw) if b"\r\r\n" in raw else raw
