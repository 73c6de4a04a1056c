"""What each model was worth on the same mail: one row for a model and a set of mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, text

from service.domain.evaluation import Evaluation

# Judged again it keeps its day, or old mail would look new.
_KEEP = text("""
INSERT INTO model_evaluations (model_version, set_name, set_hash, emails, by_chance, evaluated_at,
    metrics, notes, labels, truth, answers)
VALUES (:version, :name, :hash, :emails, :by_chance,
    coalesce(CAST(:now AS timestamptz), clock_timestamp()), CAST(:metrics AS jsonb), :notes,
    :labels, CAST(:truth AS smallint[]), CAST(:answers AS smallint[]))
ON CONFLICT (model_version, set_name, set_hash) DO UPDATE SET
    metrics = excluded.metrics, notes = excluded.notes, labels = excluded.labels,
    truth = excluded.truth, answers = excluded.answers
""")

_ON = text("""
SELECT * FROM model_evaluations WHERE set_name = :name AND set_hash = :hash ORDER BY model_version
""")

_DONE = text("""
SELECT model_version FROM model_evaluations WHERE set_name = :name AND set_hash = :hash
""")

# Of each kind of set the newest one that both were judged on; it is as old as its first model.
_SHARED = text("""
SELECT DISTINCT ON (s.set_name) s.set_name, s.set_hash, s.evaluated_at
FROM (
    SELECT set_name, set_hash, min(evaluated_at) AS evaluated_at,
           bool_or(model_version = :first) AND bool_or(model_version = :second) AS both
    FROM model_evaluations GROUP BY set_name, set_hash
) AS s
WHERE s.both ORDER BY s.set_name DESC, s.evaluated_at DESC, s.set_hash
""")


@dataclass(frozen=True, slots=True)
class SetKey:
    """What a set is known by; `evaluated_at`, when first a model was, where it was asked for."""

    name: str
    hash: str
    evaluated_at: datetime | None = None


def keep(connection: Connection, found: Evaluation, now: datetime | None) -> None:
    """Write down what a model was worth on a set, in the place of what was written before.

    When it was first judged stays as it is.

    Without a `now`, PostgreSQL's clock says when.
    """
    connection.execute(
        _KEEP,
        {
            "version": found.version,
            "name": found.set_name,
            "hash": found.set_hash,
            "emails": found.emails,
            "by_chance": found.by_chance,
            "now": now,
            "metrics": orjson.dumps(found.metrics).decode(),
            "notes": list(found.notes),
            "labels": list(found.labels),
            "truth": list(found.truth),
            "answers": list(found.answers),
        },
    )


def done(connection: Connection, key: SetKey) -> set[str]:
    """The versions that were judged on a set."""
    return set(connection.execute(_DONE, _values(key)).scalars())


def on(connection: Connection, key: SetKey) -> dict[str, Evaluation]:
    """Every model that was judged on a set, by version."""
    return {row.model_version: _evaluation(row) for row in connection.execute(_ON, _values(key))}


def shared(connection: Connection, first: str, second: str) -> Sequence[SetKey]:
    """Of each kind of set, the newest one that both models were judged on."""
    rows = connection.execute(_SHARED, {"first": first, "second": second})
    return [SetKey(row.set_name, row.set_hash, row.evaluated_at) for row in rows]


def _values(key: SetKey) -> dict[str, str]:
    return {"name": key.name, "hash": key.hash}


def _evaluation(row: Row[Any]) -> Evaluation:
    return Evaluation(
        row.model_version,
        row.set_name,
        row.set_hash,
        row.by_chance,
        row.metrics,
        tuple(row.notes),
        tuple(row.labels),
        tuple(row.truth),
        tuple(row.answers),
    )
