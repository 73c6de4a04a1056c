"""How far today's answers lie from those of the mail that the model was made with. Pure.

The measure is the population stability index, the symmetric Kullback-Leibler divergence of two
histograms: sum of (p - q) ln(p / q). By convention below 0.1 is quiet and above 0.25 a shift
(Siddiqi, Credit Risk Scorecards, 2006; sampling distribution: Yurdakul and Naranjo, 2020).
"""

import math
from collections.abc import Mapping, Sequence

from model.profile import Profile

FEATURES = ("category", "confidence", "length")

# A bin that one side lacks would make the index infinite: half a mail is put into each.
_HALF = 0.5


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
    used = sum(1 for pair in zip(expected, observed, strict=True) if any(pair))
    return max(0.0, index - (used - 1) * (1 / n + 1 / m))


def drift(made_with: Profile, today: Profile) -> Mapping[str, float]:
    """The index by feature."""
    labels = dict.fromkeys([*made_with.labels, *today.labels])
    return {
        "category": psi(
            [made_with.labels.get(label, 0) for label in labels],
            [today.labels.get(label, 0) for label in labels],
        ),
        "confidence": psi(made_with.confidence, today.confidence),
        "length": psi(made_with.tokens, today.tokens),
    }


def _shares(counts: Sequence[int], total: int) -> list[float]:
    bins = len(counts)
    return [(count + _HALF) / (total + _HALF * bins) for count in counts]
