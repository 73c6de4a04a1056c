"""Mail to hand on by SMTP: claimed with a lease of its own, tried again, never lost.

At least once, as with webhooks: a sender that dies after the server took a mail sends it again,
with the same X-Aiguilleur-Id.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text
from uuid_utils.compat import uuid4

from service.store.events import Events

# All of it goes to one server, so that there is nothing to take turns for. A claimed hand-over is
# hidden by moving `run_after`; that is its lease.
_CLAIM = text("""
WITH head AS MATERIALIZED (
    SELECT id FROM reinjections
    WHERE state = 'pending' AND run_after <= clock_timestamp()
    ORDER BY run_after LIMIT :most FOR UPDATE SKIP LOCKED
)
UPDATE reinjections r
SET lease_token = :token, attempts = attempts + 1,
    run_after = clock_timestamp() + :seconds * interval '1 second'
FROM head WHERE r.id = head.id
RETURNING r.id, r.email_id, r.address, r.attempts
""")

_events = Events("reinjections")
delivered, failed = _events.delivered, _events.failed
replay, counts = _events.replay, _events.counts

# the first decision: the one that the hand-over followed from, whatever people did since
_MAIL = text("""
SELECT e.content, d.category, d.confidence, d.queue, d.reason, d.model_name, d.model_version
FROM emails e JOIN decisions d ON d.email_id = e.id AND d.number = 1 WHERE e.id = :id
""")

_KNOWN = text("SELECT id FROM emails WHERE id = ANY(CAST(:ids AS uuid[]))")


@dataclass(frozen=True, slots=True)
class HandOver:
    """One mail to hand on; `attempts` counts this one."""

    id: UUID
    token: UUID
    email_id: UUID
    address: str
    attempts: int
    host: str = "smtp"  # one server, one lane


@dataclass(frozen=True, slots=True)
class Mail:
    """The message as it came, and what was decided about it."""

    content: bytes
    category: str
    confidence: float | None
    queue: str
    reason: str
    model: str


def claim(
    connection: Connection, *, most: int, seconds: float, per_host: int, room: Mapping[str, int]
) -> Sequence[HandOver]:
    """Take what is due, oldest first, for `seconds`; fewer where the server has less room."""
    token = uuid4()
    most = min(most, *room.values(), per_host)
    rows = connection.execute(_CLAIM, {"most": most, "token": token, "seconds": seconds})
    return [HandOver(row.id, token, row.email_id, row.address, row.attempts) for row in rows]


def mail(connection: Connection, email_id: UUID) -> Mail | None:
    """The message and its decision, or None where it was deleted since."""
    row = connection.execute(_MAIL, {"id": email_id}).one_or_none()
    return None if row is None else _mail(row)


def known(connection: Connection, ids: Sequence[UUID]) -> set[UUID]:
    """Those of the ids that are mails of this deployment."""
    return set(connection.execute(_KNOWN, {"ids": list(ids)}).scalars())


def _mail(row: Row[Any]) -> Mail:
    return Mail(
        bytes(row.content),
        row.category,
        row.confidence,
        row.queue,
        row.reason,
        f"{row.model_name}/{row.model_version}",
    )
