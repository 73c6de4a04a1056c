"""A mail's HTML made harmless: nh3 (ammonia) keeps words and layout, nothing that acts or fetches.

It is shown in a sandboxed frame under a policy of its own as well, so that a fault here alone does
no harm. Styles go too: they can fetch, and hide words. Images become their descriptions.
"""

import re

import nh3

from mail.pattern import words

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})([^<>]{0,8192})>?")
_UNNESTED = words(
    "p li td th tr dt dd option br hr img input meta link col area base wbr source track"
)
_DEPTH, _ELEMENTS, _TAG_ATTRIBUTES = 512, 20_000, 200  # nh3 takes the square of each
_MOST_CHARS = 1_000_000
_TAGS = words(
    "a abbr b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn div dl dt "
    "em h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strike strong sub "
    "sup table tbody td tfoot th thead tr tt u ul var wbr"
)
_CELL = {"colspan", "rowspan", "align", "valign"}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"alt"},
    "td": _CELL,
    "th": _CELL,
    "ol": {"start"},
    "*": {"dir", "lang"},
}
_DROPPED = {"script", "style", "title", "textarea", "select", "noscript", "iframe", "object"}
_SCHEMES = {"http", "https", "mailto", "tel"}


def safe_html(html: str) -> str | None:
    """The HTML without what acts or fetches; None where it is too deep to be worth the time."""
    html = html[:_MOST_CHARS]
    if _too_costly(html):
        return None
    return nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags=_DROPPED,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


def _too_costly(html: str) -> bool:
    """Whether the tree may be so deep, or a tag so long, that the tree parser turns quadratic."""
    depth, elements = 0, 0
    for match in _TAG.finditer(html):
        if match[3].count("=") > _TAG_ATTRIBUTES:
            return True
        if match[2].lower() not in _UNNESTED:
            depth = max(0, depth - 1) if match[1] else depth + 1
            elements += not match[1]
            if depth > _DEPTH or elements > _ELEMENTS:
                return True
    return False
