"""Questions whose cost grows with the backlog, asked seldom enough never to be a burden."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Pace:
    """Lets one caller through every `least` seconds, less often where asking takes long.

    Args:
        least: seconds between two turns.
        share: of the time that asking may take.
        free: seconds that asking may take without putting the next turn off.
        clock: monotonic seconds.

    """

    def __init__(
        self,
        least: float,
        *,
        share: float = 0.001,
        free: float = 0.01,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._least = least
        self._share = share
        self._free = free
        self._clock = clock
        self._next = -1.0
        self._lock = threading.Lock()

    def my_turn(self) -> bool:
        """Whether to ask now; True is given to one caller."""
        with self._lock:
            now = self._clock()
            if now < self._next:
                return False
            self._next = now + self._least
            return True

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Around the asking: what it takes puts the next turn off."""
        started = self._clock()
        try:
            yield
        finally:  # what failed took its time as well
            ended = self._clock()
            if ended - started > self._free:
                with self._lock:
                    self._next = max(self._next, ended + (ended - started) / self._share)
