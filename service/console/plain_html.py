"""A mail's HTML rewritten so that every tag is closed in its order, with few attributes, not deep.

What browsers do to a page that is not so can take the square of its length, in time and in what
comes out: 14 KB of unclosed formatting became 9 MB. Nothing here makes a page harmless.
"""

from collections.abc import Iterable, Mapping

from mail.html_open import Element, OpenElements
from mail.html_style import NOTHING, SKIPPING
from mail.html_tags import BLOCKS, VOID, attributes, tokens

_DEPTH = 200  # of elements; deeper ones are left out, their words stay
_INLINE_DEPTH = 30  # of those that browsers open again in every block


class PlainHtml:
    """Keeps the tags and attributes of ``keep``; all of ``dropped`` goes, with what it holds."""

    def __init__(self, keep: Mapping[str, frozenset[str]], dropped: frozenset[str]) -> None:
        self._keep = keep
        self._dropped = dropped
        self._open = OpenElements()
        self._inline = 0
        self._pieces: list[str] = []

    def rewrite(self, html: str) -> str:
        """The page, linear in its length."""
        for text, slash, tag, written in tokens(html):
            if text and self._open.look.shown:
                self._pieces.append(text.replace("<", "&lt;"))
            if slash:
                self._close(self._open.closed_by(tag))
            elif tag in self._keep or tag in self._dropped:
                self._start(tag, written)
        self._close(reversed(self._open.stack))
        return "".join(self._pieces)

    def _start(self, tag: str, written: str) -> None:
        self._close(self._open.closed_before(tag))
        shown = self._open.look.shown
        if tag in VOID:
            self._pieces += [self._tag(tag, written)] if shown else []
            return
        inline = tag not in BLOCKS
        if len(self._open.stack) >= _DEPTH or (inline and self._inline >= _INLINE_DEPTH):
            return
        drops = tag in self._dropped
        element = self._open.push(tag, SKIPPING if drops else NOTHING)
        element.begun = shown and not drops
        if element.begun:
            self._inline += inline
            self._pieces.append(self._tag(tag, written))

    def _close(self, closed: Iterable[Element]) -> None:
        for element in closed:
            if element.begun:
                self._inline -= element.tag not in BLOCKS
                self._pieces.append(f"</{element.tag}>")

    def _tag(self, tag: str, written: str) -> str:
        kept: dict[str, str] = {}
        for name, value in attributes(written):
            if name in self._keep[tag]:
                kept.setdefault(name, value.replace('"', "&quot;").replace("<", "&lt;"))
        return " ".join([f"<{tag}", *(f'{name}="{value}"' for name, value in kept.items())]) + ">"
