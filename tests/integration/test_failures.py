"""What breaks, and that it costs no mail: counted from the client's own log of 2xx answers."""

import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import redis
from sqlalchemy import Engine, text

from service.local.servers import EmbeddedServers
from service.store.engine import make_engine
from tests.support.client import Client
from tests.support.keeper import keep_alive
from tests.support.processes import Cluster
from tests.support.waiting import until


@pytest.fixture
def house(own_servers: EmbeddedServers, tmp_path: Path) -> Iterator[Cluster]:
    """An API and a sweeper, without a worker, over servers that may be stopped."""
    with Cluster(tmp_path, own_servers.database_url, own_servers.redis_url) as made:
        started = [made.launch("api"), made.launch("sweep")]
        for process in started:
            process.ready()
        yield made


@pytest.fixture
def client(house: Cluster) -> Client:
    """A gateway."""
    return Client(house.url, house.key("--client=gateway", "--role=gateway", "--mailbox=*"))


@pytest.fixture
def database(own_servers: EmbeddedServers) -> Iterator[Engine]:
    """A look at the tables."""
    engine = make_engine(own_servers.database_url)
    yield engine
    engine.dispose()


def check_all_decided_once(client: Client, database: Engine) -> None:
    """Every mail that was promised has exactly one decision."""
    client.wait_for_all()
    query = text("SELECT email_id::text, count(*) FROM decisions GROUP BY email_id")
    with database.connect() as connection:
        counts = {row[0]: row[1] for row in connection.execute(query)}
    assert {email_id: counts.get(email_id) for email_id in client.accepted} == dict.fromkeys(
        client.accepted, 1
    )


def timed(work: Callable[[], object]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started


def hold(house: Cluster) -> int:
    """Wait until a worker holds the blocking mail; returns its process id."""
    held = house.gate.with_suffix(".held")
    return int(until(lambda: held.exists() and held.read_text(), "a worker at the gate"))


def test_a_worker_killed_with_a_lease(house: Cluster, client: Client, database: Engine) -> None:
    """Another takes its mail after the lease, and decides it as if nothing had happened."""
    first = house.start("worker")
    client.post_texts("block label:claim", "label:claim")
    hold(house)
    first.kill()
    house.gate.write_text("")
    house.start("worker")
    check_all_decided_once(client, database)


def test_a_worker_paused_past_its_lease(house: Cluster, client: Client, database: Engine) -> None:
    """Its late result is refused: the mail was decided by another."""
    zombie = house.start("worker")
    (email_id,) = client.post_texts("block label:claim")
    hold(house)
    zombie.signal(signal.SIGSTOP)
    house.gate.write_text("")
    house.start("worker")
    client.decision(email_id)
    zombie.signal(signal.SIGCONT)
    until(lambda: any(e["event"] == "lease_lost" for e in zombie.events()), "the zombie's refusal")
    check_all_decided_once(client, database)


def test_a_poison_mail_among_others(house: Cluster, client: Client, database: Engine) -> None:
    """It reaches a person as `crashed`; each of its 31 neighbours is decided by the model."""
    texts = ["label:claim"] * 31
    texts.insert(13, "poison")
    with keep_alive(house, "worker", AIGUILLEUR_LEASE_SECONDS="1"):
        ids = client.post_texts(*texts)
        check_all_decided_once(client, database)
    reasons = [client.email(email_id)["decision"]["reason"] for email_id in ids]
    assert reasons == ["crashed" if t == "poison" else "model" for t in texts]


def test_a_worker_stopped_cleanly_gives_its_mail_back(
    house: Cluster, client: Client, database: Engine
) -> None:
    """It ends what it began, and what it had not begun counts no lost lease."""
    worker = house.start("worker")
    client.post_texts("block label:claim")
    hold(house)
    worker.signal(signal.SIGTERM)
    client.post_texts(*["label:claim"] * 40)
    house.gate.write_text("")
    assert worker.stop() == 0
    with database.connect() as connection:
        lost = connection.execute(text("SELECT count(*) FROM waiting WHERE losses > 0")).scalar()
    assert lost == 0
    house.start("worker")
    check_all_decided_once(client, database)


def test_redis_emptied_with_a_backlog(
    house: Cluster, client: Client, database: Engine, own_servers: EmbeddedServers
) -> None:
    """The sweep wakes the workers again."""
    client.post_texts(*["label:claim"] * 100)
    redis.Redis.from_url(own_servers.redis_url).flushall()
    house.start("worker")
    check_all_decided_once(client, database)
    redis.Redis.from_url(own_servers.redis_url).flushall()
    client.post_texts("label:claim")
    check_all_decided_once(client, database)


def test_redis_down_while_posting(
    house: Cluster, client: Client, database: Engine, own_servers: EmbeddedServers
) -> None:
    """Mail is accepted at once, and decided all the same."""
    house.start("worker")
    own_servers.redis.kill()
    assert max(timed(lambda: client.post_texts("label:claim")) for _ in range(10)) < 0.5
    ready = client.ask("GET", "/readyz")
    assert (ready.status, ready.body["redis"]) == (200, "degraded")
    check_all_decided_once(client, database)
    own_servers.redis.start()
    client.post_texts("label:claim")
    check_all_decided_once(client, database)


def test_redis_paused_while_posting(
    house: Cluster, client: Client, database: Engine, own_servers: EmbeddedServers
) -> None:
    """A Redis that hangs delays no answer by more than its short time limit."""
    house.start("worker")
    own_servers.redis.pause()
    try:
        assert max(timed(lambda: client.post_texts("label:claim")) for _ in range(10)) < 0.5
    finally:
        own_servers.redis.resume()
    check_all_decided_once(client, database)


def test_postgres_down_while_posting(
    house: Cluster, client: Client, database: Engine, own_servers: EmbeddedServers
) -> None:
    """503 with a time to come back; nothing of it is stored, and a retry is accepted."""
    house.start("worker")
    client.post_texts(*["label:claim"] * 20)
    own_servers.postgres.stop()
    refused = client.post({"text": "label:claim", "id": "retried"})
    probe = client.ask("GET", "/readyz")
    own_servers.postgres.start()
    assert (refused.status, refused.body["code"]) == (503, "unavailable")
    assert int(refused.headers["Retry-After"]) > 0
    assert (probe.status, probe.body["database"]) == (503, "unavailable")
    again = until(
        lambda: (r := client.post({"text": "label:claim", "id": "retried"})).status == 202 and r,
        "the retry",
    )
    assert again.body["counts"]["duplicates"] == 0
    check_all_decided_once(client, database)


def test_postgres_killed_while_deciding(
    house: Cluster, client: Client, database: Engine, own_servers: EmbeddedServers
) -> None:
    """What was answered 202 survives a crash of the database."""
    house.start("worker")
    for _ in range(5):
        client.post_texts(*["label:claim"] * 20)
    own_servers.postgres.kill()
    own_servers.postgres.start()
    check_all_decided_once(client, database)


def test_the_same_batch_from_ten_threads(house: Cluster, client: Client, database: Engine) -> None:
    """Every answer names the same mails, and each is decided once."""
    house.start("worker")
    batch = [{"text": f"label:claim {n}", "id": f"ten-{n}"} for n in range(50)]
    with ThreadPoolExecutor(10) as threads:
        replies = list(threads.map(lambda _: client.post(*batch), range(10)))
    assert {r.status for r in replies} <= {200, 202}
    assert len({tuple(i["id"] for i in r.body["items"]) for r in replies}) == 1
    assert sum(r.body["counts"]["accepted"] for r in replies) == 50
    check_all_decided_once(client, database)


def test_overlapping_batches_in_opposite_order(
    house: Cluster, client: Client, database: Engine
) -> None:
    """No deadlock reaches the client."""
    house.start("worker")
    batch = [{"text": f"label:claim {n}", "id": f"overlap-{n}"} for n in range(200)]
    with ThreadPoolExecutor(8) as threads:
        replies = list(
            threads.map(lambda n: client.post(*(batch if n % 2 else batch[::-1])), range(16))
        )
    assert {r.status for r in replies} <= {200, 202}
    assert len(client.accepted) == 200
    check_all_decided_once(client, database)


def test_an_idempotency_key_from_ten_threads(house: Cluster, client: Client) -> None:
    """One batch is made; who comes while it is made is told to come back."""
    with ThreadPoolExecutor(10) as threads:
        replies = list(
            threads.map(
                lambda _: client.post({"text": "label:claim"}, Idempotency_Key="ten"), range(10)
            )
        )
    assert {r.status for r in replies} <= {202, 409}
    assert {r.body["code"] for r in replies if r.status == 409} <= {"request_in_progress"}
    assert len({r.body["id"] for r in replies if r.status == 202}) == 1
    other = client.post({"text": "another"}, Idempotency_Key="ten")
    assert (other.status, other.body["code"]) == (422, "idempotency_key_reused")


def test_two_hundred_long_polls_leave_room_to_accept(house: Cluster, client: Client) -> None:
    """Those beyond the cap are answered at once; mail is accepted while the others wait."""
    reply = client.post({"text": "label:claim"})
    path = reply.headers["Location"] + "?wait=10"
    with ThreadPoolExecutor(200) as threads:
        polls = [threads.submit(client.ask, "GET", path) for _ in range(200)]
        slowest = max(timed(lambda: client.post_texts("label:claim")) for _ in range(20))
        house.start("worker")
        answers = [poll.result() for poll in polls]
    assert slowest < 2
    assert {answer.status for answer in answers} == {200}
    assert any(answer.body["status"] == "done" for answer in answers)
    assert all(
        answer.headers.get("Retry-After") == "1"
        for answer in answers
        if answer.body["status"] == "processing"
    )
