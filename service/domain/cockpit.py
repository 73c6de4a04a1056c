"""What the cockpit tells of models: who was champion when, and what each change of it did. Pure.

log of the champion -> reigns, turns; answers of two models on the same mail -> won, lost, even
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from statistics import fmean
from typing import Any

from service.domain import gate, paired
from service.domain.evaluation import Evaluation, headline
from service.domain.models import CHAMPION
from service.domain.trials import LOST, STARTED, STOPPED

# What stands beside the others though it is no figure of the whole: means over the categories.
_MEANS = ("precision", "recall")


@dataclass(frozen=True, slots=True)
class MailSet:
    """Labelled mail that models were judged on: how many mails, how many models, since when."""

    name: str
    hash: str
    emails: int
    by_chance: bool
    models: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Model:
    """A model as it was judged on one set; `since` is when it was added, or first seen."""

    version: str
    name: str
    status: str
    since: datetime
    metrics: Mapping[str, Any]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the log that changed the champion; without a version, to that of MODEL_PATH."""

    id: int
    at: datetime
    action: str
    version: str | None
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Reign:
    """How long one model decided; None: before all that is known, or still."""

    version: str | None
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Turn:
    """One change of the champion."""

    entry: Entry
    before: str | None

    @property
    def after(self) -> str | None:
        """Who decided from then on."""
        return self.entry.version


@dataclass(frozen=True, slots=True)
class Attempt:
    """A trial of a challenger, as shadow or canary, on a share of mail.

    `end` is `running`, `stopped`, `lost`, `promoted`, `replaced` (by a trial with another share) or
    `over` (another champion or challenger came); `why` is the reason given for that.
    """

    kind: str
    version: str
    share: float
    since: datetime
    until: datetime | None
    end: str
    reason: str
    by: str
    why: str


class Outcome(StrEnum):
    """What became of a category; `few` of its mails say nothing."""

    WON = "won"
    LOST = "lost"
    EVEN = "even"
    FEW = "few"


@dataclass(frozen=True, slots=True)
class Category:
    """F1 of one category before and after; `emails` of it are in the set."""

    name: str
    emails: int
    before: float
    after: float
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a turn did on one set of mail, which both models were judged on."""

    on: MailSet
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    categories: tuple[Category, ...]


def reigns(entries: Sequence[Entry]) -> list[Reign]:
    """Who decided when, the oldest first, from all entries in their order."""
    if not entries:
        return [Reign(None, None, None)]
    first = Reign(None, None, entries[0].at)
    ended = [Reign(one.version, one.at, other.at) for one, other in pairwise(entries)]
    return [first, *ended, Reign(entries[-1].version, entries[-1].at, None)]


def turns(entries: Sequence[Entry]) -> list[Turn]:
    """Every change of the champion, the oldest first, from all entries in their order."""
    before = [None, *(entry.version for entry in entries)]
    return [Turn(entry, version) for entry, version in zip(entries, before, strict=False)]


def ending(version: str, action: str | None, alias: str | None, other: str | None) -> str:
    """What ended a trial of a version: the next entry of its kind, or of champion or challenger."""
    if action is None:
        return "running"
    if action in {STOPPED, LOST}:
        return action
    if action == STARTED:
        return "replaced"
    return "promoted" if (alias, other) == (CHAMPION, version) else "over"


def figure(metrics: Mapping[str, Any], name: str) -> float | None:
    """One figure of the whole by its dotted path; precision and recall in the mean of categories.

    The mean is over the categories that the set has mail of, as macro-F1 is.
    """
    if name not in _MEANS:
        return headline(metrics, name)
    rows = metrics.get("categories", {}).values()
    values = [row[name] for row in rows if row["support"]]
    return fmean(values) if values else None


def exchange(on: MailSet, before: Evaluation, after: Evaluation) -> Exchange:
    """What was won and lost between two evaluations of the same mail."""
    truth, theirs = (tuple(before.named(x)) for x in (before.truth, before.answers))
    found = contest(truth, theirs, tuple(after.named(after.answers)))
    return Exchange(on, before.metrics, after.metrics, found)


@lru_cache(maxsize=64)  # of a page that refreshes nothing: the tests take a twentieth of a second
def contest(
    truth: tuple[str, ...], before: tuple[str, ...], after: tuple[str, ...]
) -> tuple[Category, ...]:
    """Every category of the mails: those that changed most first, won before lost before even.

    A change counts where the gate's paired test, both ways and corrected for all categories (Holm),
    finds it beyond chance.
    """
    support = Counter(truth)
    scores = {name: (_f1(truth, before, name), _f1(truth, after, name)) for name in support}
    asked = [name for name in sorted(support) if support[name] >= gate.DEFAULT.support]
    chances = paired.holm([_chance(truth, before, after, name, scores[name]) for name in asked])
    beyond = {n for n, p in zip(asked, chances, strict=True) if p < gate.DEFAULT.level}
    made = [
        Category(name, support[name], *scores[name], _outcome(name, scores[name], asked, beyond))
        for name in support
    ]
    order = list(Outcome)
    return tuple(
        sorted(made, key=lambda c: (order.index(c.outcome), -abs(c.after - c.before), c.name))
    )


def _outcome(
    name: str, score: tuple[float, float], asked: Sequence[str], beyond: set[str]
) -> Outcome:
    if name not in asked:
        return Outcome.FEW
    if name not in beyond:
        return Outcome.EVEN
    return Outcome.WON if score[1] > score[0] else Outcome.LOST


def _chance(
    truth: Sequence[str],
    before: Sequence[str],
    after: Sequence[str],
    name: str,
    score: tuple[float, float],
) -> float:
    """Of a change as large as this one, either way: which way is known from the same mail alone."""
    worse, better = (before, after) if score[1] > score[0] else (after, before)
    return min(1.0, 2 * paired.f1(truth, better, worse, name).p)


def _f1(truth: Sequence[str], answers: Sequence[str], name: str) -> float:
    hits = sum(one == other == name for one, other in zip(truth, answers, strict=True))
    return 2 * hits / (truth.count(name) + answers.count(name))
