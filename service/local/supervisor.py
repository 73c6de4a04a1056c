"""Keep the service's processes running, and stop them in order."""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self

from service.local.plan import Planned
from service.local.process import Process
from service.local.readiness import await_all

_LOOK_SECONDS = 0.2
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.5, 30.0
_CALM_SECONDS = 60.0  # a process that ran this long begins again with the shortest pause
_START_SECONDS = 90.0
# an open long poll ends within 20 s, a model batch within seconds
_STOP_SECONDS = 40.0


class Kept:
    """One process with the memory of its restarts."""

    def __init__(self, planned: Planned) -> None:
        self.planned = planned
        self.process = Process(planned.command)
        self.pause = _FIRST_PAUSE_SECONDS
        self.started_at = 0.0
        self.start_again_at: float | None = None

    def start(self) -> None:
        """Start it, without waiting."""
        self.start_again_at = None
        self.started_at = time.monotonic()
        self.process.start()

    def plan_restart(self) -> float:
        """Note when to start it again; returns in how many seconds."""
        now = time.monotonic()
        if now - self.started_at > _CALM_SECONDS:
            self.pause = _FIRST_PAUSE_SECONDS
        pause, self.pause = self.pause, min(self.pause * 2, _LONGEST_PAUSE_SECONDS)
        self.start_again_at = now + pause
        return pause


class Supervisor(AbstractContextManager["Supervisor"]):
    """Runs processes from `with` to its end. Use it from one thread, the main one.

    Args:
        planned: in the order in which they stop.
        say: takes sentences for the person at the terminal.

    """

    def __init__(self, planned: Sequence[Planned], say: Callable[[str], None]) -> None:
        self._kept = [Kept(one) for one in planned]
        self._say = say

    def __enter__(self) -> Self:
        """Start all at once; none is ready yet."""
        for kept in self._kept:
            kept.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop who takes mail, then the others together, asked in order: who decides it first."""
        for takes_mail in (True, False):
            stopping = [
                kept.process
                for kept in self._kept
                if (kept.planned.door is not None) == takes_mail and kept.process.running
            ]
            for process in stopping:
                process.ask_to_stop()
            for process in stopping:
                process.wait(_STOP_SECONDS)

    def await_ready(self) -> None:
        """Return once every process can work.

        Raises:
            StartupError: one ended or takes too long; with the end of its log.

        """
        await_all([(kept.process, kept.planned.answers) for kept in self._kept], _START_SECONDS)

    def watch(self, stop: threading.Event) -> None:
        """Start again what dies, until `stop` is set."""
        while not stop.wait(_LOOK_SECONDS):
            for kept in self._kept:
                self._look_after(kept)

    def kill(self) -> None:
        """SIGKILL all without waiting; for a signal handler."""
        for kept in self._kept:
            kept.process.begin_to_kill()

    def _look_after(self, kept: Kept) -> None:
        if kept.process.running:
            return
        if kept.start_again_at is None:
            pause = kept.plan_restart()
            self._say(
                f"{kept.planned.name} ended ({_how(kept.process.exit_status)}); it starts again in "
                f"{pause:g} s. Its log: {kept.planned.command.log}"
            )
        elif time.monotonic() >= kept.start_again_at:
            kept.start()


def _how(status: int | None) -> str:
    return f"signal {-status}" if status is not None and status < 0 else f"status {status}"
