"""The store's tests run on a real PostgreSQL with the real schema, one database a module."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from service.store.engine import make_engine


@pytest.fixture(scope="module")
def database(postgres_url: str) -> Iterator[Engine]:
    """An engine on the module's own database."""
    engine = make_engine(postgres_url, pool_size=20)
    yield engine
    engine.dispose()
