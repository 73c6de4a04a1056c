"""Which words and which senders' domains have come or gone. Pure.

The measure is the log-odds ratio with an informative prior, over its standard deviation (Monroe,
Colaresi and Quinn, "Fightin' Words", Political Analysis 16, 2008): a word that nobody used before
is not infinitely more frequent now, and a rare one must move far to count.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

# How often the names that are looked at may be named by chance, all of them together.
_CHANCE = 0.01
# What the prior weighs, as a share of the smaller side.
_PRIOR = 0.1
MOST = 30


@dataclass(frozen=True, slots=True)
class Moved:
    """A word or domain: its share before and now, and by how many standard deviations it moved.

    A share is that of those who used it among all; `z` is above 0 where it has become frequent.
    """

    name: str
    before: float
    now: float
    z: float


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of `all_` used each name; one that is not there was used by fewer than `least`."""

    counts: Mapping[str, int]
    all_: int
    least: int = 0

    def of(self, name: str) -> int:
        """How many used it; of one that was not written down as many as may be."""
        return self.counts.get(name, max(0, self.least - 1))


def moved(before: Counted, now: Counted, most: int = MOST) -> list[Moved]:
    """What moved more than chance explains, the farthest first."""
    names = sorted({*before.counts, *now.counts})
    if not (names and before.all_ and now.all_):
        return []
    known = {name: (before.of(name), now.of(name)) for name in names}
    totals = (sum(one for one, _ in known.values()), sum(other for _, other in known.values()))
    if not all(totals):
        return []
    bound = NormalDist().inv_cdf(1 - _CHANCE / 2 / len(names))
    found = [
        Moved(name, one / before.all_, other / now.all_, _z((one, other), totals))
        for name, (one, other) in known.items()
    ]
    far = sorted((x for x in found if abs(x.z) > bound), key=lambda x: (-abs(x.z), x.name))
    return far[:most]


def _z(pair: tuple[int, int], totals: tuple[int, int]) -> float:
    weight = _PRIOR * min(totals)
    prior = weight * (sum(pair) + 0.5) / (sum(totals) + 1)
    odds = [
        math.log((count + prior) / max(total + weight - count - prior, 0.5))
        for count, total in zip(pair, totals, strict=True)
    ]
    return (odds[1] - odds[0]) / math.sqrt(sum(1 / (count + prior) for count in pair))
