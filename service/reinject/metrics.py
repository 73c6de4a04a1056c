"""The re-injection's Prometheus metrics: name, help, labels."""

from prometheus_client import Counter, Gauge, Histogram

HAND_OVERS = Counter("aiguilleur_reinject_attempts_total", "Attempts to hand mail on.", ["outcome"])
SECONDS = Histogram(
    "aiguilleur_reinject_seconds",
    "One attempt, from loading the mail to the server's answer.",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)
# read from the database: every sender reports the same figure, so take the maximum, not the sum
PENDING = Gauge("aiguilleur_reinject_pending", "Mails not handed on yet.")
DEAD = Gauge("aiguilleur_reinject_dead", "Hand-overs given up, until they are replayed.")


def show(counts: dict[str, int]) -> None:
    """Export what waits."""
    PENDING.set(counts["pending"])
    DEAD.set(counts["dead"])
