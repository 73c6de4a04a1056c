"""The formula behind docs/scaling.md, against values that are known."""

import math

import pytest

from bench.queueing import (
    Work,
    load,
    must_wait,
    wait,
    workers_by_hour,
    workers_needed,
    workers_to_drain,
)

EXPONENTIAL = Work(1.0, 1.0)


def test_one_worker_is_as_busy_as_it_must_wait() -> None:
    """M/M/1: the chance to wait is the load."""
    assert must_wait(0.5, EXPONENTIAL, 1) == pytest.approx(0.5)


def test_erlang_c_as_tabled() -> None:
    """Ten workers offered eight: 0.409."""
    assert must_wait(8.0, EXPONENTIAL, 10) == pytest.approx(0.409, abs=0.001)


def test_the_tail_of_one_exponential_worker() -> None:
    """M/M/1 at half load: P(W > t) = 0.5 exp(-t / 2)."""
    assert wait(0.5, EXPONENTIAL, 1) == pytest.approx(math.log(50) * 2)


def test_overload_never_ends() -> None:
    """At a load of one the wait is infinite, and a worker more is needed."""
    assert wait(1.0, EXPONENTIAL, 1) == math.inf
    assert workers_needed(1.0, EXPONENTIAL, 60.0) == 2


@pytest.mark.parametrize("rate", [0.3, 7.0, 120.0, 11_600.0])
def test_the_workers_needed_are_enough_and_not_one_too_many(rate: float) -> None:
    """Within the bound with them, beyond it with one fewer."""
    work, bound = Work(0.013, 0.5), 0.05
    workers = workers_needed(rate, work, bound)
    assert wait(rate, work, workers) <= bound
    assert workers == 1 or wait(rate, work, workers - 1) > bound
    assert load(rate, work, workers) < 1


def test_each_hour_has_its_own_number_of_workers() -> None:
    """A day of two hours, one three times as busy as the other."""
    work = Work(1.0, 1.0)
    assert workers_by_hour(14_400, [3, 1], work, 60.0) == [
        workers_needed(3.0, work, 60.0),
        workers_needed(1.0, work, 60.0),
    ]


def test_a_backlog_needs_workers_beside_those_for_what_comes() -> None:
    """Six hundred mails in a minute at a second each: ten, and two for what goes on coming."""
    assert workers_to_drain(600, 2.0, Work(1.0, 0.0), 60.0) == 12
