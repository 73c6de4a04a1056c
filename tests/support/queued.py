"""Decided mail in the agents' queues, written at once, for tests and benches."""

from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from sqlalchemy import Engine, text

from service.domain.items import Actor
from service.domain.routing import Routing
from service.domain.types import Principal, Role
from service.routing_file import load

ROOT = Path(__file__).resolve().parents[2]

# Due times, priorities and ages differ from mail to mail, and some are the same.
_FILL = text("""
WITH made AS (
    SELECT gen_random_uuid() AS id, n,
           CAST(:queues AS text[]) AS queues, clock_timestamp() AS now
    FROM generate_series(1, :count) AS n
), mail AS (
    INSERT INTO emails (id, client_id, mailbox, kind, content, content_hash, priority)
    SELECT id, CAST(:client AS uuid), :mailbox, 'fields',
           convert_to('{"subject":"s","text":"mail ' || n || '"}', 'UTF8'), '', 1 FROM made
), read AS (
    INSERT INTO readings (email_id, fields, search)
    SELECT id, '{"subject": "s", "from": null}', to_tsvector('simple', 'mail ' || n) FROM made
), decided AS (
    INSERT INTO decisions (email_id, number, category, queue, priority, reason, confidence, scores,
        model_name, model_version, text_version, routing_version, waited_seconds,
        inference_seconds, tokens)
    SELECT id, 1, 'claim', queues[1 + n % cardinality(queues)], n % 4, 'model', 0.9, '{}',
           'm', '1', '1', '1', 0, 0, 1
    FROM made
), routed AS (
    INSERT INTO queue_items (email_id, queue, mailbox, category, priority, entered_at, due_at,
        warn_at, resolution_due_at)
    SELECT id, queues[1 + n % cardinality(queues)], :mailbox, 'claim', n % 4,
           now - (n % 1000) * interval '1 second', now + (n * 7919 % 997) * interval '1 minute',
           now, now + interval '2 days'
    FROM made
)
SELECT id FROM made ORDER BY n
""")

_CLIENT = UUID(int=9)


def fill(database: Engine, count: int, *queues: str, mailbox: str = "default") -> list[UUID]:
    """Decided mails, spread over the queues (claims, where none is named)."""
    values = {"count": count, "queues": list(queues or ("claims",)), "mailbox": mailbox}
    with database.begin() as connection:
        return list(connection.execute(_FILL, {**values, "client": _CLIENT}).scalars())


def agent(*mailboxes: str, role: Role = Role.AGENT, queues: Iterable[str] = "*") -> Principal:
    """A key for agents, of all mailboxes where none is named."""
    rights = (frozenset({role}), frozenset(mailboxes or "*"), frozenset[str](), frozenset(queues))
    return Principal("key", _CLIENT, "desk", *rights)


def actor(name: str) -> Actor:
    """One of the people at that key."""
    return Actor("key", "desk", name)


def routing() -> Routing:
    """The shipped one."""
    return load(ROOT / "routing.yaml")


def end_leases(database: Engine) -> None:
    """Let every agent's lease run out now, instead of waiting for it."""
    with database.begin() as connection:
        connection.execute(
            text(
                "UPDATE queue_items SET lease_until = clock_timestamp() - interval '1 s' "
                "WHERE lease_token IS NOT NULL"
            )
        )
