"""Whether a reader sees the text of an element: what its inline style and attributes say.

Style sheets are not read: text that only a class hides is shown, and the colour that only a class
puts behind white text is not known.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from mail.html_colour import Colour, read_colour
from mail.html_tags import attributes

_TELLING = ("style", "hidden", "color", "background")
_OLD = ("hidden", "color", "bgcolor", "background")  # attributes that say what styles do
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_LENGTH = re.compile(r"([+-]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20}))([a-z%]{0,5})")
_NO_CLIP = re.compile(r"rect\((?:[01](?:px)?[ ,]{0,3}){4}\)|inset\((?:50|100)%")
_NO_GROUND = re.compile(r"\b(?:none|transparent|inherit|initial|unset)\b")
_CACHED_CHARS = 400  # of a style; the same ones come again and again in a page
_FAR = -500  # px to the left of the page, or above it
_FAINT = 0.05  # of opacity


@dataclass(frozen=True, slots=True)
class Look:
    """How the text of an element looks. Its children inherit it, and may say otherwise.

    ``dropped`` is final: nothing below is seen. ``ink`` is None where no colour was given,
    ``coloured`` tells of a background on which white shows.
    """

    dropped: bool = False
    tiny: bool = False
    flat: bool = False
    invisible: bool = False
    ink: Colour | None = None
    coloured: bool = False
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Style:
    """What one element says of itself; None where it says nothing."""

    drops: bool = False
    tiny: bool | None = None
    relative: bool = False  # its size is a share of its parent's
    flat: bool | None = None
    invisible: bool | None = None
    ink: Colour | None = None
    ground: bool | None = None


PLAIN = Look()
NOTHING = Style()
SKIPPING = Style(drops=True)


def style_of(written: str) -> Style:
    """The style of a tag by its attributes, as written."""
    folded = written.lower()
    if not any(map(folded.__contains__, _TELLING)):
        return NOTHING
    found: dict[str, str] = {}
    for name, value in attributes(written):
        found.setdefault(name, value)
    style = _style(found.get("style", ""))
    if found.keys().isdisjoint(_OLD):
        return style
    ground = True if found.get("background") else _on(read_colour(found.get("bgcolor", "")))
    return replace(
        style,
        drops=style.drops or "hidden" in found,
        ink=style.ink or read_colour(found.get("color", "")),
        ground=ground if style.ground is None else style.ground,
    )


def as_link(style: Style) -> Style:
    """The same for a link, which has a colour of its own unless it is given another."""
    return style if style.ink else replace(style, ink=Colour.SEEN)


def look_below(parent: Look, style: Style) -> Look:
    """How an element of this style looks within one that looks like ``parent``."""
    if style is NOTHING or parent.dropped:
        return parent
    tiny = parent.tiny if style.tiny is None or (style.relative and parent.tiny) else style.tiny
    flat = parent.flat if style.flat is None else style.flat
    invisible = parent.invisible if style.invisible is None else style.invisible
    ink = style.ink or parent.ink
    coloured = parent.coloured if style.ground is None else style.ground
    unseen = ink is Colour.CLEAR or (ink is Colour.WHITE and not coloured)
    shown = not (style.drops or tiny or flat or invisible or unseen)
    return Look(style.drops, tiny, flat, invisible, ink, coloured, shown)


def _style(text: str) -> Style:
    if "&" in text:
        text = html.unescape(text)
    if not text:
        return NOTHING
    return _cached(text) if len(text) <= _CACHED_CHARS else _read(text)


@lru_cache(maxsize=1024)
def _cached(text: str) -> Style:
    return _read(text)


def _read(text: str) -> Style:
    said = _declarations(text)
    size, line, height = _size(said), said.get("line-height", ""), _length(said, "line-height")
    visibility, colour = said.get("visibility"), said.get("color", "")
    return Style(
        drops=_drops(said),
        tiny=_is_tiny(size) if size else None,
        relative=size is not None and size[1] in ("em", "ex", "%", "ch"),
        flat=_is_tiny(height) if height else (None if line in ("", "inherit") else False),
        invisible=None if visibility is None else visibility in ("hidden", "collapse"),
        ink=read_colour(colour),
        ground=_ground(said),
    )


def _declarations(text: str) -> dict[str, str]:
    """Properties and values, blanks and comments normalised; the last and the important win."""
    found: dict[str, str] = {}
    important: set[str] = set()
    for declaration in _COMMENT.sub(" ", text).lower().split(";"):
        name, colon, value = declaration.partition(":")
        name, (value, mark, _) = name.strip(), value.partition("!")
        if colon and (mark or name not in important):
            found[name] = " ".join(value.split())
            if mark:
                important.add(name)
    return found


def _drops(said: Mapping[str, str]) -> bool:
    if said.get("display") == "none" or said.get("mso-hide") == "all":
        return True
    if (opacity := _length(said, "opacity")) and opacity[0] / _whole(opacity[1]) <= _FAINT:
        return True
    if "scale(0)" in said.get("transform", "") or _NO_CLIP.search(
        said.get("clip", "") + said.get("clip-path", "")
    ):
        return True
    return _has_no_room(said) or _is_far_off(said)


def _whole(unit: str) -> float:
    return 100.0 if unit == "%" else 1.0


def _has_no_room(said: Mapping[str, str]) -> bool:
    highest = _length(said, "max-height")
    if highest and _is_tiny(highest):
        return True
    sides = (_length(said, name) for name in ("height", "width", "max-width"))
    cut = said.get("overflow", "").startswith(("hidden", "clip"))
    return cut and any(side is not None and _is_tiny(side) for side in sides)


def _is_far_off(said: Mapping[str, str]) -> bool:
    places = (_length(said, name) for name in ("left", "top", "text-indent", "margin-left"))
    return any(
        place is not None and place[0] * (10 if "em" in place[1] else 1) <= _FAR for place in places
    )


def _size(said: Mapping[str, str]) -> tuple[float, str] | None:
    """The size of the font; a keyword counts as one that is read, ``inherit`` as none."""
    size = said.get("font-size")
    if size is None and (font := said.get("font")) is not None:
        sizes = (_LENGTH.match(word) for word in font.split())
        size = next((m[0] for m in sizes if m and (m[2] or not float(m[1]))), "medium")
    if size is None or size in ("inherit", "smaller", "larger", "unset"):
        return None
    return _parsed(size) or (16.0, "px")


def _length(said: Mapping[str, str], name: str) -> tuple[float, str] | None:
    value = said.get(name)
    return _parsed(value) if value else None


def _parsed(value: str) -> tuple[float, str] | None:
    match = _LENGTH.match(value)
    return (float(match[1]), match[2]) if match else None


def _is_tiny(length: tuple[float, str]) -> bool:
    """Nothing in any unit, a dot in px and pt, a twentieth of the usual in others."""
    number, unit = length
    if unit in ("px", "pt"):
        return number <= 1
    return number / _whole(unit) <= _FAINT


def _ground(said: Mapping[str, str]) -> bool | None:
    """Whether white shows on the background; None where the parent's is seen through it."""
    picture = said.get("background-image", "") + said.get("background", "")
    if "url(" in picture or "gradient(" in picture:
        return True
    value = said.get("background-color") or said.get("background") or ""
    if not value or _NO_GROUND.search(value):
        return None
    return _on(read_colour(value))


def _on(ground: Colour | None) -> bool | None:
    return None if ground is None or ground is Colour.CLEAR else ground is Colour.SEEN
