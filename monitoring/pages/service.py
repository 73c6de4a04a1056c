"""The service: whether mail comes in, is decided soon, and what goes wrong."""

from monitoring.objectives import OBJECTIVES, ratio
from monitoring.panels import Page, Panel, Query, Row, quantiles, rates

_DECIDED = "aiguilleur_emails_decided_total"
_HTTP = "flask_http_request_duration_seconds"


def _burning() -> list[Panel]:
    return [
        Panel(
            f"Budget burn: {objective.name.replace('_', ' ')}",
            f"How many times faster than allowed the error budget goes; the objective is that "
            f"{objective.share:.1%} of {objective.means}. Over 14.4 in an hour somebody is paged.",
            "none",
            [
                Query(f"{ratio(objective, w)}{{HERE}} / {1 - objective.share:g}", f"over {w}")
                for w in ("5m", "1h", "6h")
            ],
            width=12,
            limit=14.4,
        )
        for objective in OBJECTIVES
    ]


SERVICE = Page(
    "aiguilleur-service",
    "Aiguilleur: service",
    "Whether mail comes in, is decided soon, and what goes wrong.",
    (
        Row(
            "Now",
            (
                Panel(
                    "Waiting",
                    "Mails accepted and not decided yet.",
                    "short",
                    [Query("sum(aiguilleur_waiting_emails{HERE})")],
                    width=6,
                    figure=True,
                ),
                Panel(
                    "Oldest waiting",
                    "Over a quarter of an hour somebody is paged; an hour later where it is low.",
                    "s",
                    [Query("max(aiguilleur_oldest_waiting_seconds{HERE})")],
                    width=6,
                    figure=True,
                    limit=900,
                ),
                Panel(
                    "Decided per second",
                    "By all workers.",
                    "short",
                    [Query(f"sum(rate({_DECIDED}{{HERE}}[RATE]))")],
                    width=6,
                    figure=True,
                ),
                Panel(
                    "Server errors",
                    "Share of all requests.",
                    "percentunit",
                    [
                        Query(
                            f'(sum(rate({_HTTP}_count{{HERE,status=~"5.."}}[RATE])) or vector(0)) '
                            f"/ sum(rate({_HTTP}_count{{HERE}}[RATE]))"
                        )
                    ],
                    width=6,
                    figure=True,
                    limit=0.001,
                ),
            ),
        ),
        Row("Objectives", tuple(_burning())),
        Row(
            "Traffic, latency, errors",
            (
                Panel(
                    "Mails in and out",
                    "Accepted, decided, known before. In over out for long: a backlog grows.",
                    "short",
                    [
                        Query(
                            "sum(rate(aiguilleur_emails_accepted_total{HERE}[RATE]))", "accepted"
                        ),
                        Query(f"sum(rate({_DECIDED}{{HERE}}[RATE]))", "decided"),
                        Query(
                            "sum(rate(aiguilleur_emails_duplicate_total{HERE}[RATE]))", "duplicate"
                        ),
                    ],
                ),
                Panel(
                    "From acceptance to decision",
                    "What a customer's mail waits for us.",
                    "s",
                    quantiles("aiguilleur_end_to_end_seconds"),
                    limit=60,
                ),
                Panel(
                    "Accepting",
                    "From a checked request to its commit: PostgreSQL's share of a post.",
                    "s",
                    quantiles("aiguilleur_accept_seconds"),
                ),
                Panel(
                    "Requests by route",
                    "Not by path: ids are no labels.",
                    "reqps",
                    [rates(f"{_HTTP}_count", "url_rule")],
                ),
                Panel(
                    "Requests by status",
                    "429 and 503 carry Retry-After.",
                    "reqps",
                    [rates(f"{_HTTP}_count", "status")],
                    stacked=True,
                ),
                Panel(
                    "Refused and put off",
                    "Mails refused by error code; requests put off while too much waits.",
                    "short",
                    [
                        rates("aiguilleur_emails_rejected_total", "code"),
                        Query(
                            "sum by (code) (rate(aiguilleur_backpressure_total{HERE}[RATE]))",
                            "put off: {{code}}",
                        ),
                    ],
                ),
            ),
        ),
        Row(
            "Other ways in and out",
            (
                Panel(
                    "LMTP replies",
                    "By code: 250 taken, 45x put off, 55x refused.",
                    "short",
                    [rates("aiguilleur_lmtp_recipient_replies_total", "code")],
                    width=6,
                ),
                Panel(
                    "Webhooks",
                    "Attempts by outcome.",
                    "short",
                    [rates("aiguilleur_webhook_deliveries_total", "outcome")],
                    width=6,
                ),
                Panel(
                    "Handed on by SMTP",
                    "Attempts by outcome.",
                    "short",
                    [rates("aiguilleur_reinject_attempts_total", "outcome")],
                    width=6,
                ),
                Panel(
                    "Outbound waiting",
                    "Every sender tells the same; dead ones wait for `aiguilleur replay`.",
                    "short",
                    [
                        Query("max(aiguilleur_webhook_pending{HERE})", "webhooks"),
                        Query("max(aiguilleur_webhook_dead{HERE})", "webhooks given up"),
                        Query("max(aiguilleur_reinject_pending{HERE})", "re-injections"),
                        Query("max(aiguilleur_reinject_dead{HERE})", "re-injections given up"),
                    ],
                    width=6,
                ),
            ),
        ),
    ),
)
