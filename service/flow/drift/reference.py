"""What a model's mail is held against: the profile in its manifest, and its own first days."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from model import profile as manifest
from model.bags import packed
from model.profile import Profile
from service.domain.drift import week
from service.store import drift as store


def reference(connection: Connection, version: str, made_with: Profile, start: date) -> Profile:
    """The profile, with what the model's first days tell where it says nothing.

    `start` is the first day of the week that is held against it, none of those days.
    """
    first = store.first_day(connection, version)
    if first is None:
        return made_with
    last = first + timedelta(days=week.FIRST_DAYS - 1)
    if last >= start:
        return made_with
    days = [x for row in store.counted(connection, version, first, last) if (x := read_back(row))]
    return week.completed(made_with, week.total(days)) if days else made_with


def read_back(row: Row[Any]) -> Profile | None:
    """A counted day; None where another release counted it otherwise."""
    counts = row.counts
    contents = {**counts.get("contents", {}), "bags": row.bags or packed(())}
    return manifest.from_json({**counts, "contents": contents})
