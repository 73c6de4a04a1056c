"""How many workers a load needs: M/G/c in the approximation of Allen and Cunneen. Pure.

Mail comes at random at some rate; a worker needs some seconds for one, more or less evenly (`cv2`,
the squared coefficient of variation, is 0 where each takes the same, 1 where they scatter as widely
as exponential times). The wait then is nearly exponential, with the chance of Erlang's formula C
that there is one at all.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Work:
    """Seconds that one mail takes one worker, on average, and how they scatter."""

    seconds: float
    cv2: float


def load(rate: float, work: Work, workers: int) -> float:
    """Share of their time that workers are busy; at 1 and above the backlog grows for ever."""
    return rate * work.seconds / workers


def must_wait(rate: float, work: Work, workers: int) -> float:
    """Erlang C: the chance that a mail finds every worker busy."""
    offered, busy = rate * work.seconds, load(rate, work, workers)
    if busy >= 1:
        return 1.0
    blocked = 1.0  # Erlang B by its recursion, which does not overflow
    for number in range(1, workers + 1):
        blocked = offered * blocked / (number + offered * blocked)
    return blocked / (1 - busy * (1 - blocked))


def wait(rate: float, work: Work, workers: int, share: float = 0.99) -> float:
    """Seconds that `share` of the mails do not wait longer than; infinite under overload."""
    if load(rate, work, workers) >= 1:
        return math.inf
    chance = must_wait(rate, work, workers)
    if chance <= 1 - share:
        return 0.0
    spare = workers / work.seconds - rate  # mails a second that could come on top
    return math.log(chance / (1 - share)) / spare * (1 + work.cv2) / 2


def workers_needed(rate: float, work: Work, seconds: float, share: float = 0.99) -> int:
    """The fewest workers with which `share` of the mails wait no longer than `seconds`."""
    workers = max(1, math.ceil(rate * work.seconds))
    while wait(rate, work, workers, share) > seconds:
        workers += 1
    return workers


def workers_by_hour(
    per_day: float, shares: Sequence[float], work: Work, seconds: float, share: float = 0.99
) -> list[int]:
    """`workers_needed` for every hour of a day whose mail comes in these shares."""
    rates = (per_day * part / sum(shares) / 3600 for part in shares)
    return [workers_needed(rate, work, seconds, share) for rate in rates]


def workers_to_drain(backlog: float, rate: float, work: Work, seconds: float) -> int:
    """The fewest workers that decide a backlog in so many seconds while mail goes on coming."""
    return max(1, math.ceil(work.seconds * (rate + backlog / seconds)))
