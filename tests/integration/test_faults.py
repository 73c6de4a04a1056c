"""Faults that no process dies of: they delay a mail and never count against it."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from service.store.engine import make_engine
from tests.support.client import Client
from tests.support.processes import Cluster
from tests.support.waiting import until


@pytest.fixture
def database(postgres_url: str) -> Iterator[Engine]:
    """A look at the tables, and a hand on them."""
    engine = make_engine(postgres_url)
    yield engine
    engine.dispose()


@pytest.fixture
def house(postgres_url: str, redis_url: str, tmp_path: Path) -> Iterator[Cluster]:
    """An API and a sweeper, without a worker."""
    with Cluster(tmp_path, postgres_url, redis_url) as made:
        for process in (made.launch("api"), made.launch("sweep")):
            process.ready()
        yield made


@pytest.fixture
def client(house: Cluster) -> Client:
    """A gateway."""
    return Client(house.url, house.key("--client=gateway", "--role=gateway", "--mailbox=*"))


def test_a_table_that_is_locked_condemns_no_mail(
    house: Cluster, client: Client, database: Engine
) -> None:
    """However often deciding fails meanwhile, the model's decision is the one that is stored."""
    with database.begin() as connection:
        name = connection.engine.url.database
        connection.execute(text(f'ALTER DATABASE "{name}" SET lock_timeout = 200'))
    worker = house.start("worker")
    with database.begin() as connection:
        connection.execute(text("LOCK TABLE readings IN SHARE MODE"))
        (email_id,) = client.post_texts("label:claim")
        until(lambda: sum(e["event"] == "drain_ended" for e in worker.events()) >= 4, "four tries")
        losses = connection.execute(text("SELECT max(losses) FROM waiting")).scalar()
    assert losses == 0
    assert client.decision(email_id)["reason"] == "model"


def test_a_worker_told_to_stop_as_it_starts_stops(house: Cluster) -> None:
    """However early the signal comes after it is ready: cleanly, and soon."""
    workers = [house.launch("worker") for _ in range(4)]
    for worker in workers:
        worker.ready().signal(signal.SIGTERM)
    # one signal each: a second, as Python itself ends, would find no handler any more
    assert [worker.wait() for worker in workers] == [0, 0, 0, 0]


def test_a_mail_that_cannot_be_stored_spoils_no_other(
    house: Cluster, client: Client, database: Engine
) -> None:
    """It goes to a person with nothing but the reason; its neighbours are decided as ever."""
    with database.begin() as connection:
        connection.execute(
            text(
                "ALTER TABLE readings ADD CONSTRAINT fault "
                "CHECK (fields->>'subject' IS DISTINCT FROM 'odd') NOT VALID"
            )
        )
    reply = client.post({"subject": "odd", "text": "label:claim"}, {"text": "label:claim"})
    house.start("worker")
    reasons = [client.decision(item["id"])["reason"] for item in reply.body["items"]]
    assert reasons == ["failed", "model"]


def test_a_fault_of_ours_is_told_without_a_word_of_the_mail(
    house: Cluster, client: Client, database: Engine
) -> None:
    """500 `internal_error`: nothing is stored, and what PostgreSQL said of it stays with us."""
    with database.begin() as connection:
        connection.execute(
            text("ALTER TABLE emails ADD CONSTRAINT grudge CHECK (mailbox <> 'odd') NOT VALID")
        )
    reply = client.post({"subject": "secret", "text": "private words", "mailbox": "odd"})
    assert (reply.status, reply.body["code"]) == (500, "internal_error")
    assert "grudge" not in str(reply.body)
    log = str(house.events("api"))
    assert "IntegrityError" in log
    assert "private words" not in log


def test_a_worker_told_to_stop_before_it_is_ready_stops(house: Cluster, tmp_path: Path) -> None:
    """By a handler of its own: as process 1 of a container it would miss the signal without one."""
    slow = tmp_path / "routing.yaml"
    os.mkfifo(slow)
    worker = house.launch("model-worker", ROUTING_PATH=str(slow))
    with slow.open("w"):  # as soon as it reads, which then does not end
        assert worker.stop() == 128 + signal.SIGTERM
