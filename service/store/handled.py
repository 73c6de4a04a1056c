"""How the agents' queues stand and how right the model was; asked by the sweep, now and then."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, text

_BY_SLA = text("""
SELECT queue,
       CASE WHEN due_at <= clock_timestamp() THEN 'breached'
            WHEN coalesce(warn_at, due_at) <= clock_timestamp() THEN 'breach_soon'
            ELSE 'on_time' END AS sla,
       count(*) AS emails,
       extract(epoch FROM clock_timestamp() - min(entered_at))::float AS oldest_seconds
FROM queue_items GROUP BY 1, 2
""")

# Completed mail was looked at by a person: its category either stood or was changed.
_STOOD = text("""
SELECT model_version, count(*) AS emails, count(*) FILTER (WHERE category = predicted) AS stood
FROM done_items
WHERE completed_at > clock_timestamp() - interval '7 days' AND predicted IS NOT NULL
GROUP BY model_version
""")


def by_sla(connection: Connection) -> Sequence[Row[Any]]:
    """Open mails by queue and SLA state."""
    return connection.execute(_BY_SLA).all()


def stood(connection: Connection) -> Sequence[Row[Any]]:
    """Of the last seven days, by model version: completed mails, and those whose category stood."""
    return connection.execute(_STOOD).all()
