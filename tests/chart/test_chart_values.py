"""Values that are wrong are refused with a sentence; what is generated from them is up to date."""

from typing import Any

import orjson
import pytest
import yaml
from jsonschema import Draft7Validator

from scripts import chart_readme, chart_schema
from scripts.chart_values import UndescribedError, read
from service.jobs import JOB_TIMEOUT_SECONDS
from tests.chart.rendering import CHART, try_render

SCHEMA = orjson.loads((CHART / "values.schema.json").read_bytes())


def values(name: str) -> dict[str, Any]:
    """One of the chart's files of values."""
    found: dict[str, Any] = yaml.safe_load((CHART / name).read_text(encoding="utf-8"))
    return found


def refused(given: dict[str, Any]) -> list[str]:
    """Where the schema refuses something."""
    return [error.json_path for error in Draft7Validator(SCHEMA).iter_errors(given)]


def test_the_generated_files_are_up_to_date() -> None:
    """Else: `python -m scripts.chart_schema` and `python -m scripts.chart_readme`."""
    assert (CHART / "values.schema.json").read_text(encoding="utf-8") == chart_schema.text()
    assert (CHART / "README.md").read_text(encoding="utf-8") == chart_readme.text()


def test_every_value_is_described() -> None:
    """Reading fails on one that is not, so the schema and the README have them all."""
    assert len(read()) > 90
    with pytest.raises(UndescribedError, match=r"api\.replicas"):
        read("# -- The API\napi:\n  replicas: 2\n")


def test_the_schema_is_one() -> None:
    """Of the draft that Helm reads."""
    Draft7Validator.check_schema(SCHEMA)


def test_the_schema_is_closed_at_every_level() -> None:
    """A misspelt value must not be ignored; maps of the user's own keys have typed values."""

    def open_objects(node: Any, path: str) -> list[str]:
        if isinstance(node, list):
            return [p for i, one in enumerate(node) for p in open_objects(one, f"{path}.{i}")]
        if not isinstance(node, dict):
            return []
        below = [p for key, one in node.items() for p in open_objects(one, f"{path}.{key}")]
        is_open = node.get("type") == "object" and node.get("additionalProperties") is not False
        return [path, *below] if is_open else below

    assert open_objects(SCHEMA, "$") == ["$.definitions.strings"]
    assert SCHEMA["definitions"]["strings"]["additionalProperties"] == {"type": "string"}


@pytest.mark.parametrize("name", ["values.yaml", "ci/minimal-values.yaml", "ci/full-values.yaml"])
def test_the_charts_own_values_fit_the_schema(name: str) -> None:
    """The defaults and both files that the tests render."""
    assert refused(values(name)) == []


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"workers": {}}, "$"),
        ({"worker": {"replica": 2}}, "$.worker"),
        ({"worker": {"keda": {"min": 1}}}, "$.worker.keda"),
        ({"worker": {"job": {"timeout": JOB_TIMEOUT_SECONDS - 1}}}, "$.worker.job.timeout"),
        ({"config": {"AIGUILLEUR_LEASE": 15}}, "$.config"),
        ({"config": {"AIGUILLEUR_LEASE_SECONDS": "long"}}, "$.config.AIGUILLEUR_LEASE_SECONDS"),
        ({"config": {"AIGUILLEUR_WEBHOOK_SECRET": "whsec_x"}}, "$.config"),
        ({"api": {"resources": {"limit": {}}}}, "$.api.resources"),
        ({"networkPolicy": {"apiFrom": [{"ip": "10.0.0.1"}]}}, "$.networkPolicy.apiFrom[0]"),
        ({"pod": {"labels": {"a": 1}}}, "$.pod.labels.a"),
        ({"image": {"pullPolicy": "Sometimes"}}, "$.image.pullPolicy"),
        ({"service": {"port": 0}}, "$.service.port"),
        ({"lmtp": {"port": 24}}, "$.lmtp"),
        ({"lmtp": {"service": {"port": 0}}}, "$.lmtp.service.port"),
        ({"reinject": {"url": "smtp://mail"}}, "$.reinject"),
        ({"config": {"AIGUILLEUR_LMTP_LISTEN": "0.0.0.0:24"}}, "$.config"),
        ({"config": {"AIGUILLEUR_SMTP_URL": "smtp://u:p@mail"}}, "$.config"),
    ],
)
def test_a_wrong_value_is_refused_where_it_stands(given: dict[str, Any], where: str) -> None:
    """Misspelt, of another type or out of range."""
    assert refused(given) == [where]


@pytest.mark.parametrize(
    ("sets", "sentence"),
    [
        (["database.existingSecret="], "database.existingSecret is required"),
        (["redis.url="], "redis.url or redis.existingSecret is required"),
        (["redis.existingSecret=x"], "exclude each other"),
        (["webhooks.enabled=true"], "needs webhooks.existingSecret"),
        (["reinject.enabled=true"], "needs reinject.existingSecret"),
        (["shadow.enabled=true"], "needs model.registry.existingClaim"),
        (["lmtp.enabled=true"], "needs networkPolicy.lmtpFrom"),
        (["ingress.enabled=true"], "needs ingress.host"),
        (["worker.keda.enabled=true", "worker.keda.trigger=prometheus"], "prometheusAddress"),
        (["worker.keda.enabled=true", "worker.keda.minReplicas=11"], "above worker.keda.maxRep"),
        (
            ["api.autoscaling.enabled=true", "api.autoscaling.minReplicas=9"],
            "above api.autoscaling",
        ),
        (["retrain.existingClaim=a", "retrain.storageClass=b"], "exclude each other"),
        (["retrain.enabled=true"], "needs model.registry.existingClaim"),
    ],
)
def test_values_that_contradict_each_other_end_with_a_sentence(
    sets: list[str], sentence: str
) -> None:
    """Before anything is installed."""
    done = try_render("minimal", *sets)
    assert done.returncode != 0
    assert sentence in done.stderr
