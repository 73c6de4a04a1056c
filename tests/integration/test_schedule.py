"""`aiguilleur schedule`: RQ's cron on a real Redis, done in one process."""

import json
import os
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from service.jobs import connect
from service.schedule import QUEUE, PlainJob, Schedule
from tests.support.due import note
from tests.support.processes import Cluster
from tests.support.waiting import until

EVERY_SECOND = "* * * * * *"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """Where the job leaves its trace."""
    os.environ["DUE"] = str(tmp_path / "due")
    yield tmp_path / "due"
    del os.environ["DUE"]


@contextmanager
def stopped_once(place: Path, lines: int) -> Iterator[threading.Event]:
    """An event that is set once the trace is so long; the schedule itself needs the main thread."""
    stop = threading.Event()

    def watch() -> None:
        try:
            until(lambda: place.exists() and place.read_text().count("\n") >= lines, "due", 60)
        finally:
            stop.set()

    watcher = threading.Thread(target=watch)
    watcher.start()
    yield stop
    watcher.join()


def test_what_is_due_is_done_again_and_again(redis_url: str, place: Path) -> None:
    """One failure keeps nothing from being done the next time; nothing is left in Redis."""
    place.with_suffix(".fail").touch()
    with stopped_once(place, 3) as stop:
        Schedule(redis_url, EVERY_SECOND, note).run(stop)
    assert place.read_text().count("\n") >= 3
    assert connect(redis_url, timeout=5).llen(f"rq:queue:{QUEUE}") == 0


def test_jobs_are_written_as_json(redis_url: str) -> None:
    """Whoever can write to Redis runs no code of theirs here by it."""
    redis = connect(redis_url, timeout=5)
    job = PlainJob(QUEUE, note, cron=EVERY_SECOND).enqueue(redis)
    data = redis.hget(f"rq:job:{job.id}", "data")
    assert isinstance(data, bytes)
    assert json.loads(zlib.decompress(data)) == ["tests.support.due.note", None, [], {}]
    job.delete()


def test_while_redis_is_away_it_waits(place: Path) -> None:
    """And tries again, instead of ending."""
    stop = threading.Event()
    threading.Timer(2.5, stop.set).start()
    Schedule("redis://127.0.0.1:1", EVERY_SECOND, note).run(stop)
    assert not place.exists()


def test_the_process_ends_when_it_is_told_to(
    postgres_url: str, redis_url: str, tmp_path: Path
) -> None:
    """And does not begin without a schedule, or without a store."""
    store = {"AIGUILLEUR_MODEL_STORE": str(tmp_path / "store")}
    when = {"AIGUILLEUR_RETRAIN_SCHEDULE": "0 3 * * *"}
    with Cluster(tmp_path, postgres_url, redis_url, **store, **when) as cluster:
        assert cluster.start("schedule").stop() == 0
    with Cluster(tmp_path, postgres_url, redis_url, **store) as cluster:
        assert "AIGUILLEUR_RETRAIN_SCHEDULE is missing" in cluster.refused("schedule")
    with Cluster(tmp_path, postgres_url, redis_url, **when) as cluster:
        assert "AIGUILLEUR_RETRAIN_SCHEDULE needs" in cluster.refused("schedule")
