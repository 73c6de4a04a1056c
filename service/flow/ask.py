"""Reading back: batches, mails and queues, as the one who asks may see them."""

import threading
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Row

from service import log
from service.domain.routing import Routing
from service.domain.types import Principal
from service.errors import NotFound
from service.store import engine as database
from service.store import lists, read

_log = log.get(__name__)
_EMPTY: dict[str, object] = {
    "waiting": 0,
    "held": 0,
    "snoozed": 0,
    "breached": 0,
    "breach_soon": 0,
    "oldest_age_seconds": None,
}


class Desk:
    """Answers questions; every unknown id, and every id of another client, is `NotFound`."""

    def __init__(self, engine: Engine, routing: Routing) -> None:
        self._engine = engine
        self._routing = routing

    def batch(
        self, who: Principal, batch_id: UUID, *, after: int, limit: int
    ) -> tuple[Row[Any], Sequence[Row[Any]]]:
        """A batch with its counts and a page of results after the position `after`."""

        def work(connection: Connection) -> tuple[Row[Any], Sequence[Row[Any]]]:
            batch = read.find_batch(connection, batch_id, who)
            if batch is None:
                raise NotFound
            return batch, read.batch_results(connection, batch_id, after=after, limit=limit)

        return database.run(self._engine, work)

    def email(self, who: Principal, email_id: UUID) -> tuple[Row[Any], Sequence[Row[Any]]]:
        """A mail and its decisions, newest first."""

        def work(connection: Connection) -> tuple[Row[Any], Sequence[Row[Any]]]:
            email = read.find_email(connection, email_id, who)
            if email is None:
                raise NotFound
            return email, read.decisions(connection, email_id)

        return database.run(self._engine, work)

    def queues(self, who: Principal) -> list[dict[str, object]]:
        """The key's queues of `routing.yaml`, with what waits there in its mailboxes."""
        counts = database.run(self._engine, lambda c: lists.counts(c, who))
        return [
            {
                "name": queue.name,
                "title": queue.title,
                "sla_seconds": queue.sla_seconds,
                **(_EMPTY if queue.name not in counts else _counts(counts[queue.name])),
            }
            for queue in self._routing.queues.values()
            if who.may_see(queue.name)
        ]


def _counts(row: Row[Any]) -> dict[str, object]:
    return {name: getattr(row, name) for name in _EMPTY}


class WaitingRoom:
    """Long polls on batches: one query for all who wait, no connection held while waiting.

    The first who comes asks PostgreSQL every `interval` seconds on behalf of everybody, in a
    thread that ends when nobody waits. Beyond `most` waiters, a poll is answered at once.
    """

    def __init__(self, engine: Engine, most: int, interval: float = 0.2) -> None:
        self._engine = engine
        self._most = most
        self._interval = interval
        self._lock = threading.Lock()
        self._events: dict[UUID, threading.Event] = {}
        self._waiters: dict[UUID, int] = {}
        self._asking = False

    def wait(self, batch_id: UUID, seconds: float) -> None:
        """Return when the batch is decided, after `seconds`, or at once if the room is full."""
        with self._lock:
            if seconds <= 0 or sum(self._waiters.values()) >= self._most:
                return
            event = self._events.setdefault(batch_id, threading.Event())
            self._waiters[batch_id] = self._waiters.get(batch_id, 0) + 1
            if not self._asking:
                threading.Thread(target=self._ask, name="waiting-room", daemon=True).start()
                self._asking = True
        event.wait(seconds)
        self._leave(batch_id)

    def _leave(self, batch_id: UUID) -> None:
        with self._lock:
            self._waiters[batch_id] -= 1
            if not self._waiters[batch_id]:
                del self._waiters[batch_id]
                self._events.pop(batch_id, None)

    def _ask(self) -> None:
        while (open_ids := self._open()) is not None:
            if open_ids:
                self._tell(self._undecided(open_ids), open_ids)
            time.sleep(self._interval)

    def _open(self) -> list[UUID] | None:
        """The batches to ask about; None, once, when nobody waits: then this thread ends."""
        with self._lock:
            if not self._waiters:
                self._asking = False
                return None
            return [b for b, event in self._events.items() if not event.is_set()]

    def _undecided(self, batch_ids: Sequence[UUID]) -> set[UUID]:
        try:
            return database.run(self._engine, lambda c: read.undecided(c, batch_ids))
        except Exception as error:  # noqa: BLE001  # whatever it is, others will come to wait
            # the waiters time out, or hear it when the database is back
            _log.warning("waiting_room_blind", error=type(error).__name__)
            return set(batch_ids)

    def _tell(self, undecided: set[UUID], asked: Sequence[UUID]) -> None:
        with self._lock:
            for batch_id in asked:
                if batch_id not in undecided and batch_id in self._events:
                    self._events[batch_id].set()
