"""The queues: what waits for the model and for people."""

from monitoring.panels import Page, Panel, Query, Row, rates

_DECIDED = "aiguilleur_emails_decided_total"

QUEUES = Page(
    "aiguilleur-queues",
    "Aiguilleur: queues",
    "What waits for the model and for people, and whether promises are kept.",
    (
        Row(
            "Waiting for a decision",
            (
                Panel(
                    "Waiting by priority",
                    "Mails not decided yet.",
                    "short",
                    [Query("max by (priority) (aiguilleur_waiting_emails{HERE})", "{{priority}}")],
                    width=12,
                    stacked=True,
                ),
                Panel(
                    "Oldest by priority",
                    "Age of the oldest mail not decided yet.",
                    "s",
                    [
                        Query(
                            "max by (priority) (aiguilleur_oldest_waiting_seconds{HERE})",
                            "{{priority}}",
                        )
                    ],
                    width=12,
                    limit=900,
                ),
            ),
        ),
        Row(
            "Waiting for people",
            (
                Panel(
                    "Open by queue",
                    "Mails that nobody completed.",
                    "short",
                    [Query("sum by (queue) (aiguilleur_open_emails{HERE})", "{{queue}}")],
                    stacked=True,
                ),
                Panel(
                    "Past their target",
                    "By queue; any for a quarter of an hour raises a ticket.",
                    "short",
                    [
                        Query(
                            'sum by (queue) (aiguilleur_open_emails{HERE,sla="breached"})',
                            "{{queue}}",
                        )
                    ],
                    limit=1,
                ),
                Panel(
                    "Past it soon",
                    "By queue: who must be helped now.",
                    "short",
                    [
                        Query(
                            'sum by (queue) (aiguilleur_open_emails{HERE,sla="breach_soon"})',
                            "{{queue}}",
                        )
                    ],
                ),
                Panel(
                    "Oldest by queue",
                    "How long the oldest mail lies there.",
                    "s",
                    [Query("max by (queue) (aiguilleur_oldest_open_seconds{HERE})", "{{queue}}")],
                ),
                Panel(
                    "Completed",
                    "By queue, and how many of them too late.",
                    "short",
                    [
                        rates("aiguilleur_emails_completed_total", "queue"),
                        Query(
                            'sum(rate(aiguilleur_emails_completed_total{HERE,late="yes"}[RATE]))',
                            "late",
                        ),
                    ],
                ),
                Panel(
                    "Agents asking for mail",
                    "`none`: they found nothing to do.",
                    "short",
                    [rates("aiguilleur_agent_claims_total", "outcome")],
                ),
            ),
        ),
        Row(
            "Routing",
            (
                Panel(
                    "Decisions by queue",
                    "Where mail goes.",
                    "short",
                    [rates(_DECIDED, "queue")],
                    width=12,
                    stacked=True,
                ),
                Panel(
                    "Overrides",
                    "Share of the model's decisions that people changed.",
                    "percentunit",
                    [
                        Query(
                            "(sum(rate(aiguilleur_overrides_total{HERE}[RATE])) or vector(0)) / "
                            f'sum(rate({_DECIDED}{{HERE,reason="model"}}[RATE]))',
                            "changed",
                        )
                    ],
                    width=12,
                    limit=0.15,
                ),
            ),
        ),
    ),
)
