"""The README of a new service: what it is, and what to type, word for word."""

import shlex
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from service.kit.routing_text import threshold
from service.kit.taxonomy import Category

_FORM = Path(__file__).with_name("README.md.in")


def readme_text(
    title: str,
    name: str,
    checkout: Path,
    categories: Sequence[Category],
    thresholds: Mapping[str, float],
    metrics: Mapping[str, Any],
) -> str:
    """Markdown; `metrics` are those of the model's manifest."""
    rows = [
        f"| {_cell(x.title)} | `{x.name}` | {x.mails} | {threshold(thresholds, x.name):.2f} |"
        for x in categories
    ]
    return _FORM.read_text(encoding="utf-8").format(
        title=title,
        name=name,
        number=len(categories),
        facts=_facts(sum(x.mails for x in categories), metrics),
        checkout=shlex.quote(str(checkout)),
        table="\n".join(rows),
    )


def _facts(mails: int, metrics: Mapping[str, Any]) -> str:
    served = metrics["served"]
    low, high = served["macro_f1_interval"]
    return (
        f"Its first model learned from {mails} different mails. Of {served['examples']} "
        f"({metrics['measured_on']}) it put {served['accuracy']:.0%} into the right category; "
        f"macro-F1 {served['macro_f1']:.2f} ({low:.2f} to {high:.2f}), before thresholds. "
        "[Its card](model/README.md)."
    )


def _cell(words: str) -> str:
    return escape(words, quote=False).replace("|", "\\|")
