"""A text as lines, each with its quote depth and its content without quote marks."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from mail.fold import fold

_MARKS = re.compile(r"[ \t]{0,3}(?:>[ \t]?)+")
_MARKED = (">", " >", "  >", "   >", "\t>")
_MARKED_BELOW = tuple(f"\n{mark}" for mark in _MARKED)
_CLOSING_CHARS = 40
CONTENT_CHARS = 1000  # a longer line is prose, whatever it starts with
DEPTH_LIMIT = 20
_PAST_ITS_END = (1).__add__  # from a line's length to where the next begins


@dataclass(frozen=True, slots=True)
class Lines:
    """Parallel lists, one entry a line: where it starts, how deep it is quoted, what it says.

    ``starts`` has one entry more: the length of the text. Contents are stripped and cut;
    ``folded`` is what patterns read of them (see `mail.fold`).
    """

    starts: list[int]
    depths: list[int]
    contents: list[str]
    folded: list[str]
    quoted: bool

    def __len__(self) -> int:
        return len(self.contents)

    def next_written(self, number: int, within: int = 3) -> int | None:
        """The next line from ``number`` on that is not blank, if it is near."""
        near = range(number, min(number + within, len(self)))
        return next((candidate for candidate in near if self.contents[candidate]), None)


def split_lines(text: str) -> Lines:
    """The lines of ``text``. Whole-text operations keep the cost of an ordinary line tiny."""
    raw = text.split("\n")
    starts = [0, *accumulate(map(_PAST_ITS_END, map(len, raw)))]
    starts[-1] = len(text)
    quoted = ">" in text and (text.startswith(_MARKED) or any(m in text for m in _MARKED_BELOW))
    if quoted:
        depths, contents = _unquoted(raw)
    else:
        depths, contents = [0] * len(raw), _stripped(raw)
    folded = fold("\n".join(contents)).split("\n")
    return Lines(starts, depths, contents, folded, quoted)


def _stripped(raw: Iterable[str]) -> list[str]:
    return [line.strip() if len(line) < CONTENT_CHARS else _cut(line) for line in raw]


def _cut(line: str) -> str:
    return line[:CONTENT_CHARS].strip()


def _unquoted(raw: list[str]) -> tuple[list[int], list[str]]:
    depths, contents = [0] * len(raw), _stripped(raw)
    marked = [n for n, line in enumerate(raw) if ">" in line and line.startswith(_MARKED)]
    for number in marked:
        depth, content = _without_marks(raw[number])
        if number and "@" in contents[number - 1]:
            above = contents[number - 1], depths[number - 1]
            depth, content = _continued(*above, depth, content)
        depths[number], contents[number] = depth, content
    return depths, contents


def _without_marks(line: str) -> tuple[int, str]:
    marks = _MARKS.match(line, 0, CONTENT_CHARS)
    end = marks.end() if marks else 0
    depth = min(line.count(">", 0, end), DEPTH_LIMIT)
    return depth, line[end : end + CONTENT_CHARS].strip()


def _continued(above: str, above_depth: int, depth: int, content: str) -> tuple[int, str]:
    """``> a écrit :`` is no quotation when it only closes the address the line above broke in."""
    opened = above.rfind("<")
    broken = opened > above.rfind(">") and "@" in above[opened:]
    if broken and depth == above_depth + 1 and len(content) < _CLOSING_CHARS:
        return above_depth, f"> {content}"
    return depth, content
