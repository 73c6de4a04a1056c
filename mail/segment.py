"""Who wrote which part of a text: the newest message, the ones it quotes, what is around them.

    text -> lines -> separators -> a message number for each line -> parts of each message

Every character stays in exactly one segment; nothing is deleted. The work is linear in the text.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

from mail.lines import DEPTH_LIMIT, Lines, split_lines
from mail.message_parts import SegmentKind, message_parts
from mail.quote_patterns import BARE_FORWARD, FIRST_PERSON, FORWARD_SUBJECT
from mail.separators import Separator, candidates, find_separator, rule_before
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
    folded = split_lines(said).folded
    runs = (run for run in message_parts(folded) if run.kind is SegmentKind.BODY)
    text = " ".join(filter(None, (line for run in runs for line in folded[run.start : run.end])))
    if len(text.split(maxsplit=_BARE_WORDS)) >= _BARE_WORDS:
        return False
    nod = text.count(" ") < _NAME_WORDS and not FIRST_PERSON.search(text)
    return nod or BARE_FORWARD.holds(text)


def segment(text: str, subject: str = "") -> Segmentation:
    """The segments of a message's text; the subject tells a forward from a reply."""
    lines = split_lines(text)
    reader = _Reader(lines)
    reader.read()
    forward = FORWARD_SUBJECT.found_in(subject[:_SUBJECT_CHARS])
    spans = tuple(span for span in _segments(lines, reader) if span.start < span.end)
    return Segmentation(text, spans, tuple(reader.quoted), forward)


class _Reader:
    """Finds the separators in order, and gives every line its message number."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.messages: list[int] = []
        self.headers: list[tuple[int, int]] = []
        self.quoted: list[Quoted] = []
        self.deeper = [0] * (DEPTH_LIMIT + 2)

    def read(self) -> None:
        covered = 0
        for number in candidates(self.lines):
            if number < covered:
                continue
            found = find_separator(self.lines, number)
            if found is not None and found.start >= covered:
                self._apply(found, covered)
                covered = found.end
        self._number(len(self.lines))

    def _number(self, end: int) -> None:
        """Give the lines up to ``end`` their message: how deep they are quoted, and below what."""
        start = len(self.messages)
        if not self.lines.quoted:
            self.messages += [self.deeper[0]] * (end - start)
            return
        for number in range(start, end):
            depth = self.lines.depths[number]
            blank = not self.lines.contents[number] and number > 0
            self.messages.append(self.messages[-1] if blank else depth + self.deeper[depth])

    def _apply(self, found: Separator, covered: int) -> None:
        """The lines of the separator open an older message at this depth, or at the next one."""
        start = max(rule_before(self.lines, found.start), covered)
        self._number(start)
        message = self._open(found)
        self.messages += [message] * (found.end - start)
        self.headers.append((start, found.end))
        self.quoted.append(Quoted(message, found.sender, found.forwarded))

    def _open(self, found: Separator) -> int:
        depth = self.lines.depths[found.end - 1]
        following = self.lines.next_written(found.end)
        if following is not None and self.lines.depths[following] > depth:
            return depth + 1 + self.deeper[depth + 1]
        for deeper in range(depth, len(self.deeper)):
            self.deeper[deeper] += 1
        return depth + self.deeper[depth]


def _segments(lines: Lines, reader: _Reader) -> Iterator[Segment]:
    opened: set[int] = set()
    position = 0
    for start, end in (*reader.headers, (len(lines), len(lines))):
        for first, last, message in _stretches(reader.messages, position, start):
            for run in message_parts(lines.folded[first:last], resumed=message in opened):
                yield _segment(lines, run.kind, first + run.start, first + run.end, message)
            opened.add(message)
        if start < end:
            yield _segment(lines, SegmentKind.HEADER, start, end, reader.messages[start])
        position = end


def _stretches(messages: list[int], start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Consecutive lines of one message: first, after last, message."""
    for message, same in groupby(messages[start:end]):
        stop = start + len(list(same))
        yield start, stop, message
        start = stop


def _segment(lines: Lines, kind: SegmentKind, first: int, last: int, message: int) -> Segment:
    return Segment(kind, lines.starts[first], lines.starts[last], message)


def _plain(text: str) -> str:
    """A span without quote marks."""
    return "\n".join(split_lines(text).contents) if ">" in text else text
