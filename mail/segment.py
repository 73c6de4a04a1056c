"""Who wrote which part of a text: the newest message, the ones it quotes, what is around them.

    text -> lines -> separators -> a message number for each line -> parts of each message

Every character stays in exactly one segment; nothing is deleted. The work is linear in the text.
"""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby, pairwise

from mail.lines import DEPTH_LIMIT, Lines, split_lines
from mail.message_parts import SegmentKind, message_parts
from mail.quote_patterns import BARE_FORWARD, FORWARD_SUBJECT
from mail.separators import Separator, find_separator, rule_before
from mail.types import Address

_SAID = (SegmentKind.GREETING, SegmentKind.BODY, SegmentKind.CLOSING)
_SUBJECT_CHARS = 200
_FORWARDS = 10  # of forwards: nobody passes a message on more often
_NAME_WORDS = 6  # a note this short above a forward is a name or a nod
_BARE_WORDS = 25  # a note longer than this is a message of its own


@dataclass(frozen=True, slots=True)
class Segment:
    """``text[start:end]`` belongs to message number ``message`` (0 is the newest)."""

    kind: SegmentKind
    start: int
    end: int
    message: int


@dataclass(frozen=True, slots=True)
class Quoted:
    """An older message: its number, its author where the separator names one, forwarded or not."""

    number: int
    sender: Address | None
    forwarded: bool


@dataclass(frozen=True, slots=True)
class Segmentation:
    """The segments in their order, covering the text, and the older messages they tell of.

    ``forward`` says that the subject calls the whole message one.
    """

    text: str
    segments: tuple[Segment, ...]
    quoted: tuple[Quoted, ...]
    forward: bool = False

    def said(self, message: int) -> str:
        """What one message says: greeting, body and closing, without quote marks."""
        return self._of(message, _SAID)

    def whole(self, message: int) -> str:
        """One message with its signature and disclaimer, without what introduces it."""
        return self._of(message, [kind for kind in SegmentKind if kind is not SegmentKind.HEADER])

    def _of(self, message: int, kinds: Collection[SegmentKind]) -> str:
        spans = (s for s in self.segments if s.message == message and s.kind in kinds)
        return "".join(_plain(self.text[s.start : s.end]) for s in spans).strip()

    @property
    def main(self) -> int:
        """The number of the message to act on: the newest, or the one it merely passes on."""
        numbers = self.messages[:_FORWARDS]
        for number, older in pairwise(numbers):
            said = self.said(number)
            if said and not (self._passes_on(older) and is_bare(said)):
                return number
        return numbers[-1] if numbers else 0

    @property
    def messages(self) -> list[int]:
        """The numbers of the messages that say something, newest first."""
        return sorted({s.message for s in self.segments if s.kind in _SAID and self._written(s)})

    def _written(self, span: Segment) -> bool:
        return not self.text[span.start : span.end].isspace()

    def _passes_on(self, older: int) -> bool:
        forwarded = (quoted.forwarded for quoted in self.quoted if quoted.number == older)
        return self.forward or any(forwarded)

    @property
    def customer(self) -> Address | None:
        """Who really asks, where the sender only passed the message on; None for the sender."""
        main = self.main
        named = (quoted.sender for quoted in self.quoted if quoted.number == main)
        return next(filter(None, named), None) if main else None


def is_bare(said: str) -> bool:
    """Whether a note says nothing but "please see below"."""
    kinds = message_parts(lines := [line.strip() for line in said.split("\n")])
    body = [line for line, kind in zip(lines, kinds, strict=True) if kind is SegmentKind.BODY]
    text = " ".join(filter(None, body))
    if len(text.split(maxsplit=_BARE_WORDS)) >= _BARE_WORDS:
        return False
    return text.count(" ") < _NAME_WORDS or BARE_FORWARD.found_in(text)


def segment(text: str, subject: str = "") -> Segmentation:
    """The segments of a message's text; the subject tells a forward from a reply."""
    lines = split_lines(text)
    marked = _Marks(lines)
    marked.read()
    forward = FORWARD_SUBJECT.found_in(subject[:_SUBJECT_CHARS])
    spans = tuple(span for span in _segments(lines, marked) if span.start < span.end)
    return Segmentation(text, spans, tuple(marked.quoted), forward)


class _Marks:
    """A message number and, for separators, the kind of each line."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.messages = [0] * len(lines)
        self.is_header = [False] * len(lines)
        self.quoted: list[Quoted] = []
        self.deeper = [0] * (DEPTH_LIMIT + 2)

    def read(self) -> None:
        number, covered = 0, 0
        while number < len(self.lines):
            found = self._separator(number, covered)
            if found is None:
                self.messages[number] = self._message(number)
                number += 1
            else:
                self._apply(found)
                number = covered = found.end

    def _separator(self, number: int, covered: int) -> Separator | None:
        if not self.lines.contents[number]:
            return None
        found = find_separator(self.lines, number)
        return found if found is not None and found.start >= covered else None

    def _message(self, number: int) -> int:
        depth = self.lines.depths[number]
        if not self.lines.contents[number] and number:
            return self.messages[number - 1]
        return depth + self.deeper[depth]

    def _apply(self, found: Separator) -> None:
        """The lines of the separator open an older message at this depth, or at the next one."""
        depth = self.lines.depths[found.end - 1]
        following = self.lines.next_written(found.end)
        if following is None or self.lines.depths[following] <= depth:
            for deeper in range(depth, len(self.deeper)):
                self.deeper[deeper] += 1
            message = depth + self.deeper[depth]
        else:
            message = depth + 1 + self.deeper[depth + 1]
        start = max(rule_before(self.lines, found.start), 0)
        for number in range(start, found.end):
            self.messages[number], self.is_header[number] = message, True
        self.quoted.append(Quoted(message, found.sender, found.forwarded))


def _segments(lines: Lines, marked: _Marks) -> list[Segment]:
    segments: list[Segment] = []
    opened: set[int] = set()
    keys = zip(marked.messages, marked.is_header, strict=True)
    for (message, is_header), group in groupby(enumerate(keys), key=lambda pair: pair[1]):
        numbers = [number for number, _ in group]
        first, last = numbers[0], numbers[-1] + 1
        if is_header:
            segments.append(
                Segment(SegmentKind.HEADER, lines.starts[first], lines.starts[last], message)
            )
        else:
            kinds = message_parts(lines.contents[first:last], resumed=message in opened)
            opened.add(message)
            segments += _runs(lines, first, kinds, message)
    return segments


def _runs(lines: Lines, first: int, kinds: list[SegmentKind], message: int) -> list[Segment]:
    runs: list[Segment] = []
    for kind, group in groupby(enumerate(kinds, first), key=lambda pair: pair[1]):
        numbers = [number for number, _ in group]
        start, end = lines.starts[numbers[0]], lines.starts[numbers[-1] + 1]
        runs.append(Segment(kind, start, end, message))
    return runs


def _plain(text: str) -> str:
    """A span without quote marks."""
    if ">" not in text:
        return text
    return "\n".join(split_lines(text).contents)
