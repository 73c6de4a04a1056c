"""The commands that need no training library: predict and evaluate."""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path

import orjson

from mail.mbox import begins
from model.classifier import EngineClassifier
from model.data import (
    DataError,
    is_mailbox,
    mails_below,
    messages_of,
    read_labelled,
    read_mbox,
    shown,
    text_of_raw,
)
from model.decisions import read_thresholds
from model.evaluate import as_text
from model.evaluation_page import page
from model.explain import Span, explain
from model.inference import load_classifier
from model.measure import Ways, as_sentences, measure
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
    found = take(options.model, examples)
    _write_line(as_json(found))


def evaluate(options: argparse.Namespace) -> None:
    """Figures on labelled mail, as a table or JSON, and as a page where one is asked for."""
    classifier = load_classifier(options.model)
    mails = [mail for path in options.data for mail in read_labelled(path)]
    thresholds = read_thresholds(classifier.labels, options.threshold) or classifier.thresholds
    reports, plain = measure(
        classifier, mails, Ways(options.outside, options.catch_all, thresholds)
    )
    if options.html:
        names = ", ".join(shown(path.name) for path in options.data)
        title = f"{classifier.name}, version {classifier.version}, on {names}"
        options.html.write_text(page(title, plain), encoding="utf-8")
    if options.json:
        _write_line(plain)
    else:
        for name, result in reports.items():
            sys.stdout.write(as_text(name, result) + "\n")
        sys.stdout.write(as_sentences(plain) + "\n")


def _messages(files: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    """Each message with its name; an mbox gives one after the other, numbered from 1."""
    if not files:
        yield from _from_stdin()
    for file in files:
        if file.is_dir():
            yield from _of_folder(file)
        elif is_mailbox(file):
            yield from _numbered(shown(file), read_mbox(file))
        else:
            yield shown(file), file.read_bytes()


def _of_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    found = mails_below(folder)
    if not found:
        raise DataError(f"{folder} holds no message: give files, or a folder of .eml files.")
    yield from ((shown(x), x.read_bytes()) for x in found)


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


def _write_line(value: object) -> None:
    sys.stdout.write(orjson.dumps(value).decode() + "\n")
