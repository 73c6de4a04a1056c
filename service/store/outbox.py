"""Webhooks to send: claimed with a lease of their own, tried again with back-off, never lost.

At least once: a sender that dies after the receiver answered sends again, with the same event id.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text
from uuid_utils.compat import uuid4

# A claimed event is hidden by moving `run_after`; that is its lease.
_CLAIM = text("""
WITH head AS MATERIALIZED (
    SELECT id FROM outbox WHERE state = 'pending' AND run_after <= clock_timestamp()
    ORDER BY run_after LIMIT :most FOR UPDATE SKIP LOCKED
)
UPDATE outbox o
SET lease_token = :token, attempts = attempts + 1,
    run_after = clock_timestamp() + :seconds * interval '1 second'
FROM head WHERE o.id = head.id
RETURNING o.id, o.client_id, o.url, o.body, o.attempts, o.created_at
""")

_DELIVERED = text("""
UPDATE outbox SET state = 'delivered', finished_at = clock_timestamp(), last_error = NULL
WHERE id = :id AND lease_token = :token AND state = 'pending'
""")

_FAILED = text("""
UPDATE outbox
SET last_error = :error, lease_token = NULL,
    run_after = clock_timestamp() + :seconds * interval '1 second',
    state = CASE WHEN :dead THEN 'dead' ELSE 'pending' END,
    finished_at = CASE WHEN :dead THEN clock_timestamp() END
WHERE id = :id AND lease_token = :token AND state = 'pending'
""")

_REPLAY = text("""
UPDATE outbox SET state = 'pending', attempts = 0, run_after = clock_timestamp(), finished_at = NULL
WHERE state = 'dead' AND (CAST(:id AS uuid) IS NULL OR id = :id)
""")

_COUNTS = text("SELECT state, count(*) AS n FROM outbox WHERE state <> 'delivered' GROUP BY state")


@dataclass(frozen=True, slots=True)
class Event:
    """One webhook to send; `attempts` counts this one."""

    id: UUID
    token: UUID
    client_id: UUID
    url: str
    body: bytes
    attempts: int


def claim(connection: Connection, *, most: int, seconds: float) -> list[Event]:
    """Take the events that are due, oldest first, for `seconds`."""
    token = uuid4()
    rows = connection.execute(_CLAIM, {"most": most, "token": token, "seconds": seconds})
    return [_event(row, token) for row in rows]


def delivered(connection: Connection, event: Event) -> bool:
    """Mark as received; False where the lease had passed to another sender."""
    done = connection.execute(_DELIVERED, {"id": event.id, "token": event.token})
    return bool(done.rowcount)


def failed(
    connection: Connection, event: Event, error: str, *, retry_seconds: float, dead: bool
) -> bool:
    """Note a failed attempt: try again later, or put it with the dead letters."""
    row = {
        "id": event.id,
        "token": event.token,
        "error": error[:500],
        "seconds": retry_seconds,
        "dead": dead,
    }
    return bool(connection.execute(_FAILED, row).rowcount)


def replay(connection: Connection, event_id: UUID | None) -> int:
    """Send dead letters again: one, or all of them; returns how many."""
    return connection.execute(_REPLAY, {"id": event_id}).rowcount


def counts(connection: Connection) -> dict[str, int]:
    """How many events are pending and dead."""
    return {"pending": 0, "dead": 0} | {r.state: r.n for r in connection.execute(_COUNTS)}


def _event(row: Row[Any], token: UUID) -> Event:
    return Event(row.id, token, row.client_id, row.url, bytes(row.body), row.attempts)
