"""Every Prometheus metric of the service's core, by who counts: name, help, labels.

Labels are bounded: categories, queues and reasons come from `routing.yaml` and the code, never
from mail. Base units, `_total` for counters (https://prometheus.io/docs/practices/naming/). A gauge
without labels would be shown as 0 by every process that imports it, so each here has labels.
`docs/metrics.md` is generated from here (`python -m scripts.metrics_doc`).
"""

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200)
