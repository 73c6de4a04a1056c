"""The loop that empties an outbox: of webhooks, of mail to hand on.

    record what came back -> claim what there is room for -> hand it to the threads -> wait

One thread alone speaks to the database, and records before it claims: while the database is down,
answers wait in memory and nothing new is claimed, so no event is knowingly sent twice. Sending
happens on a pool of threads; their number bounds what is in flight, and lanes share it among hosts.
"""

import queue
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import Connection, Engine

from service import log
from service.errors import Unavailable
from service.outbound.detours import Detours
from service.outbound.lanes import Lanes
from service.outbound.verdict import TIMEOUT, Verdict
from service.store.engine import run

_log = log.get(__name__)


class Event(Protocol):
    """One thing to send, under our lease."""

    @property
    def id(self) -> UUID:
        """The same at every attempt."""

    @property
    def host(self) -> str:
        """Where it goes, as far as places are shared."""


E = TypeVar("E", bound=Event)


class Box(Protocol[E]):
    """Where events wait; `service.store.outbox` and `service.store.reinjections` are such."""

    def claim(
        self,
        connection: Connection,
        *,
        most: int,
        seconds: float,
        per_host: int,
        room: Mapping[str, int],
    ) -> Sequence[E]:
        """Take events that are due, each with one attempt more."""

    def delivered(self, connection: Connection, event: E) -> bool:
        """Mark as done; False where the lease had passed on."""

    def failed(
        self, connection: Connection, event: E, error: str, *, retry_seconds: float, dead: bool
    ) -> bool:
        """Note a failed attempt; False where the lease had passed on."""

    def counts(self, connection: Connection) -> dict[str, int]:
        """How many are `pending` and `dead`."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much at once, and how often; times in seconds.

    `lease` is far above the total timeout of one attempt: an attempt begins in its first half or
    not at all, and must end within the second.
    """

    places: int = 32
    per_host: int = 4
    lease: float = 60.0
    poll: float = 0.5
    count: float = 15.0
    drain: float = 20.0
    database_wait: float = 5.0


@dataclass(frozen=True, slots=True)
class _Done(Generic[E]):
    event: E
    verdict: Verdict


class Sender(Generic[E]):
    """Sends what is in the box until stopped. Several may run on one database.

    Args:
        engine: of the database; one connection is enough.
        box: what is emptied.
        show: tells the counts of the box to whoever watches.
        attempt: sends one event if it is not later than the given (monotonic) time; never raises.
        limits: of this process.
        monotonic: the clock that `attempt` uses as well.

    """

    def __init__(
        self,
        engine: Engine,
        box: Box[E],
        show: Callable[[dict[str, int]], None],
        attempt: Callable[[E, float], Verdict],
        *,
        limits: Limits | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._box = box
        self._show = show
        self._attempt = attempt
        self._limits = limits or Limits()
        self._monotonic = monotonic
        self._lanes = Lanes(total=self._limits.places, per_host=self._limits.per_host)
        self._finished: queue.SimpleQueue[_Done[E] | None] = queue.SimpleQueue()
        self._unrecorded: list[_Done[E]] = []
        self._failures = 0
        self._count_at = monotonic()
        self._detours = Detours()
        self._stopping = False

    def stop(self) -> None:
        """Claim no more; `run` returns once what is in flight is recorded.

        Fit for signal handlers: it takes no lock that the interrupted code could hold.
        """
        self._stopping = True
        self._finished.put(None)  # ends the wait

    def run(self) -> None:
        """Send until `stop`."""
        with ThreadPoolExecutor(self._limits.places, "sender") as pool:
            while not self._stopping:
                self._gather(self._turn(pool))
            self._drain()

    def _turn(self, pool: ThreadPoolExecutor) -> float:
        """One round with the database; returns how long to wait before the next, in seconds."""
        start_by = self._monotonic() + self._limits.lease / 2
        try:
            events = self._round()
        except Unavailable as error:
            return self._database_down(error)
        self._failures = 0
        for event in events:
            self._lanes.enter(event.host)
            pool.submit(self._work, event, start_by)
        # where some came, there may be more, for other hosts
        return 0.0 if events and self._lanes.free else self._limits.poll

    def _work(self, event: E, start_by: float) -> None:
        self._finished.put(_Done(event, self._attempt(event, start_by)))

    def _round(self) -> Sequence[E]:
        self._record()
        if self._monotonic() >= self._count_at:
            self._show(run(self._engine, self._box.counts))
            self._count_at = self._monotonic() + self._limits.count
        return self._claimed() if self._lanes.free else []

    def _claimed(self) -> Sequence[E]:
        """What there is room for; past hosts that have none only now and then."""
        room = self._lanes.room()
        if not self._detours.needed(room):
            return run(self._engine, partial(self._claim, room))
        began = self._monotonic()
        if not self._detours.allowed(began):
            return []
        events: Sequence[E] = []
        try:
            events = run(self._engine, partial(self._claim, room))
        finally:  # one that was cut off took its time as well
            hosts = {event.host for event in events}
            self._detours.made(room, hosts, began, self._monotonic())
        return events

    def _claim(self, room: Mapping[str, int], connection: Connection) -> Sequence[E]:
        return self._box.claim(
            connection,
            most=self._lanes.free,
            seconds=self._limits.lease,
            per_host=self._lanes.per_host,
            room=room,
        )

    def _record(self) -> None:
        """Write down all that came back; where that fails, all of it is kept for the next time."""
        if self._unrecorded:
            run(self._engine, self._write)
            self._unrecorded.clear()

    def _write(self, connection: Connection) -> None:
        # in one order everywhere, so that two senders cannot wait for each other
        for done in sorted(self._unrecorded, key=lambda d: d.event.id):
            self._write_one(connection, done)

    def _write_one(self, connection: Connection, done: _Done[E]) -> None:
        event, judged = done.event, done.verdict
        if judged.error is None:
            ours = self._box.delivered(connection, event)
        else:
            ours = self._box.failed(
                connection,
                event,
                judged.error,
                retry_seconds=judged.retry_seconds,
                dead=judged.dead,
            )
        if not ours:
            _log.info("lease_passed", event_id=str(event.id))

    def _gather(self, seconds: float) -> None:
        """Take what came back, waiting at most so long for the first."""
        try:
            if seconds:
                self._take(self._finished.get(timeout=seconds))
            while True:
                self._take(self._finished.get_nowait())
        except queue.Empty:
            return

    def _take(self, done: _Done[E] | None) -> None:
        if done is not None:
            self._lanes.leave(done.event.host, slow=done.verdict.outcome == TIMEOUT)
            self._detours.back(done.event.host)
            self._unrecorded.append(done)

    def _drain(self) -> None:
        """Wait for what is in flight and record it, for as long as that may take."""
        end = self._monotonic() + self._limits.drain
        while (self._lanes.flying or self._unrecorded) and self._monotonic() < end:
            try:
                self._record()
                wait = self._limits.poll if self._lanes.flying else 0.0
            except Unavailable as error:
                wait = self._database_down(error)
            self._gather(wait)
        if self._unrecorded:
            _log.error("not_recorded", events=len(self._unrecorded))

    def _database_down(self, error: Unavailable) -> float:
        if not self._failures:
            _log.warning("database_unavailable", detail=error.detail)
        wait = self._limits.poll * 2.0 ** min(self._failures, 16)
        self._failures += 1
        return min(wait, self._limits.database_wait)
