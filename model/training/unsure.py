"""How much of a test set would be decided, and how mail of no category fares."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from model.decisions import at_thresholds, of_no_category
from model.examples import Labelled
from model.metrics import Floats
from model.training.truth import truth

HALF = 0.5  # the threshold that a routing file begins with
CATCH_ALL = "other"


def unsure_figures(
    labels: tuple[str, ...],
    examples: Sequence[Labelled],
    scores: Floats,
    suggested: Mapping[str, float],
) -> dict[str, Any]:
    """At the suggested thresholds and at one half; of no category, where some mail is of none."""
    expected = truth(labels, examples)
    half = dict.fromkeys(labels, HALF)
    found = {
        "suggested": at_thresholds(labels, expected, scores, suggested),
        "half": at_thresholds(labels, expected, scores, half),
    }
    outside = np.asarray([x.outside for x in examples])
    if outside.any():
        parts = scores[~outside], scores[outside]
        found["of_no_category"] = of_no_category(labels, *parts, half, CATCH_ALL)
    return found
