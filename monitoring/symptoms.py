"""What an operator must hear of besides the objectives: causes worth a name of their own."""

from monitoring.rules import BY, PAGE, TICKET, Alert

_OURS = 'app="aiguilleur"'  # `up` is everybody's: other releases' workers are called so too
_DECIDED = "aiguilleur_emails_decided_total"
_ASKED = 'reason=~"model|below_threshold|out_of_scope"'
_COUNTED = 'aiguilleur_drift_counted_timestamp_seconds{what="day"}'
_ABSTAINED = 'reason=~"below_threshold|out_of_scope"'

BACKLOG = (
    Alert(
        "AiguilleurNoDecisions",
        f"sum {BY} (aiguilleur_waiting_emails) > 0 unless sum {BY} (rate({_DECIDED}[3m])) > 0",
        "2m",
        PAGE,
        "{{ $value }} mails wait and none was decided for five minutes.",
    ),
    Alert(
        "AiguilleurBacklogAge",
        f'max {BY} (aiguilleur_oldest_waiting_seconds{{priority!="low"}} > 900 '
        'or aiguilleur_oldest_waiting_seconds{priority="low"} > 4500)',
        "2m",
        PAGE,
        "The oldest waiting mail is {{ $value | humanizeDuration }} old.",
    ),
    Alert(
        "AiguilleurBackpressure",
        f"sum {BY} (rate(aiguilleur_backpressure_total[10m])) > 0",
        "10m",
        TICKET,
        "Mail has been put off for ten minutes, {{ $value | humanize }} requests a second: too "
        "much waits, or a client posts too fast.",
    ),
)

PROCESSES = (
    Alert(
        "AiguilleurWorkerDown",
        f'up{{{_OURS},component="worker"}} == 0',
        "2m",
        PAGE,
        "Worker {{ $labels.instance }} does not answer.",
    ),
    Alert(
        "AiguilleurApiDown",
        f'sum {BY} (up{{{_OURS},component="api"}}) == 0',
        "2m",
        PAGE,
        "No API answers: no mail is taken by HTTP, and no error is counted either.",
    ),
    Alert(
        "AiguilleurNobodySweeps",
        f"sum {BY} (up{{{_OURS}}}) > 0 "
        f'unless sum {BY} (rate(aiguilleur_sweeps_total{{outcome="swept"}}[5m])) > 0',
        "5m",
        PAGE,
        "No sweeper works: mail whose wake-up was lost stays where it is, and the figures of what "
        "waits are missing.",
    ),
    Alert(
        "AiguilleurStuck",
        "aiguilleur_loop_age_seconds > 180",
        "1m",
        TICKET,
        "{{ $labels.component }} {{ $labels.instance }} has not come round its loop for "
        "{{ $value | humanizeDuration }}.",
    ),
    Alert(
        "AiguilleurRedisAway",
        f'sum {BY} (aiguilleur_worker_state{{state="without_redis"}}) > 0',
        "3m",
        TICKET,
        "{{ $value }} workers work without Redis: mail is decided later, nothing is lost.",
    ),
    Alert(
        "AiguilleurLeasesExpired",
        f"sum {BY} (increase(aiguilleur_leases_expired_total[15m])) > 0",
        "0m",
        TICKET,
        "{{ $value | humanize }} mails had to be taken over from a worker that died or hung.",
    ),
    Alert(
        "AiguilleurFailures",
        "sum by (namespace, release, reason) (increase(aiguilleur_failures_total[15m])) > 5",
        "5m",
        TICKET,
        "{{ $value | humanize }} faults of kind {{ $labels.reason }} in a quarter of an hour.",
    ),
)

MODEL = (
    Alert(
        "AiguilleurDrift",
        "max by (namespace, release, feature, model_version) (aiguilleur_drift_psi) > 0.25 "
        "and on (namespace, release, model_version) aiguilleur_drift_emails >= 1000",
        "1h",
        TICKET,
        "Model {{ $labels.model_version }}: {{ $labels.feature }} has moved away from the mail "
        "that it was made with (PSI {{ $value | humanize }}).",
    ),
    Alert(
        "AiguilleurLastingDrift",
        "max by (namespace, release, feature, model_version) (aiguilleur_drifts) == 1",
        "15m",
        TICKET,
        "Model {{ $labels.model_version }}: by {{ $labels.feature }}, a week of mail is no longer "
        "what the model was made with.",
    ),
    Alert(
        "AiguilleurDriftUncounted",
        f"time() - max {BY} ({_COUNTED}) > 4 * 86400 "
        f"and {BY.replace('by', 'on')} sum {BY} (increase({_DECIDED}{{{_ASKED}}}[1d])) > 0 "
        # where no day ever was counted there is no time since: it is tried every ten minutes
        f'or 600 * sum {BY} (increase(aiguilleur_drift_counts_total{{outcome="failed"}}[1d])) '
        f"> 4 * 3600 unless max {BY} ({_COUNTED})",
        "1h",
        TICKET,
        "No day was counted for drift for {{ $value | humanizeDuration }}: nothing is known of it.",
    ),
    Alert(
        "AiguilleurOverrides",
        f"sum {BY} (increase(aiguilleur_overrides_total[1d])) "
        f'/ (sum {BY} (increase({_DECIDED}{{reason="model"}}[1d])) > 200) > 0.15',
        "1h",
        TICKET,
        "People changed {{ $value | humanizePercentage }} of the model's decisions within a day.",
    ),
    Alert(
        "AiguilleurAbstentions",
        f"sum {BY} (increase({_DECIDED}{{{_ABSTAINED}}}[6h])) "
        f"/ (sum {BY} (increase({_DECIDED}{{{_ASKED}}}[6h])) > 200) > 0.5",
        "1h",
        TICKET,
        "The model abstained on {{ $value | humanizePercentage }} of the mails of six hours.",
    ),
    Alert(
        "AiguilleurRetrainingFailed",
        "max by (namespace, release, step) (aiguilleur_retraining_failed) == 1",
        "1m",
        TICKET,
        "The newest retraining failed at the step {{ $labels.step }}; the champion decides on.",
    ),
    Alert(
        "AiguilleurRetrainingLate",
        "max by (namespace, release, step) (aiguilleur_retraining_late_seconds) > 0",
        "5m",
        TICKET,
        "The step {{ $labels.step }} of a retraining is {{ $value | humanizeDuration }} over its "
        "time: it hangs, or its process was killed.",
    ),
    Alert(
        "AiguilleurCanaryLost",
        "max by (namespace, release, model_version) (aiguilleur_canary_lost) == 1",
        "0m",
        TICKET,
        "The canary of model {{ $labels.model_version }} did worse than the champion and was "
        "rolled back by itself; the champion decides all mail.",
    ),
    Alert(
        "AiguilleurSwitchedOff",
        "max by (namespace, release, what) (aiguilleur_switched_off) == 1",
        "1h",
        TICKET,
        "{{ $labels.what }} has been switched off for an hour: its mail goes to people.",
    ),
)

PEOPLE = (
    Alert(
        "AiguilleurSlaBreaches",
        'sum by (namespace, release, queue) (aiguilleur_open_emails{sla="breached"}) > 0',
        "15m",
        TICKET,
        "{{ $value }} mails in queue {{ $labels.queue }} are past their target.",
    ),
)

OUTBOUND = (
    Alert(
        "AiguilleurWebhooksDead",
        f"max {BY} (aiguilleur_webhook_dead) > 0",
        "5m",
        TICKET,
        "{{ $value }} webhooks were given up.",
    ),
    Alert(
        "AiguilleurReinjectionsDead",
        f"max {BY} (aiguilleur_reinject_dead) > 0",
        "5m",
        TICKET,
        "{{ $value }} mails were not handed on.",
    ),
)

GROUPS = {
    "aiguilleur-backlog": BACKLOG,
    "aiguilleur-processes": PROCESSES,
    "aiguilleur-model": MODEL,
    "aiguilleur-people": PEOPLE,
    "aiguilleur-outbound": OUTBOUND,
}
