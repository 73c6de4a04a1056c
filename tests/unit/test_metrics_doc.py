"""docs/metrics.md tells of every metric that the code defines, and names follow the convention."""

import ast
from pathlib import Path

import pytest

from scripts.metrics_doc import TARGET, Described, described, text

ROOT = Path(__file__).resolve().parents[2]
METRICS = [metric for found in described().values() for metric in found]
# Values of these come from routing.yaml, the model's folder or the code.
BOUNDED = {
    *("alias", "by", "category", "code", "engine", "feature", "kind", "late", "model_version"),
    *("name", "outcome", "priority", "python", "queue", "reason", "sla", "state", "version"),
    *("bound", "measure", "model", "step", "what"),
}


def names_in_code() -> set[str]:
    """What every Counter, Gauge and Histogram of the service is called."""
    found = set()
    for path in (ROOT / "service").rglob("*.py"):
        code = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(code)) if "prometheus_client" in code else ():
            kind = getattr(getattr(node, "func", None), "id", "")
            if kind in {"Counter", "Gauge", "Histogram", "Summary", "Info", "Enum"}:
                argument = node.args[0]  # type: ignore[attr-defined]
                found.add(getattr(argument, "value", None) or f"{path.name}:{node.lineno}")  # type: ignore[attr-defined]
    return found


def test_the_page_is_what_the_code_defines() -> None:
    """`python -m scripts.metrics_doc` writes it."""
    assert TARGET.read_text(encoding="utf-8") == text()


def test_no_metric_is_undocumented() -> None:
    """Wherever in the service it is defined; `progress.py` names its own by a constant."""
    undocumented = names_in_code() - {metric.name for metric in METRICS}
    assert {name.partition(":")[0] for name in undocumented} == {"progress.py"}


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_names_and_labels_follow_the_convention(metric: Described) -> None:
    """https://prometheus.io/docs/practices/naming/: a prefix, base units, bounded labels, help."""
    assert metric.name.startswith("aiguilleur_")
    assert metric.name.endswith("_total") == (metric.kind == "counter")
    assert not metric.name.endswith(("_ms", "_milliseconds", "_minutes", "_kb", "_mb"))
    assert set(metric.labels) <= BOUNDED
    assert metric.text.endswith(".")
