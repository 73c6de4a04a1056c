"""The commands that need no training library: predict and evaluate."""

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from mail.mbox import begins
from model.asking import answers
from model.classifier import EngineClassifier
from model.curves import confused, coverage, groups, mistakes, reliability
from model.data import (
    MAIL_SUFFIXES,
    DataError,
    messages_of,
    read_labelled,
    read_mbox,
    text_of_raw,
)
from model.evaluate import Report, as_text, by_language, report
from model.evaluation_page import page
from model.examples import Labelled
from model.explain import Span, explain
from model.inference import load_classifier
from model.metrics import auroc
from model.profile import as_json
from model.profiling import take
from model.types import Prediction


def predict(options: argparse.Namespace) -> None:
    """One JSON line a message: file, category, confidence, scores, and whether to believe it."""
    classifier = load_classifier(options.model)
    for name, raw in _messages(options.files):
        (prediction,) = classifier.predict([text_of_raw(raw)])
        _write_line(_row(name, classifier, prediction))


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
        raise DataError(
            f"{options.data} holds no mail of a category: all of it is {strange!r}. Give mail of "
            "the model's categories too."
        )
    reports, plain = _figures(classifier, examples, outside)
    if options.html:
        title = f"{classifier.name}, version {classifier.version}, on {options.data.name}"
        options.html.write_text(page(title, plain), encoding="utf-8")
    if options.json:
        _write_line(plain)
        return
    for name, result in reports.items():
        sys.stdout.write(as_text(name, result) + "\n")
    if outside:
        sys.stdout.write(_outside_text(plain["out_of_scope"]) + "\n")


def _figures(
    classifier: EngineClassifier, examples: Sequence[Labelled], outside: Sequence[Labelled]
) -> tuple[dict[str, Report], dict[str, Any]]:
    """Reports of all mail and by language, and everything as plain values."""
    labels = classifier.labels
    expected = np.asarray([_index(labels, x) for x in examples], dtype=np.int64)
    found = answers(classifier, [x.text for x in examples])
    scores = np.asarray([x.scores for x in found])
    reports = {
        "all": report(labels, expected, scores),
        **by_language(labels, examples, expected, scores),
    }
    plain: dict[str, Any] = {name: result.as_json() for name, result in reports.items()}
    plain |= {
        "confused": confused(labels, reports["all"].confusion),
        "reliability": reliability(expected, scores),
        "coverage": coverage(expected, scores),
        "groups": groups(examples, expected, scores),
        "mistakes": mistakes(labels, examples, expected, scores),
    }
    if outside:
        plain["out_of_scope"] = _outside(found, answers(classifier, [x.text for x in outside]))
    return reports, plain


def _outside(inside: Sequence[Prediction], outside: Sequence[Prediction]) -> dict[str, float]:
    """AUROC by confidence; the share that is recognised, and of mail with a category as well."""
    known, strange = (np.asarray([x.confidence for x in xs]) for xs in (inside, outside))
    return {
        "mails": len(outside),
        "auroc": round(auroc(known, strange), 4),
        "recognised": round(float(np.mean([not x.in_scope for x in outside])), 4),
        "wrongly": round(float(np.mean([not x.in_scope for x in inside])), 4),
    }


def _outside_text(figures: Mapping[str, float]) -> str:
    return (
        f"of no category: {figures['mails']} mails, {figures['recognised']:.1%} recognised "
        f"(and {figures['wrongly']:.1%} of the others taken for such), AUROC {figures['auroc']:.3f}"
    )


def _messages(files: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    """Each message with its name; an mbox gives one after the other, numbered from 1."""
    if not files:
        yield from _from_stdin()
    for file in files:
        if file.is_dir():
            found = sorted(x for x in file.rglob("*") if x.suffix.lower() in MAIL_SUFFIXES)
            yield from ((str(x), x.read_bytes()) for x in found if x.is_file())
        elif file.suffix.lower() != ".mbox":
            yield str(file), file.read_bytes()
        else:
            yield from _numbered(str(file), read_mbox(file))


def _from_stdin() -> Iterator[tuple[str, bytes]]:
    """One message, or a mailbox."""
    if sys.stdin.isatty():
        sys.stderr.write("Reading a message from the terminal; Ctrl-D ends it.\n")
    raw = sys.stdin.buffer.read()
    if not raw.strip():
        raise DataError("Standard input is empty: give it a message, or name files.")
    if begins(raw[:1000].partition(b"\n")[0]):
        yield from _numbered("-", messages_of(BytesIO(raw), BytesIO(raw)))
    else:
        yield "-", raw


def _numbered(name: str, messages: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    for number, raw in enumerate(messages, 1):
        yield f"{name}:{number}", raw


def _row(name: str, classifier: EngineClassifier, prediction: Prediction) -> dict[str, object]:
    """`sure`: of some category, and from its suggested threshold on."""
    pairs = zip(classifier.labels, prediction.scores, strict=True)
    threshold = classifier.thresholds.get(prediction.label, 0.0)
    return {
        "file": name,
        "category": prediction.label,
        "confidence": round(prediction.confidence, 4),
        "in_scope": prediction.in_scope,
        "sure": prediction.in_scope and prediction.confidence >= threshold,
        "tokens": prediction.tokens,
        "scores": {label: round(score, 4) for label, score in pairs},
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
