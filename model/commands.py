"""The commands that need no training library: predict and evaluate."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import orjson

from model.data import DataError, read_labelled, text_of_raw
from model.evaluate import Report, as_text, by_language, report
from model.examples import Labelled
from model.explain import Span, explain
from model.inference import load_classifier
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


def evaluate(options: argparse.Namespace) -> None:
    """Figures on labelled mail, as a table or JSON."""
    classifier = load_classifier(options.model)
    examples = read_labelled(options.data)
    expected = np.asarray([_index(classifier.labels, x) for x in examples], dtype=np.int64)
    predictions = classifier.predict([x.text for x in examples])
    scores = np.asarray([x.scores for x in predictions])
    reports = {
        "all": report(classifier.labels, expected, scores),
        **by_language(classifier.labels, examples, expected, scores),
    }
    _show(reports, options.json)


def _show(reports: dict[str, Report], as_json: bool) -> None:
    if as_json:
        _write_line({name: result.as_json() for name, result in reports.items()})
        return
    for name, result in reports.items():
        sys.stdout.write(as_text(name, result) + "\n")


def _messages(files: Sequence[Path]) -> list[tuple[str, bytes]]:
    if not files:
        return [("-", sys.stdin.buffer.read())]
    return [(str(file), file.read_bytes()) for file in files]


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
