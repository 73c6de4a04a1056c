"""Open mail as lists show it: a queue by pages, one mail, counts, words. Reads take no locks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from service.domain.items import Actor
from service.domain.types import Principal
from service.store.items import actor
from service.store.scope import done_by_them, in_mailbox, in_queue, scope, visible

_FACE = f"""
SELECT i.email_id, i.queue, i.mailbox, i.priority, i.entered_at, i.due_at, i.responded_at,
       coalesce(i.warn_at, i.due_at) AS warn_at,
       coalesce(i.resolution_due_at, i.due_at) AS resolution_due_at,
       CASE WHEN i.snoozed_until > clock_timestamp() THEN i.snoozed_until END AS snoozed_until,
       CASE WHEN i.lease_until > clock_timestamp() THEN i.lease_until END AS lease_until,
       i.holder_key, i.holder_client, i.holder_agent, i.lease_token,
       e.received_at, clock_timestamp() AS now,
       coalesce(i.category, d.category) AS category, d.confidence, d.reason,
       r.fields ->> 'subject' AS subject, r.fields -> 'from' AS sender
FROM queue_items i
JOIN emails e ON e.id = i.email_id
LEFT JOIN readings r ON r.email_id = i.email_id
CROSS JOIN LATERAL (
    SELECT category, confidence, reason FROM decisions WHERE email_id = i.email_id
    ORDER BY number DESC LIMIT 1) AS d
WHERE {in_queue("i")}
"""  # noqa: S608  # text of our own

_ONE = text(f"{_FACE} AND i.email_id = :id")

# Each filter is a piece of its own: a query holds only those that were asked for, so that
# PostgreSQL plans for them.
_FILTERS = {
    "free": "(i.lease_token IS NULL OR i.lease_until <= clock_timestamp())"
    " AND (i.snoozed_until IS NULL OR i.snoozed_until <= clock_timestamp())",
    "held": "i.lease_until > clock_timestamp()",
    "snoozed": "i.snoozed_until > clock_timestamp()",
    "breached": "i.due_at <= clock_timestamp()",
    "breach_soon": "i.due_at > clock_timestamp() AND i.warn_at <= clock_timestamp()",
    "on_time": "coalesce(i.warn_at, i.due_at) > clock_timestamp()",
    "category": "i.category = :category",
    "mailbox": "i.mailbox = :mailbox",
    "mine": "i.lease_until > clock_timestamp() AND i.holder_key = :by_key"
    " AND i.holder_agent IS NOT DISTINCT FROM :by_agent",
}
_AFTER = "(i.due_at, -i.priority, i.entered_at, i.email_id) > (:due, :later, :entered, :id)"

_COUNTS = text(f"""
SELECT queue, count(*) AS waiting,
       extract(epoch FROM clock_timestamp() - min(entered_at))::float AS oldest_age_seconds,
       count(*) FILTER (WHERE lease_until > clock_timestamp()) AS held,
       count(*) FILTER (WHERE snoozed_until > clock_timestamp()) AS snoozed,
       count(*) FILTER (WHERE due_at <= clock_timestamp()) AS breached,
       count(*) FILTER (WHERE due_at > clock_timestamp() AND warn_at <= clock_timestamp())
           AS breach_soon
FROM queue_items i WHERE {in_queue("i")} GROUP BY queue
""")  # noqa: S608  # text of our own

# The words first, by their index; in order of age the whole history might be read for a rare one.
_SEARCH = """
WITH hit AS MATERIALIZED (
    SELECT email_id, fields FROM readings
    WHERE search @@ to_tsquery('simple', :query)
      AND (CAST(:before AS uuid) IS NULL OR email_id < :before)
)
SELECT e.id, e.received_at, e.mailbox, hit.fields ->> 'subject' AS subject,
       hit.fields -> 'from' AS sender, d.category, d.queue,
       EXISTS (SELECT FROM queue_items i WHERE i.email_id = e.id) AS open
FROM hit JOIN emails e ON e.id = hit.email_id
CROSS JOIN LATERAL (
    SELECT category, queue FROM decisions WHERE email_id = e.id
    ORDER BY number DESC LIMIT 1) AS d
WHERE {seen}
  AND (CAST(:queue AS text) IS NULL OR d.queue = :queue)
ORDER BY e.id DESC LIMIT :limit
"""
_SEARCHES = (
    text(_SEARCH.format(seen=visible("e", "e.id"))),
    # planned without the rest, which would make common words dear for those who see all queues
    text(_SEARCH.format(seen=in_mailbox("e"))),
)

_KNOWN = text(f"""
SELECT EXISTS (SELECT FROM queue_items WHERE email_id = e.id) AS open,
       EXISTS (SELECT FROM done_items WHERE email_id = e.id) AS done
FROM emails e
WHERE e.id = :id AND {visible("e", "e.id")}
""")  # noqa: S608  # text of our own

_SEEN = text(f"""
SELECT e.id, {visible("e", "e.id")} AS seen FROM emails e WHERE e.id = ANY(CAST(:ids AS uuid[]))
""")  # noqa: S608  # text of our own

_CONTENT = text(f"""
SELECT kind, content,
       EXISTS (SELECT FROM decisions d
               WHERE d.email_id = emails.id AND d.number = 1 AND d.reason = 'crashed')
       OR EXISTS (SELECT FROM waiting w WHERE w.email_id = emails.id AND w.crashes > 0) AS crashed
FROM emails
WHERE id = :id AND {visible("emails", "emails.id")}
""")  # noqa: S608  # text of our own

_DONE = text(f"""
SELECT completed_at, queue, category, responded_at, response_late, resolution_late, by_client,
       by_agent
FROM done_items WHERE email_id = :id AND {done_by_them("done_items")}
""")  # noqa: S608  # text of our own


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of a queue ended."""

    due_at: datetime
    priority: int
    entered_at: datetime
    email_id: UUID


@dataclass(frozen=True, slots=True)
class Filter:
    """Which mails of a queue; None lets all pass. `state` and `sla` are names of `_FILTERS`."""

    state: str | None = None
    sla: str | None = None
    category: str | None = None
    mailbox: str | None = None
    mine: Actor | None = None


def page(
    connection: Connection,
    who: Principal,
    queue: str,
    wanted: Filter,
    *,
    after: Place | None,
    limit: int,
) -> Sequence[Row[Any]]:
    """A page of a queue in the order in which its mail is worked."""
    pieces = [wanted.state, wanted.sla]
    pieces += [name for name in ("category", "mailbox", "mine") if getattr(wanted, name)]
    conditions = ["i.queue = :queue", *(_FILTERS[name] for name in pieces if name)]
    values: dict[str, object] = {
        "queue": queue,
        "category": wanted.category,
        "mailbox": wanted.mailbox,
    }
    if wanted.mine:
        values |= actor(wanted.mine)
    if after:
        conditions.append(_AFTER)
        values |= {"due": after.due_at, "later": -after.priority}
        values |= {"entered": after.entered_at, "id": after.email_id}
    order = "ORDER BY i.due_at, -i.priority, i.entered_at, i.email_id LIMIT :limit"
    sql = f"{_FACE} AND {' AND '.join(conditions)} {order}"
    known = {name: value for name, value in values.items() if f":{name}" in sql}
    return connection.execute(text(sql), {**known, **scope(who), "limit": limit}).all()


def one(connection: Connection, who: Principal, email_id: UUID) -> Row[Any] | None:
    """An open mail that is the key's to see."""
    return connection.execute(_ONE, {"id": email_id, **scope(who)}).one_or_none()


def done(connection: Connection, who: Principal, email_id: UUID) -> Row[Any] | None:
    """How a completed mail ended."""
    return connection.execute(_DONE, {"id": email_id, **scope(who)}).one_or_none()


def known(connection: Connection, who: Principal, email_id: UUID) -> Row[Any] | None:
    """Whether a mail is open or done; None where there is none that is the key's to see."""
    return connection.execute(_KNOWN, {"id": email_id, **scope(who)}).one_or_none()


def seen(connection: Connection, who: Principal, ids: Sequence[UUID]) -> dict[UUID, bool]:
    """Of each of the mails, without those that were erased, whether it is the key's to see."""
    rows = connection.execute(_SEEN, {"ids": list(ids), **scope(who)})
    return {row.id: row.seen for row in rows}


def content(connection: Connection, who: Principal, email_id: UUID) -> Row[Any] | None:
    """A mail as it was posted, and whether it took workers down."""
    return connection.execute(_CONTENT, {"id": email_id, **scope(who)}).one_or_none()


def counts(connection: Connection, who: Principal) -> dict[str, Row[Any]]:
    """What waits for people, by queue, of the key's own."""
    return {row.queue: row for row in connection.execute(_COUNTS, scope(who))}


def search(
    connection: Connection,
    who: Principal,
    query: str,
    *,
    queue: str | None,
    before: UUID | None,
    limit: int,
) -> Sequence[Row[Any]]:
    """Mails whose words fit a query of `service.domain.search`, newest first."""
    values = {"query": query, "queue": queue, "before": before, "limit": limit}
    look = _SEARCHES["*" in who.queues]
    return connection.execute(look, {**values, **scope(who)}).all()
