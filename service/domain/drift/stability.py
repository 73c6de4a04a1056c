"""How far counts have moved from those of the mail that the model was made with. Pure.

The measure is the population stability index, the symmetric Kullback-Leibler divergence of two
histograms: sum of (p - q) ln(p / q). By convention below 0.1 is quiet and above 0.25 a shift
(Siddiqi, Credit Risk Scorecards, 2006). Of two samples of one population, n and m large, it is
(1/n + 1/m) times a chi-square with one degree of freedom less than there are bins (Yurdakul and
Naranjo, Journal of Risk Model Validation 14, 2020): from that comes how far chance alone reaches.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from model.profile import Profile

CATEGORY, CONFIDENCE, LENGTH = "category", "confidence", "length"
LANGUAGE, DEFECTS = "language", "defects"
ANSWERS = (CATEGORY, CONFIDENCE, LENGTH)
# Both kinds of mail that this index needs; below, it says nothing.
LEAST_EMAILS = 100
# What weeks differ by though nothing has changed: the end of a month, a storm, a holiday. The
# bound that chance reaches comes on top.
NATURAL = 0.04
# Mails come in threads and waves, and so scatter more than independent ones.
_SPREAD = 1.25
# How seldom chance alone may pass the bound: in one feature of one week of ten thousand.
CHANCE = 1e-4

# A bin that one side lacks would make the index infinite: half a mail is put into each.
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Figure:
    """How far something moved, and from where on that is more than chance and custom."""

    index: float
    bound: float

    @property
    def over(self) -> bool:
        """Whether it has moved."""
        return self.index > self.bound


def psi(expected: Sequence[int], observed: Sequence[int]) -> float:
    """The index of two histograms over the same bins, 0 where either is empty.

    Less what two samples of one population differ by on average, (bins - 1)(1/n + 1/m), so that few
    mails do not look like a shift; never below 0.
    """
    n, m = sum(expected), sum(observed)
    if not n or not m:
        return 0.0
    p, q = _shares(expected, n), _shares(observed, m)
    index = sum((a - b) * math.log(a / b) for a, b in zip(p, q, strict=True))
    return max(0.0, index - _freedom(expected, observed) * (1 / n + 1 / m))


def figure(expected: Mapping[str, int], observed: Mapping[str, int]) -> Figure | None:
    """The index by name with its bound; None where either side has too few mails."""
    n, m = sum(expected.values()), sum(observed.values())
    if min(n, m) < LEAST_EMAILS:
        return None
    names = list(dict.fromkeys([*expected, *observed]))
    one, other = ([side.get(name, 0) for name in names] for side in (expected, observed))
    freedom = max(1, _freedom(one, other))
    reach = (1 / n + 1 / m) * _SPREAD * (chi_square(1 - CHANCE, freedom) - freedom)
    return Figure(psi(one, other), NATURAL + reach)


def chi_square(share: float, freedom: int) -> float:
    """The value that this share of a chi-square lies below (Wilson and Hilferty 1931)."""
    part = 2 / (9 * freedom)
    cube: float = 1 - part + NormalDist().inv_cdf(share) * math.sqrt(part)
    return freedom * cube**3


def drift(made_with: Profile, today: Profile) -> Mapping[str, float]:
    """The index of what the model answers, by feature."""
    labels = dict.fromkeys([*made_with.labels, *today.labels])
    return {
        CATEGORY: psi(
            [made_with.labels.get(label, 0) for label in labels],
            [today.labels.get(label, 0) for label in labels],
        ),
        CONFIDENCE: psi(made_with.confidence, today.confidence),
        LENGTH: psi(made_with.tokens, today.tokens),
    }


def _freedom(expected: Sequence[int], observed: Sequence[int]) -> int:
    return sum(1 for pair in zip(expected, observed, strict=True) if any(pair)) - 1


def _shares(counts: Sequence[int], total: int) -> list[float]:
    bins = len(counts)
    return [(count + _HALF) / (total + _HALF * bins) for count in counts]
