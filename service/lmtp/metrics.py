"""The LMTP server's Prometheus metrics: name, help, labels."""

from prometheus_client import Counter, Gauge, Histogram

CONNECTIONS = Gauge("aiguilleur_lmtp_connections", "Connections open now.")
REFUSED = Counter("aiguilleur_lmtp_connections_refused_total", "Connections over the limit.")
REPLIES = Counter(
    "aiguilleur_lmtp_recipient_replies_total",
    "Final replies, one for each recipient of a message, by reply code.",
    ["code"],
)
SECONDS = Histogram(
    "aiguilleur_lmtp_delivery_seconds",
    "From the end of a message to its replies.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
