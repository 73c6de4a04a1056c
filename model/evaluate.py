"""How good a model is on labelled mail, as one value that prints and serialises.

scores, truth -> Report -> JSON, text
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from model.examples import Labelled
from model.metrics import (
    Floats,
    Ints,
    accuracy,
    bootstrap_interval,
    confusion,
    expected_calibration_error,
    log_loss,
    macro_f1,
    precision_recall_f1,
)

WIDEST = 20  # categories whose confusion fits a terminal


@dataclass(frozen=True, slots=True)
class Category:
    """One category's figures, as shares from 0 to 1; `support` counts its examples."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class Report:
    """Figures on one data set, as shares from 0 to 1; intervals are 95 %, by bootstrap."""

    examples: int
    accuracy: float
    macro_f1: float
    macro_f1_interval: tuple[float, float]
    ece: float
    ece_interval: tuple[float, float]
    log_loss: float
    labels: tuple[str, ...]
    categories: Mapping[str, Category]
    confusion: tuple[tuple[int, ...], ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values, rounded to four digits."""
        plain: dict[str, Any] = rounded(asdict(self))
        return plain

    def summary(self) -> dict[str, Any]:
        """The figures a manifest keeps."""
        keys = ("examples", "accuracy", "macro_f1", "macro_f1_interval", "ece", "ece_interval")
        whole = self.as_json()
        return {key: whole[key] for key in keys}


def report(labels: Sequence[str], truth: Ints, scores: Floats, draws: int = 1_000) -> Report:
    """Judge scores of shape (examples, labels) against the truth (label indices)."""
    predicted = scores.argmax(axis=1)
    width = len(labels)
    return Report(
        examples=len(truth),
        accuracy=accuracy(truth, predicted),
        macro_f1=macro_f1(truth, predicted, width),
        macro_f1_interval=bootstrap_interval(
            len(truth), lambda drawn: macro_f1(truth[drawn], predicted[drawn], width), draws=draws
        ),
        ece=expected_calibration_error(truth, scores),
        ece_interval=bootstrap_interval(
            len(truth),
            lambda drawn: expected_calibration_error(truth[drawn], scores[drawn]),
            draws=draws,
        ),
        log_loss=log_loss(truth, scores),
        labels=tuple(labels),
        categories=_categories(labels, truth, predicted),
        confusion=tuple(map(tuple, confusion(truth, predicted, width).tolist())),
    )


def by_language(
    labels: Sequence[str], examples: Sequence[Labelled], truth: Ints, scores: Floats
) -> dict[str, Report]:
    """One report a language, where there are at least two examples of it."""
    languages = np.asarray([x.language for x in examples])
    return {
        str(language): report(labels, truth[languages == language], scores[languages == language])
        for language in np.unique(languages)
        if language and (languages == language).sum() > 1
    }


def as_text(title: str, result: Report) -> str:
    """A table a person reads in a terminal."""
    low, high = result.macro_f1_interval
    macro = f"macro-F1 {result.macro_f1:.1%} ({low:.1%} to {high:.1%})"
    lines = [
        f"{title}: {result.examples} mails",
        f"  accuracy {result.accuracy:.1%}, {macro}, ECE {result.ece:.3f}",
        f"  {'category':<18}{'precision':>10}{'recall':>8}{'F1':>8}{'mails':>7}",
    ]
    for label, row in result.categories.items():
        cells = f"{row.precision:>10.1%}{row.recall:>8.1%}{row.f1:>8.1%}{row.support:>7}"
        lines.append(f"  {label:<18}{cells}")
    if len(result.labels) <= WIDEST:
        lines.append("  confusion (rows: truth; columns in the same order)")
        for label, counts in zip(result.labels, result.confusion, strict=True):
            lines.append(f"  {label:<18}" + "".join(f"{count:>5}" for count in counts))
    return "\n".join(lines)


def _categories(labels: Sequence[str], truth: Ints, predicted: Ints) -> dict[str, Category]:
    figures = precision_recall_f1(truth, predicted, len(labels))
    support = np.bincount(truth, minlength=len(labels))
    rows = zip(labels, *figures, support, strict=True)
    return {label: Category(float(p), float(r), float(f), int(n)) for label, p, r, f, n in rows}


def rounded(value: Any) -> Any:
    """The same with every number that has more digits rounded to four."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, Mapping):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(item) for item in value]
    return value
