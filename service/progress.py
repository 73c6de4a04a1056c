"""Whether this process still comes round its loop: what a liveness probe needs to tell a hang.

Not in `service.metrics`, because an API process, which has no such loop, would export it as well.
"""

import time

from prometheus_client import Gauge

METRIC = "aiguilleur_loop_age_seconds"
HELP = "Time since this process last came round its loop."

_last = time.monotonic()


def mark() -> None:
    """Say that the loop came round just now."""
    global _last  # noqa: PLW0603  # one loop a process
    _last = time.monotonic()


def expose() -> None:
    """Show the age among this process's metrics; called once, by a process that has such a loop."""
    # an age, not a time of day: a clock that is set back or forth must not look like a hang
    gauge = Gauge(METRIC, HELP)
    gauge.set_function(lambda: time.monotonic() - _last)
