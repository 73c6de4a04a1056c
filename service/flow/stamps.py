"""Ids of new mail, and which of it the canary decides: PostgreSQL is asked once a second."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import Engine
from uuid_utils.compat import uuid7

from service.domain.trials import CANARY, Trial
from service.flow.pace import Pace
from service.store import engine as database
from service.store import trials
from service.store.accept import Mark

_SECONDS = 1.0


class Stamps:
    """Every process that accepts mail has one; a canary that is over is known a second later."""

    def __init__(self, engine: Engine, new_id: Callable[[], UUID] = uuid7) -> None:
        self._engine = engine
        self._new_id = new_id
        self._turn = Pace(_SECONDS)
        self._trial: Trial | None = None

    def look(self) -> None:
        """Ask again, if it is time to.

        Raises:
            Unavailable: PostgreSQL cannot be asked.

        """
        if self._turn.my_turn():
            self._trial = database.run(self._engine, lambda c: trials.running(c, CANARY))

    def mark(self) -> Mark:
        """A new mail's id, and the version that decides it; None: whoever is champion then."""
        email_id, trial = self._new_id(), self._trial
        return email_id, trial.version if trial is not None and trial.takes(email_id) else None
