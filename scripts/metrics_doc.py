"""Generates docs/metrics.md: every metric of the service, as the code defines it."""

import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

from prometheus_client import Histogram
from prometheus_client.metrics import MetricWrapperBase

from scripts import drift
from service import progress

TARGET = Path(__file__).resolve().parent.parent / "docs" / "metrics.md"

# What shows them, and where they are defined.
GROUPS = {
    "Every process": "service.metrics.common",
    "API and LMTP: taking mail in": "service.metrics.accepting",
    "API: agents' work": "service.metrics.agents",
    "Worker": "service.metrics.deciding",
    "Sweeper: how everything stands": "service.metrics.standing",
    "Sweeper: how trials stand": "service.metrics.trials",
    "Shadow": "service.metrics.shadow",
    "LMTP": "service.lmtp.metrics",
    "Webhook sender": "service.webhooks.metrics",
    "Re-injection": "service.reinject.metrics",
}

TABLE = "| metric | type | labels | what it is |\n|---|---|---|---|"

HEAD = """\
# Metrics

Generated from the code by `python -m scripts.metrics_doc`; a test fails where the two differ.

Every process shows its metrics at `/metrics` on a port of its own (`AIGUILLEUR_METRICS_PORT`, 9100
by default), never on the API's public port. The API adds `flask_http_request_duration_seconds`,
`flask_http_request_total` and `flask_http_request_exceptions_total` by route (not by path) from
prometheus-flask-exporter; the other processes add `process_*` and `python_*` of prometheus_client.

Times are in seconds. A histogram gives `_bucket`, `_count` and `_sum`. Labels take a bounded number
of values: they come from `routing.yaml`, the model's folder and the code, never from mail. What the
sweeper shows is read from PostgreSQL and shown by one sweeper at a time; a standby shows none of
it, so `max` and `sum` over sweepers agree. Stages are measured where they happen: the
worker's table follows a mail's way, top to bottom.
"""


@dataclass(frozen=True, slots=True)
class Described:
    """A metric as Prometheus users know it."""

    name: str
    kind: str
    labels: tuple[str, ...]
    text: str
    bounds: tuple[float, ...] = ()


_AGE = Described(progress.METRIC, "gauge", (), progress.HELP)


def described() -> dict[str, list[Described]]:
    """Every metric by who shows it, in the order of the code."""
    found = {who: _of(import_module(module)) for who, module in GROUPS.items()}
    return {**found, "Worker, sweeper and senders": [_AGE]}


def text() -> str:
    """The file, as it is committed."""
    parts = [HEAD]
    for who, found in described().items():
        rows = "\n".join(_row(metric) for metric in found)
        parts.append(
            f"\n## {who}\n\n| metric | type | labels | what it is |\n|---|---|---|---|\n{rows}\n"
        )
    return "".join(parts)


def _of(module: ModuleType) -> list[Described]:
    metrics = [found for found in vars(module).values() if isinstance(found, MetricWrapperBase)]
    return [_described(metric) for metric in metrics]


def _described(metric: MetricWrapperBase) -> Described:
    # prometheus_client shows labels and buckets to nobody else than its own collectors
    (family,) = metric.describe()
    name = f"{family.name}_total" if family.type == "counter" else family.name
    bounds = tuple(metric._kwargs.get("buckets", ())) if isinstance(metric, Histogram) else ()
    return Described(name, family.type, metric._labelnames, family.documentation, bounds)


def _row(metric: Described) -> str:
    labels = ", ".join(f"`{label}`" for label in metric.labels) or "-"
    bounds = f" Buckets: {', '.join(f'{x:g}' for x in metric.bounds)}." if metric.bounds else ""
    return f"| `{metric.name}` | {metric.kind} | {labels} | {metric.text}{bounds} |"


if __name__ == "__main__":
    sys.exit(drift.keep(TARGET, text(), "scripts.metrics_doc"))
