"""When two deliveries are the same mail: the same bytes, whatever way they travelled.

What is header and what is body, and where a field ends, is what the parser says (`mail.fields`):
whatever a person may read counts.
"""

import hashlib
import re
from collections.abc import Iterator

from mail.fields import block_end, envelope, field_name
from mail.limits import HEADER_BYTES
from mail.line_ends import one_line_end

_TRACE = re.compile(
    r"received|return-path|delivered-to|x-original-to|dkim-signature|arc-.+|authentication-results",
    re.IGNORECASE,
)
_INITIALS = frozenset((b"r", b"d", b"x", b"a", b"R", b"D", b"X", b"A"))  # of the names above
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # has no header before it is decoded


def header_block(raw: bytes) -> bytes:
    """The bytes before the first blank line, at most `HEADER_BYTES` of them."""
    start, stop = _header(raw)
    return raw[start:stop]


def fingerprint(raw: bytes) -> bytes:
    """SHA-256 (32 bytes) of the message without the fields that each delivery adds.

    The body is hashed as it is: a changed byte is another mail. Linear in the input.
    """
    start, stop = _header(raw)
    digest = hashlib.sha256(raw[: envelope(raw)[0]])
    if stop > start:
        block = one_line_end(raw[start:stop] + b"\n")
        digest.update(b"".join(_kept(block)))
    digest.update(memoryview(raw)[stop:])
    return digest.digest()


def _header(raw: bytes) -> tuple[int, int]:
    if raw.startswith(_UTF_16):
        return 0, 0
    start = envelope(raw)[1]
    stop, _ = block_end(raw, start, len(raw))
    return start, min(stop, start + HEADER_BYTES)


def _kept(block: bytes) -> Iterator[bytes]:
    """The lines of all fields but those of the trace."""
    traced = False
    for line in block.splitlines(keepends=True):
        if not (traced and line.startswith((b" ", b"\t"))):
            may_be = line[:1] in _INITIALS
            traced = may_be and _TRACE.fullmatch(field_name(line)) is not None
        if not traced:
            yield line
