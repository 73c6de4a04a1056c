"""When two deliveries are the same mail: the same bytes, whatever way they travelled."""

import hashlib
import re

from mail.limits import HEADER_BYTES

_BLANK_LINE = re.compile(rb"\r?\n\r?\n|\r\r(?!\n)")
_TRACE = re.compile(
    rb"(?im)^(?:Received|Return-Path|Delivered-To|X-Original-To|DKIM-Signature"
    rb"|ARC-[!-9;-~]+|Authentication-Results)[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*(?:\n|\Z)"
)
_ENVELOPE = re.compile(rb"\A>?From [^\n]*\n")


def header_block(raw: bytes) -> bytes:
    """The bytes before the first blank line, at most `HEADER_BYTES` of them."""
    blank = _BLANK_LINE.search(raw, 0, HEADER_BYTES)
    return raw[: blank.start() if blank else HEADER_BYTES]


def fingerprint(raw: bytes) -> bytes:
    """SHA-256 (32 bytes) of the message without the fields that each delivery adds.

    The body is hashed as it is: a changed byte is another mail. Linear in the input.
    """
    block = header_block(raw)
    digest = hashlib.sha256(_TRACE.sub(b"", _ENVELOPE.sub(b"", block + b"\n")))
    digest.update(memoryview(raw)[len(block) :])
    return digest.digest()
