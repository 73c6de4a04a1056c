"""Wait until a child answers, or say from its own log why it does not."""

import time
from collections.abc import Callable, Sequence

from service.errors import StartupError
from service.local.process import Process, last_lines

Waiting = tuple[Process, Callable[[], bool]]

_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.02, 0.1


def await_ready(process: Process, answers: Callable[[], bool], seconds: float) -> None:
    """Return once `answers()` is true.

    Raises:
        StartupError: the process ended, or `seconds` passed; with the end of its log.

    """
    await_all([(process, answers)], seconds)


def await_all(waiting: Sequence[Waiting], seconds: float) -> None:
    """As `await_ready` for several at once, none of which may end before all answer."""
    deadline, pause = time.monotonic() + seconds, _FIRST_PAUSE_SECONDS
    left = list(waiting)
    while left := [(process, answers) for process, answers in left if not answers()]:
        for process, _ in waiting:
            if not process.running:
                raise StartupError(_because(process, "ended at its start"))
        if time.monotonic() > deadline:
            raise StartupError(_because(left[0][0], f"did not answer within {seconds:.0f} s"))
        time.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE_SECONDS)


def _because(process: Process, what: str) -> str:
    log = process.command.log
    return f"{process.command.name} {what}. The end of {log}:\n{last_lines(log)}"
