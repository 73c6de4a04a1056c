"""The counting of days for drift, in a process of its own beside the sweeper that holds the lock.

It reads mail, which may be anything, and needs libraries that the sweeper need not have in memory:
should it hang or die, sweeps go on, and the day is counted the next time.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from service import log
from service.config import ROOT
from service.errors import ServiceError
from service.flow.pace import Pace
from service.metrics.standing import COUNTS

_log = log.get(__name__)

_COMMAND = (sys.executable, "-m", "service", "drift", "--count")
_LOOK_SECONDS = 600.0
_MOST_SECONDS = 900.0  # of one counting, after a month away too
_END_SECONDS = 5.0


class Counting:
    """Starts `command` where days are `due`, one at a time; asked once a sweep."""

    def __init__(
        self,
        due: Callable[[], bool],
        command: Sequence[str] = _COMMAND,
        *,
        look_seconds: float = _LOOK_SECONDS,
        most_seconds: float = _MOST_SECONDS,
    ) -> None:
        self._due = due
        self._command = command
        self._pace = Pace(look_seconds)
        self._most = most_seconds
        self._child: subprocess.Popen[bytes] | None = None
        self._ends = 0.0

    def step(self) -> None:
        """Start what is due; see to what runs."""
        if self._child is not None:
            self._see_to(self._child)
        elif self._pace.my_turn() and self._is_due():
            # wherever the sweeper was started: the package lies here
            self._child = subprocess.Popen(self._command, cwd=ROOT)  # noqa: S603  # our own command
            self._ends = time.monotonic() + self._most

    def stop(self) -> None:
        """End what runs; the day is counted another time."""
        if self._child is not None:
            self._end(self._child)

    def _is_due(self) -> bool:
        with suppress(ServiceError):  # PostgreSQL is away: the sweep says so
            return self._due()
        return False

    def _see_to(self, child: subprocess.Popen[bytes]) -> None:
        status = child.poll()
        if status is None and time.monotonic() < self._ends:
            return
        if status is None:
            self._end(child)
        self._child = None
        COUNTS.labels("counted" if status == 0 else "failed").inc()
        if status != 0:
            _log.error("drift_not_counted", status=status)

    def _end(self, child: subprocess.Popen[bytes]) -> None:
        child.terminate()
        try:
            child.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
