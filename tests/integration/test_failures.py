"""What breaks, and that it costs no mail: counted from the client's own log of 2xx answers."""

import signal
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import redis
from sqlalchemy import Engine, text

from service.local.servers import EmbeddedServers
from service.store.deadline import SECONDS as LONGEST_TRANSACTION
from service.store.engine import make_engine
from tests.support.client import Client, Reply
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


def check_all_decided_once(house: Cluster, client: Client, database: Engine) -> None:
    """Every mail that was promised is decided, and by one worker alone.

    The tables cannot show a second decision, since a key forbids it: the workers' own logs, to
    which each adds a line a decision that it believes to be stored, can.
    """
    client.wait_for_all()
    query = text("SELECT email_id::text FROM decisions")
    with database.connect() as connection:
        stored = set(connection.execute(query).scalars())
    assert client.accepted <= stored
    lines = Counter(e["email_id"] for e in house.events("worker") if e["event"] == "decided")
    assert {email_id for email_id, times in lines.items() if times > 1} == set()
    # a worker killed between its commit and its log misses a line, at most those of one batch
    assert len(client.accepted - lines.keys()) <= 32 * house.killed


def timed(work: Callable[[], object]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started


def check_accepted_soon(client: Client) -> None:
    """Mail is accepted within half a second; one slow answer of ten is the machine's own."""
    times = [timed(lambda: client.post_texts("label:claim")) for _ in range(10)]
    assert statistics.median(times) < 0.5, times
    assert max(times) < 2, times


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
    check_all_decided_once(house, client, database)


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
    check_all_decided_once(house, client, database)


def test_a_poison_mail_among_others(house: Cluster, client: Client, database: Engine) -> None:
    """It reaches a person as `crashed`; each of its 31 neighbours is decided by the model."""
    texts = ["label:claim"] * 31
    texts.insert(13, "poison")
    with keep_alive(house, "worker", AIGUILLEUR_LEASE_SECONDS="1"):
        ids = client.post_texts(*texts)
        check_all_decided_once(house, client, database)
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
    check_all_decided_once(house, client, database)


def test_redis_emptied_with_a_backlog(
    house: Cluster, client: Client, database: Engine, own_servers: EmbeddedServers
) -> None:
    """The sweep wakes the workers again."""
    client.post_texts(*["label:claim"] * 100)
    redis.Redis.from_url(own_servers.redis_url).flushall()
    house.start("worker")
    check_all_decided_once(house, client, database)
    redis.Redis.from_url(own_servers.redis_url).flushall()
    client.post_texts("label:claim")
    check_all_decided_once(house, client, database)


def test_redis_down_while_posting(
    house: Cluster, client: Client, database: Engine, own_servers: EmbeddedServers
) -> None:
    """Mail is accepted at once, and decided all the same."""
    house.start("worker")
    own_servers.redis.kill()
    check_accepted_soon(client)
    ready = client.ask("GET", "/readyz")
    assert (ready.status, ready.body["redis"]) == (200, "degraded")
    check_all_decided_once(house, client, database)
    own_servers.redis.start()
    client.post_texts("label:claim")
    check_all_decided_once(house, client, database)


def test_redis_paused_while_posting(
    house: Cluster, client: Client, database: Engine, own_servers: EmbeddedServers
) -> None:
    """A Redis that hangs delays no answer by more than its short time limit."""
    house.start("worker")
    own_servers.redis.pause()
    try:
        check_accepted_soon(client)
    finally:
        own_servers.redis.resume()
    check_all_decided_once(house, client, database)


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
    check_all_decided_once(house, client, database)


def test_postgres_paused_while_posting(
    house: Cluster, client: Client, database: Engine, own_servers: EmbeddedServers
) -> None:
    """A PostgreSQL that hangs costs the client a bounded time and a 503, and no mail."""
    house.start("worker")
    client.post_texts(*["label:claim"] * 20)
    refused: list[Reply] = []
    own_servers.postgres.pause()
    try:
        took = timed(lambda: refused.append(client.post({"text": "label:claim", "id": "hung"})))
    finally:
        own_servers.postgres.resume()
    assert [(r.status, r.body["code"]) for r in refused] == [(503, "unavailable")]
    assert took < LONGEST_TRANSACTION + 10
    again = client.post({"text": "label:claim", "id": "hung"})
    assert again.status in {200, 202}
    check_all_decided_once(house, client, database)


def test_postgres_killed_while_deciding(
    house: Cluster, client: Client, database: Engine, own_servers: EmbeddedServers
) -> None:
    """What was answered 202 survives a crash, and so does the worker that was about to write."""
    worker = house.start("worker")
    client.post_texts("block label:claim", *["label:claim"] * 99)
    hold(house)
    own_servers.postgres.kill()
    own_servers.postgres.start()
    house.gate.write_text("")
    assert worker.running
    check_all_decided_once(house, client, database)


def test_the_same_batch_from_ten_threads(house: Cluster, client: Client, database: Engine) -> None:
    """Every answer names the same mails, and each is decided once."""
    house.start("worker")
    batch = [{"text": f"label:claim {n}", "id": f"ten-{n}"} for n in range(50)]
    with ThreadPoolExecutor(10) as threads:
        replies = list(threads.map(lambda _: client.post(*batch), range(10)))
    assert {r.status for r in replies} <= {200, 202}
    assert len({tuple(i["id"] for i in r.body["items"]) for r in replies}) == 1
    assert sum(r.body["counts"]["accepted"] for r in replies) == 50
    check_all_decided_once(house, client, database)


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
    check_all_decided_once(house, client, database)


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
