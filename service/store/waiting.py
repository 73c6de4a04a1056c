"""How much waits and for how long; asked by the sweep and by admission."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from service.domain.backlog import Backlog
from service.domain.types import Priority

_BY_PRIORITY = text("""
SELECT priority, count(*) AS emails,
       extract(epoch FROM clock_timestamp() - min(received_at))::float AS oldest_seconds
FROM waiting GROUP BY priority
""")

# What was ever taken off `waiting` is what was ever decided: the server counts it anyway.
_LOOK = text("""
SELECT count(*) AS emails,
       coalesce(extract(epoch FROM clock_timestamp() - min(received_at)), 0)::float
           AS oldest_seconds,
       (SELECT n_tup_del FROM pg_stat_user_tables WHERE relid = 'waiting'::regclass) AS decided
FROM waiting
""")


@dataclass(frozen=True, slots=True)
class Look:
    """The whole backlog, and how many mails were ever decided (anew after the server crashed)."""

    emails: int
    oldest_seconds: float
    decided_ever: int


def by_priority(connection: Connection) -> dict[Priority, Backlog]:
    """Mails not decided yet, held or not, for every priority."""
    found = {
        Priority(row.priority): Backlog(row.emails, row.oldest_seconds)
        for row in connection.execute(_BY_PRIORITY)
    }
    return {priority: found.get(priority, Backlog()) for priority in Priority}


def look(connection: Connection) -> Look:
    """The backlog now; takes longer the larger it is."""
    row = connection.execute(_LOOK).one()
    return Look(row.emails, row.oldest_seconds, row.decided)
