"""How much waits and for how long; asked by the sweep and by admission."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from service.domain.backlog import Backlog
from service.domain.types import Priority

_BY_PRIORITY = text("""
SELECT priority, count(*) AS emails,
       extract(epoch FROM clock_timestamp() - min(received_at))::float AS oldest_seconds
FROM waiting GROUP BY priority
""")

_CONTENTS = text("""
SELECT e.id, e.kind, e.content FROM waiting w JOIN emails e ON e.id = w.email_id
WHERE w.email_id > :after ORDER BY w.email_id LIMIT :limit
""")

_COUNT = text("SELECT count(*) FROM waiting")

# Reads no more rows than it is told, however large the backlog is.
_BUSY = text("""
SELECT count(*) > :held OR coalesce(bool_or(
           run_after <= clock_timestamp()
           AND (lease_until IS NULL OR lease_until < clock_timestamp())), false)
FROM (SELECT run_after, lease_until FROM waiting LIMIT :held + 1) AS head
""")

# The server counts anyway what was ever put on `waiting`, and what was taken off, which is decided.
_LOOK = text("""
SELECT n_tup_ins AS accepted, n_tup_del AS decided,
       (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(received_at)), 0)::float
        FROM waiting) AS oldest_seconds
FROM pg_stat_user_tables WHERE relid = 'waiting'::regclass
""")


@dataclass(frozen=True, slots=True)
class Look:
    """The age of the oldest mail, and how many ever came and were decided.

    The two counts are some seconds late, count what was rolled back as well, and begin anew after
    the server crashed: good for how a backlog changes, not for how large it is.
    """

    oldest_seconds: float
    accepted_ever: int
    decided_ever: int


def by_priority(connection: Connection) -> dict[Priority, Backlog]:
    """Mails not decided yet, held or not, for every priority."""
    found = {
        Priority(row.priority): Backlog(row.emails, row.oldest_seconds)
        for row in connection.execute(_BY_PRIORITY)
    }
    return {priority: found.get(priority, Backlog()) for priority in Priority}


def look(connection: Connection) -> Look:
    """What can be known of the backlog at no cost."""
    row = connection.execute(_LOOK).one()
    return Look(row.oldest_seconds, row.accepted, row.decided)


def count(connection: Connection) -> int:
    """How many mails wait, held or not; takes longer the more there are."""
    return int(connection.execute(_COUNT).scalar_one())


def busy(connection: Connection, held: int) -> bool:
    """Whether mail waits that nobody holds, or workers hold more than so many."""
    return bool(connection.execute(_BUSY, {"held": held}).scalar_one())


def contents(connection: Connection, after: UUID, limit: int) -> Sequence[Row[Any]]:
    """What waits, by id, as it was posted."""
    return connection.execute(_CONTENTS, {"after": after, "limit": limit}).all()
