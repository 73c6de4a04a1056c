"""Mail that must go: which it is, and everything we hold of it.

What stays is the audit trail, which never holds words of a mail, with one entry more. A batch keeps
its place for the mail, as an error that says that it was erased.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

ERASED = "erased"

# `waiting` comes first: a worker that decides the mail at this moment is waited for, and what it
# wrote is seen by the statements that follow; one that comes later finds nothing to decide. Who
# predicts decided mail holds its row in `emails` instead: what comes after that is seen as well.
_TABLES = (
    ("waiting", "email_id"),
    ("queue_items", "email_id"),
    ("done_items", "email_id"),
    ("outbox", "email_id"),
    ("reinjections", "email_id"),
    ("labels", "email_id"),
    ("notes", "email_id"),
    ("spot_checks", "email_id"),
    ("readings", "email_id"),
    ("decisions", "email_id"),
    ("emails", "id"),
    ("predictions", "email_id"),
    ("shadow_predictions", "email_id"),
)
_DELETES = {
    table: text(f"DELETE FROM {table} WHERE {column} = ANY(CAST(:ids AS uuid[]))")  # noqa: S608
    for table, column in _TABLES
}

_FORGET = text("""
UPDATE batches b SET
    email_ids = ARRAY(SELECT CASE WHEN u.id = ANY(CAST(:ids AS uuid[])) THEN NULL ELSE u.id END
                      FROM unnest(b.email_ids) WITH ORDINALITY AS u(id, n) ORDER BY n),
    external_ids = ARRAY(SELECT CASE WHEN b.email_ids[n] = ANY(CAST(:ids AS uuid[]))
                                     THEN NULL ELSE u.id END
                         FROM unnest(b.external_ids) WITH ORDINALITY AS u(id, n) ORDER BY n),
    duplicates = ARRAY(SELECT d FROM unnest(b.duplicates) AS d
                       WHERE b.email_ids[d + 1] <> ALL(CAST(:ids AS uuid[]))),
    errors = b.errors || (
        SELECT jsonb_object_agg((n - 1)::text, jsonb_build_object(
            'code', CAST(:code AS text), 'detail', 'This mail was erased',
            'field', 'emails.' || (n - 1)))
        FROM unnest(b.email_ids) WITH ORDINALITY AS u(id, n)
        WHERE u.id = ANY(CAST(:ids AS uuid[])))
WHERE b.email_ids && CAST(:ids AS uuid[])
""")

_DROP_EMPTY = text("""
DELETE FROM batches b WHERE created_at < :before AND NOT EXISTS (
    SELECT FROM emails e WHERE e.id = ANY(b.email_ids))
""")

_COMPLETED = text("""
SELECT email_id FROM done_items WHERE completed_at < :before ORDER BY completed_at LIMIT :limit
""")

_OPEN = text("""
SELECT q.email_id FROM queue_items q
WHERE q.queue = ANY(CAST(:queues AS text[])) AND q.entered_at < :before
ORDER BY q.entered_at LIMIT :limit
""")

_OF_SENDER = text("""
SELECT email_id FROM readings
WHERE lower(fields -> 'from' ->> 'address') = lower(:address) LIMIT :limit
""")

_LEFT = text("SELECT id FROM emails WHERE id = ANY(CAST(:ids AS uuid[])) LIMIT :limit")

# What a retraining wrote goes when it ends.
_EXPORTED = text("""
SELECT a.detail ->> 'file' AS file, count(DISTINCT a.email_id) AS emails FROM audit a
WHERE a.action = 'exported' AND a.email_id = ANY(CAST(:ids AS uuid[])) AND NOT EXISTS (
    SELECT FROM retrainings r
    WHERE r.id = CAST(a.detail ->> 'retraining' AS bigint) AND r.ended_at IS NOT NULL)
GROUP BY 1
""")


def completed(connection: Connection, before: datetime, limit: int) -> list[UUID]:
    """Mail that was completed before then, the oldest first."""
    return list(connection.execute(_COMPLETED, {"before": before, "limit": limit}).scalars())


def still_open(
    connection: Connection, queues: Sequence[str], before: datetime, limit: int
) -> list[UUID]:
    """Mail that came to these queues before then, and that nobody completed."""
    values = {"queues": list(queues), "before": before, "limit": limit}
    return list(connection.execute(_OPEN, values).scalars())


def of_sender(connection: Connection, address: str, limit: int) -> list[UUID]:
    """Mail from this address; mail that nobody read yet is not among it."""
    return list(connection.execute(_OF_SENDER, {"address": address, "limit": limit}).scalars())


def left(connection: Connection, ids: Sequence[UUID], limit: int) -> list[UUID]:
    """Those of these mails that are still here."""
    return list(connection.execute(_LEFT, {"ids": list(ids), "limit": limit}).scalars())


def exports(connection: Connection, ids: Sequence[UUID]) -> Mapping[str, int]:
    """The files to which these mails were exported, with how many of them are in each.

    Without those of retrainings that ended, which are gone.
    """
    rows = connection.execute(_EXPORTED, {"ids": list(ids)})
    return {str(row.file): int(row.emails) for row in rows}


def erase(connection: Connection, ids: Sequence[UUID]) -> Mapping[str, int]:
    """Delete all that is held of these mails; returns how many rows of each table went."""
    values = {"ids": list(ids)}
    gone = {t: connection.execute(delete, values).rowcount for t, delete in _DELETES.items()}
    connection.execute(_FORGET, {**values, "code": ERASED})
    return gone


def drop_empty_batches(connection: Connection, before: datetime) -> int:
    """Delete batches posted before then of which no mail is left; returns how many."""
    return connection.execute(_DROP_EMPTY, {"before": before}).rowcount
