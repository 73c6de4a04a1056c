"""The registry's rows: models that were added, and the log of what was done with them."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import orjson
from sqlalchemy import Connection, Row, text

from model.artifact import Manifest
from service.domain.items import Actor
from service.domain.models import Champion, Change, Known

# Changes are made one after the other; who only reads does not wait.
_LOCK = text("LOCK TABLE model_changes IN SHARE ROW EXCLUSIVE MODE")

# A model that a worker brought along has a row without an artifact.
_ADD = text("""
INSERT INTO models (version, name, labels, profile, artifact, files, text_version, data_hash,
    metrics, training, card, added_at)
VALUES (:version, :name, CAST(:labels AS text[]), CAST(:profile AS jsonb), :artifact,
    CAST(:files AS jsonb), :text_version, :data_hash, CAST(:metrics AS jsonb),
    CAST(:training AS jsonb), :card, clock_timestamp())
ON CONFLICT (version) DO UPDATE SET
    name = excluded.name, labels = excluded.labels, profile = excluded.profile,
    artifact = excluded.artifact, files = excluded.files, text_version = excluded.text_version,
    data_hash = excluded.data_hash, metrics = excluded.metrics, training = excluded.training,
    card = excluded.card, added_at = excluded.added_at, retired_at = NULL
""")

_RETIRE = text("UPDATE models SET retired_at = clock_timestamp() WHERE version = :version")

_APPEND = text("""
INSERT INTO model_changes (action, version, alias, share, reason, by_client, by_agent)
VALUES (:action, :version, :alias, :share, :reason, :by_client, :by_agent)
""")

# Every worker meets the same fault: one entry a promotion, or a trial, is enough.
_NOT_LOADED = text("""
INSERT INTO model_changes (action, version, reason, by_client, by_agent)
SELECT 'not_loaded', CAST(:version AS text), :reason, :by_client, :by_agent
WHERE NOT EXISTS (
    SELECT FROM model_changes n
    WHERE n.action = 'not_loaded' AND n.version IS NOT DISTINCT FROM CAST(:version AS text)
      AND n.id > coalesce((SELECT max(id) FROM model_changes
                             WHERE alias IN ('champion', 'shadow', 'canary')), 0))
""")

_CHANGES = text(
    "SELECT action, version, alias FROM model_changes WHERE alias IS NOT NULL ORDER BY id"
)

_CHAMPION = text("""
SELECT m.version, m.artifact FROM models m
WHERE m.version = (SELECT version FROM model_changes WHERE alias = 'champion'
                   ORDER BY id DESC LIMIT 1)
""")

_ARTIFACTS = text("""
SELECT version, artifact FROM models WHERE artifact IS NOT NULL AND retired_at IS NULL
""")

_STORED = text("""
SELECT version, artifact FROM models WHERE artifact IS NOT NULL ORDER BY added_at, version
""")

_RETIRED = text("SELECT version FROM models WHERE retired_at IS NOT NULL")

_NEWEST = text("""
SELECT version, name, labels, text_version, data_hash, artifact, first_seen_at, added_at, retired_at
FROM models ORDER BY coalesce(added_at, first_seen_at) DESC, version LIMIT :limit
""")

_ONE = text("SELECT * FROM models WHERE version = :version")

_HISTORY = text("""
SELECT id, at, action, version, alias, reason, by_client, by_agent FROM model_changes
WHERE CAST(:version AS text) IS NULL OR version = :version ORDER BY id DESC LIMIT :limit
""")


def lock(connection: Connection) -> None:
    """Until the transaction ends, nobody else changes what the registry says."""
    connection.execute(_LOCK)


def add(connection: Connection, manifest: Manifest, artifact: str, card: str) -> None:
    """Write down a model whose files are in the store; a retired one is in use again."""
    connection.execute(
        _ADD,
        {
            "version": manifest.version,
            "name": manifest.name,
            "labels": list(manifest.labels),
            "artifact": artifact,
            "text_version": manifest.text_version,
            "data_hash": manifest.data_hash,
            "card": card,
            "profile": _json(manifest.profile),
            "files": _json(manifest.files),
            "metrics": _json(manifest.metrics),
            "training": _json(manifest.training),
        },
    )


def retire(connection: Connection, version: str) -> None:
    """Note when a model went out of use."""
    connection.execute(_RETIRE, {"version": version})


def append(connection: Connection, change: Change, by: Actor, reason: str) -> None:
    """Add to the log; an alias changes by this alone."""
    connection.execute(_APPEND, {**asdict(change), "reason": reason, **_who(by)})


def not_loaded(connection: Connection, version: str | None, by: Actor, reason: str) -> None:
    """Note that a process could not load a model, once a change of champions or of trials."""
    connection.execute(_NOT_LOADED, {"version": version, "reason": reason, **_who(by)})


def changes(connection: Connection) -> list[Change]:
    """Every change of an alias, the oldest first."""
    return [Change(row.action, row.version, row.alias) for row in connection.execute(_CHANGES)]


def champion(connection: Connection) -> Champion | None:
    """Who decides now; None where it is the model that MODEL_PATH names."""
    row = connection.execute(_CHAMPION).one_or_none()
    return Champion(row.version, row.artifact) if row is not None else None


def artifacts(connection: Connection) -> dict[str, str]:
    """Where the files of every model in use lie in the store, by version."""
    return {row.version: row.artifact for row in connection.execute(_ARTIFACTS)}


def stored(connection: Connection) -> dict[str, str]:
    """Where the files of every model lie that was ever added, by version, the oldest first."""
    return {row.version: row.artifact for row in connection.execute(_STORED)}


def retired(connection: Connection) -> set[str]:
    """The versions of all models that are out of use."""
    return set(connection.execute(_RETIRED).scalars())


def newest(connection: Connection, limit: int) -> Sequence[Row[Any]]:
    """The models that the service knows, the newest first, without what is long."""
    return connection.execute(_NEWEST, {"limit": limit}).all()


def find(connection: Connection, version: str) -> Row[Any] | None:
    """One model."""
    return connection.execute(_ONE, {"version": version}).one_or_none()


def history(connection: Connection, version: str | None, limit: int) -> Sequence[Row[Any]]:
    """What was done, the newest first; with one model, or with all."""
    return connection.execute(_HISTORY, {"version": version, "limit": limit}).all()


def known(row: Row[Any]) -> Known:
    """A row as the rules see it."""
    return Known(row.version, tuple(row.labels), row.artifact, row.retired_at is not None)


def _who(by: Actor) -> dict[str, str | None]:
    return {"by_client": by.client, "by_agent": by.agent}


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
