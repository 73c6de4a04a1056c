"""Admission over the real table: refused by age and by size, until the measured rate makes room."""

from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from service.domain.backlog import LONGEST_SECONDS, UNKNOWN_SECONDS, Bounds
from service.domain.types import Principal
from service.errors import TooBusy
from service.flow.admission import Admission
from service.store import engine, waiting
from tests.support.posting import principal, store, submission
from tests.support.waiting import until


class Clock:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def who(database: Engine) -> Principal:
    """A client over an empty waiting table."""
    with database.begin() as connection:
        connection.execute(text("DELETE FROM waiting"))
    return principal(database)


def off(database: Engine, *ids: UUID) -> None:
    """Take mails off the table, and wait until the server's own counts say so."""
    before = engine.run(database, waiting.look).decided_ever
    with database.begin() as connection:
        connection.execute(text("DELETE FROM waiting WHERE email_id = ANY(:ids)"), {"ids": [*ids]})
    until(
        lambda: engine.run(database, waiting.look).decided_ever >= before + len(ids),
        "the server's counts",
    )


def refusal(admission: Admission) -> int:
    with pytest.raises(TooBusy) as refused:
        admission.check()
    assert refused.value.retry_after is not None
    return refused.value.retry_after


def test_one_mail_that_is_too_old_refuses_all_others(database: Engine, who: Principal) -> None:
    """Few may wait, but too long: more mail would wait longer still."""
    (old,) = store(database, who, submission("old"))
    with database.begin() as connection:
        connection.execute(text("UPDATE waiting SET received_at = received_at - interval '1 h'"))
    clock = Clock()
    admission = Admission(database, Bounds(1000, 600.0), clock)
    assert refusal(admission) == UNKNOWN_SECONDS
    clock.now += 10.0
    assert refusal(admission) == LONGEST_SECONDS  # nothing is decided
    off(database, old)
    clock.now += 1.0
    admission.check()


def test_the_time_to_come_back_follows_the_measured_rate(database: Engine, who: Principal) -> None:
    """Ten mails too many are gone after three seconds where four a second were decided."""
    ids = store(database, who, *[submission(str(n), index=n) for n in range(40)])
    until(lambda: engine.run(database, waiting.look).accepted_ever >= 40, "the server's counts")
    clock = Clock()
    admission = Admission(database, Bounds(20, 600.0), clock)
    assert refusal(admission) == UNKNOWN_SECONDS
    off(database, *ids[:10])
    clock.now += 2.5
    assert refusal(admission) == 3


def test_between_two_looks_nobody_asks_again(database: Engine, who: Principal) -> None:
    """A flood of refused requests does not become a flood of queries."""
    ids = store(database, who, *[submission(str(n), index=n) for n in range(3)])
    clock = Clock()
    admission = Admission(database, Bounds(2, 600.0), clock)
    refusal(admission)
    off(database, *ids)
    clock.now += 0.9
    refusal(admission)
    clock.now += 0.2
    admission.check()
