"""What a report shows beside its figures: curves, groups of mail, the worst mistakes.

examples, scores -> reliability, coverage, by length / language / sender, mistakes -> plain values
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from model.examples import Labelled
from model.metrics import Floats, Ints, coverage_curve

BINS = 15
POINTS = 100  # of the coverage curve
MOST_GROUPS, MOST_MISTAKES, MOST_CONFUSED = 20, 20, 20
OPENING = 160  # characters of a mail that a mistake shows
LENGTHS = (100, 300, 1_000, 3_000)  # characters


def reliability(truth: Ints, scores: Floats, bins: int = BINS) -> list[dict[str, float]]:
    """Mean confidence and accuracy of bins of equal mass, least sure first."""
    confidence, right = scores.max(axis=1), scores.argmax(axis=1) == truth
    order = np.argsort(confidence, kind="stable")
    return [
        {
            "confidence": round(float(confidence[part].mean()), 4),
            "accuracy": round(float(right[part].mean()), 4),
            "mails": len(part),
        }
        for part in np.array_split(order, bins)
        if len(part)
    ]


def coverage(truth: Ints, scores: Floats) -> list[dict[str, float]]:
    """Accuracy among the surest mails, for shares of all."""
    shares, accuracies = coverage_curve(truth, scores)
    at = np.unique(np.linspace(0, len(shares) - 1, POINTS).round().astype(int)).tolist()
    return [
        {"coverage": round(float(shares[i]), 4), "accuracy": round(float(accuracies[i]), 4)}
        for i in at
    ]


def groups(
    examples: Sequence[Labelled], truth: Ints, scores: Floats
) -> dict[str, list[dict[str, Any]]]:
    """Accuracy by length in characters, language, sender's domain and kind; largest first."""
    right = (scores.argmax(axis=1) == truth).tolist()
    ways: dict[str, Callable[[Labelled], str]] = {
        "length": _length,
        "language": lambda x: x.language,
        "sender": lambda x: x.sender,
        "kind": lambda x: x.kind,
    }
    return {name: _accuracies([way(x) for x in examples], right) for name, way in ways.items()}


def mistakes(
    labels: Sequence[str], examples: Sequence[Labelled], truth: Ints, scores: Floats
) -> list[dict[str, Any]]:
    """The surest wrong answers, with the opening of each mail."""
    predicted, confidence = scores.argmax(axis=1), scores.max(axis=1)
    wrong = np.flatnonzero(predicted != truth)
    worst = wrong[np.argsort(-confidence[wrong], kind="stable")][:MOST_MISTAKES].tolist()
    return [
        {
            "source": examples[i].source,
            "category": labels[int(truth[i])],
            "answer": labels[int(predicted[i])],
            "confidence": round(float(confidence[i]), 4),
            "opening": " ".join(examples[i].text[: 2 * OPENING].split())[:OPENING],
        }
        for i in worst
    ]


def confused(labels: Sequence[str], table: Sequence[Sequence[int]]) -> list[dict[str, Any]]:
    """Which category was most often taken for which; rows of the table are the truth."""
    pairs: list[dict[str, Any]] = [
        {"category": labels[row], "answer": labels[column], "mails": number}
        for row, counts in enumerate(table)
        for column, number in enumerate(counts)
        if number and row != column
    ]
    return sorted(pairs, key=lambda x: -x["mails"])[:MOST_CONFUSED]


def _length(x: Labelled) -> str:
    for bound in LENGTHS:
        if len(x.text) < bound:
            return f"under {bound:,} characters"
    return f"{LENGTHS[-1]:,} characters and more"


def _accuracies(names: Sequence[str], right: Sequence[bool]) -> list[dict[str, Any]]:
    found: dict[str, list[bool]] = defaultdict(list)
    for name, hit in zip(names, right, strict=True):
        if name:
            found[name].append(hit)
    ordered = sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))[:MOST_GROUPS]
    return [
        {"name": name, "mails": len(hits), "accuracy": round(sum(hits) / len(hits), 4)}
        for name, hits in ordered
    ]
