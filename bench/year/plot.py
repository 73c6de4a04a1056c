"""The year as one picture: accuracy, the service's own estimate of it, champions, what happened."""

from collections.abc import Sequence
from dataclasses import replace
from html import escape

from bench.year.record import Event, Record, Week

_WIDTH, _HEIGHT = 1000, 470
_LEFT, _RIGHT, _TOP, _BOTTOM = 50, 60, 120, 90
_FLOOR = 0.5  # of the vertical axis
_COLOURS = ("#31688e", "#35b779", "#443983", "#90a11d", "#21918c", "#b5367a")
_SHORT = {
    "drift": "drift",
    "named": "new category named",
    "retrained: challenger": "retrained, passed",
    "retrained: refused": "retrained, refused",
    "retrained: failed": "retrained, failed",
    "shadow": "shadow",
    "canary": "canary",
    "forced": "a wrong model forced",
    "canary lost": "canary lost",
    "promoted": "promoted",
    "rolled back": "rolled back by hand",
}
_STYLE = (
    "text{font:11px system-ui,sans-serif;fill:#333}.grid{stroke:#ddd}.event{stroke:#999;"
    "stroke-dasharray:2 3}.bad{stroke:#c0392b}.true{fill:none;stroke:#111;stroke-width:2}"
    ".all{fill:none;stroke:#888;stroke-width:1.5}.band{fill:#31688e;fill-opacity:.18}.drift{fill:#e67e22}"
)


def picture(record: Record, title: str) -> str:
    """An SVG document."""
    weeks = record.weeks
    parts = [
        f'<text x="{_LEFT}" y="18" style="font-size:14px">{escape(title)}</text>',
        *_grid(len(weeks)),
        *_events([e for e in record.events if e.kind in _SHORT and e.day >= 0], len(weeks)),
        _band(weeks),
        _line(weeks),
        *_strip(weeks),
        *_drift(weeks),
        *_legend(),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'role="img" aria-label="{escape(title)}"><style>{_STYLE}</style>'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def _x(week: float, weeks: int) -> float:
    return round(_LEFT + (_WIDTH - _LEFT - _RIGHT) * week / max(1, weeks), 1)


def _y(share: float) -> float:
    high = _HEIGHT - _TOP - _BOTTOM
    return round(_TOP + high * (1 - (max(share, _FLOOR) - _FLOOR) / (1 - _FLOOR)), 1)


def _grid(weeks: int) -> list[str]:
    lines = []
    for tenth in range(5, 11):
        y = _y(tenth / 10)
        lines.append(f'<path class="grid" d="M{_LEFT} {y}H{_WIDTH - _RIGHT}"/>')
        lines.append(f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{tenth}0 %</text>')
    base = _HEIGHT - _BOTTOM + 16
    marks = range(0, weeks + 1, 4)
    return lines + [
        f'<text x="{_x(week, weeks)}" y="{base}" text-anchor="middle">{week}</text>'
        for week in marks
    ]


def _events(events: Sequence[Event], weeks: int) -> list[str]:
    """A dashed line each, its name above, slanted, so that neighbours can be read."""
    found, last = [], -100.0
    for event in _joined(events):
        x = _x(event.day / 7, weeks)
        bad = " bad" if event.kind in {"retrained: refused", "canary lost", "forced"} else ""
        found.append(f'<path class="event{bad}" d="M{x} {_TOP - 4}V{_HEIGHT - _BOTTOM}"/>')
        at = max(x, last + 12)
        last = at
        said = escape(_SHORT[event.kind] + (f": {event.what}" if event.kind == "drift" else ""))
        found.append(f'<text transform="translate({at} {_TOP - 8}) rotate(-50)">{said}</text>')
    return found


def _joined(events: Sequence[Event]) -> list[Event]:
    """One for all features whose drift was told on a day."""
    found: list[Event] = []
    for event in events:
        if found and (found[-1].day, found[-1].kind, event.kind) == (event.day, "drift", "drift"):
            event = replace(event, what=f"{found.pop().what}, {event.what}")  # noqa: PLW2901
        found.append(event)
    return found


def _band(weeks: Sequence[Week]) -> str:
    known = [(x.number + 1, x.checked) for x in weeks if x.checked is not None]
    upper = [f"{_x(n, len(weeks))},{_y(c[2])}" for n, c in known]
    lower = [f"{_x(n, len(weeks))},{_y(c[1])}" for n, c in reversed(known)]
    return f'<polygon class="band" points="{" ".join(upper + lower)}"/>'


def _line(weeks: Sequence[Week]) -> str:
    lines = {
        "true": [(x.number, x.sure_accuracy) for x in weeks],
        "all": [(x.number, x.accuracy) for x in weeks],
    }
    return "".join(
        f'<polyline class="{name}" points="'
        f'{" ".join(f"{_x(n + 0.5, len(weeks))},{_y(share)}" for n, share in line)}"/>'
        for name, line in lines.items()
    )


def _strip(weeks: Sequence[Week]) -> list[str]:
    """Who was champion at each week's end."""
    versions = list(dict.fromkeys(x.champion for x in weeks))
    y = _HEIGHT - _BOTTOM + 26
    found = [f'<text x="{_LEFT - 8}" y="{y + 10}" text-anchor="end">who</text>']
    for week in weeks:
        colour = _COLOURS[versions.index(week.champion) % len(_COLOURS)]
        x, width = _x(week.number, len(weeks)), _x(1, len(weeks)) - _x(0, len(weeks))
        found.append(f'<rect x="{x}" y="{y}" width="{width}" height="12" fill="{colour}"/>')
    return found


def _drift(weeks: Sequence[Week]) -> list[str]:
    y = _HEIGHT - _BOTTOM + 42
    width = _x(1, len(weeks)) - _x(0, len(weeks))
    return [
        f'<rect class="drift" x="{_x(x.number, len(weeks))}" y="{y}" width="{width}" height="5"/>'
        for x in weeks
        if x.drift
    ]


def _legend() -> list[str]:
    y = _HEIGHT - 14
    return [
        f'<path class="true" d="M{_LEFT} {y - 4}h24"/>',
        f'<text x="{_LEFT + 30}" y="{y}">right, of what the model was sure of</text>',
        f'<rect class="band" x="{_LEFT + 240}" y="{y - 10}" width="24" height="12"/>',
        f'<text x="{_LEFT + 270}" y="{y}">as spot checks estimate it (95 %)</text>',
        f'<path class="all" d="M{_LEFT + 460} {y - 4}h24"/>',
        f'<text x="{_LEFT + 490}" y="{y}">right, of all mail</text>',
        f'<rect class="drift" x="{_LEFT + 600}" y="{y - 8}" width="24" height="5"/>',
        f'<text x="{_LEFT + 630}" y="{y}">drift is told</text>',
        f'<text x="{_LEFT + 720}" y="{y}">colours: champions; numbers: weeks</text>',
    ]
