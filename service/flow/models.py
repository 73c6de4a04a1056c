"""Models, as the service knows them."""

from typing import Any

from sqlalchemy import Connection, Engine, Row

from model.types import Classifier
from service.domain.models import Refused, Standing, plain_version, standing, status
from service.metrics.deciding import show_model
from service.store import engine as database
from service.store import handled, models, registry

_MOST, _HISTORY = 1000, 100  # models in a list, entries of one model

Summary = dict[str, Any]


def introduce(engine: Engine, classifier: Classifier, runs_on: str) -> None:
    """Write down which model this worker serves, and show it among the metrics.

    Raises:
        Unavailable: PostgreSQL cannot be asked.

    """
    database.run(
        engine,
        lambda c: models.seen(
            c, classifier.version, classifier.name, classifier.labels, classifier.profile
        ),
    )
    show_model(classifier.name, classifier.version, runs_on)


def listed(engine: Engine) -> list[Summary]:
    """The models that were added or seen, the newest first: who they are and how they stand."""

    def work(connection: Connection) -> list[Summary]:
        now, live = standing(registry.changes(connection)), _live(connection)
        return [_summary(row, now, live) for row in registry.newest(connection, _MOST)]

    return database.run(engine, work)


def described(engine: Engine, version: str) -> Summary:
    """All that is known of one model, its card and its history (newest first) included.

    Raises:
        Refused: nobody knows it.

    """

    def work(connection: Connection) -> Summary:
        row = found(connection, version)
        now, live = standing(registry.changes(connection)), _live(connection)
        entries = registry.history(connection, version, _HISTORY)
        return {
            **_summary(row, now, live),
            "files": row.files or {},
            "metrics": row.metrics or {},
            "training": row.training or {},
            "card": row.card,
            "history": [_entry(entry) for entry in entries],
        }

    return database.run(engine, work)


def found(connection: Connection, version: str) -> Row[Any]:
    """The row of one model.

    Raises:
        Refused: nobody knows it.

    """
    row = registry.find(connection, version)
    if row is None:
        raise Refused(
            f"There is no model {version!r}; `aiguilleur model list` shows those there are."
        )
    return row


def champion(engine: Engine) -> Row[Any] | None:
    """The row of the registry's champion; None where MODEL_PATH names the model that decides."""

    def work(connection: Connection) -> Row[Any] | None:
        found = registry.champion(connection)
        return registry.find(connection, found.version) if found else None

    return database.run(engine, work)


def _summary(row: Row[Any], now: Standing, live: dict[str, Summary]) -> Summary:
    return {
        "version": row.version,
        "name": row.name,
        "status": status(registry.known(row), now),
        "labels": list(row.labels),
        "text_version": row.text_version,
        "data_hash": row.data_hash,
        "artifact": row.artifact,
        "first_seen_at": row.first_seen_at,
        "added_at": row.added_at,
        "retired_at": row.retired_at,
        "live": live.get(row.version),
    }


def _live(connection: Connection) -> dict[str, Summary]:
    """What people left standing of each model's decisions, of the last seven days."""
    found: dict[str, Summary] = {}
    for row in handled.stood(connection):
        for version in {row.model_version, plain_version(row.model_version)}:
            known = found.setdefault(version, {"completed": 0, "stood": 0})
            known["completed"] += row.emails
            known["stood"] += row.stood
    return found


def _entry(row: Row[Any]) -> Summary:
    return {
        "at": row.at,
        "action": row.action,
        "alias": row.alias,
        "reason": row.reason,
        "by": f"{row.by_client}/{row.by_agent}" if row.by_agent else row.by_client,
    }
