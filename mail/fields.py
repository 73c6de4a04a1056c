"""Header blocks to fields, raw values untouched: decoding them is `mail.headers`'s work."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from mail.limits import ADDRESS_BYTES, HEADER_BYTES, HEADER_COUNT, HEADER_VALUE_BYTES

_BREAK = re.compile(rb"\r*+\n|\r")
_BLANK = re.compile(rb"\n\r*+\n|(?<!\r)\r\r++(?!\n)")  # CRs and an LF are one line's end
_ENVELOPE = re.compile(rb"(?:\xef\xbb\xbf)?[\r\n]*+(>?From [^\r\n]*\r*+\n)?")
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:[ \t]*(.*)", re.DOTALL)
_CR = ord("\r")
_LONG = frozenset(("to", "cc", "references"))


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one header block in their order, and how many lines of it were no field."""

    items: tuple[tuple[str, bytes], ...] = ()
    garbage: int = 0
    truncated: bool = False
    by_name: Mapping[str, list[bytes]] = field(default_factory=dict)

    def all(self, name: str) -> list[bytes]:
        """Every value of the field called ``name`` (lower case), in order."""
        return self.by_name.get(name, [])

    def first(self, name: str) -> bytes:
        """The first value of ``name`` (lower case) that says something, or nothing."""
        values = self.by_name.get(name)
        return next(filter(bytes.strip, values), b"") if values else b""


def envelope(raw: bytes) -> tuple[int, int]:
    """Where the line is that a mailbox file puts on top, or would be; the header begins below."""
    found = _ENVELOPE.match(raw)
    if found is None:
        return 0, 0
    return (found.start(1) if found[1] else found.end()), found.end()


def block_end(raw: bytes, start: int, end: int) -> tuple[int, int]:
    """Where the header block that starts at ``start`` ends, and where its body begins.

    A block without a blank line reaches as far as its lines are fields: the rest is body.
    """
    if (empty := _BREAK.match(raw, start, end)) is not None:
        return start, empty.end()
    blank = _BLANK.search(raw, start, end)
    stop, body = (_without_cr(raw, start, blank.start()), blank.end()) if blank else (end, end)
    if not _FIELD.match(raw, start, min(stop, start + HEADER_BYTES)):
        return _without_first_field(raw, start, stop, body)
    return stop, body


def _without_cr(raw: bytes, start: int, stop: int) -> int:
    while stop > start and raw[stop - 1] == _CR:
        stop -= 1
    return stop


def _without_first_field(raw: bytes, start: int, stop: int, body: int) -> tuple[int, int]:
    """A first line that is no field is skipped when the second is one; else it is all body."""
    second = _BREAK.search(raw, start, min(stop, start + HEADER_VALUE_BYTES))
    if second and _FIELD.match(raw[second.end() : second.end() + 1000].split(b"\n")[0]):
        return stop, body
    return start, start


def field_name(line: bytes) -> str:
    """The name of the field that a line begins; empty where it begins none."""
    match = _FIELD.match(line)
    return match[1].decode("ascii") if match else ""


def read_fields(block: bytes) -> Fields:
    """The fields of ``block``, unfolded, bounded in number and length."""
    truncated = len(block) > HEADER_BYTES
    unfolded: list[tuple[str, list[bytes]]] = []
    garbage = 0
    for line in block[:HEADER_BYTES].splitlines():
        match = _FIELD.match(line)
        if line[:1] in (b" ", b"\t") and unfolded:
            unfolded[-1][1].append(line.strip())
        elif match is None:
            garbage += bool(line.strip())
        elif len(unfolded) == HEADER_COUNT:
            truncated = True
            break
        else:
            unfolded.append((match[1].decode("ascii"), [match[2]]))
    items = tuple((name, _bounded(name, lines)) for name, lines in unfolded)
    by_name: dict[str, list[bytes]] = {}
    for name, value in items:
        by_name.setdefault(name.lower(), []).append(value)
    return Fields(items, garbage, truncated, by_name)


def _bounded(name: str, lines: list[bytes]) -> bytes:
    limit = ADDRESS_BYTES if name.lower() in _LONG else HEADER_VALUE_BYTES
    return b" ".join(lines)[:limit]
