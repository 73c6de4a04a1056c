"""What a model is worth on an evaluation set: figures, and each answer for paired tests.

classifier, mails -> answers -> Appraisal; a model that lacks a category is wrong on its mail
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.asking import answers
from model.decisions import decided
from model.evaluate import rounded
from model.examples import Labelled
from model.intervals import wilson
from model.metrics import (
    Bools,
    Floats,
    Ints,
    accuracy,
    auroc,
    bootstrap_interval,
    calibration_error_by_chance,
    expected_calibration_error,
    lift,
    macro_f1,
    precision_recall_f1,
)
from model.types import Classifier

LIFTS = (1, 5, 10)  # percent
_DRAWS = 300


@dataclass(frozen=True, slots=True)
class Appraisal:
    """`labels` are the model's own, then those that only the mails have.

    `truth` and `answers` are indices into them, a mail each, in the order of the set.
    """

    labels: tuple[str, ...]
    truth: tuple[int, ...]
    answers: tuple[int, ...]
    metrics: Mapping[str, Any]


def appraise(
    classifier: Classifier, mails: Sequence[Labelled], thresholds: Mapping[str, float]
) -> Appraisal:
    """Judge a model on all of the mails; from its category's threshold on, a mail is decided."""
    own = tuple(classifier.labels)
    labels = (*own, *sorted({x.label for x in mails} - set(own)))
    truth = np.asarray([labels.index(x.label) for x in mails], dtype=np.int64)
    found = answers(classifier, [x.text for x in mails])
    scores = np.zeros((len(mails), len(labels)))
    scores[:, : len(own)] = [x.scores for x in found]
    in_scope = np.asarray([x.in_scope for x in found])
    reached = decided(labels, scores, thresholds, in_scope)
    metrics = figures(labels, len(own), truth, scores, reached)
    return Appraisal(
        labels, tuple(truth.tolist()), tuple(scores.argmax(axis=1).tolist()), rounded(metrics)
    )


def figures(
    labels: Sequence[str], own: int, truth: Ints, scores: Floats, reached: Bools
) -> dict[str, Any]:
    """All that is written down, as plain values; shares are from 0 to 1.

    Args:
        labels: of the columns of `scores`; the model knows the first `own` of them.
        own: how many those are.
        truth: label indices.
        scores: of shape (mails, labels), 0 for a label that the model lacks.
        reached: whether a mail would be decided without a person.

    """
    predicted = scores.argmax(axis=1)
    share, known = accuracy(truth, predicted), truth < own
    rows = _categories(labels, own, truth, scores)
    return {
        "accuracy": share,
        "accuracy_interval": wilson(share, len(truth)),
        "macro_f1": macro_f1(truth, predicted, len(labels)),
        "macro_f1_interval": bootstrap_interval(
            len(truth),
            lambda drawn: macro_f1(truth[drawn], predicted[drawn], len(labels)),
            draws=_DRAWS,
        ),
        "macro_auc": _mean([row["auc"] for row in rows.values()]),
        "lift": {str(k): _mean([row["lift"][str(k)] for row in rows.values()]) for k in LIFTS},
        "ece": expected_calibration_error(truth, scores),
        "ece_by_chance": calibration_error_by_chance(scores),
        **_decided(truth, predicted, reached),
        "known": {
            "emails": int(known.sum()),
            "accuracy": accuracy(truth[known], predicted[known]) if known.any() else None,
        },
        "lacks": dict(Counter(labels[i] for i in truth[~known].tolist())),
        "categories": rows,
    }


def _decided(truth: Ints, predicted: Ints, reached: Bools) -> dict[str, Any]:
    right = truth[reached] == predicted[reached]
    return {
        "coverage": float(reached.mean()),
        "abstained": int((~reached).sum()),
        "decided_accuracy": float(right.mean()) if reached.any() else None,
    }


def _categories(
    labels: Sequence[str], own: int, truth: Ints, scores: Floats
) -> dict[str, dict[str, Any]]:
    """By category; area and lift one against the rest, None where the mails cannot tell."""
    columns = precision_recall_f1(truth, scores.argmax(axis=1), len(labels))
    return {
        label: {
            "precision": float(precision),
            "recall": float(recall),
            "f1": float(f1),
            "support": int((truth == i).sum()),
            **_ranking(truth == i, scores[:, i] if i < own else None),
        }
        for i, (label, precision, recall, f1) in enumerate(zip(labels, *columns, strict=True))
    }


def _ranking(of_it: Bools, scores: Floats | None) -> dict[str, Any]:
    if scores is None or of_it.all() or not of_it.any():
        return {"auc": None, "lift": dict.fromkeys(map(str, LIFTS))}
    return {
        "auc": auroc(scores[of_it], scores[~of_it]),
        "lift": {str(k): lift(of_it, scores, k / 100) for k in LIFTS},
    }


def _mean(values: Sequence[float | None]) -> float | None:
    known = [x for x in values if x is not None]
    return float(np.mean(known)) if known else None
