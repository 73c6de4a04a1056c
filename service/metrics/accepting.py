"""What those count that take mail in: the API and LMTP."""

from prometheus_client import Counter, Histogram

from service.metrics import SECONDS

ACCEPTED = Counter("aiguilleur_emails_accepted_total", "Mails stored and queued.", ["kind"])
DUPLICATES = Counter(
    "aiguilleur_emails_duplicate_total", "Mails that had been accepted before.", ["kind"]
)
REJECTED = Counter("aiguilleur_emails_rejected_total", "Mails refused, by error code.", ["code"])
BACKPRESSURE = Counter(
    "aiguilleur_backpressure_total",
    "Requests and deliveries put off because too much waits or comes too fast, by error code.",
    ["code"],
)
for _code in ("too_busy", "too_fast"):
    BACKPRESSURE.labels(_code)  # shown as 0 until it happens
ACCEPT_SECONDS = Histogram(
    "aiguilleur_accept_seconds", "From a checked request to its commit.", buckets=SECONDS
)
