"""What a challenger says of decided mail: which mail is next, what it said, and what differs."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, Row, text

from service.domain.types import Principal
from service.store.predictions import PERSON_SAID, SAID
from service.store.scope import came_to, scope, visible, within


@dataclass(frozen=True, slots=True)
class Predicted:
    """What the challenger said of one mail; its share of the model batch in seconds."""

    email_id: UUID
    label: str
    confidence: float
    in_scope: bool
    seconds: float


# Mail ids begin with the time. Below the oldest one that waits, all are decided.
_DECIDED = text("""
SELECT email_id, confidence IS NOT NULL AS asked FROM decisions
WHERE number = 1 AND email_id > :after
  AND email_id < coalesce((SELECT email_id FROM waiting ORDER BY email_id LIMIT 1),
                          'ffffffff-ffff-ffff-ffff-ffffffffffff')
ORDER BY email_id LIMIT :limit
""")

_LAST = text("""
SELECT email_id FROM shadow_predictions WHERE trial = :trial ORDER BY email_id DESC LIMIT 1
""")

# Erased meanwhile: then nothing of it is kept here either.
_BEGIN = text("""
WITH known AS MATERIALIZED (
    SELECT id, kind, content FROM emails
    WHERE id = ANY(CAST(:ids AS uuid[])) AND octet_length(content) <= :size FOR KEY SHARE
), begun AS (
    INSERT INTO shadow_predictions (trial, email_id) SELECT :trial, id FROM known
    ON CONFLICT (trial, email_id) DO NOTHING
    RETURNING email_id
)
SELECT id, kind, content FROM known WHERE id IN (SELECT email_id FROM begun) ORDER BY id
""")

_KEEP = text("""
UPDATE shadow_predictions s
SET label = n.label, confidence = n.confidence, in_scope = n.in_scope, seconds = n.seconds
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS n(
    email_id uuid, label text, confidence real, in_scope boolean, seconds real)
WHERE s.trial = :trial AND s.email_id = n.email_id
""")

_PAIRS = f"""
SELECT e.id, e.mailbox, e.id AS email_id, d.queue, d.model_version,
       {SAID} AS champion, d.confidence AS champion_confidence,
       CASE WHEN s.in_scope THEN s.label ELSE :unknown END AS challenger,
       s.confidence AS challenger_confidence, {PERSON_SAID} AS person
FROM shadow_predictions s
JOIN emails e ON e.id = s.email_id
JOIN decisions d ON d.email_id = s.email_id AND d.number = 1
WHERE s.trial = :trial AND s.label IS NOT NULL AND split_part(d.model_version, '+', 1) <> :version
"""  # noqa: S608  # text of our own

_MATRIX = text(f"""
SELECT champion, challenger, count(*) AS emails, count(person) AS judged,
       count(*) FILTER (WHERE person = champion) AS champion_right,
       count(*) FILTER (WHERE person = challenger) AS challenger_right
FROM ({_PAIRS}) AS p WHERE {came_to("p")}
GROUP BY champion, challenger ORDER BY emails DESC, champion, challenger
""")  # noqa: S608  # text of our own

_DIFFERENT = text(f"""
SELECT id, queue, champion, champion_confidence, challenger, challenger_confidence,
       EXISTS (SELECT FROM queue_items o WHERE o.email_id = p.id) AS open
FROM ({_PAIRS}) AS p
WHERE champion <> challenger AND person IS NULL AND {visible("p", "p.id")}
ORDER BY least(champion_confidence, challenger_confidence) DESC, id LIMIT :limit
""")  # noqa: S608  # text of our own

_COUNTS = text("""
SELECT count(label) AS predicted, count(*) - count(label) AS unpredicted
FROM shadow_predictions WHERE trial = :trial
""")

_DROP_OLD = text("DELETE FROM shadow_predictions WHERE begun_at < :before")


def decided(connection: Connection, after: UUID, limit: int) -> Sequence[Row[Any]]:
    """The next decided mails by id, and of each whether the model was `asked`."""
    return connection.execute(_DECIDED, {"after": after, "limit": limit}).all()


def last(connection: Connection, trial: int) -> UUID | None:
    """The newest mail that was begun in this trial."""
    found: UUID | None = connection.execute(_LAST, {"trial": trial}).scalar_one_or_none()
    return found


def begin(connection: Connection, trial: int, ids: Sequence[UUID], size: int) -> Sequence[Row[Any]]:
    """Note that these mails are about to be predicted; those that were not begun before, as stored.

    Mail of more than `size` bytes is left out.
    """
    values = {"trial": trial, "ids": list(ids), "size": size}
    return connection.execute(_BEGIN, values).all()


def keep(connection: Connection, trial: int, found: Sequence[Predicted]) -> int:
    """Write down what was said of mails that were begun; returns how many are here still."""
    rows = orjson.dumps([asdict(one) for one in found]).decode()
    return connection.execute(_KEEP, {"trial": trial, "rows": rows}).rowcount


def matrix(
    connection: Connection, trial: int, version: str, unknown: str, who: Principal | None
) -> Sequence[Row[Any]]:
    """How many mails the one called this and the other that; how often people agree with either.

    Args:
        connection: where to ask.
        trial: its id.
        version: of the challenger; mail that it decided itself compares nothing.
        unknown: the label of what is out of scope.
        who: within this key's mailboxes and queues, or of all mail where nobody is named.

    """
    values = {"trial": trial, "version": version, "unknown": unknown, **within(who)}
    return connection.execute(_MATRIX, values).all()


def different(
    connection: Connection,
    trial: int,
    version: str,
    unknown: str,
    who: Principal | None,
    limit: int,
) -> Sequence[Row[Any]]:
    """Mails that the two call otherwise and nobody judged yet: where both are surest first."""
    values = {"trial": trial, "version": version, "unknown": unknown, "limit": limit}
    limits = scope(who) if who else {**within(None), "own_key": None}
    return connection.execute(_DIFFERENT, {**values, **limits}).all()


def counts(connection: Connection, trial: int) -> tuple[int, int]:
    """How many mails were predicted in a trial, and how many were begun and were not."""
    row = connection.execute(_COUNTS, {"trial": trial}).one()
    return row.predicted, row.unpredicted


def drop_old(connection: Connection, before: object) -> int:
    """Delete what was said before then; returns how many rows went."""
    return connection.execute(_DROP_OLD, {"before": before}).rowcount
