"""Connections to PostgreSQL, transactions that retry what is worth retrying, and safe errors."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

import orjson
import psycopg
from psycopg.types.json import set_json_dumps, set_json_loads
from sqlalchemy import Connection, Engine, ExecutionContext, create_engine, event
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from service.errors import Unavailable
from service.store.deadline import SECONDS, limited

T = TypeVar("T")

# Deadlock, serialization failure; and a plan that a kept connection made before a migration added a
# column ("cached plan must not change result type"), which the driver forgets with the transaction.
_PASSING = {"40P01", "40001", "0A000"}
_TRIES = 5
# SQLSTATEs that mean "PostgreSQL cannot serve now": connection exceptions, read-only (a standby
# after a failover), idle too long in a transaction, rolled back to let others pass, insufficient
# resources (disk full, too many connections), lock not available, operator intervention (shutdown,
# starting up, statement timeout), system error, internal error.
_UNAVAILABLE = ("08", "25006", "25P03", "40", "53", "55P03", "57", "58", "XX")

# What the server holds every session to. Statements are short; a longer one is a fault that must
# not hold its locks. A machine that vanished must not either: for a peer that says nothing, the
# server's own patience is two hours, in which nobody else could take the sweeper's lock.
_OPTIONS = (
    "-c statement_timeout=20000 -c idle_in_transaction_session_timeout=30000 "
    "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3"
)

set_json_dumps(orjson.dumps)
set_json_loads(orjson.loads)


def make_engine(url: str, *, pool_size: int = 5, application: str = "aiguilleur") -> Engine:
    """An engine that connects on first use.

    Args:
        url: `postgresql://...`, as libpq takes it.
        pool_size: connections kept at most; a caller waits 2 s for one, then gets `Unavailable`.
        application: shown in `pg_stat_activity`.

    """
    scheme, rest = url.split("://", 1)
    if scheme not in {"postgresql", "postgres"}:
        raise ValueError("the URL must begin with postgresql://")
    engine = create_engine(
        f"postgresql+psycopg://{rest}",
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=2,
        pool_use_lifo=True,
        hide_parameters=True,  # they are mail, and errors are logged
        connect_args={
            "connect_timeout": 2,
            # a peer that vanished is noticed in seconds, not when the kernel gives up
            "tcp_user_timeout": 10_000,
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 3,
            "application_name": application,
            "options": _OPTIONS,
        },
    )
    event.listen(engine, "do_execute", _planned_anew)
    return engine


def _planned_anew(
    cursor: "psycopg.Cursor[object]", statement: str, parameters: Any, context: ExecutionContext
) -> bool:
    """Run what has the execution option `prepare=False` without keeping a plan; true if it had."""
    if context.execution_options.get("prepare", True):
        return False
    cursor.execute(statement, parameters, prepare=False)
    return True


@contextmanager
def safe_errors() -> Iterator[None]:
    """Turn "PostgreSQL cannot serve" into `Unavailable`; other faults pass as they are."""
    try:
        yield
    except PoolTimeout as error:
        raise Unavailable("All connections to the database are in use") from error
    except DBAPIError as error:
        if _is_unavailable(error):
            raise Unavailable("The database is not reachable") from error
        raise


def run(engine: Engine, work: Callable[[Connection], T], *, seconds: float = SECONDS) -> T:
    """Do `work` in one transaction, again after what surely stored nothing and may pass.

    That is a deadlock, a serialization failure, a plan from before a migration, and a kept
    connection that turns out to be dead before the commit: asking each connection whether it lives
    would cost every transaction a question. When the commit itself is cut off, nobody knows, and
    nothing is done again.

    Args:
        engine: the database.
        work: is given the connection; may be called several times.
        seconds: for all tries together, after which a connection that hangs is cut.

    Raises:
        Unavailable: PostgreSQL is down, starting, full, hangs or is out of connections.

    """
    ends = time.monotonic() + seconds
    with safe_errors():
        for left in reversed(range(_TRIES)):
            committing = False
            try:
                with _transaction(engine, ends - time.monotonic()) as connection:
                    result = work(connection)
                    committing = True
            except DBAPIError as error:
                dead = error.connection_invalidated and not committing
                again = dead or _sqlstate(error) in _PASSING
                if not (again and left and time.monotonic() < ends):
                    raise
            else:
                return result
    raise AssertionError("unreachable: the last try returns or raises")


@contextmanager
def _transaction(engine: Engine, seconds: float) -> Iterator[Connection]:
    """A transaction, its commit included, that ends in time though PostgreSQL may hang."""
    with engine.connect() as connection, limited(_driver(connection), seconds), connection.begin():
        yield connection


def _sqlstate(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlstate", None)


def _driver(connection: Connection) -> psycopg.Connection[object]:
    """The driver's connection, which has the socket."""
    return cast("psycopg.Connection[object]", connection.connection.driver_connection)


def _is_unavailable(error: DBAPIError) -> bool:
    state = _sqlstate(error)
    if state is None:  # the connection could not be made or broke before the server could say why
        return isinstance(error, OperationalError | InterfaceError)
    return state.startswith(_UNAVAILABLE)
