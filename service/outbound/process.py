"""One sender as a process: its metrics, its signals, its end."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from service import log, metrics_port
from service.config import Settings
from service.outbound.sender import E, Sender

_log = log.get(__name__)


def run_until_stopped(settings: Settings, sender: Sender[E]) -> None:
    """Send until SIGTERM or SIGINT; what is in flight by then is recorded."""
    with metrics_port.serving(settings), _signals(sender):
        _log.info("ready")
        sender.run()
    _log.info("stopped")


@contextmanager
def _signals(sender: Sender[E]) -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        sender.stop()

    kept = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
