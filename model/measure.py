"""Everything `python -m model evaluate` tells of a model on labelled mail.

classifier, mails -> reports by language; curves, thresholds, mail of no category -> plain values
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.asking import answers
from model.curves import confused, coverage, groups, mistakes, reliability
from model.data import DataError
from model.decisions import (
    at_thresholds,
    catch_all_sentence,
    decided_sentence,
    of_no_category,
)
from model.evaluate import Report, by_language, report
from model.examples import Labelled
from model.metrics import Bools, Floats, Ints
from model.types import Classifier, Prediction


@dataclass(frozen=True, slots=True)
class Ways:
    """How to read the answers.

    `outside` labels mail of no category, unless it is a label of the model; `catch_all` is the
    category that takes such mail, where there is one; from `thresholds` on a mail is decided.
    """

    outside: str
    catch_all: str
    thresholds: Mapping[str, float]


def measure(
    classifier: Classifier, mails: Sequence[Labelled], ways: Ways
) -> tuple[dict[str, Report], dict[str, Any]]:
    """Reports, `all` and one a language, and all of it as plain values.

    `DataError` where no mail is of a category, or one is of a category the model lacks.
    """
    labels = classifier.labels
    foreign = ways.outside if ways.outside not in labels else None
    examples = [x for x in mails if x.label != foreign]
    if not examples:
        raise DataError(
            f"The data holds no mail of a category: all of it is {foreign!r}. Give mail of the "
            "model's categories too."
        )
    expected = np.asarray([_index(labels, x) for x in examples], dtype=np.int64)
    found = answers(classifier, [x.text for x in examples])
    scores = _scores(found)
    whole = {"all": report(labels, expected, scores)}
    # first and last: a language of that name is no report of all mail
    reports = whole | by_language(labels, examples, expected, scores) | whole
    plain: dict[str, Any] = {name: result.as_json() for name, result in reports.items()}
    plain["confused"] = confused(labels, reports["all"].confusion)
    plain |= _curves(labels, examples, expected, scores)
    if ways.thresholds:
        plain["decided"] = at_thresholds(
            labels, expected, scores, ways.thresholds, _in_scope(found)
        )
    strange = answers(classifier, [x.text for x in mails if x.label == foreign])
    strange += [y for x, y in zip(examples, found, strict=True) if x.outside]
    known = [y for x, y in zip(examples, found, strict=True) if not x.outside]
    if strange and known:
        plain["out_of_scope"] = _outside(labels, known, strange, ways)
    return reports, plain


def _curves(
    labels: tuple[str, ...], examples: Sequence[Labelled], expected: Ints, scores: Floats
) -> dict[str, Any]:
    return {
        "reliability": reliability(expected, scores),
        "coverage": coverage(expected, scores),
        "groups": groups(examples, expected, scores),
        "mistakes": mistakes(labels, examples, expected, scores),
    }


def as_sentences(plain: Mapping[str, Any]) -> str:
    """What follows the tables in a terminal; empty where nothing was measured."""
    lines = []
    if reached := plain.get("decided"):
        lines.append(decided_sentence(reached))
    if strange := plain.get("out_of_scope"):
        lines.append(
            f"of no category: {strange['mails']} mails, {strange['recognised']:.1%} recognised (and"
            f" {strange['wrongly']:.1%} of the others taken for such), AUROC {strange['auroc']:.3f}"
        )
        if taken := strange.get("catch_all"):
            lines.append("  " + catch_all_sentence(taken))
    return "\n".join(lines)


def _outside(
    labels: tuple[str, ...], known: Sequence[Prediction], strange: Sequence[Prediction], ways: Ways
) -> dict[str, Any]:
    """`recognised`: what the model itself takes for mail of no category; `wrongly`: so the rest."""
    inside, outside = _scores(known), _scores(strange)
    found = of_no_category(
        labels, inside, outside, ways.thresholds, ways.catch_all, _in_scope(strange)
    )
    recognised, wrongly = (np.mean([not x.in_scope for x in xs]) for xs in (strange, known))
    return {
        **found,
        "recognised": round(float(recognised), 4),
        "wrongly": round(float(wrongly), 4),
    }


def _in_scope(found: Sequence[Prediction]) -> Bools:
    return np.asarray([x.in_scope for x in found], dtype=np.bool_)


def _scores(found: Sequence[Prediction]) -> Floats:
    return np.asarray([x.scores for x in found], dtype=np.float64)


def _index(labels: Sequence[str], example: Labelled) -> int:
    if example.label not in labels:
        known = ", ".join(labels)
        raise DataError(f"{example.source}: the model has no category {example.label!r} ({known}).")
    return labels.index(example.label)
