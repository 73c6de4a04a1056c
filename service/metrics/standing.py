"""How everything stands, read from PostgreSQL by the one sweeper that holds the lock."""

from prometheus_client import Counter, Gauge

SWEEPS = Counter("aiguilleur_sweeps_total", "Sweeps, by outcome.", ["outcome"])
WAITING = Gauge("aiguilleur_waiting_emails", "Mails not decided yet.", ["priority"])
OLDEST_SECONDS = Gauge(
    "aiguilleur_oldest_waiting_seconds", "Age of the oldest waiting mail.", ["priority"]
)
OPEN = Gauge("aiguilleur_open_emails", "Mails in agents' queues, by SLA state.", ["queue", "sla"])
OLDEST_OPEN_SECONDS = Gauge(
    "aiguilleur_oldest_open_seconds", "How long the oldest mail lies in this queue.", ["queue"]
)
LIVE_ACCURACY = Gauge(
    "aiguilleur_live_accuracy",
    "Share of the model's decisions that stood until completion, of the last seven days.",
    ["model_version"],
)
LIVE_ACCURACY_EMAILS = Gauge(
    "aiguilleur_live_accuracy_emails", "Completed mails which that share is of.", ["model_version"]
)
CHECKED_ACCURACY = Gauge(
    "aiguilleur_checked_accuracy",
    "Share of the model's decisions that are right, by spot checks of the last 30 days: the "
    "estimate, and the low and high bound of its 95 % interval.",
    ["model_version", "bound"],
)
CHECKS = Gauge(
    "aiguilleur_spot_checks",
    "Spot checks of the last 30 days, labelled or waiting for a label.",
    ["model_version", "state"],
)
DRIFT = Gauge(
    "aiguilleur_drift_psi",
    "Population stability index of the model's newest answers against its manifest; "
    "over 0.25 is a shift.",
    ["feature", "model_version"],
)
DRIFT_EMAILS = Gauge(
    "aiguilleur_drift_emails", "The newest answers which that index is of.", ["model_version"]
)
ALIAS = Gauge(
    "aiguilleur_model_alias",
    "1 for the version that holds an alias of the registry.",
    ["alias", "model_version"],
)
OFF = Gauge("aiguilleur_switched_off", "1 for each switch that an operator turned off.", ["what"])
RETRAINING_FAILED = Gauge(
    "aiguilleur_retraining_failed",
    "1 for the step at which the newest retraining that ended failed.",
    ["step"],
)
RETRAINING_LATE = Gauge(
    "aiguilleur_retraining_late_seconds",
    "By how much the step of a retraining that did not end is over its time; 0 while it is not.",
    ["step"],
)
