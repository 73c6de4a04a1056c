"""HTML as a reader sees it: blocks on their lines, quotes marked ``>``, hidden text dropped."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

from mail.clean import clean
from mail.html_open import Element, OpenElements
from mail.html_style import NOTHING, SKIPPING, Style, as_link, style_of
from mail.html_tags import BLOCKS, SKIPPED, VOID, tokens
from mail.limits import PART_BYTES, TEXT_CHARS
from mail.pattern import words

_SPACED = words("p h1 h2 h3 h4 h5 h6 ul ol table blockquote pre")
_IN_HEAD = words(
    "head base basefont bgsound link meta title noscript noframes style script template"
)
_ROOTS = words("html head body")
_ENDLESS = words("html body")  # whatever follows their end is read as if before it
_SPACES = re.compile(r"[ \t\n\r\f\u00a0\u202f]+")
_BLANK_LINES = re.compile(r"\n{3,}")
_NO_CHARACTER = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{8,});?")
_QUOTE_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says; ``unhidden`` where all of its text is hidden and was read nevertheless."""

    text: str
    unhidden: bool = False


def html_text(source: str) -> str:
    """The visible text of an HTML document; linear in its length for any input."""
    return read_html(source).text


def read_html(source: str) -> Page:
    """The text of an HTML document, at most `TEXT_CHARS`; linear in its length for any input.

    Hidden text is left out, unless there is no other: then hiding it was a mistake, or its
    reason lies in a style sheet, which is not read.
    """
    source = source[:PART_BYTES]
    writer = _Writer()
    if (text := _tidied(writer.write(source))) or not writer.hidden:
        return Page(text)
    text = _tidied(_Writer(unhiding=True).write(source))
    return Page(text, unhidden=bool(text))


def _tidied(text: str) -> str:
    lines = (line.rstrip() for line in clean(text).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n")[:TEXT_CHARS]


def _characters(text: str) -> str:
    """Character references resolved: the one that nearly all are at once, then the others."""
    text = text.replace("&nbsp;", "\u00a0")
    if "&#" in text:
        text = _NO_CHARACTER.sub("\ufffd", text)
    return html.unescape(text)


class _Writer:
    """Writes what the tags of a page open and close."""

    def __init__(self, *, unhiding: bool = False) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.open = OpenElements()
        self.quotes = 0
        self.preformatted = 0
        self.hidden = False  # whether text was left out that a style hides
        self.unhiding = unhiding
        self.in_body = False

    def write(self, source: str) -> str:
        """The text of a page."""
        for text, slash, tag, attributes in tokens(source):
            if text:
                self._text(text)
            if slash:
                self._end(tag)
            elif tag:
                self._start(tag, attributes)
        self._leave(reversed(self.open.stack))
        self._break()
        return "\n".join(self.lines)

    def _start(self, tag: str, attributes: str) -> None:
        if tag in _ROOTS and (self.in_body or self.open.is_open(tag)):
            return
        if not (self.in_body or tag in _IN_HEAD):
            self._enter_body()
        if closed := self.open.closed_before(tag):
            self._leave(closed)
        if tag in VOID:
            self._void(tag)
        elif not (tag in ("svg", "math") and attributes.endswith("/")):
            self._open(tag, attributes)

    def _enter_body(self) -> None:
        self._leave(self.open.closed_by("head"))
        self.in_body = True

    def _void(self, tag: str) -> None:
        if self.open.look.dropped:
            return
        if tag == "br":
            if self.open.look.shown or self.unhiding:
                self._break(force=True)
        elif tag == "hr":
            self._break()

    def _open(self, tag: str, attributes: str) -> None:
        element = self.open.push(tag, self._style(tag, attributes))
        if not element.look.dropped:
            element.begun = True
            self._begin(tag)

    def _style(self, tag: str, attributes: str) -> Style:
        if tag in SKIPPED:
            return SKIPPING
        if self.unhiding:
            return NOTHING
        style = style_of(attributes)
        if tag == "a" and self.open.look.ink is not None and "href" in attributes.lower():
            return as_link(style)
        return style

    def _end(self, tag: str) -> None:
        if tag in _ENDLESS:
            return
        if tag == "br":
            self._void("br")
        elif tag == "p" and not self.open.is_open("p"):
            self._break()
        else:
            self._leave(self.open.closed_by(tag))

    def _begin(self, tag: str) -> None:
        if tag in BLOCKS:
            self._break()
            self._space(tag)
        elif tag in ("td", "th") and self.line:
            self.line.append(" ")
        self.quotes += tag == "blockquote"
        self.preformatted += tag == "pre"
        if tag == "li" and self.open.look.shown:
            self.line.append("- ")

    def _leave(self, closed: Iterable[Element]) -> None:
        for element in closed:
            tag = element.tag
            if tag in BLOCKS and element.begun:
                self._break()
                self.quotes -= tag == "blockquote"
                self.preformatted -= tag == "pre"
                self._space(tag)

    def _space(self, tag: str) -> None:
        if tag in _SPACED and self.lines and self.lines[-1].strip("> "):
            self.lines.append(self._prefix())

    def _text(self, text: str) -> None:
        blank = text.isspace()
        if not (blank or self.in_body) and self.open.innermost in ("", "html", "head"):
            self._enter_body()
        if not self.open.look.shown:
            self.hidden = self.hidden or not blank
            return
        if "&" in text:
            text = _characters(text)
        if self.preformatted:
            self._preformatted(text)
        elif self.line or not text.isspace():
            self.line.append(text)

    def _preformatted(self, text: str) -> None:
        first, *others = text.split("\n")
        self.line.append(first)
        for other in others:
            self._break(force=True)
            self.line.append(other)

    def _prefix(self) -> str:
        return "> " * min(self.quotes, _QUOTE_DEPTH)

    def _break(self, *, force: bool = False) -> None:
        if not (self.line or force):
            return
        text = "".join(self.line)
        text = text if self.preformatted else _SPACES.sub(" ", text).strip()
        if text or force:
            self.lines.append(self._prefix() + text)
        self.line.clear()
