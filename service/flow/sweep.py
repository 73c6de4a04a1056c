"""The guarantee behind the wake-ups: whatever Redis lost, waiting mail wakes a worker again.

One process sweeps at a time, by an advisory lock that PostgreSQL frees with its connection.
"""

from dataclasses import dataclass
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from service import log
from service.flow.standing import Standing
from service.flow.trial_watch import TrialWatch
from service.jobs import Waker
from service.metrics.common import FAILURES, WAKE_UPS
from service.metrics.standing import SWEEPS
from service.store import engine as database
from service.store import idempotency, leases

_log = log.get(__name__)

_LOCK = 7_204_118_002
# More workers than this are woken by each other: a drain that ends with mail left pushes again.
_MOST_BATCHES = 64


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep found; `held` is False where another process holds the lock."""

    held: bool
    claimable: int = 0
    pushed: int = 0


class Sweeper:
    """Holds the lock on a connection of its own for as long as it lives."""

    def __init__(self, engine: Engine, waker: Waker, model_batch_emails: int) -> None:
        self._engine = engine
        self._waker = waker
        self._batch = model_batch_emails
        self._connection: Connection | None = None
        self._standing = Standing()
        self._trials = TrialWatch()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.let_go()

    def sweep(self) -> Swept:
        """Wake workers if mail waits, refresh the gauges, judge the canary.

        Raises:
            Unavailable: PostgreSQL cannot be asked; the lock is let go, call again.

        """
        try:
            with database.safe_errors():
                return self._sweep()
        except Exception:
            self.let_go()
            raise

    def let_go(self) -> None:
        """Drop the lock, so that another process may sweep, and stop telling of the backlog."""
        self._standing.forget()
        self._standing = Standing()
        self._trials.forget()
        self._trials = TrialWatch()
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def _sweep(self) -> Swept:
        if self._connection is None and not self._take_lock():
            SWEEPS.labels("standby").inc()
            return Swept(held=False)
        assert self._connection is not None
        connection = self._connection
        with connection.begin():
            claimable = leases.claimable(connection, self._batch * _MOST_BATCHES)
        pushed = self._waker.wake(-(-claimable // self._batch))
        WAKE_UPS.labels("sweep").inc(pushed)
        # after the waking, which must not depend on what can be forgotten or counted
        with connection.begin():
            idempotency.purge(connection)
        with connection.begin():
            self._standing.refresh(connection)
        self._judge(connection)
        SWEEPS.labels("swept").inc()
        return Swept(True, claimable, pushed)

    def _judge(self, connection: Connection) -> None:
        """Look after trials; what takes too long to count is told, and costs no sweep its lock."""
        try:
            with connection.begin():
                self._trials.look(connection)
        except DBAPIError as error:
            if error.connection_invalidated:
                raise
            FAILURES.labels("trials").inc()
            _log.error("trials_not_judged", error=type(error.orig).__name__)

    def _take_lock(self) -> bool:
        connection = self._engine.connect()
        with connection.begin():
            got = connection.execute(
                text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _LOCK}
            ).scalar_one()
        if got:
            self._connection = connection
        else:
            connection.close()
        return bool(got)
