"""Who read or did what to a mail, and when; and what agents note about it. Both only grow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, Row, text
from uuid_utils.compat import uuid7

from service.domain.items import Actor
from service.store.items import actor

_APPEND = text("""
INSERT INTO audit (email_id, action, by_key, by_client, by_agent, detail)
SELECT email_id, action, :by_key, :by_client, :by_agent, detail
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS n(email_id uuid, action text, detail jsonb)
""")

_OF = text("""
SELECT id, at, action, by_key, by_client, by_agent, detail FROM audit
WHERE email_id = :email_id AND id > :after ORDER BY id LIMIT :limit
""")

_NOTE = text("""
INSERT INTO notes (id, email_id, by_key, by_client, by_agent, text)
VALUES (:id, :email_id, :by_key, :by_client, :by_agent, :text)
RETURNING id, at, by_client, by_agent, text
""")

_NOTES = text("""
SELECT id, at, by_client, by_agent, text FROM notes
WHERE email_id = :email_id ORDER BY id LIMIT 1000
""")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done to a mail; `detail` holds no text of the mail."""

    email_id: UUID
    action: str
    detail: Mapping[str, object] = field(default_factory=dict)


def append(connection: Connection, by: Actor, *entries: Entry) -> None:
    """Write entries, in the transaction of what they tell of."""
    rows = [{"email_id": e.email_id, "action": e.action, "detail": e.detail} for e in entries]
    if rows:
        connection.execute(_APPEND, {"rows": orjson.dumps(rows).decode(), **actor(by)})


def of(connection: Connection, email_id: UUID, *, after: int, limit: int) -> Sequence[Row[Any]]:
    """A page of a mail's entries, oldest first."""
    return connection.execute(_OF, {"email_id": email_id, "after": after, "limit": limit}).all()


def note(connection: Connection, by: Actor, email_id: UUID, words: str) -> Row[Any]:
    """Add a note to a mail."""
    values = {"id": uuid7(), "email_id": email_id, "text": words}
    return connection.execute(_NOTE, {**values, **actor(by)}).one()


def notes(connection: Connection, email_id: UUID) -> Sequence[Row[Any]]:
    """A mail's notes, oldest first."""
    return connection.execute(_NOTES, {"email_id": email_id}).all()
