"""Too much mail: refused in time, with the time to come back; a hang does not last."""

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from sqlalchemy import Engine

from service.domain.backlog import Bounds
from service.errors import TooBusy, TooFast
from service.flow.accept import Intake
from service.flow.admission import Admission
from service.flow.rates import Rates
from service.jobs import Waker
from service.store.engine import make_engine
from tests.support.client import Client
from tests.support.posting import principal, store, submission
from tests.support.processes import Cluster
from tests.support.waiting import until


@pytest.fixture
def small(postgres_url: str, redis_url: str, tmp_path: Path) -> Iterator[Cluster]:
    """An API that takes ten waiting mails, and a worker's hang for a second."""
    limits = {"AIGUILLEUR_MAX_BACKLOG_EMAILS": "10", "AIGUILLEUR_STUCK_SECONDS": "1"}
    with Cluster(tmp_path, postgres_url, redis_url, **limits) as made:
        made.start("api")
        yield made


def gateway(cluster: Cluster) -> Client:
    return Client(cluster.url, cluster.key("--client=gateway", "--role=gateway", "--mailbox=*"))


def test_a_backlog_beyond_its_size_is_refused_until_it_shrinks(small: Cluster) -> None:
    """429 with a time to come back; once mail was decided, new mail is taken."""
    client = gateway(small)
    client.post_texts(*["label:claim"] * 20)
    refused = until(
        lambda: (r := client.post({"text": "label:claim"})).status == 429 and r, "the refusal"
    )
    assert (refused.body["code"], int(refused.headers["Retry-After"]) > 0) == ("too_busy", True)
    small.start("worker")
    until(lambda: client.post({"text": "label:claim"}).status == 202, "room")


def test_a_worker_stuck_in_native_code_is_ended(small: Cluster) -> None:
    """Its own threads could not: it holds the GIL. Its log says where it hung."""
    client = gateway(small)
    worker = small.start("worker")
    client.post_texts("spin")
    until(lambda: not worker.running, "its end")
    assert worker.stop() == 1
    assert "fake_classifier.py" in worker.log.read_text()


def test_workers_leave_the_cores_to_those_who_accept(small: Cluster) -> None:
    """Beside a busy worker an answer would else wait for its turn."""
    worker = psutil.Process(small.start("worker").pid)
    until(lambda: worker.nice() > psutil.Process().nice(), "the worker to yield")


def test_a_key_is_held_to_its_rate(redis_url: str) -> None:
    """It may burst; then it hears when to come back, and other keys are not concerned."""
    rates = Rates(redis_url, 10, burst=1.0)
    rates.take("greedy", 30)
    with pytest.raises(TooFast) as refused:
        rates.take("greedy", 1)
    assert refused.value.retry_after == 2
    rates.take("modest", 1)


def test_a_lost_redis_holds_nobody(tmp_path: Path) -> None:
    """Losing the broker costs the limit, not mail."""
    rates = Rates(f"unix://{tmp_path}/none.sock", 1)
    for _ in range(3):
        rates.take("greedy", 1000)


def test_a_client_that_posts_too_fast_is_told_when_to_come_back(
    postgres_url: str, redis_url: str, tmp_path: Path
) -> None:
    """429 as well, under a code of its own; what was accepted before is answered all the same."""
    with Cluster(tmp_path, postgres_url, redis_url, AIGUILLEUR_MAX_EMAILS_PER_SECOND="1") as made:
        made.start("api")
        client = gateway(made)
        mails = [{"text": "label:claim"}] * 100
        replies = [client.post(*mails, Idempotency_Key=key) for key in ("one", "two")]
        assert [reply.status for reply in replies] == [202, 429]
        assert (replies[1].body["code"], len(client.accepted)) == ("too_fast", 100)
        assert 80 <= int(replies[1].headers["Retry-After"]) <= 90
        again = client.post(*mails, Idempotency_Key="one")
        assert (again.status, again.body) == (202, replies[0].body)


@pytest.fixture
def database(postgres_url: str) -> Iterator[Engine]:
    """The tables without an API before them."""
    engine = make_engine(postgres_url)
    yield engine
    engine.dispose()


def test_what_is_refused_for_the_backlog_costs_the_key_nothing(
    database: Engine, redis_url: str
) -> None:
    """Else a gateway that tries again as told would be too fast once there is room."""
    rates = Rates(redis_url, 1, burst=1.0)
    busy, free = (
        Intake(database, Waker(redis_url), Admission(database, Bounds(most, 600.0)), rates, 32)
        for most in (1, 1000)
    )
    who = principal(database, "patient")
    store(database, who, submission("one"), submission("two", index=1))
    for _ in range(20):
        with pytest.raises(TooBusy):
            busy.one(who, submission("three"))
    free.one(who, submission("three"))
