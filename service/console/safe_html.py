"""A mail's HTML made harmless: nh3 (ammonia) keeps words and layout, nothing that acts or fetches.

It is shown in a sandboxed frame under a policy of its own as well, so that a fault here alone does
no harm. Styles go too: they can fetch, and hide words. Images become their descriptions.
"""

import nh3

from mail.pattern import words
from service.console.plain_html import PlainHtml

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
_DROPPED = words("script style title textarea select noscript iframe object")
_SCHEMES = {"http", "https", "mailto", "tel"}


_EVERYWHERE = _ATTRIBUTES["*"]
_KEPT = {tag: frozenset(_ATTRIBUTES.get(tag, set()) | _EVERYWHERE) for tag in _TAGS}


def safe_html(html: str) -> str:
    """The HTML, at most `_MOST_CHARS` of it, without what acts or fetches."""
    return nh3.clean(
        PlainHtml(_KEPT, _DROPPED).rewrite(html[:_MOST_CHARS]),
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED),
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
