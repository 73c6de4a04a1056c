"""The sweep: one at a time, and whatever Redis lost, waiting mail wakes a worker."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg
import pytest
import redis
from prometheus_client import REGISTRY
from sqlalchemy import Engine, event, text

from service.flow.sweep import Sweeper, Swept
from service.jobs import QUEUE, Waker
from service.store import idempotency
from service.store.engine import make_engine
from tests.support.canary import try_it
from tests.support.posting import claim, principal, store, submission
from tests.support.trial import fill
from tests.support.waiting import until

_ANSWERED = text("""
INSERT INTO idempotency (client_id, key, body_hash, status, answer, created_at)
VALUES (:client, :key, '', 202, '{}', clock_timestamp() - :hours * interval '1 hour')
""")
_KEYS = text("SELECT key FROM idempotency ORDER BY key")


@contextmanager
def impatient(postgres_url: str, redis_url: str) -> Iterator[Sweeper]:
    """A sweeper whose statements may take no longer than 0.3 seconds."""
    engine = make_engine(postgres_url, pool_size=1)

    @event.listens_for(engine, "connect")
    def _soon(connection: psycopg.Connection[object], _: object) -> None:
        connection.execute("SET statement_timeout = 300")
        connection.commit()

    with Sweeper(engine, Waker(redis_url), 32) as made:
        yield made
    engine.dispose()


@pytest.fixture
def one(postgres_url: str, redis_url: str, database: Engine) -> Iterator[Sweeper]:
    """A sweeper over an empty backlog."""
    with database.begin() as connection:
        connection.execute(text("DELETE FROM waiting"))
    with redis.Redis.from_url(redis_url) as client:
        client.flushdb()
    engine = make_engine(postgres_url, pool_size=1)
    with Sweeper(engine, Waker(redis_url), 32) as made:
        yield made
    engine.dispose()


def test_waiting_mail_wakes_a_worker(one: Sweeper, database: Engine, redis_url: str) -> None:
    """Also after Redis was emptied; and never more than there are workers."""
    store(database, principal(database), submission("x"))
    assert one.sweep().pushed == 1
    assert one.sweep().pushed == 0
    with redis.Redis.from_url(redis_url) as client:
        client.flushdb()
        assert one.sweep().pushed == 1
        assert client.llen(f"rq:queue:{QUEUE}") == 1


def test_held_mail_wakes_nobody(one: Sweeper, database: Engine) -> None:
    """A worker has it already."""
    store(database, principal(database), submission("x"))
    claim(database)
    assert (one.sweep().claimable, one.sweep().pushed) == (0, 0)


def test_one_sweeps_and_the_other_stands_by(
    one: Sweeper, postgres_url: str, redis_url: str
) -> None:
    """Until the first lets go."""
    with ExitStack() as stack:
        engine = make_engine(postgres_url, pool_size=1)
        stack.callback(engine.dispose)
        other = stack.enter_context(Sweeper(engine, Waker(redis_url), 32))
        assert one.sweep().held
        assert not other.sweep().held
        one.let_go()
        # PostgreSQL frees the lock when it has seen that the connection is gone
        until(lambda: other.sweep().held, "the lock")


def test_trials_that_take_too_long_to_count_cost_no_lock(
    one: Sweeper, database: Engine, postgres_url: str, redis_url: str
) -> None:
    """It is told, mail is woken for all the same, and nobody else has to take over."""
    fill(database, "a", "b")
    failed = {"reason": "trials"}
    with impatient(postgres_url, redis_url) as made, database.connect() as other:
        assert made.sweep().held
        try_it(database)
        store(database, principal(database), submission("x"))
        other.execute(text("LOCK TABLE decisions IN ACCESS EXCLUSIVE MODE"))
        name = "aiguilleur_failures_total"
        before = REGISTRY.get_sample_value(name, failed) or 0

        def told() -> bool:
            assert made.sweep() == Swept(True, 1, 0)
            return (REGISTRY.get_sample_value(name, failed) or 0) > before

        assert made.sweep().pushed == 1
        until(told, "a count that takes too long")
        assert not one.sweep().held


def test_a_figure_that_takes_too_long_spoils_no_other(
    one: Sweeper, database: Engine, postgres_url: str, redis_url: str
) -> None:
    """As where nobody ever completes mail: what waits is told, and the lock is kept."""
    store(database, principal(database), submission("x"))
    failed = ("aiguilleur_failures_total", {"reason": "standing"})
    before = REGISTRY.get_sample_value(*failed) or 0
    with impatient(postgres_url, redis_url) as made, database.connect() as other:
        other.execute(text("LOCK TABLE queue_items IN ACCESS EXCLUSIVE MODE"))
        assert made.sweep() == Swept(True, 1, 1)
        assert REGISTRY.get_sample_value(*failed) == before + 1
        waiting = REGISTRY.get_sample_value("aiguilleur_waiting_emails", {"priority": "normal"})
        assert waiting == 1
        assert not one.sweep().held


def test_old_answers_are_forgotten_a_part_at_a_time(one: Sweeper, database: Engine) -> None:
    """So that no pile of them outlasts a statement's limit; a young one stays."""
    client = principal(database).client_id
    with database.begin() as connection:
        connection.execute(text("DELETE FROM idempotency"))
        for key, hours in (("a", 30), ("b", 29), ("c", 28), ("d", 1)):
            connection.execute(_ANSWERED, {"client": client, "key": key, "hours": hours})
        assert idempotency.purge(connection, 2) == 2
        assert connection.execute(_KEYS).scalars().all() == ["c", "d"]
    one.sweep()
    with database.begin() as connection:
        assert connection.execute(_KEYS).scalars().all() == ["d"]


def test_who_sweeps_tells_of_the_backlog_and_no_other(one: Sweeper, database: Engine) -> None:
    """A sweeper that lost its lock must not show yesterday's figures."""
    store(database, principal(database), submission("x"))
    name, normal = "aiguilleur_waiting_emails", {"priority": "normal"}
    one.sweep()
    assert REGISTRY.get_sample_value(name, normal) == 1
    one.let_go()
    assert REGISTRY.get_sample_value(name, normal) is None
