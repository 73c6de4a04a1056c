"""What the tags of HTML mean to a reader, and a reading of HTML that builds no tree."""

import html
import re

from mail.pattern import words

SKIPPED = words(
    "head script style title template noscript object embed iframe svg math select textarea "
    "audio video canvas map area datalist"
)
BLOCKS = words(
    "address article aside blockquote center dd details div dl dt fieldset figure footer "
    "form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tbody tfoot thead "
    "tr ul"
)
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})([^<>]{0,8192})>?")
_RAW_TEXT = frozenset(("script", "style", "title"))


def stripped(source: str) -> str:
    """The text of documents no mail program writes: every tag taken out, blocks on their lines."""
    pieces: list[str] = []
    position, skipping = 0, ""
    source = _without_comments(source)
    for match in TAG.finditer(source):
        tag = match[2].lower()
        if not skipping:
            pieces.append(source[position : match.start()])
            pieces.append("\n" if tag in BLOCKS or tag == "br" else "")
        if tag in _RAW_TEXT and skipping in ("", tag):
            skipping = "" if match[1] else tag
        position = match.end()
    return html.unescape("".join([*pieces, "" if skipping else source[position:]]))


def _without_comments(source: str) -> str:
    pieces: list[str] = []
    position = 0
    while (start := source.find("<!--", position)) >= 0 and (end := source.find("-->", start)) >= 0:
        pieces.append(source[position:start])
        position = end + 3
    return "".join([*pieces, source[position:]])
