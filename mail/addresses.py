"""Who wrote and to whom: address lists as mailers really write them."""

import re

from mail.clean import one_line
from mail.encoded_word import raw_text, value_text
from mail.limits import ADDRESS_BYTES, ADDRESSES
from mail.types import Address

_ADDRESS_CHARS = 320
_NAME_CHARS = 200
_SPECIAL = re.compile(r"=\?[^?\s]{1,64}\?[bBqQ]\?[^?]{0,2000}\?=|[\"\\<>(),;:\[\]]")
_COMMENT = re.compile(r"\(([^()]*)\)")
_ATOM = r"[^\s<>\"(),;:]"
_BARE = re.compile(rf"(?<!{_ATOM}){_ATOM}+@{_ATOM}+")  # tried where a word begins, nowhere else


def addresses(value: bytes) -> tuple[Address, ...]:
    """The mailboxes of a raw address field, at most `ADDRESSES`; group names are left out."""
    if not value:
        return ()
    pieces = _split(raw_text(value[:ADDRESS_BYTES]))
    found = (_one(piece) for piece in pieces[: 2 * ADDRESSES])
    return tuple(address for address in found if address is not None)[:ADDRESSES]


def _split(text: str) -> list[str]:
    """The list cut at its commas and semicolons, not at those within quotes, angles or comments."""
    pieces: list[str] = []
    start, position, closing = 0, 0, ""
    while match := _SPECIAL.search(text, position):
        char, position = match[0], match.end()
        if len(char) > 1:  # an encoded word, whatever it holds
            continue
        if char == "\\":
            position += 1
        elif closing:
            closing = "" if char == closing or _gives_up(closing, char) else closing
        elif char in _CLOSING:
            closing = _CLOSING[char] if _CLOSING[char] in text[position : position + 1000] else ""
        elif char == ":" or char in ",;":
            pieces += [] if char == ":" else [text[start : match.start()]]
            start = position
    return [*pieces, text[start:]]


_CLOSING = {'"': '"', "<": ">", "(": ")", "[": "]"}


def _gives_up(closing: str, char: str) -> bool:
    """An angle that holds a comma or another angle was never one."""
    return closing == ">" and char in "<,;"


def _one(piece: str) -> Address | None:
    piece = piece.strip()
    if not piece:
        return None
    opening = piece.rfind("<")
    if opening >= 0:
        name, address = piece[:opening], piece[opening + 1 :].partition(">")[0]
    else:
        name, address = _without_angle(piece)
    address = one_line("".join(_COMMENT.sub("", address).split()), _ADDRESS_CHARS)
    named = Address(_name(name), address)
    return named if named.name or named.address else None


def _without_angle(piece: str) -> tuple[str, str]:
    """``jean@x.fr (Jean Dupont)``, a bare address, or a name without any."""
    bare = _BARE.search(piece[:2000])
    comment = _COMMENT.search(piece[:2000])
    if bare is None:
        return piece, ""
    return (comment[1] if comment else ""), bare[0]


def _name(text: str) -> str:
    text = text.strip()
    if text.startswith('"') and text.endswith('"') and len(text) > 1:
        text = re.sub(r"\\(.)", r"\1", text[1:-1])
    return value_text(text.encode("utf-8", "surrogatepass"), _NAME_CHARS).strip("'\" ")
