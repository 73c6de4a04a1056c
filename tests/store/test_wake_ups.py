"""Wake-ups in a real Redis: as many as are useful, JSON, and nothing about the mail."""

import json
import zlib
from collections.abc import Iterator

import pytest
import redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from service import jobs, tasks
from service.jobs import QUEUE, Waker
from service.worker import WakeUpWorker


@pytest.fixture
def connection(redis_url: str) -> Iterator[redis.Redis]:
    """An empty Redis."""
    with redis.Redis.from_url(redis_url) as made:
        made.flushdb()
        yield made


def test_one_wake_up_is_enough_for_one_worker(connection: redis.Redis, redis_url: str) -> None:
    """More mail does not push more than there are workers; a second push adds nothing."""
    waker = Waker(redis_url)
    assert waker.wake(50) == 1
    assert waker.wake(50) == 0
    assert connection.llen(f"rq:queue:{QUEUE}") == 1


def test_each_worker_is_woken_if_there_is_work_for_it(
    connection: redis.Redis, redis_url: str
) -> None:
    """min(workers, model batches waiting)."""
    connection.sadd(f"rq:workers:{QUEUE}", "a", "b", "c")
    waker = Waker(redis_url)
    assert waker.wake(2) == 2
    assert waker.wake(9) == 1


def test_a_wake_up_holds_no_pickle_and_no_mail(connection: redis.Redis, redis_url: str) -> None:
    """Whoever can write to Redis cannot run code in a worker."""
    Waker(redis_url).wake(1)
    (key,) = connection.keys("rq:job:*")
    job = connection.hgetall(key)
    assert json.loads(zlib.decompress(job[b"data"])) == [jobs.TASK, None, [], {}]
    assert job[b"description"] == b"drain"


def test_a_worker_runs_it_and_leaves_nothing_behind(
    connection: redis.Redis, redis_url: str
) -> None:
    """The contract with RQ that the service stands on: function by name, result thrown away."""
    ran = []
    tasks.install(lambda: ran.append(1))
    Waker(redis_url).wake(1)
    queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer)
    worker = WakeUpWorker([queue], connection=connection, serializer=JSONSerializer)
    worker.work(burst=True, logging_level="ERROR")
    assert ran == [1]
    assert connection.keys("rq:job:*") == []


def test_the_worker_still_has_what_we_override(connection: redis.Redis) -> None:
    """RQ's internals that `WakeUpWorker` builds on exist in the pinned version."""
    for name in ("_install_signal_handlers", "heartbeat"):
        assert callable(getattr(SimpleWorker, name))
    assert "_stop_requested" in SimpleWorker([], connection=connection).__dict__
