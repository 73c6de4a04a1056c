"""How well each way tells mail of no category from the rest, and from where on it is believed."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.artifact import Scope
from model.metrics import Floats, auroc
from model.neighbours import Neighbours
from model.scope import methods

COST = 0.005  # of accuracy: as much may be lost by taking mail of a category for mail of none


@dataclass(frozen=True, slots=True)
class Scoping:
    """The scope chosen on validation, and every method's AUROC there."""

    scope: Scope
    auroc: Mapping[str, float]


def choose_scope(
    inside: Floats,
    right: NDArray[np.bool_],
    outside: Floats,
    near: Neighbours | None = None,
    method: str = "",
    cost: float = COST,
) -> Scoping:
    """The method that finds most of what is outside, at the highest threshold that is allowed.

    Args:
        inside: calibrated logits of mail with a category, shape (texts, labels).
        right: which of it was given its own category.
        outside: calibrated logits of mail with none.
        near: what was learned from, where nearness to it is a way too.
        method: the only one to choose; empty for the best of all.
        cost: of accuracy at most, what is taken for outside counting as wrong.

    """
    if not right.any():
        right = np.ones_like(right)  # nothing to lose: keep what is inside as such
    allowed = int(cost * len(right))  # right answers that may be lost
    areas, found = {}, {}
    for name, way in methods(near).items():
        areas[name] = auroc(way(inside), way(outside))
        threshold = float(np.sort(way(inside)[right])[min(allowed, right.sum() - 1)])
        found[name] = float((way(outside) < threshold).mean()), threshold
    best = method or max(found, key=lambda name: (found[name][0], areas[name]))
    return Scoping(Scope(best, found[best][1]), areas)
