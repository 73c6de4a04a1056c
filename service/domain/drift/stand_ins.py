"""Mail that stands in for mail which a model has learned from.

mail drawn by chance -> what taught the model, by kind -> labelled mail of that kind that did not

A model is surer of what it learned than of anything that comes later. What taught it cannot just be
left out either: people correct what was wrong, so the rest would be easier than mail is. Labelled
mail was dealt by lot into what teaches and what does not, so the one stands for the other.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from uuid import UUID

BY_CHANCE, BY_CHOICE = "by chance", "by choice"


@dataclass(frozen=True, slots=True)
class Learned:
    """Labelled mail, each with its kind: what `taught` a model, and what was kept from it.

    Kinds are apart because mail that somebody chose to correct is unlike what a spot check drew.
    """

    taught: Mapping[UUID, str] = field(default_factory=dict)
    kept: Mapping[UUID, str] = field(default_factory=dict)


def times(drawn: Iterable[UUID], spare: Sequence[UUID], learned: Learned) -> Counter[UUID]:
    """How many times each mail counts, so that those drawn are told of without what was learned.

    Args:
        drawn: mail that was drawn by chance.
        spare: mail of the same time that was kept from the model.
        learned: the kind of each; mail that taught and has none to stand in for it counts 0.

    """
    found: Counter[UUID] = Counter()
    taught: Counter[str] = Counter()
    for one in drawn:
        if one in learned.taught:
            taught[learned.taught[one]] += 1
        else:
            found[one] += 1
    by_kind: dict[str, list[UUID]] = defaultdict(list)
    for one in spare:
        by_kind[learned.kept[one]].append(one)
    for kind, count in taught.items():
        # in turn, and not by lot: evenly is as fair, and varies less
        found.update(one for _, one in zip(range(count), cycle(by_kind[kind]), strict=False))
    return found
