"""The test that judges a canary: right however often one looks, and not blind."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.evidence import ALPHA, Counts, Measure, Verdict, judge

SHARES = st.floats(0.01, 0.5)
BORNE = st.floats(1.0, 3.0)


def measure(canary: int, champion: int, borne: float = 1.0, name: str = "overrides") -> Measure:
    return Measure(name, borne, Counts(canary, 10_000), Counts(champion, 100_000))


def odds(canary: int, champion: int, share: float, borne: float = 1.0) -> float:
    return measure(canary, champion, borne).odds(share)


def mean_odds(part: float, events: int, share: float, borne: float) -> float:
    """Of all that may be seen where each event is the canary's with this probability."""
    return math.fsum(
        math.comb(events, k)
        * part**k
        * (1 - part) ** (events - k)
        * odds(k, events - k, share, borne)
        for k in range(events + 1)
    )


@given(SHARES, BORNE, st.integers(1, 40))
def test_it_is_a_fair_game_where_the_canary_is_as_bad_as_is_borne(
    share: float, borne: float, events: int
) -> None:
    """The mean of the odds over all that may be seen is exactly 1: a martingale."""
    part = share * borne / (share * borne + 1 - share)
    mean = mean_odds(part, events, share, borne)
    assert mean == pytest.approx(1.0, rel=1e-9)


@given(SHARES, st.integers(1, 30), st.floats(0.05, 0.99))
def test_a_better_canary_loses_the_game(share: float, events: int, better: float) -> None:
    """The mean is below 1 where it has fewer events than the champion."""
    part = share * better / (share * better + 1 - share)
    assert mean_odds(part, events, share, 1.0) <= 1.0


@given(SHARES, BORNE, st.integers(0, 10**6), st.integers(0, 10**7))
def test_counts_of_any_size_can_be_judged(
    share: float, borne: float, canary: int, champion: int
) -> None:
    """No figure overflows; one more of the canary's events is never for it."""
    before, after = (measure(n, champion, borne).log_odds(share) for n in (canary, canary + 1))
    assert math.isfinite(before)
    assert after > before
    assert odds(canary, champion, share, borne) <= 1e300


def test_nothing_seen_says_nothing() -> None:
    """The odds are even, and nobody loses."""
    verdict = judge([measure(0, 0), measure(0, 0, name="failures")], 0.05)
    assert verdict.lost is None
    assert verdict.measures[0].odds(0.05) == pytest.approx(1.0)


def test_a_few_failures_are_enough_where_the_champion_has_none() -> None:
    """By chance, three of three events fall to a twentieth of the mail once in 8,000 times."""
    for failures, lost in ((2, False), (3, True)):
        measures = [measure(failures, 0, name="failures"), *[measure(0, 0)] * 3]
        assert (judge(measures, 0.05).lost is not None) is lost


def test_the_reason_has_figures() -> None:
    """Who reads the log needs no other page."""
    verdict = judge([Measure("overrides", 1.0, Counts(30, 40), Counts(20, 800))], 0.05)
    assert verdict.reason().startswith(
        "It lost by overrides: 30 of 40 mails (75.0%), the champion's 20 of 800 (2.5%)."
    )
    assert "20 is enough" in verdict.reason()


class Life:
    """A trial mail by mail: rates go with the time of day, people complete mail hours later."""

    def __init__(self, seed: int, share: float, worse: float) -> None:
        self._random = random.Random(seed)
        self._share = share
        self._worse = worse
        self._counts = [[0, 0, 0, 0], [0, 0, 0, 0]]
        self._emails = [0, 0]
        self._later: list[tuple[int, int]] = []

    def mail(self, hour: float) -> None:
        """One more, of this hour."""
        arm = int(self._random.random() < self._share)
        times = self._worse if arm else 1.0
        night = 1.5 + math.sin(hour / 24 * 2 * math.pi)  # mail of the night is harder
        self._emails[arm] += 1
        for number, rate in enumerate((0.04, 0.08, 0.002, 0.01)):
            if self._random.random() < rate * night * times:
                if number == 0:
                    self._later.append((self._random.randrange(1, 2_000), arm))
                else:
                    self._counts[arm][number] += 1
        self._later = [(left - 1, who) for left, who in self._later]
        for _left, who in [one for one in self._later if one[0] <= 0]:
            self._counts[who][0] += 1
        self._later = [one for one in self._later if one[0] > 0]

    def verdict(self) -> Verdict:
        """As the sweep would judge now."""
        champion, canary = self._counts
        return judge(
            [
                Measure(
                    str(n),
                    1.0,
                    Counts(canary[n], self._emails[1]),
                    Counts(champion[n], self._emails[0]),
                )
                for n in range(4)
            ],
            self._share,
        )

    def lost_at(self, emails: int, every: int = 25) -> int | None:
        """After how many mails it lost, looked at every so often; None: it did not."""
        for n in range(emails):
            self.mail(n / 100)
            if n % every == 0 and self.verdict().lost is not None:
                return n
        return None


def test_canaries_as_good_as_the_champion_are_left_alone() -> None:
    """Over 150 trials of 4,000 mails, looked at 160 times each, at most one in twenty is lost."""
    lost = sum(Life(seed, 0.1, 1.0).lost_at(4_000) is not None for seed in range(150))
    assert lost <= 150 * ALPHA


def test_canaries_that_are_worse_are_found() -> None:
    """Three times as bad at a tenth of the mail: nineteen of twenty within 4,000 mails."""
    found = [Life(seed, 0.1, 3.0).lost_at(4_000) for seed in range(40)]
    assert sum(at is not None for at in found) >= 38
