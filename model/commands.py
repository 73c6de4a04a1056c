"""The commands that need no training library: predict and evaluate."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from model.classifier import EngineClassifier
from model.curves import coverage, groups, mistakes, reliability
from model.data import DataError, read_labelled, read_mbox, text_of_raw
from model.evaluate import as_text, by_language, report
from model.evaluation_page import page
from model.examples import Labelled
from model.explain import Span, explain
from model.inference import load_classifier
from model.metrics import Floats, auroc
from model.profile import as_json
from model.profiling import take
from model.types import Prediction


def predict(options: argparse.Namespace) -> None:
    """One JSON line a message: file, category, confidence, scores."""
    classifier = load_classifier(options.model)
    for name, raw in _messages(options.files):
        (prediction,) = classifier.predict([text_of_raw(raw)])
        _write_line(_row(name, classifier.labels, prediction))


def why(options: argparse.Namespace) -> None:
    """The weightiest sentences and words of each message, as JSON lines."""
    classifier = load_classifier(options.model)
    for name, raw in _messages(options.files):
        text = text_of_raw(raw)
        found = explain(classifier, text)
        _write_line(
            {
                "file": name,
                "category": found.label,
                "score": round(found.score, 4),
                "sentences": _weighed(text, found.sentences),
                "words": _weighed(text, found.words),
                "complete": found.complete,
            }
        )


def take_profile(options: argparse.Namespace) -> None:
    """Write into the model's manifest what it answers on this mail; drift is measured by it."""
    examples = read_labelled(options.data)
    if not examples:
        raise DataError(f"{options.data} holds no mail.")
    found = take(options.model, [x.text for x in examples])
    _write_line(as_json(found))


def evaluate(options: argparse.Namespace) -> None:
    """Figures on labelled mail, as a table or JSON, and as a page where one is asked for."""
    classifier = load_classifier(options.model)
    found = read_labelled(options.data)
    strange = options.outside if options.outside not in classifier.labels else None
    outside = [x for x in found if x.label == strange]
    examples = [x for x in found if x.label != strange]
    if not examples:
        raise DataError(f"{options.data} holds no mail of a category.")
    expected = np.asarray([_index(classifier.labels, x) for x in examples], dtype=np.int64)
    scores = np.asarray([x.scores for x in classifier.predict([x.text for x in examples])])
    reports = {
        "all": report(classifier.labels, expected, scores),
        **by_language(classifier.labels, examples, expected, scores),
    }
    plain: dict[str, Any] = {name: result.as_json() for name, result in reports.items()}
    plain |= {
        "reliability": reliability(expected, scores),
        "coverage": coverage(expected, scores),
        "groups": groups(examples, expected, scores),
        "mistakes": mistakes(classifier.labels, examples, expected, scores),
    }
    if outside:
        plain["out_of_scope"] = _outside(classifier, outside, scores)
    if options.html:
        title = f"{classifier.name}, version {classifier.version}, on {options.data.name}"
        options.html.write_text(page(title, plain), encoding="utf-8")
    if options.json:
        _write_line(plain)
    else:
        for name, result in reports.items():
            sys.stdout.write(as_text(name, result) + "\n")


def _outside(
    classifier: EngineClassifier, outside: Sequence[Labelled], scores: Floats
) -> dict[str, float]:
    """AUROC by confidence, and the share that is recognised as of no category."""
    found = classifier.predict([x.text for x in outside])
    strange = np.asarray([x.confidence for x in found])
    return {
        "mails": len(found),
        "auroc": round(auroc(scores.max(axis=1), strange), 4),
        "recognised": round(float(np.mean([not x.in_scope for x in found])), 4),
    }


def _messages(files: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    """Each message with its name; an mbox gives one after the other, numbered from 1."""
    if not files:
        yield "-", sys.stdin.buffer.read()
    for file in files:
        if file.suffix.lower() != ".mbox":
            yield str(file), file.read_bytes()
            continue
        for number, raw in enumerate(read_mbox(file), 1):
            yield f"{file}:{number}", raw


def _row(name: str, labels: Sequence[str], prediction: Prediction) -> dict[str, object]:
    scores = {x: round(s, 4) for x, s in zip(labels, prediction.scores, strict=True)}
    return {
        "file": name,
        "category": prediction.label,
        "confidence": round(prediction.confidence, 4),
        "tokens": prediction.tokens,
        "scores": scores,
    }


def _weighed(text: str, spans: Sequence[Span]) -> list[dict[str, object]]:
    return [{"text": text[x.start : x.end], "weight": x.weight} for x in spans]


def _index(labels: Sequence[str], example: Labelled) -> int:
    if example.label not in labels:
        known = ", ".join(labels)
        raise DataError(f"{example.source}: the model has no category {example.label!r} ({known}).")
    return labels.index(example.label)


def _write_line(value: object) -> None:
    sys.stdout.write(orjson.dumps(value).decode() + "\n")
