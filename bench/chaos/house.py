"""The service under attack: whatever dies is started again, as Kubernetes would."""

import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg
import redis

from bench.chaos.clock import hour_ahead
from bench.chaos.receiver import Receiver
from bench.stack import Member, Stack

WORKERS = ("worker-1", "worker-2", "worker-3")
_TEND_SECONDS = 0.02
_READY_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A worker lost its lease on these mails at this time, by this fault."""

    fault: str
    at: float
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leaving:
    """A worker that was asked to end: after how many seconds it did, and with which status."""

    seconds: float
    status: int | None


@dataclass
class House:
    """What faults act on. Use it from the thread that made it."""

    stack: Stack
    receiver: Receiver
    poison: Callable[[], None]
    lease_seconds: float
    hits: list[Hit] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    left: list[Leaving] = field(default_factory=list)
    version: int = 1

    def __post_init__(self) -> None:
        self._resting: set[str] = set()
        self._leaving: dict[str, float] = {}
        self._struck = dict.fromkeys(WORKERS, 0.0)
        for name in WORKERS:
            self.new_worker(name).start()

    def new_worker(self, name: str, **settings: str) -> Member:
        """A worker of the current model version, not started."""
        held = str(self.held_file(name))
        chosen = {"CHAOS_HELD": held, "CHAOS_VERSION": str(self.version), **settings}
        return self.stack.add(name, ["bench.chaos.worker"], **chosen)

    def held_file(self, name: str) -> Path:
        """Exists while the worker has a model batch; holds its process id and names its mails.

        One that was killed leaves it behind: the process id tells that its successor holds nothing.
        """
        return self.stack.folder / f"{name}.held"

    def wait(self, seconds: float, until: Callable[[], object] = lambda: False) -> bool:
        """Let time pass, keeping everything running; True as soon as `until` holds."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            self.tend()
            if until():
                return True
            time.sleep(_TEND_SECONDS)
        return False

    def tend(self) -> None:
        """Start again what has died."""
        for name, member in self.stack.members.items():
            if name not in self._resting and not member.process.running:
                if (asked := self._leaving.pop(name, None)) is not None:
                    seconds = time.monotonic() - asked
                    self.left.append(Leaving(seconds, member.process.exit_status))
                member.start()

    @property
    def leaving(self) -> bool:
        """Whether a worker that was asked to end has not done so yet."""
        return bool(self._leaving)

    def holder(self, seconds: float = 10.0) -> str | None:
        """A worker that has a model batch now, the one that waited longest to be hit."""
        self.wait(seconds, lambda: any(map(self._holds, WORKERS)))
        names = sorted(WORKERS, key=lambda name: self._struck[name])
        return next(filter(self._holds, names), None)

    def _holds(self, name: str) -> bool:
        return name not in self._leaving and bool(self._held(name))

    def strike(self, fault: str, number: int) -> str | None:
        """Signal a worker that surely holds a lease; returns its name, None where none did.

        It is paused first: then the mails it holds cannot change under the look at them.
        """
        for _ in range(50):
            name = self.holder()
            if name is None:
                return None
            process = self.stack.members[name].process
            process.pause()
            if process.running and (tags := self._held(name)):
                if number != signal.SIGTERM:
                    self.hits.append(Hit(fault, time.time(), tags))
                if number == signal.SIGTERM:
                    self._leaving[name] = time.monotonic()
                if number != signal.SIGSTOP:
                    psutil.Process(process.pid).send_signal(number)
                    process.resume()
                self._struck[name] = time.monotonic()
                self.done[fault] += 1
                return name
            process.resume()
        return None

    def _held(self, name: str) -> tuple[str, ...]:
        try:
            pid, *tags = self.held_file(name).read_text().split()
        except (FileNotFoundError, ValueError):  # none, or not written yet
            return ()
        return tuple(tags) if int(pid) == self.stack.members[name].process.pid else ()

    def wrong_clock(self) -> bool:
        """Start a worker anew with a clock an hour ahead; False where that cannot be done."""
        environment = hour_ahead(self.stack.folder)
        if environment is not None:
            self.replace(WORKERS[-1], **environment)
        return environment is not None

    def replace(self, name: str, **settings: str) -> None:
        """Stop a worker in order, start its successor and wait until that is ready."""
        self._resting.add(name)
        self._leaving.pop(name, None)
        self.stack.members[name].process.stop(30)
        self.new_worker(name, **settings).start()
        self._resting.discard(name)
        self.wait(_READY_SECONDS, lambda: self.said(name, "ready"))

    def said(self, name: str, event: str) -> bool:
        """Whether a process has logged this event since its start."""
        return any(line["event"] == event for line in self.stack.members[name].events())

    def decided(self, tags: Sequence[str]) -> bool:
        """Whether each of these mails is decided."""
        query = """
            SELECT count(*) FROM emails e JOIN decisions d ON d.email_id = e.id
            WHERE e.external_id = ANY(%s)"""
        with psycopg.connect(self.stack.servers.database_url) as connection:
            row = connection.execute(query, [list(tags)]).fetchone()
        return row is not None and row[0] == len(tags)

    def redis(self) -> "redis.Redis":
        """A client of the broker."""
        return redis.Redis.from_url(self.stack.servers.redis_url, socket_timeout=5)
