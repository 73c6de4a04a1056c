"""Models exchanged with a real MLflow server: there and back, byte for byte.

Needs `mlflow` on the PATH: `pip install -r requirements/mlflow-server.txt`, in an environment of
its own, since it wants other versions of what the service pins.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3

from service.local.servers import EmbeddedServers
from tests.support.model_folders import model_folder
from tests.support.processes import Cluster, free_port
from tests.support.waiting import until

MLFLOW = shutil.which("mlflow")
API = "/api/2.0/mlflow/"
pytestmark = [
    pytest.mark.full,
    pytest.mark.timeout(300),
    pytest.mark.skipif(MLFLOW is None, reason="mlflow is not installed"),
]


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server keeps what it is given."""
    return tmp_path_factory.mktemp("artifacts")


@pytest.fixture(scope="module")
def server(artifacts: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`mlflow server` on SQLite; its URL."""
    port, folder = free_port(), tmp_path_factory.mktemp("mlflow")
    url = f"http://127.0.0.1:{port}"
    words = ["--backend-store-uri", f"sqlite:///{folder}/registry.db", "--workers", "1"]
    words += ["--artifacts-destination", str(artifacts), "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [str(MLFLOW), "server", *words],
            cwd=folder,
            env={**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        until(lambda: answers(url) or process.poll() is not None, "MLflow's server", 120)
        assert process.poll() is None, (folder / "log").read_text()
        yield url
    finally:
        os.killpg(process.pid, 9)
        process.wait()


def answers(url: str) -> bool:
    """Whether it is up."""
    try:
        return urllib3.request("GET", f"{url}/health", retries=False).status == 200
    except urllib3.exceptions.HTTPError:
        return False


def asked(server: str, what: str, **fields: str) -> Any:
    """What MLflow itself says."""
    return urllib3.request("GET", f"{server}{API}{what}", fields=fields).json()


def versions(server: str) -> dict[str, str]:
    """The number that each alias of the registered model stands for."""
    found = asked(server, "registered-models/get", name="courrier")["registered_model"]
    return {x["alias"]: x["version"] for x in found.get("aliases", [])}


class House:
    """A registry with the command line before it; nothing of the service runs."""

    def __init__(self, folder: Path, database: str, redis: str, server: str) -> None:
        self.store = folder / "store"
        model_folder(folder / "first", 0)
        settings = {"MODEL_PATH": str(folder / "first"), "MLFLOW_TRACKING_URI": server}
        settings["AIGUILLEUR_MODEL_STORE"] = str(self.store)
        self.cluster = Cluster(folder, database, redis, **settings)

    def model(self, *arguments: str) -> Any:
        """What `aiguilleur model ... --json` prints."""
        return json.loads(self.cluster.command("model", *arguments, "--json"))


@pytest.fixture(scope="module")
def house(
    postgres_url: str, redis_url: str, server: str, tmp_path_factory: pytest.TempPathFactory
) -> House:
    """One with a champion and a challenger, both pushed."""
    made = House(tmp_path_factory.mktemp("house"), postgres_url, redis_url, server)
    for number, alias in ((1, "champion"), (2, "challenger")):
        folder = made.store.parent / str(number)
        version = model_folder(folder, number)
        made.model("add", str(folder))
        made.model("promote", version, "--alias", alias, "--reason=test")
        pushed = made.model("push", alias, "--name=courrier")
        assert (pushed["version"], pushed["number"]) == (version, str(number))
        assert (pushed["aliases"], pushed["changed"]) == ([alias], True)
    return made


@pytest.fixture(scope="module")
def other(
    own_servers: EmbeddedServers, server: str, tmp_path_factory: pytest.TempPathFactory
) -> House:
    """Another house, with a database and a store of its own; it knows the first by MLflow alone."""
    folder = tmp_path_factory.mktemp("other")
    return House(folder, own_servers.database_url, own_servers.redis_url, server)


def test_mlflow_shows_what_a_model_is(house: House, server: str) -> None:
    """Its card, its figures and what it learned from, in MLflow's own words."""
    found = asked(server, "model-versions/get", name="courrier", version="1")["model_version"]
    run = asked(server, "runs/get", run_id=found["run_id"])["run"]
    metrics = {x["key"]: x["value"] for x in run["data"]["metrics"]}
    params = {x["key"]: x["value"] for x in run["data"]["params"]}
    assert found["description"].startswith("# Tiny, version")
    assert metrics["served.macro_f1"] == 0.8
    assert params["data_hash"] == "data-1"
    assert run["info"]["status"] == "FINISHED"


def test_pushing_again_makes_nothing_new(house: House, server: str) -> None:
    """The version is found by the hash of its manifest."""
    again = house.model("push", "champion", "--name=courrier")
    assert (again["number"], again["changed"]) == ("1", False)
    assert versions(server) == {"champion": "1", "challenger": "2"}


def test_another_house_gets_it_byte_for_byte(house: House, other: House) -> None:
    """By alias; under the version that it had, and champion there if that is wanted."""
    pulled = other.model("pull", "courrier@challenger", "--alias=champion", "--reason=test")
    assert (pulled["number"], pulled["changed"]) == ("2", True)
    (address,) = [x.name for x in other.store.iterdir()]
    theirs = {x.name: x.read_bytes() for x in (house.store / address).iterdir()}
    assert {x.name: x.read_bytes() for x in (other.store / address).iterdir()} == theirs
    assert other.model("show", "champion")["version"] == pulled["version"]
    assert other.model("pull", "courrier/2")["changed"] is False


def test_aliases_follow_a_promotion(house: House, server: str) -> None:
    """What the challenger became here it becomes there, with the next push."""
    before = versions(server)
    house.model("promote", "challenger", "--reason=test")
    house.model("push", "champion", "--name=courrier")
    assert before["challenger"] == "2"
    assert versions(server) == {"champion": "2"}


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("linear.npz", "the SHA-256 differs"),
        ("manifest.json", "manifest.json of courrier/1 in MLflow is not what was pushed"),
    ],
)
def test_what_was_changed_there_does_not_come_back(
    house: House, other: House, artifacts: Path, name: str, sentence: str
) -> None:
    """A byte more in one file: a sentence, and nothing in the store or in the list."""
    file = next(x for x in artifacts.rglob(name) if is_first(x))
    before, known = file.read_bytes(), other.model("list")
    file.write_bytes(before + b" ")
    try:
        assert sentence in other.cluster.refused("model", "pull", "courrier/1")
    finally:
        file.write_bytes(before)
    assert other.model("list") == known


def is_first(file: Path) -> bool:
    """Whether it belongs to the model that was pushed first."""
    manifest = json.loads((file.parent / "manifest.json").read_text())
    return bool(manifest["data_hash"] == "data-1")


def test_what_others_registered_is_not_taken_for_ours(
    house: House, other: House, server: str
) -> None:
    """A version without our tags has no hash to hold its files against, though they are ours."""
    ours = asked(server, "model-versions/get", name="courrier", version="1")["model_version"]
    told = {"name": "theirs"}
    urllib3.request("POST", f"{server}{API}registered-models/create", json=told)
    told |= {"source": ours["source"], "run_id": ours["run_id"]}
    made = urllib3.request("POST", f"{server}{API}model-versions/create", json=told)
    assert made.status == 200, made.data
    assert "was not pushed by Aiguilleur" in other.cluster.refused("model", "pull", "theirs")


@pytest.mark.parametrize("name", ["nobody@champion", "nobody/3", "nobody", "courrier@nobody"])
def test_what_is_not_there_is_told(other: House, name: str) -> None:
    """In MLflow's own words, or in ours where it has none."""
    said = other.cluster.refused("model", "pull", name)
    assert said.startswith("aiguilleur: ")
    assert "nobody" in said
