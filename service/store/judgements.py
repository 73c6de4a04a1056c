"""What people decided: one more decision in a mail's history, and labelled examples."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, Row, text

from service.domain.actions import Judgement
from service.domain.items import Actor
from service.domain.types import Principal
from service.store.items import actor
from service.store.scope import done_by_them, scope

# The model's own columns name what was judged; a person's decision has no scores.
_APPEND = text("""
WITH n AS (
    SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS n(
        email_id uuid, category text, queue text, priority smallint, reason text, note text,
        previous text, labels boolean)
), first AS (
    SELECT d.* FROM decisions d JOIN n USING (email_id) WHERE d.number = 1
), made AS (
    INSERT INTO decisions (email_id, number, category, queue, priority, reason, scores, model_name,
        model_version, text_version, routing_version, waited_seconds, inference_seconds, tokens,
        source, by_key, by_client, by_agent, note)
    SELECT n.email_id, (SELECT max(number) + 1 FROM decisions d WHERE d.email_id = n.email_id),
           n.category, n.queue, n.priority, n.reason, '{}', f.model_name, f.model_version,
           f.text_version, :routing, 0, 0, 0, 'agent', :by_key, :by_client, :by_agent, n.note
    FROM n JOIN first f USING (email_id)
    RETURNING email_id, number, category, reason
), labelled AS (
    INSERT INTO labels (email_id, decision, category, previous_category, model_name, model_version,
        text_version, by_key, by_client, by_agent)
    SELECT email_id, made.number, made.category, n.previous, f.model_name, f.model_version,
           f.text_version, :by_key, :by_client, :by_agent
    FROM made JOIN n USING (email_id) JOIN first f USING (email_id) WHERE n.labels
)
SELECT made.email_id, made.number, made.category, made.reason, f.category AS first_category,
       f.reason AS first_reason, f.model_version
FROM made JOIN first f USING (email_id)
""")

# The decision before the newest one, once more.
_TAKE_BACK = text("""
WITH newest AS (
    SELECT email_id, max(number) AS number FROM decisions
    WHERE email_id = ANY(CAST(:ids AS uuid[])) GROUP BY email_id
), withdrawn AS (
    UPDATE labels l SET withdrawn_at = clock_timestamp()
    FROM newest n WHERE l.email_id = n.email_id AND l.decision = n.number
)
INSERT INTO decisions (email_id, number, category, queue, priority, reason, confidence, threshold,
    scores, model_name, model_version, text_version, routing_version, waited_seconds,
    inference_seconds, tokens, source, by_key, by_client, by_agent, note)
SELECT d.email_id, n.number + 1, d.category, d.queue, d.priority, 'undone', d.confidence,
       d.threshold, d.scores, d.model_name, d.model_version, d.text_version, d.routing_version,
       0, 0, 0, 'agent', :by_key, :by_client, :by_agent, NULL
FROM newest n JOIN decisions d ON d.email_id = n.email_id AND d.number = n.number - 1
""")

_DONE = text(f"""
SELECT o.email_id, o.category, o.queue, d.priority, clock_timestamp() AS now
FROM done_items o
CROSS JOIN LATERAL (
    SELECT priority FROM decisions WHERE email_id = o.email_id ORDER BY number DESC LIMIT 1) AS d
WHERE o.email_id = :id AND {done_by_them("o")}
FOR UPDATE OF o
""")  # noqa: S608  # text of our own

_DONE_CATEGORY = text("UPDATE done_items SET category = :category WHERE email_id = :id")

_EXAMPLES = text("""
WITH said AS (
    SELECT email_id, category, previous_category, model_name, model_version, text_version, at,
           'agent' AS source
    FROM labels WHERE withdrawn_at IS NULL
    UNION ALL
    SELECT email_id, label, category, model_name, model_version, text_version, labelled_at,
           'spot_check'
    FROM spot_checks WHERE label IS NOT NULL
)
SELECT DISTINCT ON (l.email_id) l.email_id, l.category, l.previous_category, l.model_name,
       l.model_version, l.text_version, l.at, l.source, e.received_at, e.kind, e.content,
       EXISTS (SELECT FROM spot_checks c WHERE c.email_id = l.email_id AND c.label IS NOT NULL)
           AS by_chance
FROM said l JOIN emails e ON e.id = l.email_id
WHERE l.email_id > :after
  AND NOT EXISTS (SELECT FROM decisions d
                  WHERE d.email_id = l.email_id AND d.number = 1 AND d.reason = 'crashed')
ORDER BY l.email_id, l.at DESC LIMIT :limit
""")


def append(
    connection: Connection, judgements: Mapping[UUID, Judgement], by: Actor, routing_version: str
) -> Sequence[Row[Any]]:
    """Add decisions to mails that are locked; returns them with the service's own."""
    if not judgements:
        return []
    rows = [
        {
            "email_id": email_id,
            "category": one.category,
            "queue": one.queue,
            "priority": int(one.priority),
            "reason": one.reason,
            "note": one.note,
            "previous": one.previous,
            "labels": one.labels,
        }
        for email_id, one in judgements.items()
    ]
    values = {"rows": orjson.dumps(rows).decode(), "routing": routing_version}
    return connection.execute(_APPEND, {**values, **actor(by)}).all()


def take_back(connection: Connection, ids: Sequence[UUID], by: Actor) -> None:
    """Add the decision before the newest one again, and withdraw the newest one's label."""
    connection.execute(_TAKE_BACK, {"ids": list(ids), **actor(by)})


def lock_done(connection: Connection, email_id: UUID, who: Principal) -> Row[Any] | None:
    """A completed mail, to be judged once more; None where there is none for this key."""
    return connection.execute(_DONE, {"id": email_id, **scope(who)}).one_or_none()


def categorise_done(connection: Connection, email_id: UUID, category: str) -> None:
    """Note what a completed mail, which is locked, was about."""
    connection.execute(_DONE_CATEGORY, {"id": email_id, "category": category})


def examples(connection: Connection, after: UUID, limit: int) -> Sequence[Row[Any]]:
    """Labelled mails by id, each with its newest label that was not withdrawn, spot checks too.

    Without mail that took workers down: reading it would take the reader down too.
    """
    return connection.execute(_EXAMPLES, {"after": after, "limit": limit}).all()
