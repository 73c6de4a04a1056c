"""Making submissions and storing them, for tests below HTTP."""

import hashlib
import json
from uuid import UUID

from sqlalchemy import Engine, text
from uuid_utils.compat import uuid7

from service.domain.types import Claimed, Kind, Principal, Priority, Role, Submission
from service.store import accept, engine, keys, leases


def principal(database: Engine, client: str = "gateway") -> Principal:
    """A client with a key of every role and mailbox."""
    grant = keys.Grant(client, frozenset(Role), frozenset("*"), frozenset({"127.0.0.1"}))

    def make(connection: object) -> Principal:
        found = keys.find(connection, keys.create(connection, grant))  # type: ignore[arg-type]
        assert found is not None
        return found

    return engine.run(database, make)


def submission(
    words: str,
    *,
    index: int = 0,
    external_id: str | None = None,
    priority: Priority = Priority.NORMAL,
    callback_url: str | None = None,
) -> Submission:
    """A mail in field form whose text is `words`; a duplicate only by `external_id`."""
    content = json.dumps({"subject": "s", "text": words}).encode()
    key = hashlib.sha256(external_id.encode()).digest() if external_id else None
    return Submission(
        index,
        Kind.FIELDS,
        content,
        hashlib.sha256(content).digest(),
        key,
        "default",
        priority,
        external_id,
        callback_url,
    )


def store(database: Engine, who: Principal, *submissions: Submission) -> list[UUID]:
    """Store mails; returns their ids in the order given."""
    stored = engine.run(database, lambda c: accept.store_emails(c, who, uuid7(), list(submissions)))
    return [receipt.email_id for receipt in stored.receipts]


def claim(
    database: Engine, *, emails: int = 32, size: int = 10_000_000, seconds: float = 60
) -> tuple[UUID, list[Claimed]]:
    """One claim."""
    return engine.run(
        database, lambda c: leases.claim(c, emails=emails, size=size, seconds=seconds)
    )


def expire_leases(database: Engine) -> None:
    """Let every lease run out now, instead of waiting for it."""
    with database.begin() as connection:
        connection.execute(
            text(
                "UPDATE waiting SET lease_until = clock_timestamp() - interval '1 s' "
                "WHERE lease_token IS NOT NULL"
            )
        )
