"""Faults of a running demo: processes that hang, servers that are away, mail that is old."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil
from sqlalchemy import text

from service.store.engine import make_engine
from tests.support.up import Up


def processes(demo: Up, word: str) -> list[psutil.Process]:
    """Those that have this word on their command line, or as their program's name."""
    found = [p for p in demo.family() if word in p.cmdline() or p.name().startswith(word)]
    assert found, word
    return found


@contextmanager
def stopped(demo: Up, word: str) -> Iterator[None]:
    """These processes hang (SIGSTOP) until the block ends."""
    found = processes(demo, word)
    for process in found:
        process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for process in found:
            process.send_signal(signal.SIGCONT)


def aged(demo: Up, by: str) -> None:
    """What waits has waited for so long."""
    sql(demo, f"UPDATE waiting SET received_at = received_at - interval '{by}'")


def sql(demo: Up, statement: str, **values: object) -> list[Any]:
    """What an operator types into PostgreSQL, committed; the rows that it gives."""
    engine = make_engine(demo.settings()["DATABASE_URL"])
    try:
        with engine.begin() as connection:
            found = connection.execute(text(statement), values)
            return list(found.all()) if found.returns_rows else []
    finally:
        engine.dispose()
