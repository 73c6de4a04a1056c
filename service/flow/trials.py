"""Trials of the challenger: started, stopped, and asked about."""

from sqlalchemy import Connection, Engine

from service.domain import trials as rules
from service.domain.items import Actor
from service.domain.models import Change, Standing
from service.domain.trials import Trial
from service.flow.registry import change
from service.store import engine as database
from service.store import trials as store


def start(engine: Engine, kind: str, share: float, by: Actor, reason: str) -> tuple[Trial, bool]:
    """Let the challenger be tried; the trial that runs then, and whether it is a new one.

    Raises:
        Refused: the sentence says why.

    """

    def rule(connection: Connection, now: Standing) -> tuple[Change, ...]:
        return rules.start(now, kind, share, store.newest(connection, kind))

    made = change(engine, rule, by, reason)
    trial = newest(engine, kind)
    assert trial is not None, "what was started is in the log for ever"
    return trial, bool(made)


def stop(engine: Engine, kind: str, by: Actor, reason: str) -> str | None:
    """End the trial that runs; the version that was tried.

    Raises:
        Refused: none runs.

    """

    def rule(connection: Connection, now: Standing) -> tuple[Change, ...]:
        return rules.stop(kind, store.newest(connection, kind))

    return change(engine, rule, by, reason)[0].version


def newest(engine: Engine, kind: str) -> Trial | None:
    """The trial of this kind that was started last, whether it runs still or not."""
    return database.run(engine, lambda c: store.newest(c, kind))
