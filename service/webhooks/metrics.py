"""The webhook sender's Prometheus metrics: name, help, labels."""

from prometheus_client import Counter, Gauge, Histogram

DELIVERIES = Counter(
    "aiguilleur_webhook_deliveries_total", "Attempts to deliver a webhook.", ["outcome"]
)
SECONDS = Histogram(
    "aiguilleur_webhook_seconds",
    "One attempt, from the name look-up to the answer.",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
# read from the database: every sender reports the same figure, so take the maximum, not the sum
PENDING = Gauge("aiguilleur_webhook_pending", "Webhooks not delivered yet.")
DEAD = Gauge("aiguilleur_webhook_dead", "Webhooks given up, until they are replayed.")


def show(counts: dict[str, int]) -> None:
    """Export what is in the outbox."""
    PENDING.set(counts["pending"])
    DEAD.set(counts["dead"])
