"""The service under attack: whatever dies is started again, as Kubernetes would."""

import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import redis

from bench.chaos.clock import hour_ahead
from bench.chaos.receiver import Receiver
from bench.stack import Member, Stack

WORKERS = ("worker-1", "worker-2", "worker-3")
_TEND_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Hit:
    """A worker lost its lease on these mails at this time, by this fault."""

    fault: str
    at: float
    tags: tuple[str, ...]


@dataclass
class House:
    """What faults act on. Use it from the thread that made it."""

    stack: Stack
    receiver: Receiver
    poison: Callable[[], None]
    lease_seconds: float
    hits: list[Hit] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    version: int = 1

    def __post_init__(self) -> None:
        self._resting: set[str] = set()
        for name in WORKERS:
            self.new_worker(name).start()

    def new_worker(self, name: str, **settings: str) -> Member:
        """A worker of the current model version, not started."""
        held = str(self.held_file(name))
        chosen = {"CHAOS_HELD": held, "CHAOS_VERSION": str(self.version), **settings}
        return self.stack.add(name, ["bench.chaos.worker"], **chosen)

    def held_file(self, name: str) -> Path:
        """Exists while the worker has a model batch, and names its mails."""
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
                member.start()

    def holder(self, seconds: float = 10.0) -> str | None:
        """A worker that has a model batch now, the one that waited longest to be hit."""
        names = list(WORKERS)
        self.wait(seconds, lambda: any(self.held_file(n).exists() for n in names))
        return next((n for n in names if self.held_file(n).exists()), None)

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
                if number != signal.SIGSTOP:
                    psutil.Process(process.pid).send_signal(number)
                    process.resume()
                self.done[fault] += 1
                return name
            process.resume()
        return None

    def _held(self, name: str) -> tuple[str, ...]:
        try:
            return tuple(self.held_file(name).read_text().split())
        except FileNotFoundError:
            return ()

    def wrong_clock(self) -> bool:
        """Start a worker anew with a clock an hour ahead; False where that cannot be done."""
        environment = hour_ahead(self.stack.folder)
        if environment is not None:
            self.replace(WORKERS[-1], **environment)
        return environment is not None

    def replace(self, name: str, **settings: str) -> None:
        """Stop a worker in order, start its successor and wait until that is ready."""
        self._resting.add(name)
        self.stack.members[name].process.stop(30)
        self.new_worker(name, **settings).start()
        self._resting.discard(name)
        self.wait(20, lambda: any(e["event"] == "ready" for e in self.stack.members[name].events()))

    def redis(self) -> "redis.Redis":
        """A client of the broker."""
        return redis.Redis.from_url(self.stack.servers.redis_url, socket_timeout=5)
