"""What tables of events to send have in common: how an attempt ends, what is pending and dead.

Such a table has id, state, attempts, run_after, lease_token, finished_at and last_error; a lease
is a token and a `run_after` that lies ahead.
"""

from typing import Protocol
from uuid import UUID

from sqlalchemy import Connection, text

_DELIVERED = """
UPDATE {table} SET state = 'delivered', finished_at = clock_timestamp(), last_error = NULL
WHERE id = :id AND lease_token = :token AND state = 'pending'
"""

_FAILED = """
UPDATE {table}
SET last_error = :error, lease_token = NULL,
    run_after = clock_timestamp() + :seconds * interval '1 second',
    state = CASE WHEN :dead THEN 'dead' ELSE 'pending' END,
    finished_at = CASE WHEN :dead THEN clock_timestamp() END
WHERE id = :id AND lease_token = :token AND state = 'pending'
"""

_REPLAY = """
UPDATE {table}
SET state = 'pending', attempts = 0, run_after = clock_timestamp(), finished_at = NULL
WHERE state = 'dead' AND (CAST(:id AS uuid) IS NULL OR id = :id)
"""

# two counts, each of a partial index; one count by state would read the delivered ones as well
_COUNTS = """
SELECT (SELECT count(*) FROM {table} WHERE state = 'pending') AS pending,
       (SELECT count(*) FROM {table} WHERE state = 'dead') AS dead
"""


class Claimed(Protocol):
    """An event under our lease."""

    @property
    def id(self) -> UUID:
        """Its own, the same at every attempt."""

    @property
    def token(self) -> UUID:
        """The lease's."""


class Events:
    """One such table, by its name."""

    def __init__(self, table: str) -> None:
        self._delivered, self._failed, self._replay, self._counts = (
            text(sql.format(table=table)) for sql in (_DELIVERED, _FAILED, _REPLAY, _COUNTS)
        )

    def delivered(self, connection: Connection, event: Claimed) -> bool:
        """Mark as received; False where the lease had passed to another sender."""
        row = {"id": event.id, "token": event.token}
        return bool(connection.execute(self._delivered, row).rowcount)

    def failed(
        self,
        connection: Connection,
        event: Claimed,
        error: str,
        *,
        retry_seconds: float,
        dead: bool,
    ) -> bool:
        """Note a failed attempt: try again later, or put it with the dead letters."""
        row = {
            "id": event.id,
            "token": event.token,
            "error": error[:500].replace("\0", ""),
            "seconds": retry_seconds,
            "dead": dead,
        }
        return bool(connection.execute(self._failed, row).rowcount)

    def replay(self, connection: Connection, event_id: UUID | None) -> int:
        """Send dead letters again: one, or all of them; returns how many."""
        return connection.execute(self._replay, {"id": event_id}).rowcount

    def counts(self, connection: Connection) -> dict[str, int]:
        """How many events are pending and dead."""
        return dict(connection.execute(self._counts).one()._mapping)
