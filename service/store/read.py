"""What clients and agents ask for: batches, mails, queues. Reads take no locks."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from service.domain.types import Principal
from service.store.scope import readable, scope, worked_on

_BATCH = text(f"""
SELECT id, created_at, cardinality(email_ids) AS total, duplicates, errors,
       (SELECT count(*) FROM unnest(email_ids) AS m(id) JOIN waiting w ON w.email_id = m.id)
           AS waiting,
       (SELECT count(id) FROM unnest(email_ids) AS m(id)) AS stored
FROM batches b
WHERE id = :id AND (:team OR client_id = CAST(:own_client AS uuid))
  AND ((:everything AND (:every_queue OR NOT :team)) OR NOT EXISTS (
    SELECT 1 FROM emails e WHERE e.id = ANY(b.email_ids) AND NOT ({readable("e")})))
""")  # noqa: S608  # text of our own

# Decisions are made in order of age, so the newest mail of a batch is the likeliest to wait still.
_UNDECIDED = text("""
SELECT b.id FROM batches b
WHERE b.id = ANY(CAST(:ids AS uuid[])) AND EXISTS (
    SELECT 1 FROM unnest(b.email_ids) AS m(id) JOIN waiting w ON w.email_id = m.id)
""")

_RESULTS = text("""
SELECT m.position - 1 AS position, m.email_id, b.external_ids[m.position] AS external_id,
       (m.position - 1) = ANY(b.duplicates) AS duplicate,
       b.errors -> (m.position - 1)::text AS error,
       d.category, d.confidence, d.queue, d.reason
FROM batches b
CROSS JOIN LATERAL unnest(b.email_ids) WITH ORDINALITY AS m(email_id, position)
LEFT JOIN LATERAL (
    SELECT category, confidence, queue, reason FROM decisions
    WHERE email_id = m.email_id ORDER BY number DESC LIMIT 1) d ON true
WHERE b.id = :id AND m.position > :after
ORDER BY m.position LIMIT :limit
""")

_EMAIL = text(f"""
SELECT e.id, e.client_id, e.external_id, e.batch_id, e.mailbox, e.kind, e.received_at,
       length(e.content) AS size, r.fields, {worked_on("e")} AS for_team,
       (SELECT min(o.email_id::text)::uuid FROM readings o JOIN emails f ON f.id = o.email_id
        WHERE o.link_key = r.link_key AND o.email_id < e.id AND f.client_id = e.client_id
          AND f.mailbox = e.mailbox AND {readable("f")})
           AS possible_duplicate_of
FROM emails e LEFT JOIN readings r ON r.email_id = e.id
WHERE e.id = :id AND {readable("e")}
""")  # noqa: S608  # text of our own

_CONTENT = text("SELECT kind, content FROM emails WHERE id = :id")

_DECISIONS = text("""
SELECT number, decided_at, category, queue, priority, reason, confidence, threshold, scores,
       model_name, model_version, text_version, routing_version, waited_seconds, inference_seconds,
       tokens, source, by_client, by_agent, note
FROM decisions WHERE email_id = :id ORDER BY number DESC
""")


def find_batch(connection: Connection, batch_id: UUID, who: Principal) -> Row[Any] | None:
    """The batch with its counts, or None where this key must not know of it.

    That is another client's batch, and one that holds mail that is not the key's to see.
    """
    return connection.execute(_BATCH, {"id": batch_id, **scope(who)}).one_or_none()


def undecided(connection: Connection, batch_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the batches in which a mail still waits."""
    return set(connection.execute(_UNDECIDED, {"ids": list(batch_ids)}).scalars())


def batch_results(
    connection: Connection, batch_id: UUID, *, after: int, limit: int
) -> Sequence[Row[Any]]:
    """A page of a batch's mails in the order they were posted, from position `after` (0-based)."""
    return connection.execute(_RESULTS, {"id": batch_id, "after": after, "limit": limit}).all()


def find_email(connection: Connection, email_id: UUID, who: Principal) -> Row[Any] | None:
    """The mail as it was posted and read, or None where this key must not know of it."""
    return connection.execute(_EMAIL, {"id": email_id, **scope(who)}).one_or_none()


def content(connection: Connection, email_id: UUID) -> Row[Any] | None:
    """A mail as it was posted, for a process of ours; None where it is gone."""
    return connection.execute(_CONTENT, {"id": email_id}).one_or_none()


def decisions(connection: Connection, email_id: UUID) -> Sequence[Row[Any]]:
    """The mail's decisions, newest first; empty while it waits."""
    return connection.execute(_DECISIONS, {"id": email_id}).all()
