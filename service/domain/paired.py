"""Which of two models is worse on the same mail, and whether chance explains it. Pure.

All tests are exact and one-sided: the chance of a loss as large as the one found, or larger, were
each mail's two answers as likely to have come from one model as from the other (approximate
randomisation, Noreen 1989; Yeh 2000), here over all ways of swapping them instead of some. For
accuracy that is McNemar's test (1947). Holm's correction (1979) lets many be asked at once.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_NEVER = 1e-15


@dataclass(frozen=True, slots=True)
class Loss:
    """How much lower a figure is than the other model's, and how likely that is by chance."""

    theirs: float
    ours: float
    p: float

    @property
    def points(self) -> float:
        """What was lost, in points of a hundred; below 0 where something was won."""
        return 100 * (self.theirs - self.ours)


def accuracy(truth: Sequence[str], theirs: Sequence[str], ours: Sequence[str]) -> Loss:
    """Of all mail; there is at least one."""
    pairs = Counter(
        (one == right, other == right)
        for right, one, other in zip(truth, theirs, ours, strict=True)
    )
    lost, won, both = pairs[True, False], pairs[False, True], pairs[True, True]
    return Loss((both + lost) / len(truth), (both + won) / len(truth), tail(lost, lost + won))


def f1(truth: Sequence[str], theirs: Sequence[str], ours: Sequence[str], category: str) -> Loss:
    """Of one category, of which there is mail.

    A swap moves the hits among mail of the category where one of the two is right, and the false
    alarms among other mail where one of the two is wrong: two independent binomials, so that all
    swaps can be counted.
    """
    hits: Counter[tuple[bool, bool]] = Counter()
    alarms: Counter[tuple[bool, bool]] = Counter()
    for right, one, other in zip(truth, theirs, ours, strict=True):
        (hits if right == category else alarms)[one == category, other == category] += 1
    support = hits.total()

    def figure(hit: int, alarm: int) -> float:
        return 2 * hit / (hit + alarm + support)

    def loss(hit: int, alarm: int) -> float:
        """Where so many of the mails in dispute are the other model's hits and alarms."""
        ours_too = hits[True, True] + in_hits - hit, alarms[True, True] + in_alarms - alarm
        return figure(hits[True, True] + hit, alarms[True, True] + alarm) - figure(*ours_too)

    in_hits = hits[True, False] + hits[False, True]
    in_alarms = alarms[True, False] + alarms[False, True]
    found = loss(hits[True, False], alarms[True, False])
    swapped_alarms = _binomial(in_alarms)
    p = math.fsum(
        chance * other
        for hit, chance in _binomial(in_hits)
        for alarm, other in swapped_alarms
        if loss(hit, alarm) >= found - 1e-12
    )
    ours_now = hits[True, True] + hits[False, True], alarms[True, True] + alarms[False, True]
    mine = figure(*ours_now)
    return Loss(mine + found, mine, min(1.0, p))


def tail(lost: int, disputed: int) -> float:
    """The chance that a fair coin, thrown for each mail in dispute, loses so many or more."""
    term, total = math.comb(disputed, lost), 0
    for k in range(lost, disputed + 1):
        total += term
        term = term * (disputed - k) // (k + 1)
    return total / (1 << disputed)


def holm(chances: Sequence[float]) -> list[float]:
    """Each chance corrected for being asked beside the others, in the same order."""
    order = sorted(range(len(chances)), key=chances.__getitem__)
    corrected, least = [0.0] * len(chances), 0.0
    for rank, place in enumerate(order):
        least = max(least, min(1.0, chances[place] * (len(chances) - rank)))
        corrected[place] = least
    return corrected


def dependence(truth: Sequence[str], answers: Sequence[str]) -> float:
    """By how many standard deviations more answers are right than if they were dealt at random.

    Both keep their numbers of each category. 0 where nothing could be told apart.
    """
    n, there, said = len(truth), Counter(truth), Counter(answers)
    right = sum(one == other for one, other in zip(truth, answers, strict=True))
    products = [there[name] * said[name] for name in there]
    expected = sum(products) / n
    own = sum(there[name] * said[name] * (n - there[name]) * (n - said[name]) for name in there)
    between = sum(products) ** 2 - sum(x**2 for x in products)
    variance = (own + between) / (n**2 * max(1, n - 1))
    return (right - expected) / math.sqrt(variance) if variance else 0.0


def _binomial(n: int) -> list[tuple[int, float]]:
    """Numbers of heads of n with their chances, but for those that nobody ever sees."""
    whole = 1 << n
    chances = ((k, math.comb(n, k) / whole) for k in range(n + 1))
    return [(k, chance) for k, chance in chances if chance > _NEVER]
