"""How trials stand, read from PostgreSQL by the one sweeper that holds the lock."""

from prometheus_client import Gauge

SHARE = Gauge(
    "aiguilleur_trial_share",
    "Share of the mail that a shadow predicts or a canary decides, while it runs.",
    ["kind", "model_version"],
)
EVIDENCE = Gauge(
    "aiguilleur_canary_evidence",
    "Odds that the canary is worse than is borne, as a power of ten, by what is measured.",
    ["measure", "model_version"],
)
ENOUGH = Gauge(
    "aiguilleur_canary_evidence_enough",
    "The power of ten at which a canary is rolled back.",
    ["model_version"],
)
RATE = Gauge(
    "aiguilleur_canary_rate",
    "Overrides, abstentions, failures and slow answers a mail since the canary began.",
    ["measure", "model"],
)
LOST = Gauge(
    "aiguilleur_canary_lost",
    "1 for each version whose canary was rolled back by itself within a day.",
    ["model_version"],
)

GAUGES = (SHARE, EVIDENCE, ENOUGH, RATE, LOST)
