"""Which new mail the canary decides, asked of PostgreSQL at most once a second."""

from uuid import UUID

from sqlalchemy import Engine

from service.domain.trials import CANARY, Trial
from service.flow.pace import Pace
from service.store import engine as database
from service.store import trials

_SECONDS = 1.0


class Stamps:
    """Every process that accepts mail has one; a canary that is over is known a second later."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turn = Pace(_SECONDS)
        self._trial: Trial | None = None

    def look(self) -> None:
        """Ask again, if it is time to.

        Raises:
            Unavailable: PostgreSQL cannot be asked.

        """
        if self._turn.my_turn():
            self._trial = database.run(self._engine, lambda c: trials.running(c, CANARY))

    def of(self, email_id: UUID) -> str | None:
        """The version that decides this mail; None: whoever is champion then."""
        trial = self._trial
        return trial.version if trial is not None and trial.takes(email_id) else None
