"""What the service decided, in the order in which mail came."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

# The label is the one with the highest score: the category may be a rule's, or `unknown`.
_FIRST = text("""
SELECT e.id, e.mailbox, e.priority, r.fields ->> 'machine' AS machine,
       r.fields -> 'from' ->> 'address' AS sender, d.queue, d.reason, d.confidence,
       (SELECT key FROM jsonb_each(d.scores) ORDER BY value DESC, key LIMIT 1) AS label
FROM emails e
JOIN decisions d ON d.email_id = e.id AND d.number = 1
LEFT JOIN readings r ON r.email_id = e.id
WHERE e.id > :after AND e.received_at >= :since
ORDER BY e.id LIMIT :limit
""")


def first_decisions(
    connection: Connection, since: datetime, after: UUID, limit: int
) -> Sequence[Row[Any]]:
    """The service's own decisions on mail that came since then, by the mail's id."""
    values = {"since": since, "after": after, "limit": limit}
    return connection.execute(_FIRST, values).all()
