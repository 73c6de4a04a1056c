"""A canary in running processes: killed workers, a bad model, and an end that is obeyed at once."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString
from uuid import UUID

import psycopg
import pytest

from service.domain.trials import CANARY, Trial
from service.flow import trials
from service.store.engine import make_engine
from tests.support.client import Client
from tests.support.keeper import keep_alive
from tests.support.model_folders import model_folder
from tests.support.processes import Cluster
from tests.support.waiting import until

_WITHIN_SECONDS = 10.0  # an end counts for the next mail from then on


@dataclass
class House:
    """A service whose champion answers as it reads; its challenger as well."""

    cluster: Cluster
    gateway: Client
    database_url: str
    champion: str
    challenger: str

    def model(self, *arguments: str) -> str:
        """What `aiguilleur model ...` prints."""
        return self.cluster.command("model", *arguments)

    def ask(self, query: LiteralString) -> list[tuple[Any, ...]]:
        """Rows of the database."""
        with psycopg.connect(self.database_url) as connection:
            return connection.execute(query).fetchall()

    def holding_both(self) -> int:
        """How many workers took the canary up."""
        found = self.cluster.events("model-worker")
        return sum(e["event"] == "canary_changed" and e["version"] is not None for e in found)

    def trial(self) -> Trial:
        """The canary."""
        engine = make_engine(self.database_url)
        found = trials.newest(engine, CANARY)
        engine.dispose()
        assert found is not None
        return found

    def decided_by(self, *texts: str) -> Counter[str]:
        """The versions that decide these mails."""
        ids = self.gateway.post_texts(*texts)
        return Counter(str(self.gateway.decision(i)["model"]["version"]) for i in ids)

    def start(self, share: float) -> None:
        """Start a canary, and wait until mail is stamped and every worker holds it."""
        self.model("canary", f"--share={share}", "--reason=test")
        until(lambda: self.decided_by(*["claim"] * 8)[self.challenger] > 0, "the canary")


@pytest.fixture
def house(postgres_url: str, redis_url: str, tmp_path: Path) -> Iterator[House]:
    """An API and a sweeper; workers are a test's own."""
    folder = tmp_path
    versions = [model_folder(folder / str(seed), seed) for seed in range(2)]
    settings = {
        "MODEL_PATH": str(folder / "0"),
        "AIGUILLEUR_MODEL_STORE": str(folder / "store"),
        "AIGUILLEUR_HTTP_WORKERS": "1",  # which knows of a canary as soon as one mail was stamped
    }
    with Cluster(folder, postgres_url, redis_url, **settings) as cluster:
        for name in ("api", "sweep"):
            cluster.launch(name)
        for seed, alias in enumerate(("champion", "challenger")):
            cluster.command("model", "add", str(folder / str(seed)))
            cluster.command("model", "promote", versions[seed], f"--alias={alias}", "--reason=test")
        gateway = Client(cluster.url, cluster.key("--client=g", "--role=gateway", "--mailbox=*"))
        until(lambda: gateway.ask("GET", "/healthz").status == 200, "the API")
        yield House(cluster, gateway, postgres_url, *versions)


def test_killed_workers_decide_each_mail_once_by_its_model(house: House) -> None:
    """Of two workers one is killed again and again: no mail is lost, and none changes its model."""
    with keep_alive(house.cluster, "model-worker"), keep_alive(house.cluster, "model-worker"):
        house.start(0.4)
        until(lambda: house.holding_both() == 2, "both workers to hold it")
        ids = []
        for _ in range(6):
            ids += house.gateway.post_texts(*["claim payment certificate " * 40] * 100)
            until(lambda: house.cluster.running("model-worker"), "a worker")[0].kill()
        house.gateway.wait_for_all()
    rows = house.ask("SELECT email_id::text, model_version FROM decisions")
    decided = dict(rows)
    assert len(rows) == len(decided) == len(house.gateway.accepted)
    trial = house.trial()
    meant = {i: house.challenger if trial.takes(UUID(i)) else house.champion for i in ids}
    assert {i: decided[i] for i in ids} == meant
    assert set(meant.values()) == {house.champion, house.challenger}


def test_an_end_counts_for_the_next_mail(house: House) -> None:
    """Within ten seconds of the command; a second later as a rule."""
    house.cluster.start("model-worker")
    house.start(0.5)
    house.model("canary", "--stop", "--reason=enough")
    ended = time.monotonic()
    until(
        lambda: house.decided_by(*["claim"] * 10) == {house.champion: 10},
        "the champion alone",
        _WITHIN_SECONDS,
    )
    assert time.monotonic() - ended < _WITHIN_SECONDS
    assert house.decided_by(*["claim"] * 30) == {house.champion: 30}


def test_a_bad_canary_is_rolled_back_by_itself(house: House, tmp_path: Path) -> None:
    """The sweep judges; the log has the reason, the metrics its name, and mail goes on."""
    bad = model_folder(tmp_path / "bad", 2, sure=0.0)
    house.model("add", str(tmp_path / "bad"))
    house.model("promote", bad, "--alias=challenger", "--reason=test")
    house.cluster.start("model-worker")
    house.model("canary", "--share=0.3", "--reason=test")

    def lost() -> bool:
        house.decided_by(*["claim"] * 20)
        return house.ask("SELECT version FROM model_changes WHERE alias = 'canary' "
                         "AND action = 'lost'") == [(bad,)]  # fmt: skip

    until(lost, "the canary to lose", 60)
    assert "is over" in house.model("trials")
    assert "It lost by abstentions" in house.model("show", bad)
    assert "challenger" not in house.model("list").split(bad)[1].splitlines()[0]
    until(lambda: house.decided_by(*["claim"] * 20) == {house.champion: 20}, "the champion alone")
