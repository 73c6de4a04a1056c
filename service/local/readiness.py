"""Wait until a child answers, or say from its own log why it does not."""

import time
from collections.abc import Callable

from service.errors import StartupError
from service.local.process import Process, last_lines

_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.02, 0.1


def await_ready(process: Process, answers: Callable[[], bool], seconds: float) -> None:
    """Return once `answers()` is true.

    Raises:
        StartupError: the process ended, or `seconds` passed; with the end of its log.

    """
    name, deadline = process.command.name, time.monotonic() + seconds
    pause = _FIRST_PAUSE_SECONDS
    while not answers():
        if not process.running:
            raise StartupError(_because(process, f"{name} ended at its start"))
        if time.monotonic() > deadline:
            raise StartupError(_because(process, f"{name} did not answer within {seconds:.0f} s"))
        time.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE_SECONDS)


def _because(process: Process, what: str) -> str:
    log = process.command.log
    return f"{what}. The end of {log}:\n{last_lines(log)}"
