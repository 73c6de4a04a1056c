"""Spot checks: which wait for a person, what people said, and counts of it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from service.domain.items import Actor
from service.domain.types import Principal
from service.store.items import actor
from service.store.scope import came_to, scope, visible, within

_NEXT = text(f"""
SELECT s.email_id, e.received_at, s.mailbox, r.fields ->> 'subject' AS subject,
       r.fields -> 'from' AS sender
FROM spot_checks s
JOIN emails e ON e.id = s.email_id
LEFT JOIN readings r ON r.email_id = s.email_id
WHERE s.label IS NULL AND s.email_id > :after
  AND {visible("s", "s.email_id")}
ORDER BY s.email_id LIMIT :limit
""")  # noqa: S608  # text of our own

_OPEN = text(f"""
SELECT count(*) FROM spot_checks s WHERE label IS NULL AND {visible("s", "s.email_id")}
""")  # noqa: S608  # text of our own

_LABEL = text(f"""
UPDATE spot_checks s SET label = :label, labelled_at = clock_timestamp(), by_key = :by_key,
    by_client = :by_client, by_agent = :by_agent
WHERE email_id = :id AND {visible("s", "s.email_id")}
RETURNING email_id
""")  # noqa: S608  # text of our own

_COUNTS = text(f"""
SELECT model_version, category, share, count(*) AS chosen, count(label) AS labelled,
       count(*) FILTER (WHERE label = category) AS right
FROM spot_checks s
WHERE reason = 'model' AND chosen_at > clock_timestamp() - make_interval(days => :days)
  AND {came_to("s")}
GROUP BY model_version, category, share
ORDER BY model_version, category, share
""")  # noqa: S608  # text of our own


def waiting(connection: Connection, who: Principal, after: UUID, limit: int) -> Sequence[Row[Any]]:
    """Mails that nobody has labelled yet, oldest first, without what the model said."""
    return connection.execute(_NEXT, {"after": after, "limit": limit, **scope(who)}).all()


def count_waiting(connection: Connection, who: Principal) -> int:
    """How many those are."""
    return int(connection.execute(_OPEN, scope(who)).scalar_one())


def label(connection: Connection, who: Principal, by: Actor, email_id: UUID, category: str) -> bool:
    """Write down what a person says; False where the mail is none that was chosen."""
    values = {"id": email_id, "label": category, **scope(who), **actor(by)}
    return connection.execute(_LABEL, values).one_or_none() is not None


def counts(connection: Connection, days: int, who: Principal | None) -> Sequence[Row[Any]]:
    """Of the last days what the model decided: by version, category and probability.

    Of what came to a key's mailboxes and queues, or of all mail where nobody is named.
    """
    return connection.execute(_COUNTS, {"days": days, **within(who)}).all()
