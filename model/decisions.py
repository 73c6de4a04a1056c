"""What a router makes of a model's answers: a queue where they are sure enough, else a person.

scores, thresholds -> decided or not -> coverage, accuracy;  mail of no category apart
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.data import DataError
from model.metrics import Floats, Ints, auroc

Bools = NDArray[np.bool_]


def read_thresholds(labels: Sequence[str], given: Sequence[str]) -> dict[str, float]:
    """`0.5` counts for every category, `complaint=0.4` for one; what comes later overrides."""
    found: dict[str, float] = {}
    for item in given:
        name, _, share = item.rpartition("=")
        if name and name not in labels:
            raise DataError(f"--threshold {item}: the model has no category {name!r}.")
        found |= dict.fromkeys([name] if name else labels, _share(item, share))
    return found


def _share(item: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise DataError(f"--threshold {item}: give a share from 0 to 1, or CATEGORY=SHARE.")
    return value


def decided(
    labels: Sequence[str],
    scores: Floats,
    thresholds: Mapping[str, float],
    in_scope: Bools | None = None,
) -> Bools:
    """Per row of scores, whether the surest category reaches its threshold (0 where none is).

    What the model takes for mail of no category is never decided, as in serving.
    """
    bounds = np.asarray([thresholds.get(label, 0.0) for label in labels])
    result: Bools = scores.max(axis=1) >= bounds[scores.argmax(axis=1)]
    return result if in_scope is None else result & in_scope


def at_thresholds(
    labels: Sequence[str],
    truth: Ints,
    scores: Floats,
    thresholds: Mapping[str, float],
    in_scope: Bools | None = None,
) -> dict[str, Any]:
    """The share of mail that is decided, and the share of that which is right."""
    reached = decided(labels, scores, thresholds, in_scope)
    right = scores.argmax(axis=1) == truth
    return {
        "thresholds": dict(thresholds),
        "mails": len(truth),
        "coverage": round(float(reached.mean()), 4),
        "accuracy": round(float(right[reached].mean()), 4) if reached.any() else None,
    }


def of_no_category(
    labels: Sequence[str],
    inside: Floats,
    outside: Floats,
    thresholds: Mapping[str, float],
    catch_all: str = "",
    in_scope: Bools | None = None,
) -> dict[str, Any]:
    """How mail of no category stands out: scores of both kinds, each of shape (mails, labels).

    `catch_all` is the category that takes such mail, where there is one: by its score it is told
    from the rest, and `elsewhere` is the share that would reach another category's queue; the
    model may take some of what is outside for mail of none (`in_scope`), which reaches no queue.
    """
    found: dict[str, Any] = {
        "mails": len(outside),
        "auroc": round(auroc(inside.max(axis=1), outside.max(axis=1)), 4),
    }
    if catch_all in labels:
        column = labels.index(catch_all)
        taken = outside.argmax(axis=1) == column
        elsewhere = decided(labels, outside, thresholds, in_scope) & ~taken
        found["catch_all"] = {
            "category": catch_all,
            "auroc": round(auroc(outside[:, column], inside[:, column]), 4),
            "answered": round(float(taken.mean()), 4),
            "elsewhere": round(float(elsewhere.mean()), 4),
        }
    return found


def decided_sentence(found: Mapping[str, Any]) -> str:
    """What `at_thresholds` found, for people."""
    bounds = found["thresholds"].values()
    right = "none" if found["accuracy"] is None else f"{found['accuracy']:.1%}"
    return (
        f"decided at thresholds from {min(bounds):.2f} to {max(bounds):.2f}: "
        f"{found['coverage']:.1%} of {found['mails']} mails, {right} of these right"
    )


def catch_all_sentence(taken: Mapping[str, Any]) -> str:
    """What `of_no_category` found of the category that takes such mail, for people."""
    return (
        f"AUROC {taken['auroc']:.3f} by the score of {taken['category']}, "
        f"{taken['answered']:.1%} answered so, {taken['elsewhere']:.1%} decided elsewhere"
    )
