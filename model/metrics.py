"""Figures a model is judged by, on arrays alone.

Labels are indices into the model's label list; `scores` is (examples, labels), rows sum to 1.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


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


def calibration_error_by_chance(scores: Floats, seed: int = 0, draws: int = 200) -> float:
    """What that error is below, nineteen times of twenty, where confidence means what it says.

    Few mails give an error above 0 however honest the confidence is: answers are drawn as right
    as they are sure (consistency resampling, Broecker and Smith 2007).
    """
    generator = np.random.default_rng(seed)
    confidence = scores.max(axis=1)
    # columns: the answer and the rest, so that an answer drawn as wrong is one of the rest
    pair = np.stack([confidence, np.zeros_like(confidence)], axis=1)
    errors = [
        expected_calibration_error(
            (generator.random(len(confidence)) >= confidence).astype(np.int64), pair
        )
        for _ in range(draws)
    ]
    return float(np.quantile(errors, 0.95))


def log_loss(truth: Ints, scores: Floats) -> float:
    """Mean negative log-likelihood of the truth."""
    return float(-np.log(np.maximum(scores[np.arange(len(truth)), truth], 1e-12)).mean())


def auroc(inside: Floats, outside: Floats) -> float:
    """The chance that one from inside lies above one from outside; equals count half."""
    order = np.sort(outside)
    below = np.searchsorted(order, inside, side="left")
    up_to = np.searchsorted(order, inside, side="right")
    return float((below + up_to).mean() / 2 / len(outside))


def lift(relevant: Bools, scores: Floats, share: float) -> float:
    """How many times more often the top share of mail by score is relevant than mail at large.

    Mails of one score at the cut count by equal parts, so that no order among them matters. 0
    where nothing is relevant.
    """
    if not relevant.any():
        return 0.0
    taken = share * len(scores)
    cut = np.sort(scores)[::-1][max(0, int(np.ceil(taken)) - 1)]
    above, at = scores > cut, scores == cut
    part = (taken - above.sum()) / at.sum()
    hits = relevant[above].sum() + part * relevant[at].sum()
    return float(hits / taken / relevant.mean())


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
