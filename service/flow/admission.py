"""Admission: new mail is refused while too much waits or the oldest has waited too long."""

import time
from collections.abc import Callable

from sqlalchemy import Engine

from service.domain.backlog import Backlog, Bounds, Drain, retry_after
from service.errors import TooBusy
from service.flow.pace import Pace
from service.store import engine as database
from service.store import waiting
from service.store.waiting import Look

_LOOK_SECONDS = 1.0


class Admission:
    """Looks at the backlog at most once a second on behalf of all who ask.

    It is counted seldom when it is large; from one count to the next, the server's own counts say
    how it changed.

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
        self._turn = Pace(_LOOK_SECONDS, clock=clock)
        self._counting = Pace(_LOOK_SECONDS, clock=clock)
        self._emails = 0
        self._seen: tuple[float, Look] | None = None
        self._drain = Drain()

    def check(self) -> None:
        """Pass.

        Raises:
            TooBusy: with the seconds until there is room, at the rate at which mail was decided.

        """
        if self._turn.my_turn():
            self._look()
        oldest = self._seen[1].oldest_seconds if self._seen else 0.0
        seconds = retry_after(Backlog(self._emails, oldest), self._bounds, self._drain.per_second)
        if seconds is not None:
            raise TooBusy(retry_after=seconds)

    def _look(self) -> None:
        look, now = database.run(self._engine, waiting.look), self._clock()
        if self._seen is not None:
            self._go_on(look, self._seen[1], now - self._seen[0])
        if self._counting.my_turn():
            with self._counting.timed():
                self._emails = database.run(self._engine, waiting.count)
        self._seen = (now, look)

    def _go_on(self, look: Look, before: Look, seconds: float) -> None:
        decided = look.decided_ever - before.decided_ever
        came = look.accepted_ever - before.accepted_ever
        if seconds > 0 and decided >= 0 and came >= 0:  # else the server crashed: begin anew
            self._drain = self._drain.after(decided, seconds)
            self._emails = max(0, self._emails + came - decided)
