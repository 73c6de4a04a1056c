"""How much waits and for how long; asked by the sweep and by admission."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from service.domain.types import Priority

_BY_PRIORITY = text("""
SELECT priority, count(*) AS emails,
       extract(epoch FROM clock_timestamp() - min(received_at))::float AS oldest_seconds
FROM waiting GROUP BY priority
""")

_OLDEST = text("""
SELECT coalesce(extract(epoch FROM clock_timestamp() - min(received_at)), 0) FROM waiting
""")


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits at one priority: how many mails, and the age of the oldest in seconds."""

    emails: int = 0
    oldest_seconds: float = 0.0


def by_priority(connection: Connection) -> dict[Priority, Backlog]:
    """Mails not decided yet, held or not, for every priority."""
    found = {
        Priority(row.priority): Backlog(row.emails, row.oldest_seconds)
        for row in connection.execute(_BY_PRIORITY)
    }
    return {priority: found.get(priority, Backlog()) for priority in Priority}


def oldest_seconds(connection: Connection) -> float:
    """The age of the mail that has waited longest, 0 where none waits."""
    return float(connection.execute(_OLDEST).scalar_one())
