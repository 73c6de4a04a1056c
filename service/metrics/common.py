"""What every process counts: who it is, its faults, the wake-ups it pushed."""

import platform

from prometheus_client import Counter, Gauge

BUILD = Gauge(
    "aiguilleur_build_info",
    "1; the release that runs.",
    ["version", "python"],
    multiprocess_mode="max",
)
FAILURES = Counter("aiguilleur_failures_total", "Faults in the service itself.", ["reason"])
WAKE_UPS = Counter("aiguilleur_wake_ups_total", "Wake-ups pushed to Redis.", ["by"])

# What is counted from the start is shown as 0 until it happens: `increase` does not see the first
# of a series that begins with it.
_IN_DECIDING = ("conclude", "decide", "drain", "model", "model_batch", "read")
for _reason in (*_IN_DECIDING, "standing", "trials", "unavailable"):
    FAILURES.labels(_reason)


def show_build(version: str) -> None:
    """Export which release this is; called once by each process."""
    BUILD.labels(version, platform.python_version()).set(1)
