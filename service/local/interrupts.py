"""Ctrl-C and SIGTERM: the first stops in order, the second at once."""

import signal
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import FrameType, TracebackType
from typing import Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupts(AbstractContextManager["Interrupts"]):
    """While starting, a signal raises KeyboardInterrupt; once `up` is called, it sets `stop`.

    After the first signal, `hurry` is called for each further one.
    """

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.signalled = False
        self.hurry: Callable[[], None] = lambda: None
        self._up = False
        self._before: list[object] = []

    def __enter__(self) -> Self:
        """Take the signals over."""
        self._before = [signal.signal(number, self._on_signal) for number in _SIGNALS]
        # run.py holds them back until here
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give them back."""
        for number, handler in zip(_SIGNALS, self._before, strict=True):
            signal.signal(number, handler)  # type: ignore[arg-type]  # what it came from

    def up(self) -> None:
        """From now on the first signal asks, and raises nothing."""
        self._up = True

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self.stop.is_set():
            self.hurry()
            return
        self.signalled = True
        self.stop.set()
        if not self._up:
            raise KeyboardInterrupt
