"""One message's lines told apart: greeting, what it says, closing, signature, disclaimer."""

from enum import StrEnum

from mail.fold import fold
from mail.part_patterns import (
    BANNER,
    CLOSING,
    CONTACT,
    DEVICE,
    DISCLAIMER,
    GREETING,
    POSTSCRIPT,
    SIGNATURE_DELIMITER,
)
from mail.pattern import Pattern


class SegmentKind(StrEnum):
    """What a span of the text is for."""

    GREETING = "greeting"
    BODY = "body"
    CLOSING = "closing"
    SIGNATURE = "signature"
    DISCLAIMER = "disclaimer"
    HEADER = "header"


_SIGNATURE_LINES = 15  # more than this after "--" is text somebody wrote
_AFTER_CLOSING = 12
_NAME_LINES = 2
_PROSE_WORDS = 9


def message_parts(contents: list[str], *, resumed: bool = False) -> list[SegmentKind]:
    """The kind of each line of one message, given without its quote marks. Linear.

    A message that only resumes here, below a quotation, may begin with its signature; one that
    opens here says something first, even if that looks like a signature.
    """
    kinds = [SegmentKind.BODY] * len(contents)
    written = [number for number, content in enumerate(contents) if content]
    first = 0 if resumed else 1
    end = _mark_disclaimer(contents, kinds, written)
    end = _mark_signature(contents, kinds, written[:end], first)
    end = _mark_closing(contents, kinds, written[:end], first)
    if not resumed:
        _mark_opening(contents, kinds, written[:end])
    return kinds


def _mark(kinds: list[SegmentKind], kind: SegmentKind, start: int, end: int) -> None:
    kinds[start:end] = [kind] * (end - start)


def _mark_disclaimer(contents: list[str], kinds: list[SegmentKind], written: list[int]) -> int:
    """From the first disclaiming paragraph to the end; returns how many written lines precede."""
    for index, number in enumerate(written):
        if index and not contents[number - 1] and _is(DISCLAIMER, contents[number], 1000):
            _mark(kinds, SegmentKind.DISCLAIMER, number, len(contents))
            return index
    return len(written)


def _is(pattern: Pattern, content: str, limit: int) -> bool:
    return len(content) <= limit and pattern.found_in(content)


def _mark_signature(
    contents: list[str], kinds: list[SegmentKind], written: list[int], first: int
) -> int:
    """What follows "-- " or names the device it was sent from."""
    last = contents_end(kinds)
    for index, number in enumerate(written):
        rest = len(written) - index - 1
        if (
            index >= first
            and rest <= _SIGNATURE_LINES
            and SIGNATURE_DELIMITER.match(contents[number])
        ):
            _mark(kinds, SegmentKind.SIGNATURE, number, last)
            return index
        if index >= first and _is(DEVICE, contents[number], 120):
            return _mark_device(contents, kinds, written, index)
    return len(written)


def contents_end(kinds: list[SegmentKind]) -> int:
    """Where the trailing disclaimer begins, or the end."""
    return next((i for i, kind in enumerate(kinds) if kind is SegmentKind.DISCLAIMER), len(kinds))


def _mark_device(
    contents: list[str], kinds: list[SegmentKind], written: list[int], index: int
) -> int:
    """A device line ends the message, unless somebody wrote on below it."""
    below = written[index + 1 :]
    if len(below) > _SIGNATURE_LINES or any(_is_prose(contents[number]) for number in below):
        _mark(kinds, SegmentKind.SIGNATURE, written[index], written[index] + 1)
        return len(written)
    _mark(kinds, SegmentKind.SIGNATURE, written[index], contents_end(kinds))
    return index


def _is_prose(content: str) -> bool:
    return len(content.split(maxsplit=_PROSE_WORDS)) >= _PROSE_WORDS or bool(
        POSTSCRIPT.match(fold(content[:20]))
    )


def _mark_closing(
    contents: list[str], kinds: list[SegmentKind], written: list[int], first: int
) -> int:
    """The last "Cordialement" with a name below it; contact details after that are signature."""
    floor = max(0, len(written) - _AFTER_CLOSING - 1)
    for index in range(floor, len(written)):
        number = written[index]
        if index >= first and _is(CLOSING, contents[number], 220):
            below = written[index + 1 :]
            if any(_is_prose(contents[line]) and not _closes(contents[line]) for line in below):
                continue
            _mark_below_closing(contents, kinds, written, index)
            return index
    return len(written)


def _closes(content: str) -> bool:
    return _is(CLOSING, content, 220)


def _mark_below_closing(
    contents: list[str], kinds: list[SegmentKind], written: list[int], index: int
) -> None:
    """Up to two lines of name belong to the closing; what looks like a visiting card does not."""
    names = 0
    end = len(contents) if index + 1 == len(written) else written[index] + 1
    for number in written[index + 1 :]:
        closing = _closes(contents[number])
        names += not closing
        if names > _NAME_LINES or CONTACT.search(fold(contents[number][:200])):
            break
        end = number + 1
    stop = next((i for i in range(end, len(kinds)) if kinds[i] is not SegmentKind.BODY), len(kinds))
    _mark(kinds, SegmentKind.CLOSING, written[index], min(end, stop))
    if any(number >= end for number in written[index + 1 :]):
        _mark(kinds, SegmentKind.SIGNATURE, end, stop)


def _mark_opening(contents: list[str], kinds: list[SegmentKind], written: list[int]) -> None:
    """A server's warning, then the greeting, as long as something is said after them."""
    for index, number in enumerate(written[:4]):
        content = contents[number]
        if len(content) > 300 or index + 1 == len(written):
            return
        if _is(BANNER, content, 300):
            _mark(kinds, SegmentKind.DISCLAIMER, number, number + 1)
        elif _is(GREETING, content, 100):
            _mark(kinds, SegmentKind.GREETING, number, number + 1)
        else:
            return
