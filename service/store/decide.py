"""Deciding: one statement that takes the mail off `waiting` and writes all that follows from it.

Only mails whose lease is still ours are decided; a zombie's late result changes nothing.
"""

from collections.abc import Sequence
from uuid import UUID

import orjson
from sqlalchemy import Connection, text
from uuid_utils.compat import uuid7

from service.domain.types import Decided

_DECIDE = text("""
WITH mine AS (
    DELETE FROM waiting
    WHERE lease_token = :token AND email_id = ANY(CAST(:ids AS uuid[]))
    RETURNING email_id
), row AS (
    SELECT r.*
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
        email_id uuid, client_id uuid, mailbox text, category text, queue text, priority smallint,
        reason text, confidence real, threshold real, scores jsonb, model_name text,
        model_version text, text_version text, routing_version text, waited_seconds real,
        inference_seconds real, tokens integer, fields jsonb, link_key text, search text,
        due_at timestamptz, warn_at timestamptz, resolution_due_at timestamptz,
        event_id uuid, url text, body text, hand_over_id uuid, reinject text, check_share float)
    JOIN mine USING (email_id)
), decided AS (
    INSERT INTO decisions (email_id, number, category, queue, priority, reason, confidence,
        threshold, scores, model_name, model_version, text_version, routing_version,
        waited_seconds, inference_seconds, tokens)
    SELECT email_id, 1, category, queue, priority, reason, confidence,
        threshold, scores, model_name, model_version, text_version, routing_version,
        waited_seconds, inference_seconds, tokens
    FROM row
), read AS (
    INSERT INTO readings (email_id, fields, link_key, search)
    SELECT email_id, fields, decode(link_key, 'hex'), to_tsvector('simple', search) FROM row
), routed AS (
    INSERT INTO queue_items (email_id, queue, mailbox, category, priority, entered_at, due_at,
        warn_at, resolution_due_at)
    SELECT email_id, queue, mailbox, category, priority, clock_timestamp(), due_at, warn_at,
           resolution_due_at
    FROM row
), told AS (
    INSERT INTO outbox (id, email_id, client_id, url, body)
    SELECT event_id, email_id, client_id, url, convert_to(body, 'UTF8')
    FROM row WHERE url IS NOT NULL
), handed AS (
    INSERT INTO reinjections (id, email_id, address)
    SELECT hand_over_id, email_id, reinject FROM row WHERE reinject IS NOT NULL
), checked AS (
    INSERT INTO spot_checks (email_id, share, mailbox, category, reason, model_name, model_version,
        text_version)
    SELECT email_id, check_share, mailbox, category, reason, model_name, model_version, text_version
    FROM row WHERE check_share IS NOT NULL
)
SELECT email_id FROM mine
""")


def decide(connection: Connection, token: UUID, results: Sequence[Decided]) -> set[UUID]:
    """Write the decisions of one lease; returns the mails that were still ours to decide."""
    rows = connection.execute(
        _DECIDE,
        {
            "token": token,
            "ids": [r.claimed.email_id for r in results],
            "rows": orjson.dumps([_row(r) for r in results]).decode(),
        },
    )
    return set(rows.scalars())


def _row(result: Decided) -> dict[str, object]:
    claimed, decision = result.claimed, result.decision
    event_id = uuid7() if claimed.callback_url else None
    return {
        "email_id": claimed.email_id,
        "client_id": claimed.client_id,
        "mailbox": claimed.mailbox,
        "category": decision.category,
        "queue": decision.queue,
        "priority": int(decision.priority),
        "reason": decision.reason,
        "confidence": decision.confidence,
        "threshold": decision.threshold,
        "scores": decision.scores,
        "model_name": decision.model_name,
        "model_version": decision.model_version,
        "text_version": decision.text_version,
        "routing_version": decision.routing_version,
        "waited_seconds": claimed.waited_seconds,
        "inference_seconds": decision.inference_seconds,
        "tokens": decision.tokens,
        "fields": result.fields,
        "link_key": result.link_key.hex() if result.link_key else None,
        "search": result.search,
        "due_at": result.clocks.due_at,
        "warn_at": result.clocks.warn_at,
        "resolution_due_at": result.clocks.resolution_due_at,
        "event_id": event_id,
        "url": claimed.callback_url,
        "body": _event(result) if claimed.callback_url else None,
        "hand_over_id": uuid7() if result.reinject else None,
        "reinject": result.reinject,
        "check_share": result.check_share,
    }


def _event(result: Decided) -> str:
    """The webhook's body; the sender signs these very bytes."""
    claimed, decision = result.claimed, result.decision
    return orjson.dumps(
        {
            "type": "email.decided",
            "data": {
                "id": claimed.email_id,
                "batch_id": claimed.batch_id,
                "external_id": claimed.external_id,
                "mailbox": claimed.mailbox,
                "category": decision.category,
                "confidence": decision.confidence,
                "queue": decision.queue,
                "priority": decision.priority.name.lower(),
                "reason": decision.reason,
                "model": {"name": decision.model_name, "version": decision.model_version},
            },
        }
    ).decode()
