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


def show_build(version: str) -> None:
    """Export which release this is; called once by each process."""
    BUILD.labels(version, platform.python_version()).set(1)
