"""What a worker counts, in the order of a mail's way through it."""

from collections.abc import Sequence

from prometheus_client import Counter, Gauge, Histogram

from service.metrics import SECONDS

# What a worker can be at; exactly one of them is 1.
STATES = ("idle", "working", "without_redis", "stopping")

STATE = Gauge("aiguilleur_worker_state", "1 for what the worker is at now, 0 else.", ["state"])
MODEL = Gauge(
    "aiguilleur_model_info",
    "1; a model that this worker serves: the champion, and a canary beside it.",
    ["name", "version", "engine"],
)
MODEL_LOADS = Counter(
    "aiguilleur_model_loads_total",
    "Models of the registry, champions and canaries, that this worker took up while it ran "
    "(`loaded`), and those that it could not (`failed`): what was held before serves on.",
    ["outcome"],
)
MODEL_BATCH = Histogram(
    "aiguilleur_model_batch_emails", "Mails claimed at once.", buckets=(1, 2, 4, 8, 16, 32, 64)
)
LEASES_EXPIRED = Counter(
    "aiguilleur_leases_expired_total",
    "Mails claimed from a worker that let its lease expire: it died, hung or was cut off.",
)
WAITED_SECONDS = Histogram(
    "aiguilleur_waited_seconds",
    "From acceptance to the claim that led to a decision.",
    buckets=SECONDS,
)
READ_SECONDS = Histogram(
    "aiguilleur_read_seconds", "Parsing one mail and making the model's input.", buckets=SECONDS
)
TOKENISE_SECONDS = Histogram(
    "aiguilleur_tokenise_seconds", "Tokenising one model batch.", buckets=SECONDS
)
INFERENCE_SECONDS = Histogram(
    "aiguilleur_inference_seconds",
    "The model on one model batch, tokenising included.",
    buckets=SECONDS,
)
MODEL_TOKENS = Histogram(
    "aiguilleur_model_batch_tokens",
    "Tokens that the model read of one model batch.",
    buckets=(32, 128, 512, 1024, 2048, 4096, 8192, 16384, 32768),
)
MODEL_SECONDS = Histogram(
    "aiguilleur_model_seconds",
    "Of a model batch's seconds, one mail's share by its tokens, by the version that was asked.",
    ["model_version"],
    buckets=SECONDS,
)
DECIDE_SECONDS = Histogram(
    "aiguilleur_decide_seconds", "Writing the decisions of one model batch.", buckets=SECONDS
)
LEASES_LOST = Counter(
    "aiguilleur_leases_lost_total", "Results refused because the lease had passed on."
)
DECIDED = Counter(
    "aiguilleur_emails_decided_total",
    "Mails decided. Abstentions are the reasons `below_threshold` and `out_of_scope`.",
    ["category", "queue", "reason", "model_version"],
)
STAMPS_UNMET = Counter(
    "aiguilleur_stamps_unmet_total",
    "Mails that a canary was to decide and the champion did: it is over, or not loaded here.",
)
CONFIDENCE = Histogram(
    "aiguilleur_decision_confidence",
    "Probability of the category that the model chose.",
    ["category"],
    buckets=(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0),
)
ATTEMPTS = Histogram(
    "aiguilleur_decision_attempts",
    "Leases that a mail took until it was decided: 1, or more where one expired.",
    buckets=(1, 2, 3, 4, 5),
)
TOTAL_SECONDS = Histogram(
    "aiguilleur_end_to_end_seconds",
    "From acceptance to the decision.",
    ["priority"],
    buckets=SECONDS,
)
for _priority in ("low", "normal", "high", "urgent"):
    TOTAL_SECONDS.labels(_priority)  # shown as 0 until it happens


def show_state(now: str, states: Sequence[str] = STATES) -> None:
    """Export what the worker is at."""
    for state in states:
        STATE.labels(state).set(state == now)


def show_model(name: str, version: str, engine: str) -> None:
    """Export that this worker serves a model."""
    MODEL.labels(name, version, engine).set(1)


def expect_failures(version: str, category: str, queue: str) -> None:
    """Export that none of a model's mails has failed yet: Prometheus tells no rate of what is not.

    Category and queue are those of mail that fails.
    """
    for reason in ("failed", "crashed"):
        DECIDED.labels(category, queue, reason, version)


def show_no_model() -> None:
    """Export none; those that are served from here on are shown anew."""
    MODEL.clear()
