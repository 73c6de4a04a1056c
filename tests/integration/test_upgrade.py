"""A rolling upgrade: the release before the newest migration, beside this one, on its schema."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.agent import Agent, held, mail
from tests.support.client import Client
from tests.support.person import PASSWORD, Person
from tests.support.processes import ROOT, Cluster

MIGRATIONS = "service/store/migrations/versions"


@pytest.fixture(scope="module")
def former(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code as it was before the newest migration came, out of the history."""
    newest = git("log", "--diff-filter=A", "--format=%H", "-1", "--", MIGRATIONS).decode().strip()
    if not newest or git("rev-parse", "--is-shallow-repository").strip() == b"true":
        pytest.skip("needs the repository's history: git fetch --unshallow")
    tree = tmp_path_factory.mktemp("former")
    subprocess.run(["tar", "-x", "-C", tree], input=git("archive", f"{newest}^"), check=True)
    if "schema_serves" not in (tree / "service/store/migrate.py").read_text(encoding="utf-8"):
        pytest.skip("the release before knew no schema but its own")
    return tree


def git(*arguments: str) -> bytes:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False)
    return done.stdout


@pytest.fixture
def both(
    postgres_url: str, redis_url: str, tmp_path: Path, former: Path
) -> Iterator[tuple[Cluster, Cluster]]:
    """The former release and this one, over the same servers, with this one's schema."""
    for name in ("former", "this"):
        (tmp_path / name).mkdir()
    with (
        Cluster(tmp_path / "former", postgres_url, redis_url, former) as old,
        Cluster(tmp_path / "this", postgres_url, redis_url) as new,
    ):
        for cluster, name in ((old, "api"), (new, "api"), (new, "sweep")):
            cluster.start(name)
        yield old, new


@pytest.mark.parametrize("worker", ["former", "this"])
def test_either_release_decides_what_either_accepted(
    both: tuple[Cluster, Cluster], worker: str
) -> None:
    """Each of them reads, over its own API, what the other stored."""
    old, new = both
    (old if worker == "former" else new).start("worker")
    key = new.key("--client=gateway", "--role=gateway", "--mailbox=*")
    clients = [Client(cluster.url, key) for cluster in both]
    ids = [email_id for client in clients for email_id in client.post_texts("label:claim", "fail")]
    for client in clients:
        reasons = [client.decision(email_id)["reason"] for email_id in ids]
        assert reasons == ["model", "failed"] * 2


def test_what_the_former_release_makes_has_all_queues(both: tuple[Cluster, Cluster]) -> None:
    """Its keys and accounts, which know no queues."""
    old, new = both
    new.start("worker")
    gateway = Client(new.url, new.key("--client=gateway", "--role=gateway", "--mailbox=*"))
    key = old.key("--client=team", "--role=agent", "--mailbox=*")
    agent = Agent(Client(new.url, key), "amelie")
    for label, queue in (("claim", "claims"), ("payment", "payments")):
        assert mail(gateway, label) in agent.listed(queue)
    old.account("amelie", "agent", PASSWORD)
    amelie = Person(new.url)
    amelie.sign_in("amelie")
    assert amelie.get("/console/queues/payments").status == 200


def test_an_agent_works_on_with_the_former_release(both: tuple[Cluster, Cluster]) -> None:
    """Claim and complete there what was accepted and decided here."""
    old, new = both
    new.start("worker")
    gateway = Client(new.url, new.key("--client=gateway", "--role=gateway", "--mailbox=*"))
    email_id = mail(gateway)
    key = old.key("--client=team", "--role=agent", "--mailbox=*")
    agent = Agent(Client(old.url, key), "amelie")
    lease = held(agent, email_id)
    assert agent.act(lease, "complete").status == 200
    assert email_id not in agent.listed("claims")
