"""Charts as places in percent of a box, drawn as SVG without script or style. Pure.

Percent, so that a chart is as wide as its page while its letters and dots keep their size.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

_EDGE = 2.0  # percent of the box that no mark lies in, left and right
_TOP = 4.0
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class Value:
    """One mark to draw: its value, with an interval where there is one; `kind` is its look."""

    value: float
    title: str
    kind: str = ""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a value is; `low` and `high` are where its interval ends."""

    x: float
    y: float
    title: str
    kind: str
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Curve:
    """A line through marks, in pieces where values are missing; each piece is `x,y x,y ...`."""

    kind: str
    pieces: tuple[str, ...]
    marks: tuple[Mark, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """Words at a place of the axis; `anchor` says which side of them lies there."""

    place: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Chart:
    """What a template draws; `ticks` are along the left side, `labels` along the bottom."""

    name: str
    curves: tuple[Curve, ...]
    ticks: tuple[Label, ...]
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class Scale:
    """From values to percent of the height: higher values lie higher."""

    low: float
    high: float
    steps: tuple[float, ...] = field(default=())

    def place(self, value: float) -> float:
        """Where a value lies, in percent from the top."""
        share = (value - self.low) / (self.high - self.low)
        return round(_TOP + (100 - 2 * _TOP) * (1 - share), 2)


def scale(
    values: Sequence[float], most: int = 4, floor: float = -math.inf, roof: float = math.inf
) -> Scale:
    """A scale that holds all values and ends at round numbers, at most `most` steps of one width.

    Args:
        values: what it must hold; none gives the scale from 0 to 1.
        most: steps.
        floor: below which there is nothing, such as 0 for a share.
        roof: above which there is nothing, such as 1 for a share.

    """
    low, high = min(values, default=0.0), max(values, default=1.0)
    if high - low < _CLOSE:
        spread = max(abs(high) / 20, 0.01)
        low, high = max(floor, low - spread), min(roof, high + spread)
    step = _step((high - low) / most, low, high, most)
    first, last = math.floor(low / step + _CLOSE), math.ceil(high / step - _CLOSE)
    steps = tuple(round(n * step, 10) for n in range(first, last + 1))
    return Scale(steps[0], steps[-1], steps)


def _step(rough: float, low: float, high: float, most: int) -> float:
    """The smallest round step of which `most` hold the values."""
    size = 10.0 ** math.floor(math.log10(rough))
    fitting = (size * one for one in (*_STEPS, 20.0, 50.0))
    return next(
        step
        for step in fitting
        if math.ceil(high / step - _CLOSE) - math.floor(low / step + _CLOSE) <= most
    )


def curve(values: Sequence[Value | None], on: Scale, kind: str = "", name: str = "") -> Curve:
    """Values at equal distances from left to right; where one is missing, the line breaks."""
    marks = [_mark(value, at, len(values), on) for at, value in enumerate(values)]
    pieces: list[list[Mark]] = [[]]
    for mark in marks:
        if mark is None:
            pieces.append([])
        else:
            pieces[-1].append(mark)
    drawn = tuple(" ".join(f"{m.x:g},{m.y:g}" for m in piece) for piece in pieces if len(piece) > 1)
    return Curve(kind, drawn, tuple(mark for mark in marks if mark is not None), name)


def _mark(value: Value | None, at: int, count: int, on: Scale) -> Mark | None:
    if value is None:
        return None
    low, high = (None if x is None else on.place(x) for x in (value.low, value.high))
    return Mark(across(at, count), on.place(value.value), value.title, value.kind, low, high)


def across(at: int, count: int) -> float:
    """Where the value at this place of so many lies, in percent from the left."""
    if count == 1:
        return 50.0
    return round(_EDGE + (100 - 2 * _EDGE) * at / (count - 1), 3)


def along(moments: Sequence[str], most: int) -> tuple[Label, ...]:
    """At most so many of the names of places, evenly spread, first and last among them."""
    count = len(moments)
    shown = min(count, most)
    chosen = sorted({round(n * (count - 1) / max(1, shown - 1)) for n in range(shown)})
    return tuple(
        Label(across(at, count), moments[at], _anchor(at, count))
        for place, at in enumerate(chosen)
        if place == 0 or moments[at] != moments[chosen[place - 1]]
    )


def _anchor(at: int, count: int) -> str:
    if count == 1:
        return "middle"
    return "start" if at == 0 else "end" if at == count - 1 else "middle"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a time line, in percent from the left."""

    x: float
    width: float


def span(since: datetime, until: datetime, first: datetime, last: datetime) -> Span:
    """A piece of the time from `first` to `last`, never too thin to be seen."""
    whole = max((last - first).total_seconds(), 1.0)
    x, end = (100 * (t - first).total_seconds() / whole for t in (since, until))
    width = max(end - x, 0.6)
    return Span(round(min(x, 100 - width), 3), round(width, 3))
