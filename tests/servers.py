"""Real Redis and PostgreSQL for tests: one of each a pytest process, started once.

    postgres_url    a migrated, empty database of this test module's own
    redis_url       a Redis database, emptied for this test module
    servers         both servers, to kill, pause and restart; all other tests share them
    own_servers     a durable pair of this module's own, for tests that break them

With pytest-xdist each worker process has its own pair, so nothing is shared between processes.
"""

import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from service.local.places import remove
from service.local.servers import EmbeddedServers
from service.store.migrate import upgrade

_TEMPLATE = "migrated"
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def servers() -> Iterator[EmbeddedServers]:
    """One pair for the whole run, fast rather than safe against power cuts."""
    yield from _running(durable=False)


@pytest.fixture(scope="module")
def own_servers() -> Iterator[EmbeddedServers]:
    """A pair for this module alone, as durable as in earnest; its database is migrated."""
    for servers in _running(durable=True):
        upgrade(servers.database_url)
        yield servers


@pytest.fixture(scope="session")
def migrated(servers: EmbeddedServers) -> str:
    """The name of a database with the newest schema, to be copied."""
    _execute(servers, f"CREATE DATABASE {_TEMPLATE}")
    upgrade(servers.postgres.url(_TEMPLATE))
    return _TEMPLATE


@pytest.fixture(scope="module")
def postgres_url(servers: EmbeddedServers, migrated: str) -> Iterator[str]:
    """The URL of a migrated, empty database, dropped after the module."""
    name = f"test_{next(_numbers)}"
    _execute(servers, f"CREATE DATABASE {name} TEMPLATE {migrated}")
    yield servers.postgres.url(name)
    _execute(servers, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def redis_url(servers: EmbeddedServers) -> str:
    """The URL of a Redis database that is empty when the module begins."""
    with redis.Redis.from_url(servers.redis_url) as client:
        client.flushall()
    return servers.redis_url


def _running(*, durable: bool) -> Iterator[EmbeddedServers]:
    # not pytest's own directory: root's is closed to the account that PostgreSQL runs as
    data_dir = Path(tempfile.mkdtemp(prefix="aiguilleur-tests-"))
    try:
        data_dir.chmod(0o711)
        with EmbeddedServers(data_dir, durable=durable) as servers:
            yield servers
    finally:
        remove(data_dir)


def _execute(servers: EmbeddedServers, statement: str) -> None:
    with psycopg.connect(servers.postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(statement)
