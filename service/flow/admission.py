"""Admission: new mail is refused while too much waits or the oldest has waited too long."""

import time
from collections.abc import Callable

from sqlalchemy import Engine

from service.domain.backlog import Backlog, Bounds, retry_after
from service.errors import TooBusy
from service.flow.pace import Pace
from service.store import engine as database
from service.store import waiting

_LOOK_SECONDS = 1.0
_NEW_SHARE = 0.3  # of the latest span in the measured rate


class Admission:
    """Looks at the backlog at most once a second on behalf of all who ask, and seldom if it is big.

    Args:
        engine: the database.
        bounds: the most that may wait.
        clock: monotonic seconds.

    """

    def __init__(
        self, engine: Engine, bounds: Bounds, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._engine = engine
        self._bounds = bounds
        self._clock = clock
        self._pace = Pace(_LOOK_SECONDS, clock=clock)
        self._backlog = Backlog()
        self._seen: tuple[float, int] | None = None
        self._rate = 0.0

    def check(self) -> None:
        """Pass.

        Raises:
            TooBusy: with the seconds until there is room, at the rate at which mail was decided.

        """
        if self._pace.my_turn():
            self._look()
        seconds = retry_after(self._backlog, self._bounds, self._rate)
        if seconds is not None:
            raise TooBusy(retry_after=seconds)

    def _look(self) -> None:
        with self._pace.timed():
            look = database.run(self._engine, waiting.look)
        self._backlog = Backlog(look.emails, look.oldest_seconds)
        now = self._clock()
        if self._seen is not None:
            seconds, decided = now - self._seen[0], look.decided_ever - self._seen[1]
            # the server forgets its counts in a crash; they begin again at nothing
            if seconds > 0 and decided >= 0:
                self._rate += _NEW_SHARE * (decided / seconds - self._rate)
        self._seen = (now, look.decided_ever)
