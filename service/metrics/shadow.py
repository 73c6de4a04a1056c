"""What the shadow counts."""

from prometheus_client import Counter, Gauge

STATES = ("idle", "yielding", "predicting")

STATE = Gauge(
    "aiguilleur_shadow_state",
    "1 for what the shadow is at now, 0 else; it yields while mail waits.",
    ["state"],
)
PREDICTED = Counter(
    "aiguilleur_shadow_predictions_total",
    "Decided mails that the challenger predicted, or could not.",
    ["model_version", "outcome"],
)


def show_state(now: str) -> None:
    """Export what the shadow is at."""
    for state in STATES:
        STATE.labels(state).set(state == now)
