"""Header values to text: RFC 2047 as it is written, not as it was specified."""

import binascii
import re
from collections.abc import Iterator

from mail.base64_body import from_base64
from mail.charset import codec, decode, mend_mojibake
from mail.clean import one_line
from mail.limits import HEADER_VALUE_CHARS

_WORD = re.compile(rb"=\?([^?\s]{1,64})\?([bBqQ])\?([^?]*)\?=")
_Piece = tuple[str | None, bytes]  # the declared charset of an encoded word, None around them


def value_text(value: bytes, limit: int = HEADER_VALUE_CHARS, *, guess: bool = True) -> str:
    """The readable text of a raw header value: one line, whatever an encoded word smuggles.

    Without ``guess`` an unknown charset is one of those assumed: see `mail.charset.decode`.
    """
    if not value:
        return ""
    if b"=?" not in value:
        return one_line(raw_text(value, guess=guess), limit)
    return one_line(mend_mojibake("".join(_texts(_pieces(value), guess))), limit)


def raw_text(value: bytes, *, guess: bool = True) -> str:
    """Unencoded header bytes, which are ASCII, UTF-8 or somebody's code page."""
    return value.decode("ascii") if value.isascii() else decode(value, None, guess=guess)[0]


def _texts(pieces: list[_Piece], guess: bool) -> Iterator[str]:
    """The pieces decoded. Only one of a value is guessed: guessing each took seconds a megabyte."""
    for charset, data in pieces:
        known = data.isascii() or (charset is not None and codec(charset) is not None)
        yield decode(data, charset, guess=guess and not known)[0]
        guess = guess and known


def _pieces(value: bytes) -> list[_Piece]:
    """The text between encoded words, and the words: neighbours of one charset put together.

    Joining first keeps a character whose bytes were split over two words.
    """
    pieces: list[_Piece] = []
    position = 0
    for word in _WORD.finditer(value):
        between = value[position : word.start()]
        charset, data = word[1].decode("ascii", "replace").partition("*")[0], _payload(word)
        if between.strip() or not pieces:
            pieces.append((None, between))
        last = pieces[-1]
        if last[0] is not None and last[0].lower() == charset.lower():
            pieces[-1] = (last[0], last[1] + data)
        else:
            pieces.append((charset, data))
        position = word.end()
    return [*pieces, (None, value[position:])]


def _payload(word: re.Match[bytes]) -> bytes:
    if word[2] in b"qQ":
        return binascii.a2b_qp(word[3].replace(b" ", b"_"), header=True)
    return from_base64(word[3])
