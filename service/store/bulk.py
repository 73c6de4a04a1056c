"""Actions on many mails at once, kept as the rows were before, so that they can be undone."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text
from uuid_utils.compat import uuid7

from service.domain.items import Actor
from service.store.items import actor

UNDO_SECONDS = 600

_BEGIN = text("""
INSERT INTO bulk_actions (id, action, by_key, by_client, by_agent, before)
SELECT :id, :action, :by_key, :by_client, :by_agent, coalesce(jsonb_agg(to_jsonb(i)), '[]')
FROM queue_items i WHERE i.email_id = ANY(CAST(:ids AS uuid[]))
RETURNING id, at, at + :seconds * interval '1 second' AS undo_until
""")

_FIND = text("""
SELECT id, action, by_key, by_client, by_agent, undone_at,
       at + :seconds * interval '1 second' <= clock_timestamp() AS expired,
       ARRAY(SELECT (b ->> 'email_id')::uuid FROM jsonb_array_elements(before) AS b) AS email_ids
FROM bulk_actions WHERE id = :id FOR UPDATE
""")

_UNDONE = text("UPDATE bulk_actions SET undone_at = clock_timestamp() WHERE id = :id")

# Each action adds one to a row's revision; whatever else happened since added more.
_RESTORE = text("""
WITH b AS (
    SELECT n.* FROM bulk_actions a,
        LATERAL jsonb_populate_recordset(NULL::queue_items, a.before) AS n
    WHERE a.id = :id
)
UPDATE queue_items i
SET queue = b.queue, category = b.category, priority = b.priority, entered_at = b.entered_at,
    due_at = b.due_at, warn_at = b.warn_at, resolution_due_at = b.resolution_due_at,
    responded_at = b.responded_at, snoozed_until = b.snoozed_until, pauses = b.pauses,
    lease_token = NULL, lease_until = NULL, holder_key = NULL, holder_client = NULL,
    holder_agent = NULL, revision = i.revision + 1
FROM b WHERE i.email_id = b.email_id AND i.revision = b.revision + 1
  AND i.email_id = ANY(CAST(:ids AS uuid[]))
RETURNING i.email_id
""")

_REOPEN = text("""
WITH back AS (
    DELETE FROM done_items WHERE bulk_id = :id AND email_id = ANY(CAST(:ids AS uuid[]))
    RETURNING category, item
)
INSERT INTO queue_items (email_id, queue, mailbox, category, priority, entered_at, due_at, warn_at,
    resolution_due_at, responded_at, snoozed_until, pauses, revision)
SELECT n.email_id, n.queue, n.mailbox, back.category, n.priority, n.entered_at, n.due_at,
       n.warn_at, n.resolution_due_at, n.responded_at, n.snoozed_until, n.pauses, n.revision + 2
FROM back, LATERAL jsonb_populate_record(NULL::queue_items, back.item) AS n
RETURNING email_id
""")


def begin(connection: Connection, action: str, by: Actor, ids: Sequence[UUID]) -> Row[Any]:
    """Keep mails, which are locked, as they are before the action."""
    values = {"id": uuid7(), "action": action, "ids": list(ids), "seconds": UNDO_SECONDS}
    return connection.execute(_BEGIN, {**values, **actor(by)}).one()


def find(connection: Connection, bulk_id: UUID) -> Row[Any] | None:
    """The action, locked, with the mails it changed."""
    return connection.execute(_FIND, {"id": bulk_id, "seconds": UNDO_SECONDS}).one_or_none()


def undo(connection: Connection, bulk_id: UUID, ids: Sequence[UUID]) -> set[UUID]:
    """Put back those of the mails that nobody touched since; returns which."""
    connection.execute(_UNDONE, {"id": bulk_id})
    restored = set(connection.execute(_RESTORE, {"id": bulk_id, "ids": list(ids)}).scalars())
    reopened = set(connection.execute(_REOPEN, {"id": bulk_id, "ids": list(ids)}).scalars())
    return restored | reopened
