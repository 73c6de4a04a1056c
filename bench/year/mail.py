"""What people write to an insurer in the simulated year, and what it is really about.

the corpus' skeletons, other words for things, a topic that no model has heard of -> mails of a day
"""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import orjson

from bench.drift import topic
from bench.drift.pool import reworded
from model.corpus.generate import generate

NEW = "mobility"
_WEEK = (1.25, 1.05, 1.0, 1.0, 0.95, 0.35, 0.25)  # Monday to Sunday
_FRENCH = 0.75
_PER_CATEGORY = 900
MIX = {
    "claim": 18.0, "cancellation": 9.0, "new_contract": 8.0, "contract_change": 12.0,
    "certificate": 12.0, "payment": 16.0, "account": 10.0, "complaint": 5.0, "other": 10.0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail in field form, and its true category."""

    content: bytes
    category: str


@dataclass(frozen=True, slots=True)
class World:
    """What mail is like: mails on a weekday, the share in other words, and that of the new topic.

    `factors` say how many times as often a category comes.
    """

    volume: float
    reworded: float = 0.0
    new: float = 0.0
    factors: Mapping[str, float] = field(default_factory=dict)


class Writers:
    """Everybody who writes; the same seed gives the same year."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(f"year {seed}")  # noqa: S311  # reproducible on purpose
        self._pools = _pools(seed)

    def day(self, world: World, weekday: int) -> list[Mail]:
        """The mails of one day, Monday being 0."""
        mean = world.volume * _WEEK[weekday] * self._draw.lognormvariate(0, 0.1)
        mix = {
            name: share * world.factors.get(name, 1.0) * self._draw.lognormvariate(0, 0.1)
            for name, share in MIX.items()
        }
        return [self._mail(world, mix) for _ in range(max(1, round(mean)))]

    def _mail(self, world: World, mix: Mapping[str, float]) -> Mail:
        language = "fr" if self._draw.random() < _FRENCH else "en"
        sender = f"{int(4_000 * self._draw.random() ** 2)}@people.example"
        if self._draw.random() < world.new:
            return _made(NEW, "", topic.text(language, self._draw), sender)
        category = self._draw.choices(list(mix), list(mix.values()))[0]
        subject, words = self._draw.choice(self._pools[category, language])
        if self._draw.random() < world.reworded:
            subject, words = reworded(subject), reworded(words)
        return _made(category, subject, words, sender)


def _made(category: str, subject: str, words: str, sender: str) -> Mail:
    return Mail(orjson.dumps({"subject": subject, "from": sender, "text": words}), category)


def _pools(seed: int) -> Mapping[tuple[str, str], Sequence[tuple[str, str]]]:
    found: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for x in generate(seed, _PER_CATEGORY):
        found[x.category, x.language].append((x.subject, x.body))
    return found
