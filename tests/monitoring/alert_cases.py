"""What Prometheus sees of each fault, and of what is none."""

from dataclasses import dataclass

HERE = 'namespace="n",release="r"'


@dataclass(frozen=True, slots=True)
class Case:
    """Series by the minute, and how many alerts of that name fire at the end of `minutes`.

    Values are as promtool writes them: `1+2x3` is 1 3 5 7, `_x4` four scrapes without an answer.
    """

    alert: str
    fires: int
    minutes: int
    series: dict[str, str]
    why: str


def up(values: str, component: str = "worker", instance: str = "w1") -> dict[str, str]:
    return {f'up{{{HERE},app="aiguilleur",component="{component}",instance="{instance}"}}': values}


def others(values: str) -> dict[str, str]:
    """Somebody else's processes in the same Prometheus, one of which calls itself a worker too."""
    return {
        'up{namespace="kube-system",instance="node"}': values,
        'up{namespace="etl",release="etl",component="worker",instance="w"}': values,
        'up{namespace="etl",release="etl",component="api",instance="a"}': values,
    }


def one(name: str, values: str, **labels: str) -> dict[str, str]:
    more = "".join(f',{key}="{value}"' for key, value in labels.items())
    return {f"{name}{{{HERE}{more}}}": values}


def posts(good: str, bad: str) -> dict[str, str]:
    """Answers to requests that post mail, as counters."""
    name = "flask_http_request_duration_seconds_count"
    route = {"method": "POST", "url_rule": "/v1/emails"}
    return one(name, good, **route, status="202") | one(name, bad, **route, status="503")


def decisions(every: str, soon: str, priority: str = "normal") -> dict[str, str]:
    """Decided mails, and those decided within a minute."""
    name = "aiguilleur_end_to_end_seconds"
    count = one(f"{name}_count", every, priority=priority)
    return count | one(f"{name}_bucket", soon, priority=priority, le="60.0")


def decided(values: str, reason: str = "model") -> dict[str, str]:
    return one("aiguilleur_emails_decided_total", values, reason=reason)


def waiting(values: str) -> dict[str, str]:
    return one("aiguilleur_waiting_emails", values, priority="normal")


def oldest(values: str, priority: str = "normal") -> dict[str, str]:
    return one("aiguilleur_oldest_waiting_seconds", values, priority=priority)


DAY = 24 * 60
CASES = [
    Case("AiguilleurAcceptErrorsBurn", 3, 70, posts("0+90x70", "0+10x70"), "one in ten fails"),
    Case("AiguilleurAcceptErrorsBurn", 0, 70, posts("0+1000x70", "0x70"), "none fails"),
    Case(
        "AiguilleurAcceptErrorsBurn", 1, 90,
        posts("0+1000x90", "0+50x20 1000x70"), "it is over, a ticket stays",
    ),
    Case(
        "AiguilleurAcceptErrorsBurn", 1, 5 * DAY,
        posts("0+10000x7200", "0+20x7200"), "twice too many for days",
    ),
    Case("AiguilleurSlowDecisionsBurn", 3, 70, decisions("0+100x70", "0+70x70"), "three in ten"),
    Case("AiguilleurSlowDecisionsBurn", 0, 70, decisions("0+100x70", "0+100x70"), "all are soon"),
    Case("AiguilleurSlowDecisionsBurn", 0, 70, decisions("0x70", "0x70"), "nothing to decide"),
    Case(
        "AiguilleurSlowDecisionsBurn", 0, 70,
        decisions("0+9x70", "0+9x70") | decisions("0+100x70", "0x70", "low"), "an archive",
    ),
    Case("AiguilleurNoDecisions", 1, 10, waiting("5x10") | decided("7x10"), "none is decided"),
    Case("AiguilleurNoDecisions", 1, 10, waiting("5x10"), "no worker ever was"),
    Case("AiguilleurNoDecisions", 0, 10, waiting("5x10") | decided("0+9x10"), "they are at it"),
    Case("AiguilleurNoDecisions", 0, 10, waiting("0x10") | decided("7x10"), "none waits"),
    Case("AiguilleurBacklogAge", 1, 5, oldest("950x5"), "a quarter of an hour"),
    Case("AiguilleurBacklogAge", 0, 5, oldest("850x5"), "less"),
    Case("AiguilleurBacklogAge", 1, 5, oldest("4550x5", "low"), "an hour later, low or not"),
    Case("AiguilleurBacklogAge", 0, 5, oldest("4400x5", "low"), "it gives way to others"),
    Case(
        "AiguilleurBackpressure", 1, 30,
        one("aiguilleur_backpressure_total", "0+3x30", code="too_busy"), "mail is put off",
    ),
    Case(
        "AiguilleurBackpressure", 0, 40,
        one("aiguilleur_backpressure_total", "0+3x5 18x35", code="too_busy"), "it was",
    ),
    Case("AiguilleurWorkerDown", 1, 5, up("1x2 0x3") | up("1x5", instance="w2"), "one of two"),
    Case("AiguilleurWorkerDown", 0, 5, up("0 1x5"), "it came back"),
    Case("AiguilleurWorkerDown", 0, 5, up("0x5", "webhooks"), "another process"),
    Case("AiguilleurWorkerDown", 0, 5, others("0x5"), "somebody else's"),
    Case("AiguilleurWorkerDown", 0, 9, up("1x2 stale"), "it was taken away, none is left"),
    Case("AiguilleurApiDown", 1, 9, up("1x2 0x7", "api"), "none answers"),
    Case(
        "AiguilleurApiDown", 0, 9,
        up("1x2 0x7", "api") | up("1x9", "api", "a2") | others("0x9"), "another one does",
    ),
    Case("AiguilleurApiDown", 0, 9, up("0x9"), "no API is wanted"),
    Case("AiguilleurNobodySweeps", 1, 15, up("1x15"), "nobody ever did"),
    Case("AiguilleurNobodySweeps", 0, 15, others("1x15"), "somebody else's, who never do"),
    Case(
        "AiguilleurNobodySweeps", 1, 30,
        up("1x30") | one("aiguilleur_sweeps_total", "0+9x10 90x20", outcome="swept"), "it stopped",
    ),
    Case(
        "AiguilleurNobodySweeps", 0, 15,
        up("1x15") | one("aiguilleur_sweeps_total", "0+9x15", outcome="swept"), "one does",
    ),
    Case("AiguilleurStuck", 1, 5, one("aiguilleur_loop_age_seconds", "200x5"), "three minutes"),
    Case("AiguilleurStuck", 0, 5, one("aiguilleur_loop_age_seconds", "9x5"), "it comes round"),
    Case(
        "AiguilleurRedisAway", 1, 8,
        one("aiguilleur_worker_state", "1x8", state="without_redis"), "a worker without it",
    ),
    Case(
        "AiguilleurRedisAway", 0, 8,
        one("aiguilleur_worker_state", "0x8", state="without_redis"), "none without it",
    ),
    Case("AiguilleurLeasesExpired", 1, 9, one("aiguilleur_leases_expired_total", "0x5 2x4"), "two"),
    Case("AiguilleurLeasesExpired", 0, 9, one("aiguilleur_leases_expired_total", "2x9"), "before"),
    Case(
        "AiguilleurFailures", 1, 20,
        one("aiguilleur_failures_total", "0+1x20", reason="model"), "fifteen in 15 minutes",
    ),
    Case(
        "AiguilleurFailures", 0, 20,
        one("aiguilleur_failures_total", "0x10 3x10", reason="model"), "three",
    ),
    Case(
        "AiguilleurDrift", 1, 70,
        one("aiguilleur_drift_psi", "0.4x70", feature="category", model_version="v")
        | one("aiguilleur_drift_emails", "5000x70", model_version="v"),
        "a shift",
    ),
    Case(
        "AiguilleurDrift", 0, 70,
        one("aiguilleur_drift_psi", "0.4x70", feature="category", model_version="v")
        | one("aiguilleur_drift_emails", "300x70", model_version="v"),
        "too few mails to say",
    ),
    Case(
        "AiguilleurLastingDrift", 2, 30,
        one("aiguilleur_drifts", "1x30", feature="words", model_version="v")
        | one("aiguilleur_drifts", "1x30", feature="language", model_version="v")
        | one("aiguilleur_drifts", "0x30", feature="length", model_version="v"),
        "two features, each by its name",
    ),
    Case(
        "AiguilleurLastingDrift", 0, 30,
        one("aiguilleur_drifts", "0x30", feature="words", model_version="v"), "none",
    ),
    Case(
        "AiguilleurDriftUncounted", 1, 6 * DAY,
        one("aiguilleur_drift_counted_timestamp_seconds", "0x8640", what="day")
        | decided("0+5x8640"),
        "nobody counted for days",
    ),
    Case(
        "AiguilleurDriftUncounted", 0, 6 * DAY,
        one("aiguilleur_drift_counted_timestamp_seconds", "0+60x8640", what="day")
        | decided("0+5x8640"),
        "each day is counted",
    ),
    Case(
        "AiguilleurDriftUncounted", 0, 6 * DAY,
        one("aiguilleur_drift_counted_timestamp_seconds", "0x8640", what="day")
        | decided("9x8640"),
        "no mail came either",
    ),
    Case(
        "AiguilleurDriftUncounted", 1, 8 * 60,
        one("aiguilleur_drift_counts_total", "0+0.1x480", outcome="failed"),
        "the first day that there was cannot be counted",
    ),
    Case(
        "AiguilleurDriftUncounted", 0, 8 * 60,
        one("aiguilleur_drift_counts_total", "0+0.1x480", outcome="failed")
        | one("aiguilleur_drift_counted_timestamp_seconds", "0+60x480", what="day"),
        "the day before was counted, and it is tried again",
    ),
    Case(
        "AiguilleurDrift", 0, 70,
        one("aiguilleur_drift_psi", "0.2x70", feature="category", model_version="v")
        | one("aiguilleur_drift_emails", "5000x70", model_version="v"),
        "none",
    ),
    Case(
        "AiguilleurOverrides", 1, DAY,
        one("aiguilleur_overrides_total", "0+1x1440", category="claim") | decided("0+5x1440"),
        "one in five",
    ),
    Case(
        "AiguilleurOverrides", 0, DAY,
        one("aiguilleur_overrides_total", "0+1x1440", category="claim") | decided("0+50x1440"),
        "one in fifty",
    ),
    Case(
        "AiguilleurOverrides", 0, DAY,
        one("aiguilleur_overrides_total", "0x1000 5x440", category="claim")
        | decided("0x1000 10x440"),
        "too few mails to say",
    ),
    Case(
        "AiguilleurAbstentions", 1, 8 * 60,
        decided("0+1x480") | decided("0+2x480", "below_threshold"), "two in three",
    ),
    Case(
        "AiguilleurAbstentions", 0, 8 * 60,
        decided("0+9x480") | decided("0+1x480", "out_of_scope"), "one in ten",
    ),
    Case(
        "AiguilleurRetrainingFailed", 1, 5,
        one("aiguilleur_retraining_failed", "1x5", step="train"), "the newest one did",
    ),
    Case(
        "AiguilleurRetrainingFailed", 0, 9,
        one("aiguilleur_retraining_failed", "1x3 _x6", step="train"), "the next one did not",
    ),
    Case(
        "AiguilleurRetrainingLate", 1, 9,
        one("aiguilleur_retraining_late_seconds", "0x2 60x7", step="train"), "over its time",
    ),
    Case(
        "AiguilleurRetrainingLate", 0, 9,
        one("aiguilleur_retraining_late_seconds", "0x9", step="train"), "in time",
    ),
    Case(
        "AiguilleurCanaryLost", 1, 5,
        one("aiguilleur_canary_lost", "_x2 1x3", model_version="v"), "rolled back",
    ),
    Case(
        "AiguilleurCanaryLost", 0, 30,
        one("aiguilleur_canary_lost", "1x10 _x20", model_version="v"), "a day ago",
    ),
    Case("AiguilleurSwitchedOff", 1, 70, one("aiguilleur_switched_off", "1x70", what="x"), "off"),
    Case(
        "AiguilleurSwitchedOff", 0, 70,
        one("aiguilleur_switched_off", "1x30 _x40", what="model"), "not any more",
    ),
    Case(
        "AiguilleurSlaBreaches", 2, 20,
        one("aiguilleur_open_emails", "3x20", queue="claims", sla="breached")
        | one("aiguilleur_open_emails", "1x20", queue="triage", sla="breached"),
        "two queues are late",
    ),
    Case(
        "AiguilleurSlaBreaches", 0, 20,
        one("aiguilleur_open_emails", "3x20", queue="claims", sla="breach_soon"), "not yet",
    ),
    Case("AiguilleurWebhooksDead", 1, 8, one("aiguilleur_webhook_dead", "1x8"), "one"),
    Case("AiguilleurWebhooksDead", 0, 8, one("aiguilleur_webhook_dead", "0x8"), "none"),
    Case("AiguilleurReinjectionsDead", 1, 8, one("aiguilleur_reinject_dead", "1x8"), "one"),
    Case("AiguilleurReinjectionsDead", 0, 8, one("aiguilleur_reinject_dead", "0x8"), "none"),
]  # fmt: skip
