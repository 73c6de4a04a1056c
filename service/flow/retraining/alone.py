"""One retraining at a time, on whatever machine."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text

from service.domain.models import Refused
from service.store import engine as database

_LOCK = 7_204_118_010


@contextmanager
def alone(engine: Engine) -> Iterator[None]:
    """Hold the lock, which PostgreSQL frees with its connection: who is killed holds nothing.

    Raises:
        Refused: another one is at work.
        Unavailable: PostgreSQL cannot be asked.

    """
    with database.safe_errors():
        connection = engine.connect()
    try:
        with database.safe_errors(), connection.begin():
            got = connection.execute(
                text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _LOCK}
            ).scalar_one()
        if not got:
            raise Refused("Another retraining is at work: wait for it.")
        yield
    finally:
        connection.invalidate()
        connection.close()
