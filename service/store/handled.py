"""How the agents' queues stand and how right the model was; asked by the sweep, now and then."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, text

from service.domain.types import Principal
from service.store.scope import in_queue, within

STOOD_DAYS = 7  # that the live accuracy looks back

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
_STOOD = text(f"""
SELECT model_version, count(*) AS emails, count(*) FILTER (WHERE category = predicted) AS stood
FROM done_items
WHERE completed_at > clock_timestamp() - make_interval(days => :days) AND predicted IS NOT NULL
  AND {in_queue("done_items")}
GROUP BY model_version
""")  # noqa: S608  # text of our own


def by_sla(connection: Connection) -> Sequence[Row[Any]]:
    """Open mails by queue and SLA state."""
    return connection.execute(_BY_SLA).all()


def stood(
    connection: Connection, days: int = STOOD_DAYS, who: Principal | None = None
) -> Sequence[Row[Any]]:
    """Of the last days, by model version: completed mails, and those whose category stood.

    Within a key's mailboxes and queues, or of all mail where nobody is named.
    """
    return connection.execute(_STOOD, {"days": days, **within(who)}).all()
