"""Releases side by side: which code may run on which schema."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, TextClause, text

from service.errors import StartupError
from service.local.servers import EmbeddedServers
from service.store.engine import make_engine
from service.store.migrate import newest, require_served, served, upgrade
from tests.support.waiting import until

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def schema(postgres_url: str) -> Iterator[Engine]:
    """A database that a newer release brought to a revision which this code has never heard of."""
    upgrade(postgres_url)
    engine = make_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'later'"))
    yield engine
    with engine.begin() as connection:
        known = {"known": newest()}
        connection.execute(text("UPDATE alembic_version SET version_num = :known"), known)
    engine.dispose()


def forget_this_release(engine: Engine) -> None:
    """What a migration does that takes away something this code needs."""
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM schema_serves"))


def test_without_a_break_every_code_is_served() -> None:
    """Additive migrations leave all earlier releases working."""
    assert served([("3", None), ("2", None), ("1", None)]) == {"1", "2", "3"}


def test_a_break_ends_what_came_before_the_code_that_it_names() -> None:
    """The strictest break counts, wherever it stands."""
    assert served([("4", "3"), ("3", None), ("2", None), ("1", None)]) == {"3", "4"}
    assert served([("4", None), ("3", "2"), ("2", None), ("1", None)]) == {"2", "3", "4"}
    assert served([("4", "2"), ("3", "3"), ("2", None), ("1", None)]) == {"3", "4"}


def test_code_runs_on_a_later_schema_that_serves_it(schema: Engine, postgres_url: str) -> None:
    """So that a release can be taken back, and two can run side by side."""
    require_served(schema)
    assert upgrade(postgres_url) == "later"


def test_code_refuses_a_later_schema_that_does_not(schema: Engine, postgres_url: str) -> None:
    """With both revisions, and what to do; a migration does not touch it either."""
    forget_this_release(schema)
    with pytest.raises(StartupError, match=f"revision later, this code needs {newest()}"):
        require_served(schema)
    with pytest.raises(StartupError, match="the release that fits"):
        upgrade(postgres_url)


@pytest.fixture
def former(servers: EmbeddedServers) -> Iterator[str]:
    """The URL of a database as it was before keys and accounts had queues."""
    admin = make_engine(servers.postgres.url("postgres")).execution_options(
        isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE former"))
    url = servers.postgres.url("former")
    config = Config()
    config.set_main_option("script_location", str(ROOT / "service/store/migrations"))
    engine = make_engine(url)
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0008")
        connection.commit()
    engine.dispose()
    yield url
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE former WITH (FORCE)"))
    admin.dispose()


def test_a_migration_that_must_wait_keeps_nobody_waiting(former: str) -> None:
    """While a dump is made, say, requests are answered; after it the migration goes on."""
    engine = make_engine(former, application="dump")
    look = text("SELECT count(*) FROM api_keys")
    waits = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE application_name = 'aiguilleur-migrate' AND wait_event_type = 'Lock'"
    )

    def counted(query: TextClause) -> int:
        with engine.begin() as asker:
            asker.execute(text("SET LOCAL statement_timeout = '8s'"))
            return int(asker.execute(query).scalar_one())

    with ThreadPoolExecutor() as pool:
        with engine.begin() as dump:
            dump.execute(look)
            migration = pool.submit(upgrade, former)
            until(lambda: counted(waits), "the migration waits")
            assert counted(look) == 0
        assert migration.result(timeout=60) == newest()
    engine.dispose()


def test_a_migration_gives_up_with_a_sentence(former: str) -> None:
    """That says what to do."""
    engine = make_engine(former)
    with engine.begin() as dump:
        dump.execute(text("SELECT count(*) FROM api_keys"))
        with pytest.raises(StartupError, match="run `aiguilleur migrate` again"):
            upgrade(former, patience=0)
    assert upgrade(former) == newest()
    engine.dispose()


def test_a_new_database_is_refused_until_it_is_migrated(servers: EmbeddedServers) -> None:
    """Without any of our tables there is no revision at all."""
    engine = make_engine(servers.postgres.url("postgres"))
    with pytest.raises(StartupError, match="at revision none"):
        require_served(engine)
    engine.dispose()
