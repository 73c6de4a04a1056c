"""The chart's objects find each other, and the service understands what they tell it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.chart.rendering import (
    ROOT,
    Object,
    Pod,
    chosen,
    notes,
    of_kind,
    pods,
    render,
    selects,
)

SECRETS = {
    "DATABASE_URL": "postgresql://a@db/a",
    "REDIS_URL": "redis://:p@redis/0",
    "AIGUILLEUR_OIDC_CLIENT_SECRET": "of the console",
    "AIGUILLEUR_WEBHOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "AIGUILLEUR_SMTP_URL": "smtp://user:password@mail.test:10026",
}
SERVICE_PODS = ["api", "worker", "sweeper", "webhooks", "lmtp", "reinject", "retrain", "migrate"]
SERVICE_PODS += ["shadow", "test"]


def environment(pod: Pod, objects: tuple[Object, ...], folder: Path) -> dict[str, str]:
    """What the kubelet would give a container, with the Secrets' files in `folder`."""
    found = {k: v for k, v in os.environ.items() if not k.startswith(("AIGUILLEUR_", "PYTEST"))}
    for source in pod.container.get("envFrom", []):
        found |= configuration(objects, source["configMapRef"]["name"])
    for name, text in SECRETS.items():
        (folder / name).write_text(text, encoding="utf-8")
    for variable in pod.container["env"]:
        value = variable["value"].replace("/run/secrets/aiguilleur", str(folder))
        found[variable["name"]] = value
    return found


def configuration(objects: tuple[Object, ...], name: str) -> dict[str, str]:
    """A ConfigMap's data."""
    (found,) = [o for o in objects if o["kind"] == "ConfigMap" and o["metadata"]["name"] == name]
    data: dict[str, str] = found["data"]
    return data


def run(*arguments: str, environment: dict[str, str] | None = None) -> str:
    """What Python prints."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", SERVICE_PODS)
def test_the_service_accepts_its_configuration(name: str, tmp_path: Path) -> None:
    """Every variable is known, every value reads, every secret is found."""
    objects = render("full")
    given = environment(pods(objects)[name], objects, tmp_path)
    code = "from service.config import from_environment as f; s = f(); print(s.database_url)"
    assert run("-c", code, environment=given).strip() == SECRETS["DATABASE_URL"]


def test_numbers_reach_the_service_as_they_were_written() -> None:
    """Not as 2.5e+07, which is what Go makes of them."""
    data = configuration(render("full"), "mail-aiguilleur")
    assert data["AIGUILLEUR_MAX_MESSAGE_BYTES"] == "25000000"
    assert data["AIGUILLEUR_LEASE_SECONDS"] == "20.5"
    assert data["AIGUILLEUR_WEBHOOK_ALLOW_HTTP"] == "false"


@pytest.mark.parametrize("name", [n for n in SERVICE_PODS if n != "test"])
def test_pods_run_commands_that_there_are(name: str) -> None:
    """As arguments of the image's entry point."""
    run("-m", "service", *pods(render("full"))[name].container["args"], "--help")


def test_retraining_runs_a_command_that_there_is() -> None:
    """Of the service, in the image that trains; with the golden set, and a folder to work in."""
    container = pods(render("full"))["retrain"].container
    assert container["command"] == ["aiguilleur"]
    assert container["image"].partition(":")[0].endswith("/trainer")
    run("-m", "service", *container["args"], "--help")
    given = {variable["name"]: variable["value"] for variable in container["env"]}
    assert given["AIGUILLEUR_GOLDEN_SET"] == "/golden/2026/golden.jsonl"
    mounts = {m["name"]: m for m in container["volumeMounts"]}
    assert given["AIGUILLEUR_RETRAIN_WORK"].startswith(mounts["work"]["mountPath"])
    assert mounts["registry"] == {"name": "registry", "mountPath": "/registry"}
    assert mounts["golden"]["readOnly"]


def test_retraining_sends_mail_where_somebody_is_named() -> None:
    """Else the mail server's secret is none of its business."""
    nobody = render("full", "config.AIGUILLEUR_ALERT_ADDRESSES=")
    for objects, told in ((render("full"), True), (nobody, False)):
        pod = pods(objects)["retrain"]
        assert ("AIGUILLEUR_SMTP_URL" in str(pod.spec["volumes"])) == told
        assert ("AIGUILLEUR_SMTP_URL_FILE" in str(pod.container["env"])) == told


def test_retention_runs_a_command_that_there_is() -> None:
    """As arguments of the image's entry point, with the days and the queues of the values."""
    args = pods(render("full"))["retention"].container["args"]
    assert args == ["purge", "--older-than=365", "--also-open=automatic"]
    run("-m", "service", *args, "--help")


def test_requests_find_their_way_to_the_api() -> None:
    """Ingress -> Service -> pods of the API, by names and ports that exist."""
    objects = render("full")
    backend = of_kind(objects, "Ingress")["api"]["spec"]["rules"][0]["http"]["paths"][0]["backend"]
    service = of_kind(objects, "Service")["api"]
    assert backend["service"]["name"] == service["metadata"]["name"]
    assert backend["service"]["port"]["name"] in {p["name"] for p in service["spec"]["ports"]}
    assert chosen({"matchLabels": service["spec"]["selector"]}, objects) == {"api"}
    ports = {port["name"] for port in pods(objects)["api"].container["ports"]}
    assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports


def test_a_mail_server_finds_its_way_to_lmtp() -> None:
    """Service -> pods of LMTP alone, at the port where the process listens."""
    objects = render("full")
    service = of_kind(objects, "Service")["lmtp"]["spec"]
    assert chosen({"matchLabels": service["selector"]}, objects) == {"lmtp"}
    (port,) = service["ports"]
    places = {p["name"]: p["containerPort"] for p in pods(objects)["lmtp"].container["ports"]}
    listen = configuration(objects, "mail-aiguilleur")["AIGUILLEUR_LMTP_LISTEN"]
    assert listen == f"0.0.0.0:{places[port['targetPort']]}"


def test_only_the_mail_servers_named_deliver_by_lmtp() -> None:
    """It asks for no password."""
    ingress = of_kind(render("full"), "NetworkPolicy")["lmtp"]["spec"]["ingress"]
    assert ingress[0] == {
        "ports": [{"port": "lmtp", "protocol": "TCP"}],
        "from": [{"ipBlock": {"cidr": "10.20.2.0/24"}}],
    }
    assert len(ingress) == 2


def test_reinjection_finds_its_mail_server(tmp_path: Path) -> None:
    """By the URL in its Secret."""
    objects = render("full")
    given = environment(pods(objects)["reinject"], objects, tmp_path)
    code = "from service.config import from_environment as f; print(f().smtp_url)"
    assert run("-c", code, environment=given).strip() == SECRETS["AIGUILLEUR_SMTP_URL"]


def test_the_console_is_told_where_it_is_reached() -> None:
    """By the ingress where that has TLS, so that its cookies are safe; or by the values."""
    ingress = ["ingress.enabled=true", "ingress.host=desk.example", "ingress.tlsSecret=tls"]
    for sets, url in (
        (ingress, "https://desk.example"),
        ([*ingress, "config.AIGUILLEUR_CONSOLE_URL=https://a.example"], "https://a.example"),
        (ingress[:2], None),
    ):
        data = configuration(render("minimal", *sets), "mail-aiguilleur")
        assert data.get("AIGUILLEUR_CONSOLE_URL") == url


@pytest.mark.parametrize("values", ["minimal", "full"])
def test_every_pod_has_one_network_policy(values: str) -> None:
    """What no policy selects may talk to everyone."""
    objects = render(values)
    policies = of_kind(objects, "NetworkPolicy").values()
    covered = [n for p in policies for n in chosen(p["spec"]["podSelector"], objects)]
    assert sorted(covered) == sorted(pods(objects))
    assert all(p["spec"]["policyTypes"] == ["Ingress", "Egress"] for p in policies)


def reach(name: str, *sets: str) -> dict[Any, Any]:
    """Where a component's pods may connect to: destinations by port; None is anywhere."""
    rules = of_kind(render("full", *sets), "NetworkPolicy")[name]["spec"]["egress"]
    return {port["port"]: rule.get("to") for rule in rules for port in rule["ports"]}


def test_pods_reach_only_what_they_work_with() -> None:
    """A parser or a model that was taken over reaches nobody else."""
    database = {53: None, 5432: [{"ipBlock": {"cidr": "10.20.0.0/24"}}]}
    redis = {6379: [{"ipBlock": {"cidr": "10.20.1.0/24"}}]}
    for name in ("worker", "sweeper", "lmtp"):
        assert reach(name) == database | redis
    assert reach("reinject") == database | {10026: [{"ipBlock": {"cidr": "10.20.2.0/24"}}]}
    assert reach("migrate") == reach("retention") == reach("shadow") == database
    provider = {8443: [{"ipBlock": {"cidr": "10.50.0.0/24"}}]}
    assert reach("api") == database | redis | provider
    assert reach("api", "config.AIGUILLEUR_OIDC_ISSUER=") == database | redis
    mail_server = {10026: [{"ipBlock": {"cidr": "10.20.2.0/24"}}]}
    assert reach("retrain") == database | mail_server
    assert reach("retrain", "config.AIGUILLEUR_ALERT_ADDRESSES=") == database


def test_webhooks_leave_the_cluster_but_for_the_networks_named() -> None:
    """As the sender itself decides, once more in the network."""
    assert reach("webhooks").keys() == {53, 5432, 443, 8443}
    blocks = [peer["ipBlock"] for peer in reach("webhooks")[443]]
    assert {"10.0.0.0/8", "169.254.0.0/16"} <= set(blocks[0]["except"])
    assert [block["cidr"] for block in blocks[2:]] == ["10.30.0.0/16", "10.31.0.0/16"]


def test_only_those_named_reach_the_api_and_the_metrics() -> None:
    """And the test of the release; workers listen to nobody but Prometheus."""
    policies = of_kind(render("full"), "NetworkPolicy")
    requests, metrics = policies["api"]["spec"]["ingress"]
    assert len(requests["from"]) == 3
    assert selects(
        requests["from"][2]["podSelector"], pods(render("full"))["test"].metadata["labels"]
    )
    assert policies["worker"]["spec"]["ingress"] == [metrics]
    assert policies["migrate"]["spec"]["ingress"] == policies["retrain"]["spec"]["ingress"] == []


def test_the_model_of_a_volume_reaches_those_who_serve_and_describe_it() -> None:
    """Read-only; MODEL_PATH lies in it."""
    objects = render("full")
    for name in ("api", "worker"):
        mounts = {m["name"]: m for m in pods(objects)[name].container["volumeMounts"]}
        assert mounts["models"] == {"name": "models", "mountPath": "/models", "readOnly": True}
    assert configuration(objects, "mail-aiguilleur")["MODEL_PATH"] == "/models/2026-11"


def test_the_store_of_the_registry_reaches_those_alone_who_need_models() -> None:
    """Read-only for who asks or promotes them; AIGUILLEUR_MODEL_STORE lies in it."""
    objects = render("full")
    claim = {"claimName": "registry", "readOnly": True}
    mount = {"name": "registry", "mountPath": "/registry", "readOnly": True}
    for name in ("api", "worker", "shadow"):
        pod = pods(objects)[name]
        assert mount in pod.container["volumeMounts"]
        (volume,) = [v for v in pod.spec["volumes"] if v["name"] == "registry"]
        assert volume["persistentVolumeClaim"] == claim
    configured = configuration(objects, "mail-aiguilleur")["AIGUILLEUR_MODEL_STORE"]
    assert configured == "/registry/models"
    needy = {"api", "worker", "retrain", "shadow"}
    others = [pod for name, pod in pods(objects).items() if name not in needy]
    assert not any("registry" in str(pod.container.get("volumeMounts")) for pod in others)


def test_without_a_registry_nothing_of_it_is_there() -> None:
    """The model of the image, or of the claim, decides."""
    objects = render("minimal")
    assert "AIGUILLEUR_MODEL_STORE" not in configuration(objects, "mail-aiguilleur")
    assert "registry" not in str(pods(objects)["worker"].spec["volumes"])


def test_a_routing_of_ones_own_is_what_the_pods_read() -> None:
    """Byte for byte, at ROUTING_PATH."""
    objects = render("full")
    assert configuration(objects, "mail-aiguilleur-routing")["routing.yaml"].startswith("version:")
    path = configuration(objects, "mail-aiguilleur")["ROUTING_PATH"]
    for name in ("api", "worker", "lmtp", "reinject"):
        mounts = {m["name"]: m["mountPath"] for m in pods(objects)[name].container["volumeMounts"]}
        assert Path(path) == Path(mounts["routing"]) / "routing.yaml"


def test_the_notes_say_what_to_do_next_and_what_is_missing() -> None:
    """How to reach the API, to make a key, to test; and what was switched off."""
    told = notes("minimal", "migrate.enabled=false", "networkPolicy.enabled=false")
    for part in (
        "port-forward service/mail-aiguilleur-api",
        "aiguilleur key create",
        "helm -n prod test",
        "Migrations are off",
        "Network policies are off",
    ):
        assert part in told
    for part in ("https://mail-routing.example.com", "mail-aiguilleur-lmtp.prod.svc:8024"):
        assert part in notes("full")
