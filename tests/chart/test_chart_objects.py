"""Every object of the chart is one that Kubernetes takes."""

import kubernetes_validate
import pytest
from jsonschema import Draft7Validator
from kubernetes_validate.utils import latest_version

from tests.chart.custom_resources import SCHEMAS
from tests.chart.rendering import Object, of_kind, pods, render, try_render

OLDEST, NEWEST = "1.28", latest_version()
EVERYTHING = ["minimal", "full"]
PROMETHEUS = ("worker.keda.trigger=prometheus", "worker.keda.prometheusAddress=http://p:9090")


def wrong(found: Object, version: str) -> list[str]:
    """What is wrong with an object, by its version's schema or by ours for custom resources."""
    schema = SCHEMAS.get((found["apiVersion"], found["kind"]))
    if schema is not None:
        return [error.message for error in Draft7Validator(schema).iter_errors(found)]
    try:
        kubernetes_validate.validate(found, version, strict=True)
    except kubernetes_validate.ValidationError as error:
        return [f"{'.'.join(map(str, error.path))}: {error.message}"]
    return []


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
@pytest.mark.parametrize("values", EVERYTHING)
def test_every_object_fits_its_schema(values: str, version: str) -> None:
    """In the oldest version that the chart names and in the newest that is known; strictly."""
    found = {f"{o['kind']}/{o['metadata']['name']}": wrong(o, version) for o in render(values)}
    assert {name: errors for name, errors in found.items() if errors} == {}


def test_the_other_trigger_fits_its_schema() -> None:
    """KEDA may ask Prometheus instead of the database."""
    scaled = of_kind(render("full", *PROMETHEUS), "ScaledObject")["worker"]
    assert wrong(scaled, NEWEST) == []


def test_the_full_values_make_every_kind_of_object() -> None:
    """Nothing that the chart can make escapes these tests."""
    kinds = {found["kind"] for found in render("full")}
    assert kinds >= {kind for _, kind in SCHEMAS} | {
        "ConfigMap", "CronJob", "Deployment", "HorizontalPodAutoscaler", "Ingress", "Job",
        "NetworkPolicy", "PersistentVolumeClaim", "Pod", "PodDisruptionBudget", "Service",
        "ServiceAccount",
    }  # fmt: skip


def test_rendering_again_changes_nothing() -> None:
    """No random names, no times: an upgrade replaces only what was changed."""
    assert try_render("full").stdout == try_render("full").stdout


@pytest.mark.parametrize("values", EVERYTHING)
def test_no_two_objects_share_a_name(values: str) -> None:
    """Or one would overwrite the other."""
    names = [(o["kind"], o["metadata"]["name"]) for o in render(values)]
    assert len(names) == len(set(names))


def test_names_stay_legal_for_the_longest_release() -> None:
    """A release's name may have 53 characters, an object's 63; a CronJob's, 52."""
    for found in render("full", release="r" * 53):
        limit = 52 if found["kind"] == "CronJob" else 63
        assert len(found["metadata"]["name"]) <= limit
        assert not found["metadata"]["name"].endswith("-")


def test_full_values_run_every_component() -> None:
    """Those of the README's table, and the test."""
    names = {"api", "worker", "sweeper", "webhooks", "lmtp", "reinject", "shadow", "migrate"}
    assert pods(render("full")).keys() == names | {"retrain", "retention", "test"}


def test_minimal_values_run_what_everybody_needs() -> None:
    """What takes mail by other ways, or sends any, is there on request."""
    assert pods(render("minimal")).keys() == {"api", "worker", "sweeper", "migrate", "test"}
