"""What the stored figures say: whether there is drift, of which feature, since when."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from service.domain.drift.rule import Day, Verdict, judge
from service.domain.drift.stability import Figure
from service.store import drift as store

# When drift began is looked for so far back.
_BACK = timedelta(days=60)
# A model whose newest day is older than this decides no more.
_DECIDES = timedelta(days=3)


def verdict(connection: Connection, version: str, until: date) -> Verdict:
    """Of one model version, by the days until then (included): why to train anew, perhaps."""
    return judge([day_of(row) for row in store.figures(connection, until - _BACK, until, version)])


def verdicts(connection: Connection, until: date) -> dict[str, Verdict]:
    """Of every model that still decides, by version."""
    days: dict[str, list[Day]] = {}
    for row in store.figures(connection, until - _BACK, until):
        days.setdefault(row.model_version, []).append(day_of(row))
    return {
        version: judge(found)
        for version, found in days.items()
        if found[-1].day >= until - _DECIDES
    }


def newest(connection: Connection) -> list[dict[str, Any]]:
    """The same as of the newest day that was counted, as plain values; empty before the first."""
    last = store.last_day(connection)
    told = verdicts(connection, last) if last else {}
    return [_plain(version, one) for version, one in told.items()]


def _plain(version: str, one: Verdict) -> dict[str, Any]:
    since = {found.feature: found.since for found in one.found}
    return {
        "version": version,
        "day": one.day,
        "emails": one.emails,
        "drifts": one.drifts,
        "features": {
            name: {"index": figure.index, "bound": figure.bound, "since": since.get(name)}
            for name, figure in one.figures.items()
        },
    }


def day_of(row: Row[Any]) -> Day:
    """A stored day as the rule sees it."""
    features = row.figures.get("features", {})
    figures = {name: Figure(one["index"], one["bound"]) for name, one in features.items()}
    return Day(row.day, row.emails, figures)
