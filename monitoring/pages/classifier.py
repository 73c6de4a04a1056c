"""The classifier: answers, confidence, disagreement, drift."""

from monitoring.panels import Page, Panel, Query, Row, quantiles, rates

_DECIDED = "aiguilleur_emails_decided_total"
_ASKED = 'reason=~"model|below_threshold|out_of_scope"'
_ABSTAINED = 'reason=~"below_threshold|out_of_scope"'

CLASSIFIER = Page(
    "aiguilleur-classifier",
    "Aiguilleur: classifier",
    "What the model answers, how sure it is, how often people disagree, how far mail has moved.",
    (
        Row(
            "Answers",
            (
                Panel(
                    "Categories",
                    "Decisions by category, rules included.",
                    "short",
                    [rates(_DECIDED, "category")],
                    stacked=True,
                ),
                Panel(
                    "Reasons",
                    "Who decided: the model, a rule, or nobody.",
                    "short",
                    [rates(_DECIDED, "reason")],
                    stacked=True,
                ),
                Panel(
                    "Abstentions",
                    "Share of the mails that the model saw: too unsure, or of no category.",
                    "percentunit",
                    [
                        Query(
                            f"(sum(rate({_DECIDED}{{HERE,{_ABSTAINED}}}[RATE])) or vector(0)) "
                            f"/ sum(rate({_DECIDED}{{HERE,{_ASKED}}}[RATE]))",
                            "abstained",
                        )
                    ],
                    limit=0.5,
                    top=1,
                ),
                Panel(
                    "Confidence",
                    "Of the category that the model chose.",
                    "percentunit",
                    quantiles("aiguilleur_decision_confidence", places=(0.1, 0.25, 0.5)),
                    top=1,
                ),
                Panel(
                    "Mean confidence by category",
                    "One that falls alone has met new mail.",
                    "percentunit",
                    [
                        Query(
                            "sum by (category) "
                            "(rate(aiguilleur_decision_confidence_sum{HERE}[RATE]))"
                            " / sum by (category) "
                            "(rate(aiguilleur_decision_confidence_count{HERE}[RATE]))",
                            "{{category}}",
                        )
                    ],
                    top=1,
                ),
                Panel(
                    "Versions",
                    "Decisions by model version: two during a rollout, one else.",
                    "short",
                    [rates(_DECIDED, "model_version")],
                    stacked=True,
                ),
            ),
        ),
        Row(
            "Right or wrong",
            (
                Panel(
                    "Live accuracy",
                    "Share of the model's decisions that stood until completion, of seven days.",
                    "percentunit",
                    [
                        Query(
                            "max by (model_version) (aiguilleur_live_accuracy{HERE})",
                            "{{model_version}}",
                        )
                    ],
                    top=1,
                ),
                Panel(
                    "Overrides",
                    "Categories that people changed, by the model's category.",
                    "short",
                    [rates("aiguilleur_overrides_total", "category")],
                ),
                Panel(
                    "Switched off",
                    "What an operator took away from the model or the rules.",
                    "short",
                    [Query("max by (what) (aiguilleur_switched_off{HERE})", "{{what}}")],
                ),
            ),
        ),
        Row(
            "By version",
            (
                Panel(
                    "Abstentions by version",
                    "Share of the mails that each model saw.",
                    "percentunit",
                    [
                        Query(
                            f"sum by (model_version) (rate({_DECIDED}{{HERE,{_ABSTAINED}}}[RATE]))"
                            " / sum by (model_version) "
                            f"(rate({_DECIDED}{{HERE,{_ASKED}}}[RATE]))",
                            "{{model_version}}",
                        )
                    ],
                    top=1,
                ),
                Panel(
                    "Failures by version",
                    "Mails that a model failed on, or that took a worker down.",
                    "short",
                    [rates(_DECIDED, "model_version", 'reason=~"failed|crashed"')],
                ),
                Panel(
                    "Overrides by version",
                    "Categories that people changed.",
                    "short",
                    [rates("aiguilleur_overrides_total", "model_version")],
                ),
                Panel(
                    "A mail's share of inference, by version",
                    "95 of 100 take less.",
                    "s",
                    quantiles("aiguilleur_model_seconds", by="model_version", places=(0.95,)),
                ),
                Panel(
                    "Evidence against the canary",
                    "Odds that it is worse than is borne, as a power of ten; over the line it is "
                    "rolled back.",
                    "none",
                    [
                        Query(
                            "max by (measure, model_version) (aiguilleur_canary_evidence{HERE})",
                            "{{measure}} {{model_version}}",
                        )
                    ],
                    limit=1.9,
                ),
                Panel(
                    "Trials",
                    "Share of the mail that a shadow predicts or a canary decides.",
                    "percentunit",
                    [
                        Query(
                            "max by (kind, model_version) (aiguilleur_trial_share{HERE})",
                            "{{kind}} {{model_version}}",
                        )
                    ],
                    top=1,
                ),
            ),
        ),
        Row(
            "Drift",
            (
                Panel(
                    "Drift from the training mail",
                    "Population stability index of the newest answers; over 0.25 is a shift.",
                    "none",
                    [
                        Query(
                            "max by (feature, model_version) (aiguilleur_drift_psi{HERE})",
                            "{{feature}} {{model_version}}",
                        )
                    ],
                    width=16,
                    limit=0.25,
                ),
                Panel(
                    "Answers looked at",
                    "By model version; below 200 there is no index.",
                    "short",
                    [
                        Query(
                            "max by (model_version) (aiguilleur_drift_emails{HERE})",
                            "{{model_version}}",
                        )
                    ],
                ),
                Panel(
                    "Drift of a week, of its bound",
                    "How far the newest week has moved, over what chance and custom explain; "
                    "over 1 for two days is drift.",
                    "none",
                    [
                        Query(
                            "max by (feature, model_version) (aiguilleur_drift_week_index{HERE}) "
                            "/ max by (feature, model_version) (aiguilleur_drift_week_bound{HERE})",
                            "{{feature}} {{model_version}}",
                        )
                    ],
                    width=16,
                    limit=1,
                ),
                Panel(
                    "Drifted",
                    "Features that drift, by model version: an alert.",
                    "short",
                    [
                        Query(
                            "max by (feature, model_version) (aiguilleur_drifts{HERE}) == 1",
                            "{{feature}} {{model_version}}",
                        )
                    ],
                ),
            ),
        ),
    ),
)
