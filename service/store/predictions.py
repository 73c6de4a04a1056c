"""What a model says of mail that was decided already, beside the decision and never instead."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, Row, text


@dataclass(frozen=True, slots=True)
class Range:
    """Mail accepted from `since` on and before `until`, of one mailbox or of all (None)."""

    since: datetime
    until: datetime
    mailbox: str | None = None


@dataclass(frozen=True, slots=True)
class Predicted:
    """What the model said of one mail."""

    email_id: UUID
    label: str
    confidence: float
    in_scope: bool
    scores: Mapping[str, float]


_CHOSEN = """e.received_at >= :since AND e.received_at < :until
  AND (CAST(:mailbox AS text) IS NULL OR e.mailbox = :mailbox)"""

# Mail that took workers down would take down whoever reads it again.
_LACKING = text(f"""
SELECT e.id, octet_length(e.content) AS size
FROM emails e JOIN decisions d ON d.email_id = e.id AND d.number = 1
WHERE e.id > :after AND {_CHOSEN} AND d.reason <> 'crashed'
  AND NOT EXISTS (SELECT FROM predictions p
                  WHERE p.email_id = e.id AND p.model_version = :version)
ORDER BY e.id LIMIT :limit
""")  # noqa: S608  # text of our own

_CONTENTS = text("""
SELECT id, kind, content FROM emails WHERE id = ANY(CAST(:ids AS uuid[])) ORDER BY id
""")

# Erased meanwhile: then nothing of it is kept here either.
_KEEP = text("""
WITH known AS MATERIALIZED (
    SELECT id FROM emails WHERE id = ANY(CAST(:ids AS uuid[])) FOR KEY SHARE
)
INSERT INTO predictions (email_id, model_version, label, confidence, in_scope, scores)
SELECT n.email_id, :version, n.label, n.confidence, n.in_scope, n.scores
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS n(
    email_id uuid, label text, confidence real, in_scope boolean, scores jsonb)
JOIN known k ON k.id = n.email_id
ON CONFLICT (email_id, model_version) DO NOTHING
RETURNING email_id
""")

# The label that the model gave, of a decision `d`: the one with the highest score, whatever
# threshold or rule came after it; NULL where it was not asked.
SAID = """CASE WHEN d.confidence IS NULL THEN NULL WHEN d.reason = 'out_of_scope' THEN :unknown
                ELSE (SELECT key FROM jsonb_each(d.scores) ORDER BY value DESC, key LIMIT 1)
           END"""

# What a person said of a mail `e`, who saw what the model had said (a correction) or did not.
PERSON_SAID = """coalesce(
    (SELECT k.label FROM spot_checks k WHERE k.email_id = e.id),
    (SELECT l.category FROM labels l WHERE l.email_id = e.id AND l.withdrawn_at IS NULL
     ORDER BY l.decision DESC LIMIT 1))"""

_COMPARED = text(f"""
SELECT was, now, count(*) AS emails, (array_agg(id ORDER BY id))[1:3] AS examples,
       count(person) AS judged, count(*) FILTER (WHERE person = was) AS was_right,
       count(*) FILTER (WHERE person = now) AS now_right
FROM (
    SELECT e.id, CASE WHEN p.in_scope THEN p.label ELSE :unknown END AS now,
           {SAID} AS was,
           (SELECT l.category FROM labels l
            WHERE l.email_id = e.id AND l.withdrawn_at IS NULL
            ORDER BY l.decision DESC LIMIT 1) AS person
    FROM emails e
    JOIN predictions p ON p.email_id = e.id AND p.model_version = :version
    JOIN decisions d ON d.email_id = e.id AND d.number = 1
    WHERE {_CHOSEN}
) AS pairs
GROUP BY was, now ORDER BY emails DESC, was, now
""")  # noqa: S608  # text of our own


def lacking(
    connection: Connection, chosen: Range, version: str, after: UUID, limit: int
) -> Sequence[Row[Any]]:
    """Ids and sizes in bytes of decided mails that this model said nothing of yet, by id."""
    values = {**asdict(chosen), "version": version, "after": after, "limit": limit}
    return connection.execute(_LACKING, values).all()


def contents(connection: Connection, ids: Sequence[UUID]) -> Sequence[Row[Any]]:
    """The mails as they were stored."""
    return connection.execute(_CONTENTS, {"ids": list(ids)}).all()


def keep(connection: Connection, version: str, rows: Sequence[Predicted]) -> list[UUID]:
    """Store predictions; returns the mails whose prediction is new."""
    values = {
        "version": version,
        "ids": [row.email_id for row in rows],
        "rows": orjson.dumps([asdict(row) for row in rows]).decode(),
    }
    return list(connection.execute(_KEEP, values).scalars())


def compared(
    connection: Connection, chosen: Range, version: str, unknown: str
) -> Sequence[Row[Any]]:
    """How many mails went from which label to which, and how often people agree with either.

    Args:
        connection: where to ask.
        chosen: the range.
        version: the model beside whose predictions the decisions are held.
        unknown: the label of what is out of scope.

    Returns:
        `was` (None where no model was asked), `now`, `emails`, up to three `examples`, how many of
        them a person `judged`, and of these how many had the label `was_right`, `now_right`.

    """
    values = {**asdict(chosen), "version": version, "unknown": unknown}
    return connection.execute(_COMPARED, values).all()
