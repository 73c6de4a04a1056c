"""What the chart gives Prometheus and Grafana: every process, the committed rules and pages."""

import json

import yaml

from monitoring.rules import RUNBOOKS
from tests.chart.rendering import CHART, chosen, component, of_kind, pods, render, selects


def test_the_public_service_does_not_show_metrics() -> None:
    """They have a Service of their own, which no Ingress leads to."""
    ports = of_kind(render("full"), "Service")["api"]["spec"]["ports"]
    assert [port["name"] for port in ports] == ["http"]


def test_prometheus_finds_every_process() -> None:
    """The API by its Service of metrics, the others by their pods."""
    objects = render("full")
    monitor = of_kind(objects, "ServiceMonitor")["metrics"]["spec"]
    services = [s for s in of_kind(objects, "Service").values()
                if selects(monitor["selector"], s["metadata"]["labels"])]  # fmt: skip
    assert [component(service) for service in services] == ["metrics"]
    assert chosen({"matchLabels": services[0]["spec"]["selector"]}, objects) == {"api"}
    others = of_kind(objects, "PodMonitor")["metrics"]["spec"]
    rest = {"worker", "sweeper", "webhooks", "lmtp", "reinject", "shadow"}
    assert chosen(others["selector"], objects) == rest
    for name in ("api", *rest):
        assert "metrics" in {port["name"] for port in pods(objects)[name].container["ports"]}


def test_series_say_which_process_of_which_release_they_are_of() -> None:
    """Alerts and dashboards tell releases apart by these labels."""
    objects = render("full")
    monitors = of_kind(objects, "ServiceMonitor")["metrics"]["spec"]["endpoints"]
    monitors += of_kind(objects, "PodMonitor")["metrics"]["spec"]["podMetricsEndpoints"]
    for endpoint in monitors:
        labels = {r["targetLabel"]: r for r in endpoint["relabelings"] if "targetLabel" in r}
        assert labels.keys() == {"app", "namespace", "release", "component"}
        assert labels["app"]["replacement"] == "aiguilleur"


def test_a_pod_whose_image_is_still_fetched_is_not_asked() -> None:
    """It has an address by then, and would count as a worker that is down."""
    (endpoint,) = of_kind(render("full"), "PodMonitor")["metrics"]["spec"]["podMetricsEndpoints"]
    (dropped,) = [r for r in endpoint["relabelings"] if r.get("action") == "drop"]
    assert dropped["sourceLabels"] == ["__meta_kubernetes_pod_phase"]
    assert dropped["regex"] == "Pending"


def test_alerts_are_the_committed_rules_with_the_users_runbooks() -> None:
    """Nothing of them is changed but the address."""
    made = of_kind(render("full"), "PrometheusRule")["metrics"]["spec"]
    text = (CHART / "files" / "rules.yaml").read_text(encoding="utf-8")
    where = "https://wiki.example.com/aiguilleur/runbooks"
    assert made == yaml.safe_load(text.replace(RUNBOOKS, where))


def test_dashboards_are_the_committed_ones() -> None:
    """Each in a ConfigMap that Grafana's sidecar finds."""
    found = {
        name: text
        for item in render("full")
        if item["kind"] == "ConfigMap" and "grafana_dashboard" in item["metadata"]["labels"]
        for name, text in item["data"].items()
    }
    folder = CHART / "files" / "dashboards"
    committed = {p.name: p.read_text(encoding="utf-8") for p in folder.glob("*.json")}
    assert {name: json.loads(text) for name, text in found.items()} == {
        name: json.loads(text) for name, text in committed.items()
    }
