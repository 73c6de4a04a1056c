"""Open mail in the agents' queues: claim the most urgent, lock, change, complete.

Whoever changes a row has locked it in the same transaction. All times are PostgreSQL's own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, Row, TextClause, text
from uuid_utils.compat import uuid4

from service.domain.actions import Completion
from service.domain.items import Actor, Item, Lease
from service.domain.sla import Clocks, Period
from service.domain.types import Principal, Priority
from service.store.scope import in_queue, scope

_ROW = f"""
SELECT i.*, e.received_at, coalesce(i.category, d.category) AS now_category, d.number,
       coalesce(i.warn_at, i.due_at) AS warned_at,
       coalesce(i.resolution_due_at, i.due_at) AS resolved_by
FROM queue_items i
JOIN emails e ON e.id = i.email_id
CROSS JOIN LATERAL (
    SELECT category, number FROM decisions WHERE email_id = i.email_id
    ORDER BY number DESC LIMIT 1) AS d
WHERE i.email_id = ANY(CAST(:ids AS uuid[]))
  AND {in_queue("i")}
ORDER BY i.email_id
"""  # noqa: S608  # text of our own
_LOCK = text(f"{_ROW} FOR UPDATE OF i")

# Leases that ran out and snoozes that ended make mail free: two looks at small indexes.
# Not clock_timestamp(): it may change from row to row, so that no index can be entered with it.
_FREE = text("""
WITH lost AS MATERIALIZED (
    SELECT email_id FROM queue_items
    WHERE lease_token IS NOT NULL AND lease_until <= statement_timestamp()
    ORDER BY lease_until LIMIT 200 FOR UPDATE SKIP LOCKED
), awake AS MATERIALIZED (
    SELECT email_id FROM queue_items
    WHERE snoozed_until IS NOT NULL AND snoozed_until <= statement_timestamp()
    ORDER BY snoozed_until LIMIT 200 FOR UPDATE SKIP LOCKED
), ended AS (
    SELECT email_id FROM lost UNION SELECT email_id FROM awake
)
UPDATE queue_items i
SET lease_token = NULL, lease_until = NULL, holder_key = NULL, holder_client = NULL,
    holder_agent = NULL, snoozed_until = NULL, revision = revision + 1
WHERE i.email_id = ANY(ARRAY(SELECT email_id FROM ended))
""")

# The first few of each queue, without locks; then the most urgent of them that nobody else takes
# at this moment. `head` states the conditions again, because a row may change after the first look;
# in words that no index but the primary key answers, whatever PostgreSQL believes of the table.
_CLAIM = """
WITH candidate AS MATERIALIZED (
    SELECT f.* FROM {places}
    CROSS JOIN LATERAL (
        SELECT email_id, queue, due_at, -priority AS later, entered_at FROM queue_items
        WHERE {there} AND lease_token IS NULL AND snoozed_until IS NULL
        ORDER BY due_at, -priority, entered_at, email_id LIMIT {most}
    ) AS f
), head AS MATERIALIZED (
    SELECT i.email_id FROM candidate c JOIN queue_items i USING (email_id)
    WHERE num_nulls(i.lease_token, i.snoozed_until) = 2 AND i.queue IS NOT DISTINCT FROM c.queue
    ORDER BY c.due_at, c.later, c.entered_at, c.email_id
    LIMIT 1 FOR UPDATE OF i SKIP LOCKED
)
UPDATE queue_items i
SET lease_token = :token, lease_until = clock_timestamp() + :seconds * interval '1 second',
    holder_key = :by_key, holder_client = :by_client, holder_agent = :by_agent,
    revision = revision + 1
FROM head WHERE i.email_id = head.email_id
RETURNING i.email_id
"""
_QUEUES = "unnest(CAST(:queues AS text[])) AS q(name)"
_MAILBOXES = f"{_QUEUES} CROSS JOIN unnest(CAST(:mailboxes AS text[])) AS m(name)"


def _claims(most: int) -> tuple[TextClause, TextClause]:
    """A claim for a key of all mailboxes, and one for a key of some: each has an index."""
    return (
        text(_CLAIM.format(places=_QUEUES, there="queue = q.name", most=most)),
        text(
            _CLAIM.format(places=_MAILBOXES, there="queue = q.name AND mailbox = m.name", most=most)
        ),
    )


# a second, wider look for when many claim at the same moment
_LOOKS = tuple(_claims(most) for most in (8, 256))

_SAVE = text("""
UPDATE queue_items i
SET queue = n.queue, category = n.category, priority = n.priority, entered_at = n.entered_at,
    due_at = n.due_at, warn_at = n.warn_at, resolution_due_at = n.resolution_due_at,
    responded_at = n.responded_at, snoozed_until = n.snoozed_until, pauses = n.pauses,
    lease_token = n.lease_token, lease_until = n.lease_until, holder_key = n.holder_key,
    holder_client = n.holder_client, holder_agent = n.holder_agent, revision = n.revision
FROM jsonb_populate_recordset(NULL::queue_items, CAST(:rows AS jsonb)) AS n
WHERE i.email_id = n.email_id
""")

_FINISH = text("""
WITH gone AS (
    DELETE FROM queue_items WHERE email_id = ANY(CAST(:ids AS uuid[])) RETURNING *
)
INSERT INTO done_items (email_id, queue, mailbox, category, predicted, model_version, received_at,
    responded_at, response_late, resolution_late, by_key, by_client, by_agent, lease_token,
    bulk_id, item)
SELECT g.email_id, g.queue, g.mailbox, coalesce(g.category, d.category),
       CASE WHEN d.reason = 'model' THEN d.category END, d.model_version, e.received_at,
       n.responded_at, n.response_late, n.resolution_late, :by_key, :by_client, :by_agent,
       g.lease_token, CAST(:bulk_id AS uuid), to_jsonb(g)
FROM gone g
JOIN emails e ON e.id = g.email_id
JOIN decisions d ON d.email_id = g.email_id AND d.number = 1
JOIN jsonb_to_recordset(CAST(:rows AS jsonb)) AS n(
    email_id uuid, responded_at timestamptz, response_late boolean, resolution_late boolean)
  ON n.email_id = g.email_id
""")

_COMPLETED_UNDER = text("""
SELECT true FROM done_items WHERE email_id = :id AND lease_token = :token
""")


@dataclass(frozen=True, slots=True)
class Locked:
    """Mails that nobody else changes until the transaction ends, and the time it is."""

    now: datetime
    items: Mapping[UUID, Item]


def lock(connection: Connection, ids: Sequence[UUID], who: Principal) -> Locked:
    """Those of the mails that are open and the key's to see, in one order for all callers."""
    rows = connection.execute(_LOCK, {"ids": list(ids), **scope(who)}).all()
    # the row's time was taken before a lock that had to be waited for
    now = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return Locked(now, {row.email_id: _item(row) for row in rows})


def claim_next(
    connection: Connection, who: Principal, by: Actor, queues: Sequence[str], seconds: float
) -> Item | None:
    """Take the most urgent free mail of those of the queues that are the key's.

    By due time, then priority, then age.
    """
    connection.execute(_FREE)
    values = {"queues": list(filter(who.may_see, queues)), "token": uuid4(), "seconds": seconds}
    everything = "*" in who.mailboxes
    mailboxes = {} if everything else {"mailboxes": sorted(who.mailboxes)}
    for all_mailboxes, some_mailboxes in _LOOKS:
        look = all_mailboxes if everything else some_mailboxes
        found = connection.execute(look, {**values, **mailboxes, **actor(by)}).scalar_one_or_none()
        if found is not None:
            return _item(connection.execute(_LOCK, {"ids": [found], **scope(who)}).one())
    return None


def save(connection: Connection, items: Sequence[Item]) -> None:
    """Write mails that are locked."""
    if items:
        connection.execute(_SAVE, {"rows": orjson.dumps([_row(i) for i in items]).decode()})


def finish(
    connection: Connection, done: Mapping[UUID, Completion], by: Actor, bulk_id: UUID | None
) -> None:
    """Take completed mails, which are locked, out of their queues."""
    rows = [
        {
            "email_id": email_id,
            "responded_at": completion.responded_at,
            "response_late": completion.response_late,
            "resolution_late": completion.resolution_late,
        }
        for email_id, completion in done.items()
    ]
    if rows:
        values = {"ids": list(done), "rows": orjson.dumps(rows).decode(), "bulk_id": bulk_id}
        connection.execute(_FINISH, {**values, **actor(by)})


def completed_under(connection: Connection, email_id: UUID, token: UUID) -> bool:
    """Whether the mail was completed under this very lease: the answer got lost, not the work."""
    found = connection.execute(_COMPLETED_UNDER, {"id": email_id, "token": token})
    return found.scalar_one_or_none() is not None


def actor(by: Actor) -> dict[str, object]:
    """Who acts, as every table here keeps it."""
    return {"by_key": by.key_id, "by_client": by.client, "by_agent": by.agent}


def _item(row: Row[Any]) -> Item:
    return Item(
        email_id=row.email_id,
        queue=row.queue,
        mailbox=row.mailbox,
        category=row.now_category,
        priority=Priority(row.priority),
        received_at=row.received_at,
        entered_at=row.entered_at,
        clocks=Clocks(row.due_at, row.warned_at, row.resolved_by),
        decision=row.number,
        responded_at=row.responded_at,
        snoozed_until=row.snoozed_until,
        pauses=tuple(Period(*map(datetime.fromisoformat, span)) for span in row.pauses),
        lease=_lease(row),
        revision=row.revision,
    )


def _lease(row: Row[Any]) -> Lease | None:
    if row.lease_token is None:
        return None
    holder = Actor(row.holder_key, row.holder_client, row.holder_agent)
    return Lease(row.lease_token, row.lease_until, holder)


def _row(item: Item) -> dict[str, object]:
    lease = item.lease
    return {
        "email_id": item.email_id,
        "queue": item.queue,
        "category": item.category,
        "priority": int(item.priority),
        "entered_at": item.entered_at,
        "due_at": item.clocks.due_at,
        "warn_at": item.clocks.warn_at,
        "resolution_due_at": item.clocks.resolution_due_at,
        "responded_at": item.responded_at,
        "snoozed_until": item.snoozed_until,
        "pauses": [[pause.start, pause.end] for pause in item.pauses],
        "lease_token": lease.token if lease else None,
        "lease_until": lease.until if lease else None,
        "holder_key": lease.holder.key_id if lease else None,
        "holder_client": lease.holder.client if lease else None,
        "holder_agent": lease.holder.agent if lease else None,
        "revision": item.revision,
    }
