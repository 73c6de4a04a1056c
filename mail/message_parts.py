"""One message's lines told apart: greeting, what it says, closing, signature, disclaimer."""

from dataclasses import dataclass
from enum import StrEnum

from mail.device_pattern import DEVICE
from mail.disclaimer_patterns import BANNER
from mail.disclaimers import find_disclaimers
from mail.part_patterns import CLOSING, CONTACT, GREETING, POSTSCRIPT, SIGNATURE_DELIMITER
from mail.pattern import Pattern


class SegmentKind(StrEnum):
    """What a span of the text is for."""

    GREETING = "greeting"
    BODY = "body"
    CLOSING = "closing"
    SIGNATURE = "signature"
    DISCLAIMER = "disclaimer"
    HEADER = "header"


@dataclass(frozen=True, slots=True)
class Run:
    """Lines [start, end) are of one kind."""

    kind: SegmentKind
    start: int
    end: int


_SIGNATURE_LINES = 15  # more than this after "--" is text somebody wrote
_CLOSING_LINES = 12
_NAME_LINES = 2
_OPENING_LINES = 4
_PROSE_WORDS = 9
_SAID_WORDS = 4
_OPENING_MARKS = "<([ *"
_CLOSING_CHARS = min(map(len, CLOSING.starts))
_CLOSING_HEADS = frozenset(start[:_CLOSING_CHARS] for start in CLOSING.starts)
_NAME_CHARS, _SENTENCE_ENDS = 40, (".", ",", "!", "?", ":", ")")
_SIGNATURE_MARKS = frozenset((*"-_—–", *_OPENING_MARKS))
_DEVICE_CHARS = min(map(len, DEVICE.starts))
_DEVICE_HEADS = frozenset(start[:_DEVICE_CHARS] for start in DEVICE.starts)


def message_parts(folded: list[str], *, resumed: bool = False) -> list[Run]:
    """The runs that make up one message, given as folded lines without quote marks. Linear.

    A message that only resumes here, below a quotation, may begin with its signature; one that
    opens here says something first, even if that looks like a signature.
    """
    spans = find_disclaimers(folded)
    if not spans:
        return _said_parts(folded, resumed=resumed)
    runs: list[Run] = []
    position = 0
    for start, end in (*spans, (len(folded), len(folded))):
        above = _said_parts(folded[position:start], resumed=resumed or position > 0)
        runs += [Run(run.kind, position + run.start, position + run.end) for run in above]
        runs += [Run(SegmentKind.DISCLAIMER, start, end)] if end > start else []
        position = end
    return runs


def _said_parts(folded: list[str], *, resumed: bool) -> list[Run]:
    """The runs of lines that hold no disclaimer, but for a server's warning on top."""
    written = [number for number, line in enumerate(folded) if line]
    first = 0 if resumed else 1
    found: list[Run] = []
    end = _find_signature(folded, written, first, found)
    end = _find_closing(folded, written[:end], first, found)
    if not resumed:
        _find_opening(folded, written[:end], found)
    return _with_body(found, len(folded))


def _with_body(found: list[Run], end: int) -> list[Run]:
    """What nothing else claims is the body."""
    if not found:
        return [Run(SegmentKind.BODY, 0, end)] if end else []
    runs: list[Run] = []
    position = 0
    for run in sorted(found, key=lambda run: run.start):
        start = run.start
        if start > position:
            runs.append(Run(SegmentKind.BODY, position, start))
        elif runs and runs[-1].kind is run.kind:
            start = runs.pop().start
        runs.append(Run(run.kind, start, run.end))
        position = run.end
    return [*runs, Run(SegmentKind.BODY, position, end)] if position < end else runs


def _is(pattern: Pattern, line: str, limit: int) -> bool:
    return len(line) <= limit and pattern.holds(line)


def _tail(found: list[Run], length: int) -> int:
    """Where the parts found at the end begin."""
    return min((run.start for run in found), default=length)


def _find_signature(folded: list[str], written: list[int], first: int, found: list[Run]) -> int:
    """What follows "-- ", or the name of the device it was sent from, near the end."""
    for index in _near_end(written, first, _SIGNATURE_LINES):
        line = folded[written[index]]
        if line[:_DEVICE_CHARS] not in _DEVICE_HEADS and line[0] not in _SIGNATURE_MARKS:
            continue
        end = _tail(found, len(folded))
        if SIGNATURE_DELIMITER.match(line):
            found.append(Run(SegmentKind.SIGNATURE, written[index], end))
            return index
        if _opens(folded, written[index]) and _is(DEVICE, line.lstrip(_OPENING_MARKS), 120):
            written_on = any(_says(folded[number]) for number in written[index + 1 :])
            stop = written[index] + 1 if written_on else end
            found.append(Run(SegmentKind.SIGNATURE, written[index], stop))
            return len(written) if written_on else index
    return len(written)


def _opens(folded: list[str], number: int) -> bool:
    """Whether no sentence runs on into a line from the one right above: that is blank, ends one,
    or is as short as names and telephone numbers are.
    """
    above = folded[number - 1].rstrip() if number else ""
    return len(above) <= _NAME_CHARS or above.endswith(_SENTENCE_ENDS)


def _says(line: str) -> bool:
    """Whether a line below a device's says something, as its links and names do not."""
    if DEVICE.holds(line.lstrip(_OPENING_MARKS)):
        return False
    return len(line.split(maxsplit=_SAID_WORDS)) >= _SAID_WORDS and not CONTACT.search(line[:200])


def _near_end(written: list[int], first: int, lines: int) -> range:
    """The indexes of written lines with at most so many written lines below them."""
    return range(max(first, len(written) - lines - 1), len(written))


def _is_prose(line: str) -> bool:
    return len(line.split(maxsplit=_PROSE_WORDS)) >= _PROSE_WORDS or bool(POSTSCRIPT.match(line))


def _find_closing(folded: list[str], written: list[int], first: int, found: list[Run]) -> int:
    """The "Cordialement" with nothing but names, thanks and a visiting card below it."""
    for index in _near_end(written, first, _CLOSING_LINES):
        line = folded[written[index]]
        if line[:_CLOSING_CHARS] in _CLOSING_HEADS and _closes(line):
            below = [folded[number] for number in written[index + 1 :]]
            if not any(_is_prose(line) and not _closes(line) for line in below):
                _split_closing(folded, written[index:], found)
                return index
    return len(written)


def _closes(line: str) -> bool:
    return _is(CLOSING, line, 220)


def _split_closing(folded: list[str], written: list[int], found: list[Run]) -> None:
    """Up to two lines of name belong to the closing; what looks like a visiting card does not."""
    start, end, names = written[0], written[0] + 1, 0
    for number in written[1:]:
        names += not _closes(folded[number])
        if names > _NAME_LINES or CONTACT.search(folded[number][:200]):
            break
        end = number + 1
    below = [run.start for run in found if run.start > start]
    tail = min(below, default=len(folded))
    card = any(number >= end for number in written)
    found.append(Run(SegmentKind.CLOSING, start, end if card else tail))
    if card:
        found.append(Run(SegmentKind.SIGNATURE, end, tail))


def _find_opening(folded: list[str], written: list[int], found: list[Run]) -> None:
    """A server's warning, then the greeting, as long as something is said after them."""
    for number in written[:_OPENING_LINES]:
        if number == written[-1]:
            return
        if _is(BANNER, folded[number], 300):
            found.append(Run(SegmentKind.DISCLAIMER, number, number + 1))
        elif _is(GREETING, folded[number], 100):
            found.append(Run(SegmentKind.GREETING, number, number + 1))
        else:
            return
