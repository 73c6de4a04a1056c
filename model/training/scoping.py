"""How well each way tells mail of no category from the rest, and from where on it is believed."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from model.artifact import Scope
from model.metrics import Floats, auroc
from model.scope import METHODS

KEPT = 0.95  # of mail that belongs to a category, at least so much is recognised as such


@dataclass(frozen=True, slots=True)
class Scoping:
    """The scope chosen on validation, and every method's AUROC there."""

    scope: Scope
    auroc: Mapping[str, float]


def choose_scope(inside: Floats, outside: Floats, kept: float = KEPT) -> Scoping:
    """The method of the best AUROC over calibrated logits, and the threshold of least error.

    The threshold keeps the share `kept` of what is inside at least; above that, the place where
    shares of right answers inside and outside add up to most.
    """
    areas = {name: auroc(way(inside), way(outside)) for name, way in METHODS.items()}
    best = max(areas, key=lambda name: areas[name])
    mine, other = METHODS[best](inside), METHODS[best](outside)
    highest = float(np.quantile(mine, 1 - kept))
    steps = np.unique(np.concatenate([mine, other, [highest]]))
    candidates = steps[steps <= highest]
    right = [(mine >= x).mean() + (other < x).mean() for x in candidates]
    return Scoping(Scope(best, float(candidates[int(np.argmax(right))])), areas)
