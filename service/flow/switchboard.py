"""What an operator switched off, asked of PostgreSQL at most once a second."""

import time

from sqlalchemy import Engine

from service import log
from service.domain.routing import Switches
from service.store import engine as database
from service.store import switches as store

CATEGORY = "category:"
_SECONDS = 1.0
_log = log.get(__name__)


class Switchboard:
    """Every process that decides has one; a change is obeyed a second later."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._asked = -_SECONDS
        self._found = Switches()

    def now(self) -> Switches:
        """What is off.

        Raises:
            Unavailable: PostgreSQL cannot be asked.

        """
        if time.monotonic() - self._asked >= _SECONDS:
            found = parse(database.run(self._engine, store.off))
            if found != self._found:
                _log.warning("switched", off=str(found))
            self._found, self._asked = found, time.monotonic()
        return self._found


def parse(names: list[str]) -> Switches:
    """The switches by the names under which they are stored."""
    categories = {n.removeprefix(CATEGORY) for n in names if n.startswith(CATEGORY)}
    return Switches("everything" in names, "model" in names, frozenset(categories))
