"""An evaluation as one HTML file that needs nothing else: figures, tables, plots as SVG."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from model.page import document, table

_SIDE, _EDGE = 260, 34  # of a plot, in pixels
_WIDEST = 100  # categories of a table of confusion; a thousand would be a page of 50 MB


def page(title: str, found: Mapping[str, Any]) -> str:
    """The page of what `python -m model evaluate --json` gives for all mails."""
    whole = found["all"]
    parts = [
        _figures(whole, found.get("out_of_scope")),
        '<div class="plots">',
        _plot("Reliability", "confidence", "accuracy", found["reliability"], diagonal=True),
        _plot("Coverage", "coverage", "accuracy", found["coverage"]),
        "</div>",
        "<h2>Categories</h2>",
        _categories(whole),
        "<h2>Confusion</h2>",
        _pairs(found["confused"]),
        *([_confusion(whole["labels"], whole["confusion"])] if _fits(whole) else []),
        *(_group(name, rows) for name, rows in found["groups"].items() if rows),
        "<h2>Surest mistakes</h2>",
        _mistakes(found["mistakes"]),
    ]
    return document(title, parts)


def _figures(whole: Mapping[str, Any], outside: Mapping[str, Any] | None) -> str:
    low, high = whole["macro_f1_interval"]
    cells = [
        (f"{whole['accuracy']:.1%}", f"accuracy of {whole['examples']} mails"),
        (f"{whole['macro_f1']:.1%}", f"macro-F1 ({low:.1%} to {high:.1%})"),
        (f"{whole['ece']:.3f}", "ECE, 15 bins of equal mass"),
    ]
    if outside:
        cells.append((f"{outside['auroc']:.3f}", f"AUROC, {outside['mails']} of no category"))
        cells.append((f"{outside['recognised']:.1%}", "of them recognised"))
        cells.append((f"{outside['wrongly']:.1%}", "of the others taken for such"))
    boxes = [f'<div><span class="number">{n}</span>{escape(what)}</div>' for n, what in cells]
    return f'<div class="figures">{"".join(boxes)}</div>'


def _plot(
    title: str,
    across: str,
    up: str,
    points: Sequence[Mapping[str, float]],
    *,
    diagonal: bool = False,
) -> str:
    """A curve in the unit square; the vertical axis starts where the points do."""
    floor = 0.0 if diagonal else max(0.0, min((p[up] for p in points), default=0.0) - 0.05)

    def place(x: float, y: float) -> str:
        right = _EDGE + x * (_SIDE - _EDGE)
        return f"{right:.1f},{(_SIDE - _EDGE) * (1 - (y - floor) / (1 - floor or 1)) + 8:.1f}"

    line = " ".join(place(p[across], p[up]) for p in points)
    dots = "".join(
        '<circle cx="{}" cy="{}" r="3" fill="#2563eb"/>'.format(*place(p[across], p[up]).split(","))
        for p in (points if diagonal else ())
    )
    ideal = f'<polyline points="{place(0, 0)} {place(1, 1)}" stroke="#999" stroke-dasharray="4"/>'
    bottom = _SIDE - _EDGE + 8
    axes = (
        f'<polyline points="{_EDGE},8 {_EDGE},{bottom} {_SIDE},{bottom}" fill="none" '
        'stroke="#999"/>'
        f'<text x="2" y="14">1</text><text x="2" y="{bottom}">{floor:.2f}</text>'
        f'<text x="{_EDGE}" y="{bottom + 16}">0</text>'
        f'<text x="{_SIDE - 8}" y="{bottom + 16}">1</text>'
        f'<text x="{_SIDE / 2 - 20}" y="{bottom + 16}">{across}</text>'
    )
    label = f"{title}: {up} against {across}"
    return (
        f'<figure><svg width="{_SIDE + 10}" height="{_SIDE}" role="img" aria-label="{label}">{axes}'
        f'{ideal if diagonal else ""}<polyline points="{line}" fill="none" stroke="#2563eb" '
        f'stroke-width="2"/>{dots}</svg><figcaption>{label}</figcaption></figure>'
    )


def _categories(whole: Mapping[str, Any]) -> str:
    rows = (
        (name, *(f"{row[x]:.1%}" for x in ("precision", "recall", "f1")), row["support"])
        for name, row in whole["categories"].items()
    )
    return table(("category", "precision", "recall", "F1", "mails"), rows)


def _fits(whole: Mapping[str, Any]) -> bool:
    return len(whole["labels"]) <= _WIDEST


def _pairs(rows: Sequence[Mapping[str, Any]]) -> str:
    """The most frequent confusions, which a table of many categories hides."""
    cells = ((x["category"], x["answer"], x["mails"]) for x in rows)
    return table(("category", "taken for", "mails"), cells)


def _confusion(labels: Sequence[str], counted: Sequence[Sequence[int]]) -> str:
    head = "".join(f"<th>{escape(x)}</th>" for x in ("", *labels))
    rows = []
    for label, counts in zip(labels, counted, strict=True):
        total = max(1, sum(counts))
        cells = [
            f'<td style="background:rgba(37,99,235,{0.7 * n / total:.2f})">{n or ""}</td>'
            for n in counts
        ]
        rows.append(f"<tr><td>{escape(label)}</td>{''.join(cells)}</tr>")
    shown = f'<div class="scroll"><table><tr>{head}</tr>{"".join(rows)}</table></div>'
    return "<p>Rows are the truth, columns the answer.</p>" + shown


def _group(name: str, rows: Sequence[Mapping[str, Any]]) -> str:
    cells = ((row["name"], row["mails"], f"{row['accuracy']:.1%}") for row in rows)
    return f"<h2>By {escape(name)}</h2>" + table((name, "mails", "accuracy"), cells)


def _mistakes(rows: Sequence[Mapping[str, Any]]) -> str:
    cells = (
        (x["opening"], x["category"], x["answer"], f"{x['confidence']:.2f}", x["source"])
        for x in rows
    )
    return table(("mail", "category", "answer", "confidence", "source"), cells)
