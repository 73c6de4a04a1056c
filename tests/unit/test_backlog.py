"""How much may wait, when to come back, and how often that is looked at."""

import pytest

from service.domain.backlog import LONGEST_SECONDS, Backlog, Bounds, retry_after
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
    ],
)
def test_retry_after_is_what_the_drain_takes(
    waiting: Backlog, rate: float, seconds: int | None
) -> None:
    """New mail is taken up to the bounds; beyond them, when they will hold again."""
    assert retry_after(waiting, BOUNDS, rate) == seconds


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
