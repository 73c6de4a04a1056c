"""What every pod, autoscaler and hook of the chart keeps to."""

import pytest

from service.jobs import JOB_TIMEOUT_SECONDS
from service.lmtp.connection import Bounds
from tests.chart.rendering import of_kind, pods, render

EVERYTHING = ["minimal", "full"]
COMPONENT = "app.kubernetes.io/component"


@pytest.mark.parametrize("values", EVERYTHING)
def test_every_selector_names_its_component(values: str) -> None:
    """Otherwise a Service or a Deployment would take in the pods of another."""
    objects = render(values)
    for name, found in of_kind(objects, "Deployment").items():
        assert found["spec"]["selector"]["matchLabels"][COMPONENT] == name
    for kind in ("PodDisruptionBudget", "NetworkPolicy"):
        for name, found in of_kind(objects, kind).items():
            key = "podSelector" if kind == "NetworkPolicy" else "selector"
            assert found["spec"][key]["matchLabels"][COMPONENT] == name


def test_an_autoscaler_owns_the_number_of_pods() -> None:
    """A Deployment that named one too would undo its work at every upgrade."""
    deployments = of_kind(render("full"), "Deployment")
    assert [name for name, d in deployments.items() if "replicas" not in d["spec"]] == [
        "api", "worker",
    ]  # fmt: skip
    for found in of_kind(render("minimal"), "Deployment").values():
        assert found["spec"]["replicas"] >= 1


def test_no_deployment_has_two_autoscalers() -> None:
    """KEDA makes an autoscaler of its own."""
    objects = render("full")
    scaled = [
        found["spec"]["scaleTargetRef"]["name"]
        for kind in ("HorizontalPodAutoscaler", "ScaledObject")
        for found in of_kind(objects, kind).values()
    ]
    assert sorted(scaled) == ["mail-aiguilleur-api", "mail-aiguilleur-worker"]


@pytest.mark.parametrize(
    ("sets", "budgets"),
    [
        ((), {"api", "worker"}),
        (("api.replicas=1",), {"worker"}),
        (("worker.replicas=1", "sweeper.replicas=2"), {"api", "sweeper"}),
        (("lmtp.enabled=true", "networkPolicy.enabled=false"), {"api", "worker", "lmtp"}),
        (("worker.keda.enabled=true",), {"api"}),  # one pod at least
        (("worker.keda.enabled=true", "worker.keda.minReplicas=2"), {"api", "worker"}),
    ],
)
def test_a_budget_needs_more_than_one_pod(sets: tuple[str, ...], budgets: set[str]) -> None:
    """For a single pod it would only block the draining of its node."""
    assert of_kind(render("minimal", *sets), "PodDisruptionBudget").keys() == budgets


@pytest.mark.parametrize("values", EVERYTHING)
def test_pods_have_no_rights_they_do_not_need(values: str) -> None:
    """Not root, nothing to write but volumes, no capabilities, no token of the cluster."""
    for pod in pods(render(values)).values():
        assert pod.spec["securityContext"] == {
            "runAsNonRoot": True,
            "runAsUser": 10001,
            "runAsGroup": 10001,
            "fsGroup": 10001,
            "seccompProfile": {"type": "RuntimeDefault"},
        }
        assert pod.container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert pod.spec["automountServiceAccountToken"] is False
        assert "/tmp" in {mount["mountPath"] for mount in pod.container["volumeMounts"]}


def test_the_platform_may_choose_the_user_but_never_root() -> None:
    """As OpenShift does."""
    for pod in pods(render("full", "pod.uid=0")).values():
        assert pod.spec["securityContext"] == {
            "runAsNonRoot": True,
            "seccompProfile": {"type": "RuntimeDefault"},
        }


@pytest.mark.parametrize("values", EVERYTHING)
def test_kubernetes_sets_no_variables_of_its_own(values: str) -> None:
    """Links to a Service named aiguilleur would set AIGUILLEUR_* variables: refused as unknown."""
    assert {pod.spec["enableServiceLinks"] for pod in pods(render(values)).values()} == {False}


@pytest.mark.parametrize("values", EVERYTHING)
def test_every_container_says_what_it_takes(values: str) -> None:
    """Requests for the scheduler, a limit of memory for its neighbours' sake."""
    for pod in pods(render(values)).values():
        assert pod.container["resources"]["requests"].keys() == {"cpu", "memory"}
        assert "memory" in pod.container["resources"]["limits"]


@pytest.mark.parametrize(
    ("setting", "changed"),
    [
        ("config.AIGUILLEUR_LOG_LEVEL=debug", "checksum/config"),
        ("routing=version: 3", "checksum/routing"),
    ],
)
def test_a_change_of_configuration_replaces_the_pods(setting: str, changed: str) -> None:
    """Processes read it once, at their start."""
    before, after = pods(render("full")), pods(render("full", setting))
    for name in ("api", "worker", "sweeper", "webhooks", "lmtp", "reinject", "shadow"):
        old, new = before[name].metadata["annotations"], after[name].metadata["annotations"]
        assert {key for key in old if old[key] != new[key]} == {changed}


@pytest.mark.parametrize("values", EVERYTHING)
def test_no_server_comes_with_the_chart(values: str) -> None:
    """Only the service's own images run; PostgreSQL and Redis are somebody's care."""
    images = {pod.container["image"].rsplit("/", 1)[1].split(":")[0] for pod in
              pods(render(values)).values()}  # fmt: skip
    assert images <= {"api", "worker", "trainer"}


@pytest.mark.parametrize("timeout", [JOB_TIMEOUT_SECONDS, 600])
def test_a_worker_is_given_the_time_its_work_may_take(timeout: int) -> None:
    """To end, 30 s more than a wake-up may last; to be thought dead, longer still."""
    worker = pods(render("minimal", f"worker.job.timeout={timeout}"))["worker"]
    assert worker.spec["terminationGracePeriodSeconds"] == timeout + 30
    command = worker.container["livenessProbe"]["exec"]["command"]
    assert command[:4] == ["python", "-m", "service.alive", "loop"]
    assert int(command[-1]) > timeout + 30


def test_the_default_is_the_time_the_code_allows() -> None:
    """The chart and `service.jobs` agree."""
    worker = pods(render("minimal"))["worker"]
    assert worker.spec["terminationGracePeriodSeconds"] == JOB_TIMEOUT_SECONDS + 30


def test_pods_are_ready_only_when_they_can_work() -> None:
    """The metrics port opens after the model is warm; the API asks its database."""
    found = pods(render("full"))
    for name in ("worker", "sweeper", "webhooks", "lmtp", "reinject", "shadow"):
        assert found[name].container["readinessProbe"]["httpGet"]["port"] == "metrics"
    assert found["api"].container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert found["api"].container["livenessProbe"]["httpGet"]["path"] == "/healthz"


def test_migrations_need_nothing_of_the_chart() -> None:
    """They run before its objects exist: Secrets that were there, the namespace's own account."""
    pod = pods(render("full"))["migrate"]
    assert pod.owner["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    assert pod.spec["serviceAccountName"] == "default"
    assert "envFrom" not in pod.container
    assert {name for volume in pod.spec["volumes"] for name in volume} == {
        "name", "emptyDir", "projected",
    }  # fmt: skip
    secrets = [s["secret"]["name"] for s in pod.spec["volumes"][1]["projected"]["sources"]]
    assert secrets == ["aiguilleur-database", "aiguilleur-redis"]


def test_secrets_are_files_and_go_only_where_they_are_used() -> None:
    """None in a variable; one for signing or for a mail server reaches those who use it."""
    found = pods(render("full"))
    for pod in found.values():
        assert all("secretKeyRef" not in str(e) for e in pod.container.get("env", []))
    signing = {name for name, pod in found.items() if "aiguilleur-webhooks" in str(pod.spec)}
    assert signing == {"api", "webhooks"}
    mailing = {name for name, pod in found.items() if "aiguilleur-smtp" in str(pod.spec)}
    assert mailing == {"reinject", "retrain"}
    talking = {name for name, pod in found.items() if "aiguilleur-console" in str(pod.spec)}
    assert talking == {"api"}


def test_lmtp_is_given_the_time_that_a_transaction_may_take() -> None:
    """After the pause in which connections still come."""
    lmtp = pods(render("full"))["lmtp"]
    pause = int(lmtp.container["lifecycle"]["preStop"]["exec"]["command"][-1])
    drain = Bounds(connections=1, idle=1.0).drain
    assert lmtp.spec["terminationGracePeriodSeconds"] > pause + drain + 5


def test_wishes_for_workers_come_from_mail_and_not_from_a_list() -> None:
    """What a worker has in hand is no longer in Redis' list, so its length says nothing."""
    for sets in ((), ("worker.keda.trigger=prometheus", "worker.keda.prometheusAddress=http://p")):
        triggers = of_kind(render("full", *sets), "ScaledObject")["worker"]["spec"]["triggers"]
        assert [t["name"] for t in triggers] == ["waiting-emails", "oldest-waiting"]
        assert {t["type"] for t in triggers} <= {"postgresql", "prometheus"}


def test_what_a_retraining_works_with_goes_with_the_release() -> None:
    """It holds mail; models lie in the registry's claim, which is not the release's."""
    claim = of_kind(render("full"), "PersistentVolumeClaim")["retrain"]
    assert "annotations" not in claim["metadata"]


def test_retraining_and_retention_are_off_by_default() -> None:
    """A model changes, and mail is erased, because somebody wants it to."""
    assert not {"retrain", "retention"} & pods(render("minimal")).keys()
