"""A supervisor's figures: what came, how it stands, how right the model was. Reads take no locks.

Mail ids begin with the time (RFC 9562, version 7), so that the mail of a day is one range of the
primary key.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from service.domain.types import Principal
from service.store.scope import in_mailbox, in_queue, queue_of, within

_CAME = text(f"""
SELECT date_trunc('hour', e.received_at, 'UTC') AS hour, d.category, count(*) AS emails,
       count(*) FILTER (WHERE d.reason = 'model') AS by_model
FROM emails e JOIN decisions d ON d.email_id = e.id AND d.number = 1
WHERE e.id >= :first AND {in_mailbox("e")} AND {queue_of("d")}
GROUP BY 1, 2 ORDER BY 1, 2
""")  # noqa: S608  # text of our own

_DONE = text(f"""
SELECT date_trunc('day', completed_at, 'UTC') AS day, count(*) AS emails,
       count(*) FILTER (WHERE response_late OR resolution_late) AS late
FROM done_items WHERE completed_at > clock_timestamp() - interval '7 days'
  AND {in_queue("done_items")}
GROUP BY 1 ORDER BY 1
""")  # noqa: S608  # text of our own

_STOOD = text(f"""
SELECT predicted AS category, count(*) AS emails,
       count(*) FILTER (WHERE category <> predicted) AS changed
FROM done_items
WHERE completed_at > clock_timestamp() - interval '7 days' AND predicted IS NOT NULL
  AND {in_queue("done_items")}
GROUP BY 1 ORDER BY 2 DESC, 1
""")  # noqa: S608  # text of our own

_VERSION = text("""
SELECT model_name, model_version FROM decisions
WHERE email_id >= :first AND number = 1 AND model_version <> ''
ORDER BY email_id DESC LIMIT 1
""")


def came(connection: Connection, who: Principal, hours: int) -> Sequence[Row[Any]]:
    """Mail of the last hours, by hour and by the service's own category."""
    return connection.execute(_CAME, {"first": _first(hours), **within(who)}).all()


def done(connection: Connection, who: Principal) -> Sequence[Row[Any]]:
    """Mail completed in the last seven days, by day; and how much of it too late."""
    return connection.execute(_DONE, within(who)).all()


def stood(connection: Connection, who: Principal) -> Sequence[Row[Any]]:
    """Of that, what the model decided, by its category; and how much of it people changed."""
    return connection.execute(_STOOD, within(who)).all()


def model(connection: Connection, hours: int) -> str | None:
    """The model that decided the newest mail of the last hours."""
    row = connection.execute(_VERSION, {"first": _first(hours)}).one_or_none()
    return f"{row.model_name} {row.model_version}" if row else None


def _first(hours: int) -> UUID:
    """The least id that a mail of that time may have."""
    begin = datetime.now(UTC) - timedelta(hours=hours)
    return UUID(int=int(begin.timestamp() * 1000) << 80)
