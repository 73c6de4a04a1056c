"""Where the disclaimers of a message are: paragraph by paragraph, never what somebody asks."""

import re

from mail.disclaimer_patterns import (
    BANNER,
    DISCLAIMER,
    DISCLAIMER_GOES_ON,
    FIRST_PERSON_SINGULAR,
)
from mail.part_patterns import GREETING
from mail.pattern import Pattern

_ORNAMENTS = re.compile(r"[\W_]{1,20}")  # stars, a leaf, a recycling sign
_PARAGRAPH_CHARS = 1000  # of a paragraph, which tell whether it disclaims


def find_disclaimers(folded: list[str]) -> list[tuple[int, int]]:
    """The disclaimers as spans of lines, blank ones below included; each ends with its paragraph.

    A paragraph that only goes on from one belongs to it. What has nothing but a greeting or a
    warning above it is none: it stands where a request stands.
    """
    found: list[tuple[int, int]] = []
    for start, end in _paragraphs(folded):
        goes_on = bool(found) and found[-1][1] == start
        if not _disclaims(folded[start:end], goes_on=goes_on):
            continue
        if found or any(map(_is_said, filter(None, folded[:start]))):
            begin = found.pop()[0] if goes_on else start
            found.append((begin, _next_written(folded, end)))
    return found


def _paragraphs(folded: list[str]) -> list[tuple[int, int]]:
    """Spans of lines without a blank one."""
    blanks = [number for number, line in enumerate(folded) if not line]
    edges = zip([-1, *blanks], [*blanks, len(folded)], strict=True)
    return [(before + 1, after) for before, after in edges if after > before + 1]


def _next_written(folded: list[str], number: int) -> int:
    while number < len(folded) and not folded[number]:
        number += 1
    return number


def _disclaims(lines: list[str], *, goes_on: bool) -> bool:
    first = lines[0] if lines[0][0].isalnum() else _ORNAMENTS.sub("", lines[0], count=1)
    if not goes_on and not first.startswith(DISCLAIMER.starts):
        return False  # as nearly all paragraphs of all mail do
    kinds = (DISCLAIMER, DISCLAIMER_GOES_ON) if goes_on else (DISCLAIMER,)
    paragraph = " ".join((first, *lines[1:]))
    read = paragraph[:_PARAGRAPH_CHARS]
    return any(kind.holds(read) for kind in kinds) and not FIRST_PERSON_SINGULAR.search(paragraph)


def _is_said(line: str) -> bool:
    """Whether a line says something, as greetings and a server's warnings do not."""
    return not (_is(GREETING, line, 100) or _is(BANNER, line, 300))


def _is(pattern: Pattern, line: str, limit: int) -> bool:
    return len(line) <= limit and pattern.holds(line)
