"""Which parts of a message a person reads, and the one text they make together."""

import re
from dataclasses import dataclass

from mail.calendar import calendar_text
from mail.clean import one_line
from mail.content import part_text
from mail.encoded_word import value_text
from mail.html import read_html
from mail.limits import TEXT_CHARS
from mail.pattern import words
from mail.structure import Part
from mail.types import Defect

_TEXT_TYPES = frozenset(("text/plain", "text/html", "text/enriched", "text/markdown"))
_WORDS_TRUSTED = 40  # a plain alternative this long is believed without reading the other
_TIMES_LONGER = 4
_FILE_KINDS = words("application audio example font haptics image message model multipart video")
_WORD = re.compile(r"\w+")
_PLACEHOLDER = re.compile(
    r"(?:does(?: not|n't) (?:support|display|show)|cannot (?:display|read|show)|not support"
    r"|view(?:ed)? (?:this|it|the)"
    r"|ne (?:supporte|prend|permet|peut|s'affiche)|HTML (?:version|compatible|enabled|mail|email)"
    r"|version (?:HTML|en ligne|web))",
    re.IGNORECASE,
)
_FORWARD_RULE = "---------- Forwarded message ----------"
_FORWARD_FIELDS = ("From", "Date", "Subject", "To", "Cc")


@dataclass(slots=True)
class Body:
    """The readable text being put together, and what was noticed on the way."""

    texts: list[str]
    defects: list[Defect]
    from_html: bool = False


def read_body(raw: bytes, root: Part) -> Body:
    """The text of a message: alternatives chosen, attached messages opened, files left out."""
    body = Body([], [])
    _read(raw, root, body)
    if not any(text.strip() for text in body.texts):
        _read_attached_text(raw, root, body)
    return body


def joined(body: Body) -> str:
    """One text of at most `TEXT_CHARS`, the parts separated by a blank line."""
    return "\n\n".join(filter(None, (text.strip("\n") for text in body.texts)))[:TEXT_CHARS]


def is_file(part: Part) -> bool:
    """Whether a leaf came along as a file instead of being part of the text."""
    disposition = part.disposition
    named = disposition.get("filename") or part.media.get("name")
    return disposition.value == "attachment" or bool(named) or not _is_text(part)


def _is_text(part: Part) -> bool:
    """Of a message that is one part, an unknown text is read as plain (RFC 2046, 4.1.4).

    So is a kind that does not exist, such as ``plain/text``.
    """
    kind = part.media.value
    unknown = kind.partition("/")[0] not in _FILE_KINDS and kind != "text/calendar"
    return kind in _TEXT_TYPES or (unknown and part.depth == 0)


def _is_named_text(part: Part) -> bool:
    """Text that has a name though nobody says that it is a file."""
    return part.media.value in _TEXT_TYPES and is_file(part) and not part.disposition.value


def _read(raw: bytes, part: Part, body: Body) -> None:
    """Recursive, but `mail.limits.DEPTH` bounds the tree."""
    kind = part.media.value
    if kind == "multipart/alternative" and part.children:
        _read_alternatives(raw, part, body)
    elif kind == "multipart/signed" and part.children:
        _read(raw, part.children[0], body)
    elif kind == "multipart/related" and part.children:
        _read_first_readable(raw, _from_start(part), body)
    elif part.is_multipart and part.children:
        _read_sequence(raw, part.children, body)
    elif part.children:
        _read_attached_message(raw, part.children[0], body)
    elif part.is_multipart or not is_file(part):
        _read_leaf(raw, part, body)
    elif kind == "text/calendar":
        text, defects = part_text(raw, part)
        _add(body, calendar_text(text), defects)


def _read_sequence(raw: bytes, parts: list[Part], body: Body) -> None:
    """All in order. A named text that comes first is what the sender wrote, not a file with it."""
    if _is_named_text(parts[0]):
        _read_leaf(raw, parts[0], body)
        body.defects.append(Defect("body_in_attachment"))
        parts = parts[1:]
    for part in parts:
        _read(raw, part, body)


def _from_start(part: Part) -> list[Part]:
    """The parts of a compound object (RFC 2387), the one it names as its root first."""
    start = part.media.get("start").strip(" <>")

    def is_root(child: Part) -> bool:
        content_id = child.fields.first("content-id").decode("utf-8", "replace")
        return bool(start) and content_id.strip(" <>") == start

    return sorted(part.children, key=lambda child: not is_root(child))


def _add(body: Body, text: str, defects: list[Defect]) -> None:
    body.texts.append(text)
    body.defects += defects


def _read_leaf(raw: bytes, part: Part, body: Body) -> None:
    text, defects = part_text(raw, part)
    is_html = part.media.value == "text/html" or _looks_like_html(text)
    body.from_html |= is_html
    if is_html:
        page = read_html(text)
        text = page.text
        defects += [Defect("hidden_text", "all there is")] if page.unhidden else []
    _add(body, text, defects)


def _looks_like_html(text: str) -> bool:
    start = text[:200].lstrip().lower()
    return start.startswith(("<!doctype html", "<html")) and "<" in text[10:]


def _read_alternatives(raw: bytes, part: Part, body: Body) -> None:
    """The plain text when it says something, else the richest version that does."""
    plain = next((child for child in part.children if child.media.value == "text/plain"), None)
    rich = [child for child in part.children if child is not plain and not _is_calendar(child)]
    if plain is None or is_file(plain):
        rest = [child for child in part.children if child is plain or _is_calendar(child)]
        _read_first_readable(raw, [*reversed(rich), *rest], body)
        return
    text, defects = part_text(raw, plain)
    other = Body([], [])
    if not _says_enough(text):
        _read_first_readable(raw, list(reversed(rich)), other)
    if _prefers(text, joined(other)):
        _adopt(body, other, text)
    else:
        _add(body, text, defects)


def _is_calendar(part: Part) -> bool:
    return part.media.value == "text/calendar"


def _says_enough(text: str) -> bool:
    return len(_WORD.findall(text[:2000])) >= _WORDS_TRUSTED and not _PLACEHOLDER.search(text[:300])


def _prefers(plain: str, other: str) -> bool:
    """Whether the other alternative is read: the plain one is empty, an excuse, or a fragment."""
    if not other:
        return False
    words, others = len(_WORD.findall(plain)), len(_WORD.findall(other))
    if words >= others:
        return False
    return not words or bool(_PLACEHOLDER.search(plain[:300])) or others > words * _TIMES_LONGER


def _adopt(body: Body, other: Body, plain: str) -> None:
    body.texts += other.texts
    body.defects += other.defects
    body.from_html |= other.from_html
    if plain.strip():
        body.defects.append(Defect("alternatives_disagree", one_line(plain, 80)))


def _read_first_readable(raw: bytes, parts: list[Part], body: Body) -> None:
    """Each part is given once at most: parts nest, and twice each would double at every level."""
    for part in parts:
        tried = Body([], [])
        _read(raw, part, tried)
        body.defects += tried.defects
        if any(text.strip() for text in tried.texts):
            body.texts += tried.texts
            body.from_html |= tried.from_html
            return


def _read_attached_message(raw: bytes, message: Part, body: Body) -> None:
    """A forwarded-as-attachment mail reads like one forwarded inline."""
    values = ((name, value_text(message.fields.first(name.lower()))) for name in _FORWARD_FIELDS)
    lines = [f"{name}: {value}" for name, value in values if value]
    _add(body, "\n".join([_FORWARD_RULE, *lines]), [Defect("attached_message_opened")])
    _read(raw, message, body)


def _read_attached_text(raw: bytes, root: Part, body: Body) -> None:
    """A mail whose only text is a text file says what the file says."""
    pending = [root]
    while pending:
        part = pending.pop()
        pending += reversed(part.children)
        if not part.children and part.media.value in _TEXT_TYPES and is_file(part):
            _read_leaf(raw, part, body)
            body.defects.append(Defect("body_in_attachment"))
            return
