"""The days whose mail is to be counted: over, with mail, and not counted yet."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, Engine

from service.store import drift as store
from service.store import engine as database

# How far back days are counted that were missed: mail may be gone before.
_CATCH_UP = 35
_SETTLES = timedelta(hours=1)  # after midnight: what came late is decided by then


@dataclass(frozen=True, slots=True)
class Span:
    """A day, and the time within which its mail was accepted."""

    day: date
    since: datetime
    until: datetime


def span_of(day: date) -> Span:
    """The day by the clock, in UTC."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return Span(day, start, start + timedelta(days=1))


def due(engine: Engine, now: datetime) -> list[Span]:
    """The days before `now` that have mail and were not counted yet, oldest first."""
    newest = (now - _SETTLES).astimezone(UTC).date() - timedelta(days=1)

    def work(connection: Connection) -> list[Span]:
        last = store.last_day(connection) or date.min
        days = (newest - timedelta(days=n) for n in reversed(range(_CATCH_UP)))
        spans = [span_of(day) for day in days if day > last]
        return [x for x in spans if store.anything(connection, x.since, x.until)]

    return database.run(engine, work)
