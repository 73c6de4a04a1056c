"""The models that workers brought with them: who they are, and what their answers look like."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, text

# What was added to the registry has the profile that it was added with: the same version in some
# worker's MODEL_PATH may have an older one.
_SEEN = text("""
INSERT INTO models (version, name, labels, profile)
VALUES (:version, :name, CAST(:labels AS text[]), CAST(:profile AS jsonb))
ON CONFLICT (version) DO UPDATE SET profile = excluded.profile
WHERE models.artifact IS NULL AND models.profile <> excluded.profile
""")

_PROFILE = text("SELECT profile FROM models WHERE version = :version")

# The label is the one with the highest score: the category may be a rule's, or `unknown`. Mail ids
# begin with the time, so the newest are one end of the primary key, whatever the history.
_NEWEST = text("""
WITH newest AS (
    SELECT email_id, model_version, confidence, tokens, scores FROM decisions
    WHERE number = 1 ORDER BY email_id DESC LIMIT :most
)
SELECT model_version, confidence, tokens,
       (SELECT key FROM jsonb_each(scores) ORDER BY value DESC, key LIMIT 1) AS label
FROM newest WHERE confidence IS NOT NULL
""")


def seen(
    connection: Connection,
    version: str,
    name: str,
    labels: Sequence[str],
    profile: Mapping[str, Any],
) -> None:
    """Write down that a worker serves this model."""
    connection.execute(
        _SEEN,
        {
            "version": version,
            "name": name,
            "labels": list(labels),
            "profile": orjson.dumps(dict(profile)).decode(),
        },
    )


def profile(connection: Connection, version: str) -> Mapping[str, Any]:
    """The profile in a model's manifest, empty where it has none."""
    found = connection.execute(_PROFILE, {"version": version}).scalar()
    return found if isinstance(found, dict) else {}


def newest_answers(connection: Connection, most: int) -> Mapping[str, list[tuple[str, float, int]]]:
    """Label, confidence and tokens of the newest decisions that a model was asked for, by version.

    Args:
        connection: where to ask.
        most: decisions to look at, those without a model among them.

    """
    answers: dict[str, list[tuple[str, float, int]]] = {}
    for row in connection.execute(_NEWEST, {"most": most}):
        answers.setdefault(row.model_version, []).append((row.label, row.confidence, row.tokens))
    return answers
