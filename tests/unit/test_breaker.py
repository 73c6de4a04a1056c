"""A Redis that is down is asked once a second, not once a mail."""

from service.jobs import Breaker, Waker


class Clock:
    """A clock that a test moves."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_it_stops_asking_after_a_failure() -> None:
    """Until the time has passed."""
    clock = Clock()
    breaker = Breaker(1.0, clock)
    assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()
    clock.now += 1.1
    assert breaker.allows()


def test_only_one_caller_tries_again() -> None:
    """The others wait for what it finds."""
    clock = Clock()
    breaker = Breaker(1.0, clock)
    breaker.failed()
    clock.now += 1.1
    assert [breaker.allows() for _ in range(3)] == [True, False, False]
    breaker.succeeded()
    assert breaker.allows()


def test_a_waker_without_redis_says_nothing_was_pushed() -> None:
    """And raises nothing: the mail is stored already."""
    waker = Waker("redis://127.0.0.1:1/0")
    assert waker.wake(3) == 0
    assert not waker.healthy()
