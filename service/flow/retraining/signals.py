"""What is known that may be a reason to train anew."""

from datetime import datetime

from sqlalchemy import Connection, Engine

from model.profile import Answer, from_json, profile
from service.domain.drift import drift
from service.domain.models import standing
from service.domain.retraining import Signals
from service.domain.spot_checks import Estimate
from service.flow import accuracy
from service.store import engine as database
from service.store import models, registry, retrainings

# As `service.flow.standing` looks at them.
_EMAILS, _LEAST_EMAILS, _SHIFT = 5_000, 1_000, 0.25


def signals(engine: Engine, own: str, now: datetime | None = None) -> Signals:
    """As of now; `own` is the version that MODEL_PATH names.

    Raises:
        Unavailable: PostgreSQL cannot be asked.

    """

    def work(connection: Connection) -> Signals:
        champion = standing(registry.changes(connection)).champion or own
        labels, days = retrainings.labels(connection, retrainings.learned_at(connection), now)
        return Signals(labels, _accuracy(connection, champion), _drift(connection, champion), days)

    return database.run(engine, work)


def _accuracy(connection: Connection, champion: str) -> Estimate | None:
    found = accuracy.of(connection, accuracy.DAYS)
    return next((one.checked for one in found if one.version == champion), None)


def _drift(connection: Connection, champion: str) -> tuple[str, ...]:
    made_with = from_json(models.profile(connection, champion))
    given = models.newest_answers(connection, _EMAILS).get(champion, [])
    if made_with is None or len(given) < _LEAST_EMAILS:
        return ()
    today = profile(made_with.labels, [Answer(*answer) for answer in given])
    return tuple(
        f"Drift: {feature} (index {index:.2f}, over {_SHIFT})."
        for feature, index in sorted(drift(made_with, today).items())
        if index > _SHIFT
    )
