"""What is switched off now, and every change that led there."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, text

from service.domain.items import Actor

_OFF = text("""
SELECT what FROM (
    SELECT DISTINCT ON (what) what, is_off FROM switch_changes ORDER BY what, id DESC
) AS newest WHERE is_off ORDER BY what
""")

_CHANGE = text("""
INSERT INTO switch_changes (what, is_off, reason, by_client, by_agent)
VALUES (:what, :is_off, :reason, :by_client, :by_agent)
""")

_CHANGES = text("""
SELECT at, what, is_off, reason, by_client, by_agent FROM switch_changes
ORDER BY id DESC LIMIT :limit
""")


def off(connection: Connection) -> list[str]:
    """What is switched off: `everything`, `model`, `category:NAME`."""
    return list(connection.execute(_OFF).scalars())


def change(connection: Connection, what: str, by: Actor, reason: str, *, is_off: bool) -> None:
    """Switch something off or on; both are kept for ever."""
    connection.execute(
        _CHANGE,
        {
            "what": what,
            "is_off": is_off,
            "reason": reason,
            "by_client": by.client,
            "by_agent": by.agent,
        },
    )


def changes(connection: Connection, limit: int) -> Sequence[Row[Any]]:
    """The newest changes, newest first."""
    return connection.execute(_CHANGES, {"limit": limit}).all()
