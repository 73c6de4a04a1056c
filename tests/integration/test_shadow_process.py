"""A shadow trial from the command line to the API, with real models and processes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.client import Client
from tests.support.model_folders import model_folder
from tests.support.processes import Cluster
from tests.support.waiting import until

ROUTE = "/v1/models/disagreements"


@dataclass
class House:
    """A service whose champion and challenger are of other seeds."""

    cluster: Cluster
    gateway: Client
    boss: Client
    challenger: str

    def model(self, *arguments: str) -> Any:
        """What `aiguilleur model ... --json` prints."""
        return json.loads(self.cluster.command("model", *arguments, "--json"))


@pytest.fixture(scope="module")
def house(
    postgres_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """Two real models, one champion, one challenger; an API, a worker, a sweeper, a shadow."""
    folder: Path = tmp_path_factory.mktemp("shadow")
    versions = [model_folder(folder / str(seed), seed) for seed in range(2)]
    settings = {"MODEL_PATH": str(folder / "0"), "AIGUILLEUR_MODEL_STORE": str(folder / "store")}
    with Cluster(folder, postgres_url, redis_url, **settings) as cluster:
        for name in ("api", "sweep", "model-worker", "shadow"):
            cluster.launch(name)
        for seed, alias in enumerate(("champion", "challenger")):
            cluster.command("model", "add", str(folder / str(seed)))
            cluster.command("model", "promote", versions[seed], f"--alias={alias}", "--reason=test")
        gateway = Client(cluster.url, cluster.key("--client=g", "--role=gateway", "--mailbox=*"))
        boss = Client(cluster.url, cluster.key("--client=t", "--role=supervisor", "--mailbox=*"))
        yield House(cluster, gateway, boss, versions[1])


def test_from_the_command_to_the_matrix(house: House) -> None:
    """Before a trial there is none to show; in it, decided mail is compared within seconds."""
    until(lambda: house.boss.ask("GET", ROUTE).status == 404, "the API")
    assert house.boss.ask("GET", ROUTE).body["code"] == "not_found"
    assert house.gateway.ask("GET", ROUTE).status == 403
    assert "no shadow trial" in house.cluster.refused("model", "disagreements")
    made = house.model("shadow", "--share=1", "--reason=is it ready?")
    assert (made["version"], made["changed"]) == (house.challenger, True)
    ids = house.gateway.post_texts("label:claim", "label:payment")
    for email_id in ids:
        house.gateway.decision(email_id)
    until(lambda: house.boss.ask("GET", ROUTE).body["compared"] == 2, "both to be compared")
    body = house.boss.ask("GET", ROUTE).body
    assert body["trial"]["version"] == house.challenger
    assert body["agreed"] == 2
    assert [(c["champion"], c["challenger"], c["emails"]) for c in body["matrix"]] == [
        ("claim", "claim", 1), ("payment", "payment", 1),
    ]  # fmt: skip
    assert house.model("disagreements")["compared"] == 2
    assert "claim -> claim\t1" in house.cluster.command("model", "disagreements")


def test_refusals_are_sentences(house: House) -> None:
    """Of the command and of the API."""
    assert "above 0" in house.cluster.refused("model", "shadow", "--share=2", "--reason=x")
    assert house.boss.ask("GET", f"{ROUTE}?limit=101").status == 422


def test_a_trial_ends_by_command(house: House) -> None:
    """Its figures stay to be seen."""
    house.model("shadow", "--share=0.5", "--reason=x")
    assert house.model("shadow", "--stop", "--reason=enough")["version"] == house.challenger
    assert "no shadow to stop" in house.cluster.refused(
        "model", "shadow", "--stop", "--reason=enough"
    )
    assert house.boss.ask("GET", ROUTE).body["trial"]["running"] is False
