"""Drift as one HTML file that needs nothing else: verdict, figures over time, what moved."""

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape

from model.page import document, table
from service.domain.drift.moved import Moved
from service.flow.drift.report import Share, Told

_WIDE, _HIGH, _EDGE = 330, 150, 34  # of a plot, in pixels
_STYLE = """
.yes{border-left:.4rem solid #dc2626;padding:.3rem .8rem}.no{border-left:.4rem solid #16a34a;
padding:.3rem .8rem}.bar{display:inline-block;height:.7rem;vertical-align:middle}
.before{background:#9ca3af}.now{background:#2563eb}td.bars{min-width:14rem;text-align:left}
.note{color:#555}@media(prefers-color-scheme:dark){.note{color:#aaa}}
"""
_TITLES = {
    "category": "Mix of categories",
    "confidence": "Confidence",
    "length": "Length, in tokens",
    "language": "Language",
    "defects": "What is wrong with messages",
    "words": "Words: how well recent mail is told from the model's",
    "novel": "Novel mail: how much of the twentieth that looks most recent is",
    "accuracy": "Accuracy: its fall",
    "stood": "Left as it was: its fall",
}


def page(told: Sequence[Told], title: str) -> str:
    """The page; one part a model."""
    parts = [part for one in told for part in _model(one)]
    return document(title, parts or ["<p>No day was counted in this time.</p>"], _STYLE)


def _model(one: Told) -> list[str]:
    return [
        f"<h2>Model version {escape(one.version)}</h2>",
        _verdict(one),
        _figures(one),
        _lacks(one.lacks),
        "<h3>Weeks, by the day they end</h3>",
        '<p class="note">Over the dashed line for two days in a row is drift.</p>',
        '<div class="plots">',
        *(_feature(name, one) for name in _TITLES if any(name in day.figures for day in one.days)),
        "</div>",
        *_concept(one),
        *_words(one),
        *(_shares(name, rows) for name, rows in one.shares.items()),
    ]


def _verdict(one: Told) -> str:
    if one.verdict.drifts:
        told = "<br>".join(escape(found.sentence) for found in one.verdict.found)
        return f'<p class="yes">{told}</p>'
    judged = len(one.verdict.figures)
    said = f"No drift: {judged} features judged" if judged else "Nothing can be judged yet"
    return f'<p class="no">{said}, as of {one.verdict.day}.</p>'


def _figures(one: Told) -> str:
    rows = [
        (
            _TITLES.get(name, name),
            f"{figure.index:.3f}",
            f"{figure.bound:.3f}",
            "yes" if name in one.verdict.features else "over its bound" if figure.over else "no",
        )
        for name, figure in one.verdict.figures.items()
    ]
    return table(("newest week", "moved by", "bound", "drift"), rows) if rows else ""


def _lacks(lacks: Mapping[str, str]) -> str:
    if not lacks:
        return ""
    rows = "".join(f"<li>{escape(name)}: {escape(why)}</li>" for name, why in lacks.items())
    return f'<p class="note">Nothing is said of</p><ul class="note">{rows}</ul>'


def _feature(name: str, one: Told) -> str:
    """Index and bound over the days."""
    found = [(day.day, day.figures[name]) for day in one.days if name in day.figures]
    top = max(max(figure.index, figure.bound) for _, figure in found) * 1.1 or 1.0
    lines = [
        ([(day, figure.index) for day, figure in found], 'stroke="#2563eb" stroke-width="2"'),
        ([(day, figure.bound) for day, figure in found], 'stroke="#999" stroke-dasharray="4"'),
    ]
    return _plot(_TITLES[name], lines, (min(0.0, *(f.index for _, f in found)), top))


def _concept(one: Told) -> list[str]:
    """How right the model was, with the bounds of the interval."""
    parts = [
        _band(title, shares)
        for title, shares in (
            ("Right, by spot checks of 28 days (95 % interval)", one.right),
            ("Left as it was by people, of 28 days (95 % interval)", one.stood),
        )
        if shares
    ]
    if not parts:
        return []
    return ["<h3>Is the model right?</h3>", '<div class="plots">', *parts, "</div>"]


def _band(title: str, shares: Mapping[date, Share]) -> str:
    days = sorted(shares)
    floor = max(0.0, min(shares[day].low for day in days) - 0.05)
    light = 'stroke="#93c5fd" stroke-width="1.5"'
    lines = [
        ([(day, shares[day].low) for day in days], light),
        ([(day, shares[day].high) for day in days], light),
        ([(day, shares[day].value) for day in days], 'stroke="#2563eb" stroke-width="2"'),
    ]
    newest = shares[days[-1]]
    says = (
        f"{title}: {newest.value:.1%} ({newest.low:.1%} to {newest.high:.1%}) of {newest.labelled}"
    )
    return _plot(says, lines, (floor, 1.0))


def _plot(
    title: str, lines: Sequence[tuple[Sequence[tuple[date, float]], str]], span: tuple[float, float]
) -> str:
    """Lines over days; `span` is what the vertical axis shows."""
    days = [day for points, _ in lines for day, _ in points]
    first, last = min(days), max(days)
    low, high = span

    def place(day: date, value: float) -> str:
        right = _EDGE + (day - first).days / max(1, (last - first).days) * (_WIDE - _EDGE - 6)
        return f"{right:.1f},{8 + (_HIGH - 40) * (1 - (value - low) / (high - low or 1)):.1f}"

    drawn = "".join(
        f'<polyline points="{" ".join(place(*point) for point in points)}" fill="none" {look}/>'
        for points, look in lines
    )
    bottom = _HIGH - 32
    axes = (
        f'<polyline points="{_EDGE},8 {_EDGE},{bottom} {_WIDE},{bottom}" fill="none" '
        'stroke="#999"/>'
        f'<text x="2" y="14">{high:.2f}</text><text x="2" y="{bottom}">{low:.2f}</text>'
        f'<text x="{_EDGE}" y="{bottom + 16}">{first}</text>'
        f'<text x="{_WIDE}" y="{bottom + 16}" text-anchor="end">{last}</text>'
    )
    return (
        f'<figure><svg width="{_WIDE + 4}" height="{_HIGH - 10}" role="img" '
        f'aria-label="{escape(title)}">{axes}{drawn}</svg>'
        f"<figcaption>{escape(title)}</figcaption></figure>"
    )


def _words(one: Told) -> list[str]:
    parts = []
    for title, head, found in (
        ("Words that moved", "of those who write", one.words),
        ("Senders' domains that moved", "of mails", one.domains),
    ):
        if found:
            parts += [f"<h3>{title}</h3>", _moved(head, found)]
    return parts


def _moved(of: str, found: Sequence[Moved]) -> str:
    rows = (
        (
            one.name,
            "came" if one.z > 0 else "went",
            f"{one.before:.1%}",
            f"{one.now:.1%}",
            f"{one.z:+.1f}",
        )
        for one in found
    )
    return table(("", "", f"before, {of}", "now", "standard deviations"), rows)


def _shares(name: str, rows: Sequence[tuple[str, float, float]]) -> str:
    """Bars before and now, one pair a row."""
    most = max(max(before, now) for _, before, now in rows) or 1.0
    body = "".join(
        f"<tr><td>{escape(row)}</td><td>{before:.1%}</td><td>{now:.1%}</td><td class='bars'>"
        f"<span class='bar before' style='width:{12 * before / most:.1f}rem'></span><br>"
        f"<span class='bar now' style='width:{12 * now / most:.1f}rem'></span></td></tr>"
        for row, before, now in rows
    )
    head = "<tr><th></th><th>before</th><th>now</th><th></th></tr>"
    return f"<h3>{_TITLES.get(name, name)}</h3><table>{head}{body}</table>"
