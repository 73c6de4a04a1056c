"""A text as lines, each with its quote depth and its content without quote marks."""

import re
from dataclasses import dataclass, field

from mail.fold import fold

_MARKS = re.compile(r"[ \t]{0,3}(?:>[ \t]?)+")
_CONTENT_CHARS = 1000  # a longer line is prose, whatever it starts with
DEPTH_LIMIT = 20


@dataclass(slots=True)
class Lines:
    """Parallel lists, one entry a line: where it starts, how deep it is quoted, what it says.

    ``starts`` has one entry more: the length of the text. Contents are stripped and cut.
    """

    starts: list[int] = field(default_factory=list)
    depths: list[int] = field(default_factory=list)
    contents: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.contents)

    def folded(self, number: int) -> str:
        """The content of a line as patterns read it."""
        return fold(self.contents[number])

    def next_written(self, number: int, within: int = 3) -> int | None:
        """The next line from ``number`` on that is not blank, if it is near."""
        for candidate in range(number, min(number + within, len(self))):
            if self.contents[candidate]:
                return candidate
        return None


def split_lines(text: str) -> Lines:
    """The lines of ``text``; a blank line has the depth of the line before it when unmarked."""
    lines = Lines()
    position = 0
    for line in text.split("\n"):
        lines.starts.append(position)
        position += len(line) + 1
        if ">" not in line[:4]:
            depth, content = 0, line[:_CONTENT_CHARS].strip()
        elif lines.contents and _ends_in_address(lines.contents[-1]):
            depth, content = _closing_address(line, lines.depths[-1])
        else:
            depth, content = _unquoted(line)
        lines.depths.append(depth)
        lines.contents.append(content)
    lines.starts.append(len(text))
    return lines


def _ends_in_address(content: str) -> bool:
    """Whether a wrapped attribution broke just before the ``>`` of its author's address."""
    opened = content.rfind("<")
    return opened > content.rfind(">") and "@" in content[opened:]


def _closing_address(line: str, depth: int) -> tuple[int, str]:
    """``> a écrit :`` below such a line continues it; at most its own marks are taken off."""
    marked, content = _unquoted(line)
    return (
        (depth, f"> {content}") if marked == depth + 1 and len(content) < 40 else (marked, content)
    )


def _unquoted(line: str) -> tuple[int, str]:
    match = _MARKS.match(line, 0, _CONTENT_CHARS)
    if match is None:
        return 0, line[:_CONTENT_CHARS].strip()
    depth = min(match[0].count(">"), DEPTH_LIMIT)
    return depth, line[match.end() : match.end() + _CONTENT_CHARS].strip()
