"""Integration tests drive the service's own processes over HTTP, on the real servers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.agent import Agent
from tests.support.client import Client
from tests.support.processes import Cluster


@pytest.fixture(scope="module")
def cluster(
    postgres_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cluster]:
    """An API, a worker with the fake classifier and a sweeper; every mail is one to check."""
    folder: Path = tmp_path_factory.mktemp("cluster")
    everything = {"AIGUILLEUR_SPOT_CHECK_SHARE": "1"}
    with Cluster(folder, postgres_url, redis_url, **everything) as made:
        started = [made.launch(name) for name in ("api", "worker", "sweep")]
        for process in started:
            process.ready()
        yield made


@pytest.fixture(scope="module")
def client(cluster: Cluster) -> Client:
    """A gateway that may use every mailbox."""
    return Client(cluster.url, cluster.key("--client=gateway", "--role=gateway", "--mailbox=*"))


@pytest.fixture(scope="module")
def supervisor(cluster: Cluster) -> Client:
    """Someone who sees every client's mail."""
    return Client(cluster.url, cluster.key("--client=team", "--role=supervisor", "--mailbox=*"))


@pytest.fixture(scope="module")
def desk(cluster: Cluster) -> Client:
    """A key that several agents share."""
    return Client(cluster.url, cluster.key("--client=desk", "--role=agent", "--mailbox=*"))


@pytest.fixture
def anna(desk: Client) -> Agent:
    """One of those who share it."""
    return Agent(desk, "anna")


@pytest.fixture
def ben(desk: Client) -> Agent:
    """Another one."""
    return Agent(desk, "ben")


@pytest.fixture(scope="module")
def boss(supervisor: Client) -> Agent:
    """A supervisor who works on mail."""
    return Agent(supervisor, "boss")
