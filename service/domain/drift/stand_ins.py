"""Mail that stands in for mail which a model has learned from.

mail drawn by chance -> kinds and their shares -> of each kind as many that did not teach the model

A model is surer of what it learned than of anything that comes later. What taught it cannot just be
left out either: people correct what was wrong, so the rest would be easier than mail is. Labelled
mail was dealt by lot into what teaches and what does not, so the one stands for the other.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

BY_CHANCE, BY_CHOICE, UNLABELLED = "by chance", "by choice", "unlabelled"
_SMALL = 0.05  # a kind's share of mail below which it may come short


@dataclass(frozen=True, slots=True)
class Learned:
    """Labelled mail, each with its kind: what `taught` a model, and what was kept from it.

    Kinds are apart because mail that somebody chose to correct is unlike what a spot check drew.
    """

    taught: Mapping[UUID, str] = field(default_factory=dict)
    kept: Mapping[UUID, str] = field(default_factory=dict)


def fair(drawn: Sequence[UUID], spare: Sequence[UUID], learned: Learned) -> list[UUID]:
    """Mails none of which taught the model, mixed as those that were drawn.

    No mail is there twice, or the bounds of drift would take them for more than they are: the
    kind that has the fewest for its share says how many there are of all.

    Args:
        drawn: mail drawn by chance, in any order but one that has to do with what it says.
        spare: all mail of the same time that was kept from the model, in such an order.
        learned: the kind of each.

    """
    kinds = {**learned.taught, **learned.kept}
    wanted = Counter(kinds.get(one, UNLABELLED) for one in drawn)
    there: dict[str, list[UUID]] = defaultdict(list)
    there[UNLABELLED] = [one for one in drawn if one not in kinds]
    for one in spare:
        there[learned.kept[one]].append(one)
    large = [kind for kind, count in wanted.items() if count >= _SMALL * len(drawn)]
    share = min((len(there[kind]) / wanted[kind] for kind in large), default=0.0)
    return [
        one
        for kind, count in wanted.items()
        for one in there[kind][: round(min(1.0, share) * count)]
    ]
