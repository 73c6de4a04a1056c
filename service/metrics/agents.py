"""What the API counts of agents' work."""

from prometheus_client import Counter

CLAIMS = Counter("aiguilleur_agent_claims_total", "Agents' asking for mail.", ["outcome"])
COMPLETED = Counter(
    "aiguilleur_emails_completed_total",
    "Mails that agents completed; `late` where a target of the queue was missed.",
    ["queue", "late"],
)
OVERRIDES = Counter(
    "aiguilleur_overrides_total",
    "The model's decisions whose category a person changed, by the model's category.",
    ["category", "model_version"],
)
