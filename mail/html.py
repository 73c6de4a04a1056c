"""HTML as a reader sees it: blocks on their lines, quotes marked ``>``, hidden text dropped."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from mail.clean import clean
from mail.html_tags import BLOCKS, SKIPPED, TAG, stripped
from mail.limits import (
    HTML_ATTRIBUTES,
    HTML_DEPTH,
    HTML_ELEMENTS,
    HTML_TAG_CHARS,
    PART_BYTES,
    TEXT_CHARS,
)
from mail.pattern import words

_SPACED = words("p h1 h2 h3 h4 h5 h6 ul ol table blockquote pre")
_UNNESTED = words(
    "p li td th tr dt dd option br hr img input meta link col area base wbr source track"
)
_HIDDEN = re.compile(
    r"display:none|visibility:hidden|mso-hide:all|font-size:[01](?:\.0)?(?:px|pt|em|%)?(?:;|!|$)"
    r"|opacity:0(?:\.0+)?(?:;|!|$)|max-height:0(?:px)?(?:;|!|$)|line-height:0(?:px)?(?:;|!|$)"
)
_WHITE = re.compile(r"(?:^|;)color:(?:white|#fff(?:fff)?)\b")
_BACKGROUND = re.compile(r"background(?:-color)?:(?!white|#fff|none|transparent|inherit)")
_COLOURED = re.compile(r"^(?!white|#fff(?:fff)?$).")
_STYLE_CHARS = 2000
_ANCESTORS = 30
_SPACES = re.compile(r"[ \t\n\r\f\u00a0\u202f]+")
_BLANK_LINES = re.compile(r"\n{3,}")
_QUOTE_DEPTH = 8


def html_text(html: str) -> str:
    """The visible text of an HTML document; linear in its length for any input."""
    html = html[:PART_BYTES]
    if too_costly(html):
        return _tidied(stripped(html))
    root = LexborHTMLParser(html).root
    return "" if root is None else _tidied(_Writer().write(root))


def too_costly(html: str) -> bool:
    """Whether the tree may be so deep, or a tag so long, that the tree parser turns quadratic."""
    depth, elements = 0, 0
    for match in TAG.finditer(html):
        if match[3].count("=") > HTML_ATTRIBUTES or len(match[3]) > HTML_TAG_CHARS:
            return True
        if match[2].lower() not in _UNNESTED:
            depth = max(0, depth - 1) if match[1] else depth + 1
            elements += not match[1]
            if depth > HTML_DEPTH or elements > HTML_ELEMENTS:
                return True
    return False


def _tidied(text: str) -> str:
    lines = (line.rstrip() for line in clean(text).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n")[:TEXT_CHARS]


class _Writer:
    """Walks the tree by its links, so that no depth can exhaust the stack."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.quotes = 0
        self.preformatted = 0

    def write(self, root: LexborNode) -> str:
        node: LexborNode | None = root
        while node is not None:
            child = node.child if self._enter(node) else None
            if child is not None:
                node = child
                continue
            node = self._next(node, root)
        self._break()
        return "\n".join(self.lines)

    def _next(self, node: LexborNode, root: LexborNode) -> LexborNode | None:
        """Leave the node, and its ancestors until one has a sibling."""
        current: LexborNode | None = node
        while current is not None:
            self._leave(current)
            if current.mem_id == root.mem_id:
                return None
            if (sibling := current.next) is not None:
                return sibling
            current = current.parent
        return None

    def _enter(self, node: LexborNode) -> bool:
        """Write what begins here; False where nothing below it is read."""
        tag = node.tag or ""
        if tag == "-text":
            self._text(node.text_content or "")
            return False
        if tag in SKIPPED or tag.startswith(("-", "!")) or _is_hidden(node):
            return False
        self._begin(tag)
        return True

    def _begin(self, tag: str) -> None:
        if tag == "br":
            self._break(force=True)
        elif tag in BLOCKS:
            self._break()
            self._space(tag)
        elif tag in ("td", "th") and self.line:
            self.line.append(" ")
        self.quotes += tag == "blockquote"
        self.preformatted += tag == "pre"
        if tag == "li":
            self.line.append("- ")

    def _leave(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag not in BLOCKS or _is_hidden(node):
            return
        self._break()
        self.quotes -= tag == "blockquote"
        self.preformatted -= tag == "pre"
        self._space(tag)

    def _space(self, tag: str) -> None:
        if tag in _SPACED and self.lines and self.lines[-1].strip("> "):
            self.lines.append(self._prefix())

    def _text(self, text: str) -> None:
        if self.preformatted:
            first, *others = text.split("\n")
            self.line.append(first)
            for other in others:
                self._break(force=True)
                self.line.append(other)
            return
        text = _SPACES.sub(" ", text)
        if text != " " or self.line:
            self.line.append(text)

    def _prefix(self) -> str:
        return "> " * min(self.quotes, _QUOTE_DEPTH)

    def _break(self, *, force: bool = False) -> None:
        text = "".join(self.line)
        text = text if self.preformatted else _SPACES.sub(" ", text).strip()
        if text or force:
            self.lines.append(self._prefix() + text)
        self.line.clear()


def _is_hidden(node: LexborNode) -> bool:
    """Whether a reader never sees the element: preheaders, tracking text, white on white."""
    attributes = node.attributes
    if not attributes:
        return False
    if "hidden" in attributes:
        return True
    style = attributes.get("style")
    if not style:
        return False
    style = style[:_STYLE_CHARS].lower().replace(" ", "")
    if _HIDDEN.search(style):
        return True
    return bool(_WHITE.search(style)) and not _on_colour(node)


def _on_colour(node: LexborNode) -> bool:
    """Whether white text stands on a background that shows it: buttons, banners."""
    current: LexborNode | None = node
    for _ in range(_ANCESTORS):
        if current is None:
            return False
        attributes = current.attributes
        style = (attributes.get("style") or "")[:_STYLE_CHARS].lower().replace(" ", "")
        if _BACKGROUND.search(style) or _COLOURED.search((attributes.get("bgcolor") or "").lower()):
            return True
        current = current.parent
    return False
