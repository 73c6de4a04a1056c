"""Faults of a running demo: processes that hang, servers that are away, mail that is old."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psutil
from sqlalchemy import text

from service.store.engine import make_engine
from tests.support.up import Up


def processes(demo: Up, word: str) -> list[psutil.Process]:
    """Those that have this word on their command line, or as their program's name."""
    found = [process for process in demo.family() if _is(process, word)]
    assert found, word
    return found


def send(process: psutil.Process, number: int) -> None:
    """A signal, where it still runs: PostgreSQL's helpers come and go."""
    with suppress(psutil.NoSuchProcess):
        process.send_signal(number)


@contextmanager
def stopped(demo: Up, word: str) -> Iterator[None]:
    """These processes hang (SIGSTOP) until the block ends."""
    found = processes(demo, word)
    for process in found:
        send(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in found:
            send(process, signal.SIGCONT)


def aged(demo: Up, by: str) -> None:
    """What waits has waited for so long."""
    sql(demo, f"UPDATE waiting SET received_at = received_at - interval '{by}'")


def drifted(demo: Up, days_ago: int) -> None:
    """Two weeks, ending so long ago and the day before, whose mail had other words."""
    figures = '{"features": {"words": {"index": 0.3, "bound": 0.1}}}'
    sql(
        demo,
        """
        INSERT INTO drift_days (model_version, day, since, until, emails, counts, bags, figures)
        SELECT 'drill', current_date - n, now(), now(), 700, '{}', NULL, CAST(:figures AS jsonb)
        FROM unnest(ARRAY[CAST(:ago AS int), CAST(:ago AS int) + 1]) AS n
        ON CONFLICT DO NOTHING
        """,
        figures=figures,
        ago=days_ago,
    )


def sql(demo: Up, statement: str, **values: object) -> list[Any]:
    """What an operator types into PostgreSQL, committed; the rows that it gives."""
    engine = make_engine(demo.settings()["DATABASE_URL"])
    try:
        with engine.begin() as connection:
            found = connection.execute(text(statement), values)
            return list(found.all()) if found.returns_rows else []
    finally:
        engine.dispose()


def _is(process: psutil.Process, word: str) -> bool:
    try:
        return word in process.cmdline() or process.name().startswith(word)
    except psutil.NoSuchProcess:  # it ended since the family was listed
        return False
