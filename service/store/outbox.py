"""Webhooks to send: claimed with a lease of their own, tried again with back-off, never lost.

At least once: a sender that dies after the receiver answered sends again, with the same event id.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text
from uuid_utils.compat import uuid4

from service.store.events import Events

# A claimed event is hidden by moving `run_after`; that is its lease. Hosts take turns: a look at
# the oldest events of the hosts that have room, then no more of each host than it has room for.
# `head` states the conditions again, because another sender may take an event after that look.
_CLAIM = text("""
WITH known AS MATERIALIZED (
    SELECT * FROM unnest(CAST(:hosts AS text[]), CAST(:rooms AS integer[])) AS k(host, room)
), due AS MATERIALIZED (
    SELECT id, run_after, host
    FROM outbox, LATERAL (SELECT lower(split_part(url, '/', 3)) AS host) AS h
    WHERE state = 'pending' AND run_after <= clock_timestamp()
      AND NOT EXISTS (SELECT FROM known WHERE known.host = h.host AND room <= 0)
    ORDER BY run_after LIMIT :window
), turns AS MATERIALIZED (
    SELECT id, host, row_number() OVER (PARTITION BY host ORDER BY run_after, id) AS turn FROM due
), head AS MATERIALIZED (
    SELECT o.id, t.host
    FROM turns t LEFT JOIN known USING (host) JOIN outbox o USING (id)
    WHERE t.turn <= coalesce(known.room, :per_host)
      AND o.state = 'pending' AND o.run_after <= clock_timestamp()
    ORDER BY t.turn, o.run_after LIMIT :most FOR UPDATE OF o SKIP LOCKED
)
UPDATE outbox o
SET lease_token = :token, attempts = attempts + 1,
    run_after = clock_timestamp() + :seconds * interval '1 second'
FROM head WHERE o.id = head.id
RETURNING o.id, o.email_id, o.client_id, o.url, o.body, o.attempts, head.host
""")
_WINDOW = 256  # events looked at in one claim

_events = Events("outbox")
delivered, failed = _events.delivered, _events.failed
replay, counts = _events.replay, _events.counts


@dataclass(frozen=True, slots=True)
class Event:
    """One webhook to send; `attempts` counts this one, `host` may hold a port."""

    id: UUID
    token: UUID
    email_id: UUID
    client_id: UUID
    url: str
    body: bytes
    attempts: int
    host: str


def claim(
    connection: Connection, *, most: int, seconds: float, per_host: int, room: Mapping[str, int]
) -> list[Event]:
    """Take events that are due, oldest first, for `seconds`.

    Args:
        connection: in a transaction.
        most: how many in all.
        seconds: how long they are ours.
        per_host: how many for each host, so that one with a long queue leaves room for others.
        room: instead of `per_host`, for the hosts that are named here.

    """
    token = uuid4()
    values = {
        "hosts": list(room),
        "rooms": list(room.values()),
        "per_host": per_host,
        "window": max(_WINDOW, most),
        "most": most,
        "token": token,
        "seconds": seconds,
    }
    return [_event(row, token) for row in connection.execute(_CLAIM, values)]


def _event(row: Row[Any], token: UUID) -> Event:
    content = bytes(row.body)
    return Event(
        row.id, token, row.email_id, row.client_id, row.url, content, row.attempts, row.host
    )
