"""The guarantee behind the wake-ups: whatever Redis lost, waiting mail wakes a worker again.

One process sweeps at a time, by an advisory lock that PostgreSQL frees with its connection.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, Row, text

from service import metrics
from service.domain.backlog import Backlog
from service.domain.types import Priority
from service.flow.pace import Pace
from service.jobs import Waker
from service.store import engine as database
from service.store import handled, idempotency, leases, waiting

_LOCK = 7_204_118_002
# More workers than this are woken by each other: a drain that ends with mail left pushes again.
_MOST_BATCHES = 64
# What agents' queues and accuracy cost to count, they need not be counted at every sweep.
_COUNT_SECONDS = 5.0


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
        self._waiting_pace = Pace(0.0)
        self._handled_pace = Pace(_COUNT_SECONDS)

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
        """Wake workers if mail waits, refresh the gauges.

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
        metrics.WAITING.clear()
        metrics.OLDEST_SECONDS.clear()
        self._waiting_pace = Pace(0.0)
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def _sweep(self) -> Swept:
        if self._connection is None and not self._take_lock():
            metrics.SWEEPS.labels("standby").inc()
            return Swept(held=False)
        assert self._connection is not None
        connection = self._connection
        with connection.begin():
            claimable = leases.claimable(connection, self._batch * _MOST_BATCHES)
            self._count_waiting(connection)
            idempotency.purge(connection)
            self._count_handled(connection)
        pushed = self._waker.wake(-(-claimable // self._batch))
        metrics.WAKE_UPS.labels("sweep").inc(pushed)
        metrics.SWEEPS.labels("swept").inc()
        return Swept(True, claimable, pushed)

    def _count_waiting(self, connection: Connection) -> None:
        if self._waiting_pace.my_turn():
            with self._waiting_pace.timed():
                _export(waiting.by_priority(connection))

    def _count_handled(self, connection: Connection) -> None:
        if self._handled_pace.my_turn():
            with self._handled_pace.timed():
                _export_handled(handled.by_sla(connection), handled.stood(connection))

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


def _export(backlog: dict[Priority, Backlog]) -> None:
    for priority, waits in backlog.items():
        metrics.WAITING.labels(priority.name.lower()).set(waits.emails)
        metrics.OLDEST_SECONDS.labels(priority.name.lower()).set(waits.oldest_seconds)


def _export_handled(by_sla: Sequence[Row[Any]], stood: Sequence[Row[Any]]) -> None:
    # a queue that emptied has no row any more
    for gauge in (metrics.OPEN, metrics.LIVE_ACCURACY, metrics.LIVE_ACCURACY_EMAILS):
        gauge.clear()
    for row in by_sla:
        metrics.OPEN.labels(row.queue, row.sla).set(row.emails)
    for row in stood:
        metrics.LIVE_ACCURACY.labels(row.model_version).set(row.stood / row.emails)
        metrics.LIVE_ACCURACY_EMAILS.labels(row.model_version).set(row.emails)
