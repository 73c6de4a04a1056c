"""A champion that a worker cannot load: the model before goes on, and everybody is told."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.test_watching import total
from tests.support.client import Client
from tests.support.fake_classifier import LABELS
from tests.support.model_folders import model_folder
from tests.support.processes import ROOT, Cluster, free_port
from tests.support.waiting import until


@pytest.fixture(scope="module")
def cluster(
    postgres_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cluster]:
    """An API and a sweeper, two models in the store, the first of them of MODEL_PATH as well."""
    folder: Path = tmp_path_factory.mktemp("faults")
    settings = {"MODEL_PATH": str(folder / "0"), "AIGUILLEUR_MODEL_STORE": str(folder / "store")}
    with Cluster(folder, postgres_url, redis_url, **settings) as made:
        started = [made.launch(name) for name in ("api", "sweep")]
        for seed in range(2):
            model_folder(folder / str(seed), seed)
            made.command("model", "add", str(folder / str(seed)))
        for process in started:
            process.ready()
        yield made


@pytest.fixture
def client(cluster: Cluster) -> Client:
    """A gateway."""
    return Client(cluster.url, cluster.key("--client=g", "--role=gateway", "--mailbox=*"))


def version(cluster: Cluster, seed: int) -> str:
    manifest = cluster.folder / str(seed) / "manifest.json"
    return str(json.loads(manifest.read_text())["version"])


def decided_by(client: Client) -> str:
    """The version that decides the next mail."""
    (email_id,) = client.post_texts("label:claim")
    return str(client.decision(email_id)["model"]["version"])


def faults(cluster: Cluster, seed: int) -> list[dict[str, Any]]:
    """What the registry's log tells of failed loading."""
    shown = json.loads(cluster.command("model", "show", version(cluster, seed), "--json"))
    return [entry for entry in shown["history"] if entry["action"] == "not_loaded"]


def test_a_worker_without_the_store_serves_on_and_catches_up(
    cluster: Cluster, client: Client, tmp_path: Path
) -> None:
    """A volume that is not mounted: logged, counted, noted; once it is there, no restart."""
    elsewhere, port = tmp_path / "store", free_port()
    worker = cluster.start(
        "model-worker",
        AIGUILLEUR_MODEL_STORE=str(elsewhere),
        AIGUILLEUR_METRICS_PORT=str(port),
    )
    cluster.command("model", "promote", version(cluster, 1), "--reason=test")
    loads = "aiguilleur_model_loads_total"
    until(lambda: total(port, loads, outcome="failed") >= 1, "a failure counted")
    assert decided_by(client) == version(cluster, 0)
    (event, *_) = [e for e in worker.events() if e["event"] == "model_not_loaded"]
    assert event["version"] == version(cluster, 1)
    assert f"The store {elsewhere} has no model" in str(event["reason"])
    assert [e["by"].partition("/")[0] for e in faults(cluster, 1)] == ["worker"]
    shutil.copytree(cluster.folder / "store", elsewhere)
    until(lambda: decided_by(client) == version(cluster, 1), "the champion", 30)
    assert total(port, loads, outcome="loaded") == 1
    info = "aiguilleur_model_info"
    assert total(port, info, version=version(cluster, 1)) == total(port, info) == 1
    assert worker.stop() == 0


def test_a_worker_whose_routing_lacks_a_category_keeps_its_model(
    cluster: Cluster, client: Client, tmp_path: Path, postgres_url: str, redis_url: str
) -> None:
    """The operator's file has it, the worker's had not when it started."""
    text = (ROOT / "routing.yaml").read_text(encoding="utf-8")
    added = "  fraud: {title: Fraud, queue: claims}\n"
    routing = tmp_path / "routing.yaml"
    routing.write_text(text.replace("categories:\n", f"categories:\n{added}", 1), encoding="utf-8")
    model_folder(cluster.folder / "2", 2, (*LABELS, "fraud"))
    with Cluster(
        tmp_path,
        postgres_url,
        redis_url,
        AIGUILLEUR_MODEL_STORE=str(cluster.folder / "store"),
        ROUTING_PATH=str(routing),
    ) as operator:
        operator.command("model", "add", str(cluster.folder / "2"))
        worker = cluster.start("model-worker")
        served = decided_by(client)
        operator.command("model", "promote", version(cluster, 2), "--reason=test")
        until(lambda: faults(cluster, 2), "the fault noted")
    assert decided_by(client) == served
    assert "has no category for fraud" in faults(cluster, 2)[0]["reason"]
    assert worker.stop() == 0


def test_a_worker_that_starts_beside_a_broken_champion_decides_all_the_same(
    cluster: Cluster, client: Client
) -> None:
    """By the newest one before it that it can load."""
    cluster.command("model", "promote", version(cluster, 0), "--reason=test")
    cluster.command("model", "promote", version(cluster, 1), "--reason=test")
    (stored,) = [
        path.parent
        for path in (cluster.folder / "store").glob("*/manifest.json")
        if json.loads(path.read_text())["version"] == version(cluster, 1)
    ]
    (stored / "linear.npz").write_bytes(b"")
    worker = cluster.start("model-worker")
    assert decided_by(client) == version(cluster, 0)
    assert "linear.npz is not the file" in faults(cluster, 1)[0]["reason"]
    assert worker.stop() == 0
