"""Base64 as mail has it: cut short, damaged, several in a row, with a list's footer below."""

import binascii
import re
from itertools import islice

_FOREIGN = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
)
_BLANKS = b" \t\r\n"
_PADDING = re.compile(rb"=+")
_RUNS = 1000  # each ended by padding; one is honest
_DOUBTFUL = re.compile(rb"[^A-Za-z0-9+/=\s]|[^\s][ \t]++[^\s]")
_DOUBTFUL_LINES = 1000  # then none of it is to be trusted
_DAMAGED = 8  # one foreign byte in so many is damage, more are no base64
_ENDED = re.compile(rb"(?:=|\n[ \t\r]*)\s*\Z")
_ENDED_WITHIN = 100


def from_base64(data: bytes) -> bytes:
    """Base64 read as far as it goes: foreign characters skipped, missing padding supplied.

    Padding ends a run; what follows it begins another.
    """
    runs = _PADDING.split(data.translate(None, _FOREIGN), _RUNS)
    return b"".join(map(_run, runs))


def _run(symbols: bytes) -> bytes:
    symbols = symbols.replace(b"=", b"")
    symbols = symbols[: len(symbols) - (len(symbols) % 4 == 1)]
    return binascii.a2b_base64(symbols + b"=" * (-len(symbols) % 4))


def text_below(data: bytes) -> int:
    """Where lines begin that are no base64 but were put below it; the length where none are."""
    position = first = len(data) - len(data.lstrip())
    for _ in range(_DOUBTFUL_LINES):
        found = _DOUBTFUL.search(data, position)
        if found is None:
            return len(data)
        start = data.rfind(b"\n", position, found.end()) + 1 or position
        end = data.find(b"\n", found.end())
        position = end if end >= 0 else len(data)
        if start > first and _is_text(data, start, data[start:position].strip()):
            return start
    return position


def _is_text(data: bytes, start: int, line: bytes) -> bool:
    """Too foreign to be damaged base64, or foreign at all where the base64 had ended."""
    foreign = len(line.translate(None, _BLANKS)) - len(line.translate(None, _FOREIGN))
    foreign += sum(1 for _ in islice(re.finditer(rb"[ \t]+", line), len(line) // _DAMAGED + 1))
    above = data[max(0, start - _ENDED_WITHIN) : start - 1]
    return foreign * _DAMAGED > len(line) or _ENDED.search(above) is not None


def defects_of(data: bytes, end: int) -> list[str]:
    """What is wrong with base64 that ends at ``end``, each in a few words."""
    foreign = len(data[:end].translate(None, _BLANKS)) - len(data[:end].translate(None, _FOREIGN))
    foreign_text = [f"{foreign} foreign bytes"] if foreign else []
    inner = _PADDING.search(data, 0, end)
    restarted = inner is not None and bool(data[inner.end() : end].translate(None, _FOREIGN))
    below = [f"{len(data) - end} bytes of text below it"] if end < len(data) else []
    return [*foreign_text, *(["more of it after its padding"] if restarted else []), *below]
