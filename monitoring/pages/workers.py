"""The workers: what they are at, where the time goes, what they die of."""

from monitoring.panels import Page, Panel, Query, Row, mean, quantiles, rates

WORKERS = Page(
    "aiguilleur-workers",
    "Aiguilleur: workers",
    "What workers are at, where a mail's time goes, what they die of.",
    (
        Row(
            "Processes",
            (
                Panel(
                    "Up",
                    "Processes that answer Prometheus.",
                    "short",
                    [Query("sum by (component) (up{HERE})", "{{component}}")],
                ),
                Panel(
                    "What workers are at",
                    "`without_redis` is slower, and loses nothing.",
                    "short",
                    [Query("sum by (state) (aiguilleur_worker_state{HERE})", "{{state}}")],
                    stacked=True,
                ),
                Panel(
                    "Releases and models",
                    "More than one of each only during a rollout.",
                    "short",
                    [
                        Query("count by (version) (aiguilleur_build_info{HERE})", "{{version}}"),
                        Query(
                            "count by (name, version, engine) (aiguilleur_model_info{HERE})",
                            "{{name}} {{version}} on {{engine}}",
                        ),
                    ],
                ),
                Panel(
                    "Memory",
                    "Resident, by process.",
                    "bytes",
                    [Query("process_resident_memory_bytes{HERE}", "{{component}} {{instance}}")],
                ),
                Panel(
                    "CPU",
                    "Cores, by kind of process.",
                    "none",
                    [
                        Query(
                            "sum by (component) (rate(process_cpu_seconds_total{HERE}[RATE]))",
                            "{{component}}",
                        )
                    ],
                    stacked=True,
                ),
                Panel(
                    "Loop age",
                    "How long since a process last came round; over three minutes it hangs.",
                    "s",
                    [Query("aiguilleur_loop_age_seconds{HERE}", "{{component}} {{instance}}")],
                    limit=180,
                ),
            ),
        ),
        Row(
            "Where the time goes",
            (
                Panel(
                    "Stages, mean",
                    "Waiting is per mail; reading too; the rest per model batch.",
                    "s",
                    [
                        mean(f"aiguilleur_{name}_seconds", label)
                        for name, label in (
                            ("waited", "wait"),
                            ("read", "read"),
                            ("tokenise", "tokenise"),
                            ("inference", "infer"),
                            ("decide", "decide"),
                        )
                    ],
                    width=12,
                ),
                Panel(
                    "Inference, one model batch",
                    "Tokenising included.",
                    "s",
                    quantiles("aiguilleur_inference_seconds"),
                    width=12,
                ),
                Panel(
                    "Model batches",
                    "Mails and tokens of one, mean. Full batches: workers are behind.",
                    "short",
                    [
                        mean("aiguilleur_model_batch_emails", "mails"),
                        mean("aiguilleur_model_batch_tokens", "tokens"),
                    ],
                ),
                Panel(
                    "Webhook and SMTP attempts, p99",
                    "How slow receivers are.",
                    "s",
                    [
                        *quantiles("aiguilleur_webhook_seconds", places=(0.99,)),
                        *quantiles("aiguilleur_reinject_seconds", places=(0.99,)),
                    ],
                ),
                Panel(
                    "Wake-ups and sweeps",
                    "Who pushed them. Many by `sweep`: Redis loses them.",
                    "short",
                    [
                        rates("aiguilleur_wake_ups_total", "by"),
                        Query(
                            "sum by (outcome) (rate(aiguilleur_sweeps_total{HERE}[RATE]))",
                            "sweep: {{outcome}}",
                        ),
                    ],
                ),
            ),
        ),
        Row(
            "What goes wrong",
            (
                Panel(
                    "Faults",
                    "In the service itself, by kind.",
                    "short",
                    [rates("aiguilleur_failures_total", "reason")],
                ),
                Panel(
                    "Leases",
                    "Expired: a worker died or hung. Lost: its late result was refused.",
                    "short",
                    [
                        Query("sum(rate(aiguilleur_leases_expired_total{HERE}[RATE]))", "expired"),
                        Query("sum(rate(aiguilleur_leases_lost_total{HERE}[RATE]))", "lost"),
                    ],
                ),
                Panel(
                    "Leases a mail took",
                    "Share of mails that needed more than one.",
                    "percentunit",
                    [
                        Query(
                            "1 - sum(rate(aiguilleur_decision_attempts_bucket"
                            '{HERE,le="1.0"}[RATE])) '
                            "/ sum(rate(aiguilleur_decision_attempts_count{HERE}[RATE]))",
                            "more than one",
                        )
                    ],
                    top=1,
                ),
            ),
        ),
    ),
)
