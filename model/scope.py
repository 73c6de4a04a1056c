"""Mail that belongs to no category: recognised by logits that speak for none.

Every way gives a number that is larger for mail the model knows; logits are calibrated.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from model.artifact import NEAREST, Scope
from model.neighbours import Neighbours

Floats = NDArray[np.float64]


def _confidence(logits: Floats) -> Floats:
    """The largest score (Hendrycks and Gimpel 2017)."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    result: Floats = 1 / powers.sum(axis=1)
    return result


def _energy(logits: Floats) -> Floats:
    """The logarithm of the summed powers (Liu et al. 2020)."""
    top = logits.max(axis=1)
    result: Floats = top + np.log(np.exp(logits - top[:, None]).sum(axis=1))
    return result


def _largest(logits: Floats) -> Floats:
    """The largest logit (Hendrycks et al. 2022)."""
    result: Floats = logits.max(axis=1)
    return result


def _lead(logits: Floats) -> Floats:
    """How far the largest logit lies above the second."""
    two = np.sort(logits, axis=1)[:, -2:]
    result: Floats = two[:, 1] - two[:, 0]
    return result


METHODS: Mapping[str, Callable[[Floats], Floats]] = {
    "confidence": _confidence,
    "energy": _energy,
    "largest_logit": _largest,
    "lead": _lead,
}


def methods(near: Neighbours | None) -> Mapping[str, Callable[[Floats], Floats]]:
    """Every way by name; `nearest` where there are neighbours."""
    return METHODS if near is None else {**METHODS, NEAREST: near.nearest}


def in_scope(
    scope: Scope | None, logits: Floats, near: Neighbours | None = None
) -> NDArray[np.bool_]:
    """Per row of calibrated logits, shape (texts, labels), whether some category is meant."""
    if scope is None:
        return np.ones(len(logits), dtype=np.bool_)
    result: NDArray[np.bool_] = methods(near)[scope.method](logits) >= scope.threshold
    return result
