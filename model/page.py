"""Parts of a page that needs nothing else: one HTML file with its style, tables and plots."""

from collections.abc import Iterable, Sequence
from html import escape

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;
color:#1b1b1b;background:#fff}
table{border-collapse:collapse;margin:.5rem 0 1.5rem}th,td{padding:.25rem .7rem;text-align:right;
border-bottom:1px solid #ddd}th:first-child,td:first-child,.text{text-align:left}
.plots{display:flex;flex-wrap:wrap;gap:2rem}figure{margin:0}figcaption{font-size:.9rem;color:#555}
.scroll{overflow-x:auto}.number{font-size:1.6rem;display:block}
.figures{display:flex;gap:2.5rem;flex-wrap:wrap}
svg text{font:11px system-ui,sans-serif;fill:#555}
@media(prefers-color-scheme:dark){body{background:#161616;color:#e8e8e8}td,th{border-color:#444}
figcaption,svg text{color:#aaa;fill:#aaa}}
"""


def document(title: str, parts: Iterable[str], more_style: str = "") -> str:
    """The whole file; `parts` are HTML."""
    head = (
        f'<meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}{more_style}</style>"
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
    )
    start = f'<!doctype html><html lang="en"><head>{head}</head><body>'
    return start + "\n".join([f"<h1>{escape(title)}</h1>", *parts, "</body></html>\n"])


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Cells are text."""
    top = "".join(f"<th>{escape(x)}</th>" for x in head)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in rows
    )
    return f'<div class="scroll"><table><tr>{top}</tr>{body}</table></div>'
