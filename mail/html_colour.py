"""Colours of CSS and of old attributes, told apart only as far as reading needs it."""

import re
from enum import Enum

_HEX = re.compile(r"#?([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})(?![0-9a-z])")
_FUNCTION = re.compile(r"(rgb|hsl)a?\(([^()]{1,60})\)")
_NUMBER = re.compile(r"(\d{1,6}(?:\.\d{0,6})?|\.\d{1,6})(%?)")
_WHITES = re.compile(r"(?:white|snow|ivory|ghostwhite)\b")
_NO_COLOURS = ("inherit", "initial", "unset", "currentcolor")
_LIGHT = 248  # of 255, from which on a channel is as good as white
_FAINT = 0.05  # of opacity


class Colour(Enum):
    """White (or so near that it cannot be told), transparent, or any other."""

    SEEN = "seen"
    WHITE = "white"
    CLEAR = "clear"


def read_colour(value: str) -> Colour | None:
    """The colour that ``value`` begins with; None where it names none of its own."""
    value = value[:200].strip().lower()
    if not value or value.startswith(_NO_COLOURS):
        return None
    if value.startswith("transparent"):
        return Colour.CLEAR
    if _WHITES.match(value):
        return Colour.WHITE
    if match := _HEX.match(value):
        return _of(_hex(match[1]))
    if match := _FUNCTION.match(value):
        return _of(_function(match[1], match[2]))
    return Colour.SEEN


def _of(channels: list[float]) -> Colour:
    """Red, green, blue of 255, and perhaps opacity of 1."""
    if len(channels) > 3 and channels[3] <= _FAINT:
        return Colour.CLEAR
    light = len(channels) >= 3 and min(channels[:3]) >= _LIGHT
    return Colour.WHITE if light else Colour.SEEN


def _hex(digits: str) -> list[float]:
    each = [d * 2 for d in digits] if len(digits) < 6 else re.findall("..", digits)
    numbers = [float(int(two, 16)) for two in each]
    return [*numbers[:3], *(alpha / 255 for alpha in numbers[3:])]


def _function(kind: str, arguments: str) -> list[float]:
    found = [(float(m[1]), m[2] == "%") for m in _NUMBER.finditer(arguments)][:4]
    alpha = [n / 100 if share else n for n, share in found[3:]]
    if kind == "hsl":
        light = found[2][0] * 2.55 if len(found) > 2 else 0.0
        return [light, light, light, *alpha]
    return [*(n * 2.55 if share else n for n, share in found[:3]), *alpha]
