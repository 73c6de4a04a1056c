"""Views: the supervisor's figures, as tables that the page draws its charts from."""

import math
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, render_template
from sqlalchemy import Row

from service.console.language import maybe, say
from service.console.mails import is_piece
from service.console.parts import parts
from service.console.session import account, who
from service.domain.spot_checks import Estimate
from service.errors import Forbidden
from service.flow.accuracy import Accuracy
from service.flow.agents.overview import HOURS, Figures

_MOST_SERIES = 8  # categories told apart; the rest are one


def register(blueprint: Blueprint) -> None:
    """Add the view."""
    blueprint.add_url_rule("/overview", "overview", overview)


def overview() -> str:
    """The page, or its figures alone where it refreshes them."""
    if not account().supervises:
        raise Forbidden("Only supervisors see the figures")
    found = parts().overview.figures(who())
    shown = {
        "tiles": _tiles(found),
        "came": _by_hour(found.came),
        "waiting": _waiting(found),
        "stood": _stood(found.stood),
        "done": _done(found.done),
        "model": found.model,
        "accuracy": [_accuracy(one) for one in found.accuracy],
    }
    return render_template("_figures.html" if is_piece() else "overview.html", **shown)


def _tiles(found: Figures) -> list[dict[str, Any]]:
    waiting = found.waiting.values()
    came, by_model = (sum(getattr(r, n) for r in found.came) for n in ("emails", "by_model"))
    decided, changed = (sum(getattr(r, n) for r in found.stood) for n in ("emails", "changed"))
    finished, late = (sum(getattr(r, n) for r in found.done) for n in ("emails", "late"))
    breached, soon = (sum(getattr(r, n) for r in waiting) for n in ("breached", "breach_soon"))
    return [
        _tile("came", came),
        _tile("by_model", _share(by_model, came)),
        _tile("waiting", sum(row.waiting for row in waiting)),
        _tile("breached", breached, "breached" if breached else ""),
        _tile("breach_soon", soon, "breach_soon" if soon else ""),
        _tile("on_time", _share(finished - late, finished)),
        _tile("changed", _share(changed, decided)),
    ]


def _tile(name: str, value: object, state: str = "") -> dict[str, Any]:
    return {"name": say(f"tile.{name}"), "value": value, "state": state}


def _share(part: int, whole: int) -> str:
    return f"{100 * part // whole} %" if whole else "–"


def _by_hour(rows: Sequence[Row[Any]]) -> dict[str, Any]:
    """Every hour, with a number for each of the commonest categories and one for the rest."""
    totals: Counter[str] = Counter()
    for row in rows:
        totals[row.category] += row.emails
    named = [name for name, _ in totals.most_common(_MOST_SERIES)]
    rest = len(totals) > len(named)
    columns = [*named, *([None] if rest else [])]
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    hours = [now - timedelta(hours=back) for back in reversed(range(HOURS))]
    counts: Counter[tuple[datetime, str | None]] = Counter()
    for row in rows:
        counts[row.hour, row.category if row.category in named else None] += row.emails
    titles = [_title(name) if name else say("figures.rest") for name in columns]
    return {
        "titles": titles,
        "rows": [(hour, [counts[hour, name] for name in columns]) for hour in hours],
    }


def _waiting(found: Figures) -> list[tuple[str, int, int, int]]:
    """By queue: on time, breach-soon, breached; queues without mail are left out."""
    shown = []
    for queue in parts().routing.queues.values():
        row = found.waiting.get(queue.name)
        if row is not None:
            on_time = row.waiting - row.breached - row.breach_soon
            shown.append((queue.title, on_time, row.breach_soon, row.breached))
    return shown


def _stood(rows: Sequence[Row[Any]]) -> list[tuple[str, int, int]]:
    return [(_title(row.category), row.emails - row.changed, row.changed) for row in rows]


def _accuracy(one: Accuracy) -> dict[str, Any]:
    """What spot checks say of a version, beside what agents left as it was."""
    return {
        "version": one.version,
        "checked": _estimate(one.checked) if one.checked else None,
        "waiting": one.waiting,
        "stood": _share(round(one.stood * one.completed), one.completed) if one.stood else None,
        "categories": [(_title(name), _estimate(e)) for name, e in one.categories.items()],
    }


def _estimate(found: Estimate) -> str:
    value, low, high = (math.floor(100 * x) for x in (found.value, found.low, found.high))
    labelled, chosen = found.labelled, found.chosen
    return say("checks.estimate", value=value, low=low, high=high, n=labelled, of=chosen)


def _done(rows: Sequence[Row[Any]]) -> list[tuple[datetime, int, int]]:
    """Each of the last seven days, in time and late."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    days = [today - timedelta(days=back) for back in reversed(range(7))]
    found = {row.day: (row.emails - row.late, row.late) for row in rows}
    return [(day, *found.get(day, (0, 0))) for day in days]


def _title(category: str) -> str:
    known = parts().routing.categories.get(category)
    return known.title if known else maybe(f"category.{category}", category)
