"""Alerts and dashboards as code: what Prometheus and Grafana are given, generated and committed.

    objectives, symptoms -> helm/files/rules.yaml        (a Prometheus rule file)
    pages                -> helm/files/dashboards/*.json (Grafana)

Every series carries `namespace` and `release`, so that two releases in one Prometheus stay apart,
and `component`, the process that shows it; the chart's monitors add all three, and `app`, by which
`up` is told from everybody else's.
"""
