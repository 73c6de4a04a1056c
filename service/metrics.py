"""Every Prometheus metric of accepting and deciding, in one place: name, help, labels.

Labels are bounded: categories, queues and reasons come from `routing.yaml` and the code, never
from mail. Base units, `_total` for counters (https://prometheus.io/docs/practices/naming/).
"""

from prometheus_client import Counter, Gauge, Histogram

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200)

ACCEPTED = Counter("aiguilleur_emails_accepted_total", "Mails stored and queued.", ["kind"])
DUPLICATES = Counter(
    "aiguilleur_emails_duplicate_total", "Mails that had been accepted before.", ["kind"]
)
REJECTED = Counter("aiguilleur_emails_rejected_total", "Mails refused, by error code.", ["code"])
ACCEPT_SECONDS = Histogram(
    "aiguilleur_accept_seconds", "From a checked request to its commit.", buckets=_SECONDS
)

DECIDED = Counter(
    "aiguilleur_emails_decided_total",
    "Mails decided.",
    ["category", "queue", "reason", "model_version"],
)
CONFIDENCE = Histogram(
    "aiguilleur_decision_confidence",
    "Probability of the category that the model chose.",
    ["category"],
    buckets=(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0),
)
WAITED_SECONDS = Histogram(
    "aiguilleur_waited_seconds",
    "From acceptance to the claim that led to a decision.",
    buckets=_SECONDS,
)
READ_SECONDS = Histogram(
    "aiguilleur_read_seconds", "Parsing one mail and making the model's input.", buckets=_SECONDS
)
INFERENCE_SECONDS = Histogram(
    "aiguilleur_inference_seconds", "The model, for one model batch.", buckets=_SECONDS
)
DECIDE_SECONDS = Histogram(
    "aiguilleur_decide_seconds", "Writing the decisions of one model batch.", buckets=_SECONDS
)
TOTAL_SECONDS = Histogram(
    "aiguilleur_end_to_end_seconds", "From acceptance to the decision.", buckets=_SECONDS
)
MODEL_BATCH = Histogram(
    "aiguilleur_model_batch_emails", "Mails claimed at once.", buckets=(1, 2, 4, 8, 16, 32, 64)
)
FAILURES = Counter("aiguilleur_failures_total", "Faults in the service itself.", ["reason"])
LEASES_LOST = Counter(
    "aiguilleur_leases_lost_total", "Results refused because the lease had passed on."
)
WAKE_UPS = Counter("aiguilleur_wake_ups_total", "Wake-ups pushed.", ["by"])

CLAIMS = Counter("aiguilleur_agent_claims_total", "Agents' asking for mail.", ["outcome"])
OVERRIDES = Counter(
    "aiguilleur_overrides_total",
    "The model's decisions whose category a person changed, by the model's category.",
    ["category", "model_version"],
)

WAITING = Gauge("aiguilleur_waiting_emails", "Mails not decided yet.", ["priority"])
# By priority, like the other: a gauge without labels would be shown as 0 by processes that do not
# know it.
OLDEST_SECONDS = Gauge(
    "aiguilleur_oldest_waiting_seconds", "Age of the oldest waiting mail.", ["priority"]
)
SWEEPS = Counter("aiguilleur_sweeps_total", "Sweeps, by outcome.", ["outcome"])
OPEN = Gauge("aiguilleur_open_emails", "Mails in agents' queues, by SLA state.", ["queue", "sla"])
LIVE_ACCURACY = Gauge(
    "aiguilleur_live_accuracy",
    "Share of the model's decisions that stood until completion, of the last seven days.",
    ["model_version"],
)
LIVE_ACCURACY_EMAILS = Gauge(
    "aiguilleur_live_accuracy_emails", "Completed mails which that share is of.", ["model_version"]
)
