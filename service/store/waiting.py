"""How much waits and for how long; asked by the sweep and by admission."""

from sqlalchemy import Connection, text

from service.domain.types import Priority

_BY_PRIORITY = text("SELECT priority, count(*) AS n FROM waiting GROUP BY priority")

_OLDEST = text("""
SELECT coalesce(extract(epoch FROM clock_timestamp() - min(received_at)), 0) FROM waiting
""")


def by_priority(connection: Connection) -> dict[Priority, int]:
    """Mails not decided yet, held or not."""
    return {Priority(row.priority): row.n for row in connection.execute(_BY_PRIORITY)}


def oldest_seconds(connection: Connection) -> float:
    """The age of the mail that has waited longest, 0 where none waits."""
    return float(connection.execute(_OLDEST).scalar_one())
