"""Kept connections that died: asked again where nothing can have been stored, never otherwise."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, text

from service.errors import Unavailable
from service.store.engine import make_engine, run

ME = text("SELECT pg_backend_pid()")


@pytest.fixture
def one(postgres_url: str) -> Iterator[Engine]:
    """An engine with one connection."""
    engine = make_engine(postgres_url, pool_size=1)
    yield engine
    engine.dispose()


def pid(connection: Connection) -> int:
    return int(connection.execute(ME).scalar_one())


def end(other: Engine, victim: int) -> None:
    with other.begin() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": victim})


def test_a_dead_connection_costs_no_error(one: Engine, database: Engine) -> None:
    """A transaction on it is done on a new one."""
    first = run(one, pid)
    end(database, first)
    assert run(one, pid) != first


def test_a_commit_that_was_cut_off_is_not_done_again(one: Engine, database: Engine) -> None:
    """Nobody knows whether it was stored, so the caller hears of it."""
    began = []

    def work(connection: Connection) -> None:
        began.append(pid(connection))
        end(database, began[-1])

    with pytest.raises(Unavailable):
        run(one, work)
    assert len(began) == 1


def test_a_migration_costs_no_error(one: Engine, database: Engine) -> None:
    """A kept connection has plans from before it, for statements that ask for all columns."""
    with database.begin() as connection:
        connection.execute(text("CREATE TABLE widened (a int)"))

    def columns(connection: Connection) -> list[str]:
        return list(connection.execute(text("SELECT * FROM widened")).keys())

    for _ in range(10):  # the driver keeps a plan from the sixth time on
        assert run(one, columns) == ["a"]
    with database.begin() as connection:
        connection.execute(text("ALTER TABLE widened ADD COLUMN b int NOT NULL DEFAULT 1"))
    assert run(one, columns) == ["a", "b"]


def test_a_server_that_hangs_takes_no_longer_for_being_asked_again(one: Engine) -> None:
    """The time of a transaction is that of all its tries together, or a hang would last five."""
    began = []

    def work(connection: Connection) -> None:
        began.append(pid(connection))
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SELECT pg_sleep(60)"))

    with pytest.raises(Unavailable):
        run(one, work, seconds=0.5)
    assert len(began) == 1


def test_a_process_whose_machine_vanished_is_forgotten_in_seconds(one: Engine) -> None:
    """Or PostgreSQL would keep its locks, the sweeper's too, for as long as the kernel likes."""
    names = ["tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count"]
    # as asked for: over a Unix socket, nothing is in force
    look = text("SELECT name, reset_val::int AS seconds FROM pg_settings WHERE name = ANY(:names)")
    with one.connect() as connection:
        found = {row.name: row.seconds for row in connection.execute(look, {"names": names})}
    idle, every, times = (found[name] for name in names)
    assert 0 < idle + every * times <= 20
