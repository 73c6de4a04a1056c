"""HTML as a sequence of tags and text, in one pass, and what the tags mean to a reader.

Tags, comments and quoted attributes end where the HTML standard ends them (its chapter on
tokenization). Every alternative below takes what it can and never gives it back, so no input
costs more than its length.
"""

import re
from collections.abc import Iterator

from mail.pattern import words

SKIPPED = words(
    "head script style title template noscript object embed iframe svg math select textarea "
    "audio video canvas map area datalist noembed noframes"
)
BLOCKS = words(
    "address article aside blockquote center dd details div dl dt fieldset figure footer "
    "form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tbody tfoot thead "
    "tr ul"
)
VOID = words(
    "area base basefont bgsound br col embed frame hr img image input keygen link meta param "
    "source track wbr"
)
# What holds text and no tags, and where it ends.
_RAW_END = {
    tag: re.compile(rf"</{tag}(?=[\t\n\f\r />])", re.IGNORECASE)
    for tag in ("script", "style", "title", "textarea", "iframe", "noembed", "noframes")
}

_SPACE = r"[\t\n\f\r ]"
_NAME = r"[^\t\n\f\r />][^\t\n\f\r />=]*+"
_VALUE = r"\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\t\n\f\r >]*+"
_IS = rf"{_SPACE}*+={_SPACE}*+"
_WRITTEN = rf"(?:[\t\n\f\r /]++|{_NAME}(?:{_IS}(?:{_VALUE}))?)*+"
_ATTRIBUTE = re.compile(rf"({_NAME})(?:{_IS}({_VALUE}))?")
_TOKEN = re.compile(
    rf"<(?:(/?)([a-zA-Z][^\t\n\f\r />]*+)({_WRITTEN})(?:>|\Z)"
    r"|!--(?:-?>|.*?(?:--!?>|\Z))|[!?/][^>]*+(?:>|\Z))",
    re.DOTALL,
)


def tokens(source: str) -> Iterator[tuple[str, str, str, str]]:
    """The text before each tag, ``/`` of an end tag, its name in lower case, its attributes.

    Comments are left out, and so is what scripts, style sheets, titles and the like hold. A tag
    that never ends is none, as in browsers. What is no tag, the end too, has the name ``""``.
    """
    position: int | None = 0
    while position is not None:
        for match in _TOKEN.finditer(source, position):
            text, position = source[position : match.start()], match.end()
            if match[2] is None or source[position - 1] != ">":
                yield text, "", "", ""
                continue
            name = match[2].lower()
            yield text, match[1], name, match[3]
            if name == "plaintext" and not match[1]:  # after which nothing is a tag
                yield source[position:], "", "", ""
                return
            if name in _RAW_END and not match[1]:
                raw = _RAW_END[name].search(source, position)
                position = raw.start() if raw else None
                break
        else:
            yield source[position:], "", "", ""
            return


def attributes(written: str) -> Iterator[tuple[str, str]]:
    """Names in lower case and values, entities still in them."""
    for match in _ATTRIBUTE.finditer(written):
        value = match[2] or ""
        yield match[1].lower(), value.strip(value[0]) if value[:1] in ("'", '"') else value
