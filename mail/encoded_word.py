"""Header values to text: RFC 2047 as it is written, not as it was specified."""

import binascii
import re

from mail.charset import decode, mend_mojibake
from mail.clean import one_line
from mail.limits import HEADER_VALUE_CHARS

_WORD = re.compile(rb"=\?([^?\s]{1,64})\?([bBqQ])\?([^?]*)\?=")
_NOT_BASE64 = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
)


def value_text(value: bytes, limit: int = HEADER_VALUE_CHARS) -> str:
    """The readable text of a raw header value: one line, whatever an encoded word smuggles."""
    if not value:
        return ""
    if b"=?" not in value:
        return one_line(raw_text(value), limit)
    return one_line(mend_mojibake("".join(_pieces(value))), limit)


def raw_text(value: bytes) -> str:
    """Unencoded header bytes, which are ASCII, UTF-8 or somebody's code page."""
    return value.decode("ascii") if value.isascii() else decode(value, None)[0]


def _pieces(value: bytes) -> list[str]:
    """The text between encoded words, and the words: neighbours of one charset decoded together.

    Joining first keeps a character whose bytes were split over two words.
    """
    pieces: list[str] = []
    pending: tuple[str, bytes] | None = None
    position = 0
    for word in _WORD.finditer(value):
        between = value[position : word.start()]
        charset, data = word[1].decode("ascii", "replace").partition("*")[0], _payload(word)
        if pending and not between.strip() and pending[0].lower() == charset.lower():
            pending = (charset, pending[1] + data)
        else:
            pieces += _flushed(pending)
            pieces += [raw_text(between)] if between.strip() or not pending else []
            pending = (charset, data)
        position = word.end()
    return [*pieces, *_flushed(pending), raw_text(value[position:])]


def _flushed(pending: tuple[str, bytes] | None) -> list[str]:
    return [decode(pending[1], pending[0])[0]] if pending else []


def _payload(word: re.Match[bytes]) -> bytes:
    if word[2] in b"qQ":
        return binascii.a2b_qp(word[3].replace(b" ", b"_"), header=True)
    return from_base64(word[3])


def from_base64(data: bytes) -> bytes:
    """Base64 read as far as it goes: foreign characters skipped, missing padding supplied."""
    symbols = data.translate(None, _NOT_BASE64)
    symbols = symbols[: len(symbols) - (len(symbols) % 4 == 1)]
    return binascii.a2b_base64(symbols + b"=" * (-len(symbols) % 4))
