"""Whether there is drift, and of what: from stored figures alone. Pure.

    figures of the weeks that end with each day -> two days in a row over the bound -> drift

Each feature has a bound that chance passes in one week of ten thousand (`stability.CHANCE`), or
three standard deviations of a permutation test (`adversary`), on top of what weeks differ by
anyway; so seven features watched every day give a false alarm in some years. Two days in a row, and
an end only well below the bound, keep one event from being told many times.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from service.domain.drift.stability import Figure

ACCURACY, STOOD = "accuracy", "stood"
IN_A_ROW = 2  # days
_ENDS = 0.8  # of the bound, below which drift has ended
_SAYS = {
    "category": "the mix of categories",
    "confidence": "how sure the model is",
    "length": "how long mail is",
    "language": "the mix of languages",
    "defects": "what is wrong with messages",
    "words": "the words of mail",
    "novel": "a part of mail is of a kind that was not there",
    ACCURACY: "how often the model is right, by spot checks",
    STOOD: "how often people leave the model's category as it is",
}


@dataclass(frozen=True, slots=True)
class Day:
    """The figures of the week that ends with a day, of one model version."""

    day: date
    emails: int
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Found:
    """A feature that has drifted: since which day, and its newest figure."""

    feature: str
    since: date
    figure: Figure

    @property
    def sentence(self) -> str:
        """For people."""
        what = _SAYS.get(self.feature, self.feature)
        far = f"{self.figure.index:.2f} where {self.figure.bound:.2f} is the most to be expected"
        return f"Drift since {self.since}: {what} ({self.feature} {far})."


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be said of a model version as of a day; `day` is None where nothing was counted.

    `figures` are of the features that could be judged: others lack mail, or what to compare with.
    """

    day: date | None
    emails: int
    figures: Mapping[str, Figure]
    found: tuple[Found, ...]

    @property
    def drifts(self) -> bool:
        """Whether any feature has drifted."""
        return bool(self.found)

    @property
    def features(self) -> tuple[str, ...]:
        """Those that have."""
        return tuple(one.feature for one in self.found)


def judge(days: Sequence[Day]) -> Verdict:
    """Of one model version's days, oldest first; those without mail may be missing.

    Give all that are kept: when drift began is told by the days before.
    """
    if not days:
        return Verdict(None, 0, {}, ())
    newest = days[-1]
    began = {name: _began(name, days) for name in newest.figures}
    found = [
        Found(name, since, newest.figures[name])
        for name, since in sorted(began.items())
        if since is not None
    ]
    return Verdict(newest.day, newest.emails, newest.figures, tuple(found))


def alarms(feature: str, days: Sequence[Day]) -> list[date]:
    """The days on which an alarm of this feature would have begun."""
    states = _states(feature, days)
    pairs = zip([None, *states], states, strict=False)
    return [
        day.day for day, (before, now) in zip(days, pairs, strict=True) if now and before is None
    ]


def _began(feature: str, days: Sequence[Day]) -> date | None:
    return _states(feature, days)[-1]


def _states(feature: str, days: Sequence[Day]) -> list[date | None]:
    """For each day, since when the feature has drifted; None where it has not."""
    states: list[date | None] = []
    since: date | None = None
    row = 0
    for day in days:
        figure = day.figures.get(feature)
        if figure is not None:
            row = row + 1 if figure.over else 0
            if since is None and row >= IN_A_ROW:
                since = day.day
            elif since is not None and figure.index < _ENDS * figure.bound:
                since = None
        states.append(since)
    return states
