"""The tree of parts of a message, found in one pass over its bytes and without recursion.

Only lines that start with ``--`` can divide a message, so those are looked up once and compared
with the boundaries that are open. Parts are spans of the raw bytes: nothing is copied or decoded.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass, field

from mail import limits
from mail.fields import Fields, block_end, envelope, read_fields
from mail.line_ends import one_line_end
from mail.media_type import MediaType, content_type, disposition
from mail.types import Defect

_DELIMITER = re.compile(rb"\n--([^\r\n]{1,200})")
_LINE_END = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)?")


@dataclass(slots=True)
class Part:
    """One part: its fields, its type, the span of its body in the raw bytes, its sub-parts.

    ``level`` counts the attached messages around it: 0 for what the sender wrote.
    """

    fields: Fields
    media: MediaType
    start: int
    end: int
    level: int
    depth: int
    children: list["Part"] = field(default_factory=list)

    @property
    def disposition(self) -> MediaType:
        """``Content-Disposition``, empty where there is none."""
        return disposition(self.fields.first("content-disposition"))

    @property
    def encoding(self) -> str:
        """``Content-Transfer-Encoding`` in lower case, without comments."""
        words = self.fields.first("content-transfer-encoding").decode("ascii", "replace").split()
        return words[0].lower().strip(";\"'") if words else ""

    @property
    def is_multipart(self) -> bool:
        """Whether its body is a sequence of parts."""
        return self.media.value.startswith("multipart/")


@dataclass(frozen=True, slots=True)
class Structure:
    """The root part and what was wrong with the way parts were put together."""

    root: Part
    defects: tuple[Defect, ...]


def as_lines(raw: bytes) -> bytes:
    """UTF-16 has no header a parser could see, bare CR no lines, CR CR LF two: all rewritten."""
    if b"\r" in raw and b"\n" not in raw:
        return raw.replace(b"\r", b"\n")
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raw = raw.decode("utf-16", "replace").encode("utf-8", "replace")
    return one_line_end(raw)


def read_structure(raw: bytes) -> Structure:
    """The parts of ``raw`` (see `as_lines`), `limits.PARTS` at most and `limits.DEPTH` deep."""
    return _Reader(raw).read()


@dataclass(slots=True)
class _Open:
    """A multipart whose closing delimiter has not been seen."""

    boundary: bytes
    part: Part


class _Reader:
    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.defects: dict[str, str] = {}
        self.marks: list[tuple[int, bytes]] = []
        self.starts: list[int] = []
        self.open: list[_Open] = []
        self.count = 0

    def _find_delimiters(self) -> None:
        """Every line that may divide the message, once and only if a boundary was declared."""
        marks = self.marks
        for match in _DELIMITER.finditer(self.raw):
            if len(marks) == limits.BOUNDARY_LINES:
                self.defects["too_many_boundary_lines"] = f"more than {limits.BOUNDARY_LINES}"
                break
            marks.append((match.start() + 1, match[1].rstrip()))
        self.starts = [start for start, _ in marks]

    def read(self) -> Structure:
        root = self._part(envelope(self.raw)[1], None)
        self._read_parts(root.start)
        self._close_to(0, len(self.raw), closed=False)
        return Structure(root, tuple(Defect(code, text) for code, text in self.defects.items()))

    def _read_parts(self, start: int) -> None:
        """Every delimiter of an open multipart ends what is deeper, and may begin a part."""
        index = bisect_left(self.starts, start)
        while self.open and (found := self._next(index)) is not None:
            index, level, closing = found
            position = self.marks[index][0]
            self._close_to(level + 1, position, closed=False)
            if closing:
                self._close_to(level, position, closed=True)
                index += 1
                continue
            if self.count >= limits.PARTS:
                self.defects["too_many_parts"] = f"more than {limits.PARTS}"
                break
            part = self._part(self._after_line(position), self.open[level].part)
            index = max(index + 1, bisect_left(self.starts, part.start))

    def _next(self, index: int) -> tuple[int, int, bool] | None:
        """The next delimiter of an open multipart: index, level of the multipart, closing."""
        levels = {opened.boundary: level for level, opened in enumerate(self.open)}
        for number in range(index, len(self.marks)):
            text = self.marks[number][1]
            if (level := levels.get(text)) is not None:
                return number, level, False
            if text.endswith(b"--") and (level := levels.get(text[:-2].rstrip())) is not None:
                return number, level, True
        return None

    def _after_line(self, position: int) -> int:
        line = _LINE_END.match(self.raw, position)
        return line.end() if line else position

    def _part(self, start: int, parent: Part | None) -> Part:
        """Read one part's fields and, where it holds parts itself, open it."""
        end = self._limit(start)
        stop, body = block_end(self.raw, start, end)
        fields = read_fields(self.raw[start : min(stop, start + limits.HEADER_BYTES + 1)])
        in_digest = parent is not None and parent.media.value == "multipart/digest"
        default = "message/rfc822" if in_digest else "text/plain"
        media = content_type(fields.first("content-type"), default)
        level, depth = (parent.level, parent.depth + 1) if parent else (0, 0)
        part = Part(fields, media, body, end, level, depth)
        self.count += 1
        if parent is not None:
            parent.children.append(part)
        self._open_part(part)
        return part

    def _limit(self, start: int) -> int:
        found = self._next(bisect_left(self.starts, start)) if self.open else None
        return self._line_start(self.marks[found[0]][0]) if found else len(self.raw)

    def _line_start(self, position: int) -> int:
        """The end of the body before a delimiter, whose line break belongs to the delimiter."""
        if self.raw[position - 2 : position] == b"\r\n":
            return position - 2
        return max(position - 1, 0)

    def _open_part(self, part: Part) -> None:
        if part.media.value in ("message/rfc822", "message/global"):
            self._open_message(part)
        elif part.is_multipart:
            self._open_multipart(part)

    def _open_message(self, part: Part) -> None:
        """An attached message is a part with one child, opened as many levels as allowed."""
        if part.level >= limits.ATTACHED_MESSAGES or part.encoding in (
            "base64",
            "quoted-printable",
        ):
            return
        part.level += 1
        self._part(part.start, part)
        part.level -= 1

    def _open_multipart(self, part: Part) -> None:
        boundary = part.media.get("boundary").encode("utf-8", "surrogateescape").rstrip()
        if not boundary:
            self.defects["multipart_without_boundary"] = part.media.value
        elif part.depth >= limits.DEPTH:
            self.defects["too_deep"] = f"more than {limits.DEPTH} levels"
        else:
            if not self.starts:
                self._find_delimiters()
            self.open.append(_Open(boundary, part))

    def _close_to(self, size: int, position: int, *, closed: bool) -> None:
        """Leave ``size`` multiparts open; the others end at ``position``."""
        while len(self.open) > size:
            opened = self.open.pop()
            opened.part.end = min(opened.part.end, position)
            if not opened.part.children:
                self.defects["multipart_without_parts"] = opened.part.media.value
            elif not (closed and len(self.open) == size):
                self.defects["unterminated_multipart"] = opened.part.media.value
