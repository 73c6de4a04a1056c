"""How much may wait, when to come back, and how often that is looked at."""

import pytest

from service.domain.backlog import (
    LONGEST_SECONDS,
    UNKNOWN_SECONDS,
    Backlog,
    Bounds,
    Drain,
    retry_after,
)
from service.flow.pace import Pace

BOUNDS = Bounds(emails=1000, oldest_seconds=600.0)


@pytest.mark.parametrize(
    ("waiting", "rate", "seconds"),
    [
        (Backlog(1000, 600), 10.0, None),  # at the bound is within it
        (Backlog(1500, 10), 50.0, 10),  # 500 too many at 50 a second
        (Backlog(1001, 10), 50.0, 1),  # never at once
        (Backlog(900, 1200), 10.0, 45),  # the older half of 900
        (Backlog(1, 601), 10.0, 1),  # one mail that is too old
        (Backlog(10_000_000, 10), 1.0, LONGEST_SECONDS),
        (Backlog(1500, 10), 0.0, LONGEST_SECONDS),  # nothing was decided lately
        (Backlog(1500, 10), None, UNKNOWN_SECONDS),  # not watched for long enough to say
    ],
)
def test_retry_after_is_what_the_drain_takes(
    waiting: Backlog, rate: float | None, seconds: int | None
) -> None:
    """New mail is taken up to the bounds; beyond them, when they will hold again."""
    assert retry_after(waiting, BOUNDS, rate) == seconds


def watched(*spans: tuple[int, float]) -> float | None:
    """The rate after some spans, each with what was decided in it and its seconds."""
    drain = Drain()
    for decided, seconds in spans:
        drain = drain.after(decided, seconds)
    return drain.per_second


def test_the_first_span_is_taken_as_it_is() -> None:
    """An API that has just started does not make clients wait for thrice as long."""
    assert watched((50, 1.0)) == pytest.approx(50.0)


def test_a_long_span_outweighs_what_was_before() -> None:
    """However often somebody asks, the last seconds count as seconds."""
    often = watched((0, 20.0), *[(10, 1.0)] * 20)
    assert often == pytest.approx(watched((0, 20.0), (200, 20.0)))
    assert often == pytest.approx(10.0, rel=0.2)


def test_that_nothing_is_decided_takes_some_seconds_to_know() -> None:
    """A model batch may take longer than the first span."""
    assert watched() is None
    assert watched((0, 1.0)) is None
    assert watched((0, 10.0)) == 0.0


class Clock:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_one_caller_a_span_gets_a_turn() -> None:
    """The others use what it found."""
    clock = Clock()
    pace = Pace(1.0, clock=clock)
    assert [pace.my_turn(), pace.my_turn()] == [True, False]
    clock.now += 1.0
    assert pace.my_turn()


def test_asking_that_takes_long_is_done_seldom() -> None:
    """It takes no more of the time than its share."""
    clock = Clock()
    pace = Pace(1.0, share=0.01, clock=clock)
    assert pace.my_turn()
    with pace.timed():
        clock.now += 0.5
    clock.now += 49.0
    assert not pace.my_turn()
    clock.now += 1.0
    assert pace.my_turn()
