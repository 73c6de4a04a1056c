"""Figures a model is judged by, on arrays alone.

Labels are indices into the model's label list; `scores` is (examples, labels), rows sum to 1.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def accuracy(truth: Ints, predicted: Ints) -> float:
    """Share of examples given their own label."""
    return float((truth == predicted).mean())


def confusion(truth: Ints, predicted: Ints, labels: int) -> Ints:
    """Counts, shape (labels, labels): rows are the truth, columns the prediction."""
    flat = np.bincount(truth * labels + predicted, minlength=labels * labels)
    return flat.reshape(labels, labels).astype(np.int64)


def precision_recall_f1(truth: Ints, predicted: Ints, labels: int) -> tuple[Floats, Floats, Floats]:
    """Each per label; 0 where nothing was predicted or nothing was there."""
    table = confusion(truth, predicted, labels)
    hits = np.diag(table).astype(np.float64)
    precision = hits / np.maximum(table.sum(axis=0), 1)
    recall = hits / np.maximum(table.sum(axis=1), 1)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    return precision, recall, f1


def macro_f1(truth: Ints, predicted: Ints, labels: int) -> float:
    """Mean F1 of the labels that occur in the truth."""
    f1 = precision_recall_f1(truth, predicted, labels)[2]
    return float(f1[np.unique(truth)].mean())


def expected_calibration_error(truth: Ints, scores: Floats, bins: int = 15) -> float:
    """Mean distance of confidence and accuracy over bins of equal mass."""
    confidence, right = scores.max(axis=1), scores.argmax(axis=1) == truth
    order = np.argsort(confidence, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    gaps = [len(p) * abs(confidence[p].mean() - right[p].mean()) for p in parts]
    return float(sum(gaps) / len(truth))


def log_loss(truth: Ints, scores: Floats) -> float:
    """Mean negative log-likelihood of the truth."""
    return float(-np.log(np.maximum(scores[np.arange(len(truth)), truth], 1e-12)).mean())


def auroc(inside: Floats, outside: Floats) -> float:
    """The chance that one from inside lies above one from outside; equals count half."""
    order = np.sort(outside)
    below = np.searchsorted(order, inside, side="left")
    up_to = np.searchsorted(order, inside, side="right")
    return float((below + up_to).mean() / 2 / len(outside))


def coverage_curve(truth: Ints, scores: Floats) -> tuple[Floats, Floats]:
    """Share of mail answered, surest first, and the accuracy among it; one point an example."""
    order = np.argsort(-scores.max(axis=1), kind="stable")
    right = (scores.argmax(axis=1) == truth)[order]
    ranks = np.arange(1, len(truth) + 1)
    return ranks / len(truth), np.cumsum(right) / ranks


def bootstrap_interval(
    size: int, figure: Callable[[Ints], float], seed: int = 0, draws: int = 1_000
) -> tuple[float, float]:
    """95 % interval of a figure over resampled examples; `figure` gets the drawn indices."""
    generator = np.random.default_rng(seed)
    values = [figure(generator.integers(0, size, size)) for _ in range(draws)]
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


def thresholds_for_precision(
    truth: Ints, scores: Floats, labels: Sequence[str], target: float
) -> dict[str, float]:
    """Per label the lowest confidence from which its predictions reach the target precision.

    Never below 0.3, which is little more than a guess among nine; 0.99 for a label that never does.
    """
    predicted, confidence = scores.argmax(axis=1), scores.max(axis=1)
    return {
        label: _threshold(confidence[predicted == i], truth[predicted == i] == i, target)
        for i, label in enumerate(labels)
    }


def _threshold(confidence: Floats, right: NDArray[np.bool_], target: float) -> float:
    order = np.argsort(-confidence, kind="stable")
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(precision >= target)
    if not len(enough):
        return 0.99
    return round(float(max(0.3, confidence[order][enough[-1]])), 3)
