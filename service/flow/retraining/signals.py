"""What is known that may be a reason to train anew."""

from datetime import datetime

from sqlalchemy import Connection, Engine

from service.domain.models import plain_version, standing
from service.domain.retraining import Signals
from service.domain.spot_checks import Estimate
from service.domain.trials import CANARY
from service.flow import accuracy
from service.flow.drift.judge import verdicts
from service.store import drift as counted
from service.store import engine as database
from service.store import registry, retrainings, trials


def signals(engine: Engine, own: str, now: datetime | None = None) -> Signals:
    """As of now; `own` is the version that MODEL_PATH names.

    Raises:
        Unavailable: PostgreSQL cannot be asked.

    """

    def work(connection: Connection) -> Signals:
        champion = standing(registry.changes(connection)).champion or own
        labels, days = retrainings.labels(connection, retrainings.learned_at(connection), now)
        in_all, _ = retrainings.labels(connection, None, now)
        drift, tried = _drift(connection, champion), trials.running(connection, CANARY) is not None
        return Signals(labels, _accuracy(connection, champion), drift, days, tried, in_all)

    return database.run(engine, work)


def _accuracy(connection: Connection, champion: str) -> Estimate | None:
    found = accuracy.of(connection, accuracy.DAYS)
    return next((one.checked for one in found if plain_version(one.version) == champion), None)


def _drift(connection: Connection, champion: str) -> tuple[str, ...]:
    last = counted.last_day(connection)
    told = verdicts(connection, last) if last else {}
    ours = [one for version, one in told.items() if plain_version(version) == champion]
    return tuple(dict.fromkeys(found.sentence for one in ours for found in one.found))
