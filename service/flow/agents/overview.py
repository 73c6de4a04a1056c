"""What supervisors look at: what came, what waits, what was late, how right the model was."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row

from service.domain.types import Principal
from service.flow import accuracy
from service.flow.accuracy import Accuracy
from service.store import engine as database
from service.store import lists, overview

HOURS = 24


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the last `HOURS` what came, of the last seven days what was done; `waiting` is now.

    `accuracy` is of the last 30 days, of each version of the model.
    """

    came: Sequence[Row[Any]]
    done: Sequence[Row[Any]]
    stood: Sequence[Row[Any]]
    waiting: dict[str, Row[Any]]
    model: str | None
    accuracy: Sequence[Accuracy]


class Overview:
    """Figures within a person's mailboxes and queues."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def figures(self, who: Principal) -> Figures:
        """All of them, of one moment."""

        def work(connection: Connection) -> Figures:
            return Figures(
                overview.came(connection, who, HOURS),
                overview.done(connection, who),
                overview.stood(connection, who),
                lists.counts(connection, who),
                overview.model(connection, HOURS),
                accuracy.of(connection, accuracy.DAYS, who),
            )

        return database.run(self._engine, work)
