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
WEEK_DRIFT = Gauge(
    "aiguilleur_drift_week_index",
    "How far the week that ended with the newest counted day has moved from the mail that the "
    "model was made with: by feature the stability index, for words the AUC over 0.5, for novel "
    "mail its share at the top over that of all, for accuracy, what stood the fall of it.",
    ["feature", "model_version"],
)
WEEK_BOUND = Gauge(
    "aiguilleur_drift_week_bound",
    "What that may reach by chance and by what weeks differ by anyway.",
    ["feature", "model_version"],
)
DRIFTS = Gauge(
    "aiguilleur_drifts",
    "1 for each feature that has drifted: over its bound on two days in a row; else 0.",
    ["feature", "model_version"],
)
COUNTED = Gauge(
    "aiguilleur_drift_counted_timestamp_seconds",
    "When the newest day that was counted for drift began (unix time).",
    ["what"],
)
COUNTS = Counter(
    "aiguilleur_drift_counts_total", "Countings of days for drift, by outcome.", ["outcome"]
)
for _outcome in ("counted", "failed"):
    COUNTS.labels(_outcome)  # shown as 0 until it happens
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
