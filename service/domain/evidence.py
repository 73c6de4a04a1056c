"""Whether a canary does worse than the champion, told at any moment however often one looks. Pure.

Every mail falls to the canary with the probability of its share, whatever it says. So where the two
are equally good, every bad event (a category that people change, an abstention, a failure, a slow
answer) is the canary's with that same probability, at every hour of the day and however late it is
known. Against "at most the share that is borne", each event makes a likelihood ratio; their mixture
over several alternatives is a test martingale (Robbins 1970, Ann. Math. Stat. 41(5), 1397-1409). It
ever exceeds 1 / alpha with probability alpha at most (Ville 1939), which makes it valid under
peeking: the mixture SPRT of Johari, Koomen, Pekelis and Walsh, "Always Valid Inference", Operations
Research 70(3), 2022, 1806-1821.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

# Of a hundred canaries as good as the champion, so many are stopped, for whatever reason, at most.
ALPHA = 0.05

# How many times as often as what is borne: the alternatives, all of the same weight.
_TIMES = (1.25, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 100.0)


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one model in a trial: `events`, of `emails`."""

    events: int
    emails: int

    @property
    def rate(self) -> float:
        """Events a mail."""
        return self.events / self.emails if self.emails else 0.0


@dataclass(frozen=True, slots=True)
class Measure:
    """What is counted of both; `borne` times as many events as the champion's are the canary's to
    have.
    """

    name: str
    borne: float
    canary: Counts
    champion: Counts

    def odds(self, share: float) -> float:
        """How many times likelier what was seen is if the canary is worse; at most 1e300."""
        return math.exp(min(self.log_odds(share), 690.0))

    def log_odds(self, share: float) -> float:
        """The natural logarithm of the test martingale; above log(1 / alpha), the canary loses."""
        null = _part(share, self.borne)
        terms = [
            self.canary.events * math.log(part / null)
            + self.champion.events * math.log((1 - part) / (1 - null))
            for part in (_part(share, self.borne * times) for times in _TIMES)
        ]
        return _log_mean_exp(terms)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a canary stands: every measure, the odds at which it loses, and where it lost."""

    measures: tuple[Measure, ...]
    share: float
    enough: float
    lost: Measure | None

    def reason(self) -> str:
        """In words with figures, for the log of changes."""
        worst = self.lost
        if worst is None:
            return "It has not lost."
        canary, champion = worst.canary, worst.champion
        return (
            f"It lost by {worst.name}: {canary.events} of {canary.emails} mails "
            f"({canary.rate:.1%}), the champion's {champion.events} of {champion.emails} "
            f"({champion.rate:.1%}). That is {worst.odds(self.share):.3g} times likelier of a "
            f"worse model than of one as good; {self.enough:g} is enough, however often one looks."
        )


def judge(measures: Sequence[Measure], share: float, alpha: float = ALPHA) -> Verdict:
    """Whether the canary lost by any measure; all of them together err with `alpha` at most."""
    enough = len(measures) / alpha
    worst = max(measures, key=lambda one: one.log_odds(share))
    lost = worst if worst.log_odds(share) >= math.log(enough) else None
    return Verdict(tuple(measures), share, enough, lost)


def _part(share: float, times: float) -> float:
    """The canary's part of all events, where it has so many times the champion's rate."""
    return share * times / (share * times + 1 - share)


def _log_mean_exp(terms: Sequence[float]) -> float:
    top = max(terms)
    return top + math.log(math.fsum(math.exp(term - top) for term in terms) / len(terms))
