"""Another champion while mail flows: real workers, real models, the command line."""

import json
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from model.artifact import sha256
from tests.support.client import Client
from tests.support.fake_classifier import LABELS
from tests.support.model_folders import model_folder
from tests.support.processes import Cluster, Process
from tests.support.waiting import until

_WITHIN_SECONDS = 10.0  # a change of champions counts from then on


@dataclass
class House:
    """A service with a registry of three models; MODEL_PATH names the first of them."""

    cluster: Cluster
    client: Client
    versions: list[str]
    workers: list[Process]

    def model(self, *arguments: str) -> Any:
        """What `aiguilleur model ... --json` prints."""
        return json.loads(self.cluster.command("model", *arguments, "--json"))

    def serve(self, version: str) -> None:
        """Make it champion, and wait until both workers have taken it up."""
        if self.model("promote", version, "--reason=test")["changed"]:
            self.taken_up(version)

    def taken_up(self, version: str) -> None:
        """Wait until both workers serve it."""
        until(lambda: [newest_model(w) for w in self.workers] == [version] * 2, version)

    def decided_by(self) -> str:
        """The version that decides the next mail."""
        (email_id,) = self.client.post_texts("label:claim")
        return str(self.client.decision(email_id)["model"]["version"])

    def refused(self, *arguments: str) -> str:
        """What a command that must fail says."""
        with pytest.raises(subprocess.CalledProcessError) as failed:
            self.model(*arguments)
        assert failed.value.returncode == 1
        return str(failed.value.stderr)


def newest_model(worker: Process) -> object:
    """The version that a worker took up last."""
    taken_up = [e["version"] for e in worker.events() if e["event"] == "model_changed"]
    return taken_up[-1] if taken_up else None


def reseal(folder: Path, changed: Path) -> None:
    """Make the manifest agree with a file that was changed."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["files"][changed.name] = sha256(changed)
    path.write_text(json.dumps(manifest))


@pytest.fixture(scope="module")
def house(
    postgres_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """Two workers over one store."""
    folder: Path = tmp_path_factory.mktemp("registry")
    versions = [model_folder(folder / str(seed), seed) for seed in range(3)]
    settings = {"MODEL_PATH": str(folder / "0"), "AIGUILLEUR_MODEL_STORE": str(folder / "store")}
    with Cluster(folder, postgres_url, redis_url, **settings) as cluster:
        started = [cluster.launch(name) for name in ("api", "sweep")]
        workers = [cluster.launch("model-worker") for _ in range(2)]
        for process in (*started, *workers):
            process.ready()
        client = Client(cluster.url, cluster.key("--client=g", "--role=gateway", "--mailbox=*"))
        made = House(cluster, client, versions, workers)
        assert made.decided_by() == versions[0]  # of MODEL_PATH: the registry is empty
        for seed, version in enumerate(versions):
            added = made.model("add", str(folder / str(seed)), "--reason=test")
            assert added == {"version": version, "changed": True, "tried": True}
        yield made


def test_a_promotion_under_load_loses_no_mail(house: House, postgres_url: str) -> None:
    """Mail is posted all the while: each is decided once, first by the old model, then the new."""
    old, new = house.versions[:2]
    house.serve(old)
    before, stop = set(house.client.accepted), threading.Event()

    def post() -> None:
        while not stop.wait(0.02):
            house.client.post_texts(*["label:payment"] * 5)

    poster = threading.Thread(target=post)
    poster.start()
    try:
        assert house.decided_by() == old
        house.model("promote", new, "--reason=better")
        promoted = time.monotonic()
        until(lambda: house.decided_by() == new, "the new one", _WITHIN_SECONDS)
        house.taken_up(new)
        assert time.monotonic() - promoted < _WITHIN_SECONDS
        assert house.decided_by() == new
    finally:
        stop.set()
        poster.join()
    house.client.wait_for_all()
    posted = house.client.accepted - before
    with psycopg.connect(postgres_url) as connection:
        query = "SELECT email_id::text, model_version FROM decisions"
        made = {email: version for email, version in connection.execute(query) if email in posted}
    assert made.keys() == posted
    assert set(made.values()) == {old, new}
    events = [e for worker in house.workers for e in worker.events() if e["event"] == "decided"]
    assert max(Counter(str(e["email_id"]) for e in events).values()) == 1


def test_a_rollback_counts_for_the_next_mail_within_ten_seconds(house: House) -> None:
    """Both workers obey while they are idle, with Redis' wake-ups or without."""
    old, new = house.versions[:2]
    house.serve(old)
    house.serve(new)
    assert house.model("rollback", "--reason=worse")["version"] == old
    rolled_back = time.monotonic()
    house.taken_up(old)
    assert time.monotonic() - rolled_back < _WITHIN_SECONDS
    assert {house.decided_by() for _ in range(5)} == {old}


def test_the_api_tells_who_decides(house: House) -> None:
    """The champion, and how all models stand."""
    house.serve(house.versions[2])
    key = house.cluster.key("--client=s", "--role=supervisor", "--mailbox=*")
    supervisor = Client(house.cluster.url, key)
    assert house.client.ask("GET", "/v1/model").body["version"] == house.versions[2]
    found = supervisor.ask("GET", "/v1/models").body["models"]
    assert {m["version"] for m in found} == set(house.versions)
    (champion,) = [m for m in found if m["status"] == "champion"]
    assert (champion["version"], champion["labels"]) == (house.versions[2], list(LABELS))
    assert house.client.ask("GET", "/v1/models").status == 403


def test_a_list_has_a_line_for_each_model(house: House) -> None:
    """In columns for people, and as JSON."""
    house.serve(house.versions[1])
    lines = [line.split("\t") for line in house.cluster.command("model", "list").splitlines()]
    assert {line[0] for line in lines} == set(house.versions)
    assert [line[0] for line in lines if line[1] == "champion"] == [house.versions[1]]
    assert [m["version"] for m in house.model("list")] == [line[0] for line in lines]


def test_a_model_shows_its_card_and_its_history(house: House) -> None:
    """Who did what with it, and why."""
    house.serve(house.versions[0])
    house.serve(house.versions[1])
    text = house.cluster.command("model", "show", "champion")
    assert f"tiny, version {house.versions[1]}: champion" in text
    assert f"# Tiny, version {house.versions[1]}" in text
    newest = house.model("show", "champion")["history"][0]
    assert (newest["action"], newest["reason"]) == ("promoted", "test")
    assert newest["by"].startswith("operator")


def test_two_models_are_compared_figure_by_figure(house: House) -> None:
    """What the manifests say, and what people left standing."""
    found = house.model("compare", house.versions[0], house.versions[2])
    (accuracy,) = [f for f in found["figures"] if f["name"] == "served.accuracy"]
    assert (accuracy["first"], accuracy["second"]) == (0.9, 0.92)
    assert accuracy["difference"] == pytest.approx(0.02)
    assert (found["labels_gone"], found["labels_new"]) == ([], [])
    assert not found["same_training_data"]
    text = house.cluster.command("model", "compare", house.versions[0], house.versions[2])
    assert "served.accuracy\t0.9\t0.92\t+0.02" in text.splitlines()


def test_all_models_are_judged_on_the_same_mail(house: House, tmp_path: Path) -> None:
    """As a table and as JSON; then two of them are shown side by side."""
    data = tmp_path / "golden.jsonl"
    rows = [{"category": label, "text": f"{label} {n}"} for n in range(2) for label in LABELS]
    data.write_text("\n".join(map(json.dumps, rows)))
    found = house.model("evaluate", "--data", str(data))
    assert (found["set"], found["emails"], found["failed"]) == ("golden", 18, {})
    assert set(house.versions) <= found["models"].keys()
    assert found["models"][house.versions[0]]["accuracy"] == 1.0
    lines = house.cluster.command(
        "model", "evaluate", house.versions[0], "--data", str(data), "--set=newest"
    ).splitlines()
    assert lines[0] == "The newest set: 18 mails, labelled mail of any origin"
    assert lines[1].split("\t")[:3] == ["version", "accuracy", "macro_f1"]
    assert lines[2].split("\t")[:3] == [house.versions[0], "1", "1"]
    compared = house.model("compare", house.versions[0], house.versions[2])["evaluated"]
    assert [(one["set"], one["emails"]) for one in compared] == [("golden", 18)]
    text = house.cluster.command("model", "compare", house.versions[0], house.versions[2])
    assert "accuracy\t1\t1\t+0" in text.splitlines()
    assert "a difference in accuracy like this one with p = 1" in text
    assert "There are no files of nobody" in house.refused(
        "evaluate", "nobody", "--data", str(data)
    )


def test_a_label_without_a_category_keeps_a_model_out(house: House, tmp_path: Path) -> None:
    """The sentence names it."""
    version = model_folder(tmp_path / "m", labels=(*LABELS, "fraud"))
    house.model("add", str(tmp_path / "m"))
    said = house.refused("promote", version, "--reason=x")
    assert f"Model {version} answers fraud, for which the routing has no category" in said


def test_a_folder_that_is_no_model_is_refused(house: House, tmp_path: Path) -> None:
    """So is one that was changed since it was packed."""
    assert "lacks manifest.json" in house.refused("add", str(tmp_path))
    model_folder(tmp_path)
    (tmp_path / "linear.npz").write_bytes(b"")
    assert "linear.npz is not the file its manifest describes" in house.refused(
        "add", str(tmp_path)
    )


def test_a_model_that_cannot_answer_is_refused(house: House, tmp_path: Path) -> None:
    """It is tried before anybody can promote it: every hash fits, the arrays do not."""
    model_folder(tmp_path, labels=LABELS[:3])
    broken = tmp_path / "labels.json"
    broken.write_text(json.dumps({"labels": list(LABELS)}))
    reseal(tmp_path, broken)
    assert "gives 3 logits for 9 labels" in house.refused("add", str(tmp_path))


def test_who_decides_is_neither_retired_nor_lost(house: House) -> None:
    """A retired model is not promoted; each refusal says what to do."""
    first, second = house.versions[:2]
    house.serve(first)
    assert "is the champion: promote another" in house.refused("retire", first, "--reason=x")
    assert house.model("retire", second, "--reason=old")["changed"]
    assert "is retired" in house.refused("promote", second, "--reason=x")
    assert f"The champion is {first} by now" in house.refused(
        "rollback", "--instead-of", second, "--reason=x"
    )
    assert "There is no model 'x'" in house.refused("show", "x")
    assert "There is no challenger" in house.refused("promote", "challenger", "--reason=x")


def test_help_has_examples(house: House) -> None:
    """To be copied."""
    assert "aiguilleur model promote 5c1e09a7d2b4 --reason" in house.cluster.command(
        "model", "--help"
    )
