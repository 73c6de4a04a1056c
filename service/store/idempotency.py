"""`Idempotency-Key`: the same request gets its first answer, kept with what it stored.

The answer is written in the transaction that stores the mail, under a lock on the key; so there
is no half-done request to clean up, whenever a process dies.
"""

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, text

from service.errors import InProgress, KeyReused

_LOCK = text("SELECT pg_try_advisory_xact_lock(:number)")

_FIND = text("""
SELECT body_hash, status, location, answer FROM idempotency
WHERE client_id = :client_id AND key = :key
""")

_KEEP = text("""
INSERT INTO idempotency (client_id, key, body_hash, status, location, answer)
VALUES (:client_id, :key, :body_hash, :status, :location, CAST(:answer AS jsonb))
""")

# So many at once: what piled up while nobody swept must not outlast a statement's limit, or it
# would never go.
_PURGE = text("""
DELETE FROM idempotency WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM idempotency
    WHERE created_at < clock_timestamp() - :hours * interval '1 hour'
    ORDER BY created_at LIMIT :most))
""")

KEPT_HOURS = 24
_PURGED_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer as first given."""

    status: int
    location: str | None
    body: dict[str, Any]


def first_answer(
    connection: Connection, client_id: UUID, key: str, body_hash: bytes
) -> Answer | None:
    """The answer this key got before, or None for the first request, which now holds the key.

    Raises:
        InProgress: another request with this key has not ended.
        KeyReused: the first request had another body.

    """
    name = hashlib.sha256(client_id.bytes + key.encode()).digest()
    number = int.from_bytes(name[:8], "big", signed=True)
    if not connection.execute(_LOCK, {"number": number}).scalar_one():
        raise InProgress
    row = connection.execute(_FIND, {"client_id": client_id, "key": key}).one_or_none()
    if row is None:
        return None
    if bytes(row.body_hash) != body_hash:
        raise KeyReused
    return Answer(row.status, row.location, row.answer)


def keep(
    connection: Connection, client_id: UUID, key: str, body_hash: bytes, answer: Answer
) -> None:
    """Remember the answer of the request that holds the key."""
    connection.execute(
        _KEEP,
        {
            "client_id": client_id,
            "key": key,
            "body_hash": body_hash,
            "status": answer.status,
            "location": answer.location,
            "answer": orjson.dumps(answer.body).decode(),
        },
    )


def purge(connection: Connection, most: int = _PURGED_AT_ONCE) -> int:
    """Forget answers older than a day, the oldest first and `most` of them; returns how many."""
    return connection.execute(_PURGE, {"hours": KEPT_HOURS, "most": most}).rowcount
