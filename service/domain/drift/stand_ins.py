"""Mail that stands in for mail which a model has learned from.

mail drawn by chance -> kinds and their shares -> of each kind as many that did not teach the model

A model is surer of what it learned than of anything that comes later. What taught it cannot just be
left out either: people correct what was wrong, so the rest would be easier than mail is. Labelled
mail was dealt by lot into what teaches and what does not, so the one stands for the other. Spot
checks are drawn by chance, so all other mail is what it was without them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

BY_CHANCE, BY_CHOICE, UNLABELLED = "by chance", "by choice", "unlabelled"
_SMALL = 0.05  # a kind's share of mail below which it may come short


@dataclass(frozen=True, slots=True)
class Learned:
    """Labelled mail, each with its kind: what `taught` a model, and what was kept from it."""

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
    checked = [one for one in drawn if learned.kept.get(one) == BY_CHANCE]
    others = [one for one in drawn if kinds.get(one) != BY_CHANCE]
    there = {
        UNLABELLED: [one for one in others if one not in kinds],
        BY_CHOICE: [one for one in spare if learned.kept[one] == BY_CHOICE],
    }
    wanted = Counter(kinds.get(one, UNLABELLED) for one in others)
    large = [kind for kind, count in wanted.items() if count >= _SMALL * len(others)]
    share = min([1.0, *(len(there[kind]) / wanted[kind] for kind in large)])
    rest = [one for kind in there for one in there[kind][: round(share * wanted[kind])]]
    return checked + rest
