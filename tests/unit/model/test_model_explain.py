"""Which words made the decision: the ones without which it would have been another."""

import time
from collections.abc import Sequence
from itertools import count, pairwise
from pathlib import Path

import onnxruntime as ort
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_onnx import tiny_artifact

from model.__main__ import DEFAULT_MODEL, main
from model.artifact import MODEL, WINDOWS_MEAN
from model.classifier import EngineClassifier
from model.explain import GROUP_TOKENS, explain
from model.grouping import equal_length_groups
from model.inference import OnnxEngine, load_classifier
from model.types import Prediction

TEXT = "Hello. facture facture, bonjour!\n"


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> EngineClassifier:
    path = tmp_path_factory.mktemp("tiny")
    tiny_artifact(path)
    return load_classifier(path)


def test_the_deciding_word_weighs_most(classifier: EngineClassifier):
    """And its sentence; a word for another label weighs against."""
    found = explain(classifier, TEXT)
    assert found.label == "payment"
    assert TEXT[found.words[0].start : found.words[0].end] == "facture"
    assert "facture" in TEXT[found.sentences[0].start : found.sentences[0].end]
    against = [TEXT[x.start : x.end] for x in found.words if x.weight < 0]
    assert "bonjour" in against
    assert found.complete


WRAPPED = """facture

bonjour bonjour bonjour bonjour bonjour bonjour bonjour facture
hello. Facture hello hello hello hello hello hello hello hello
bonjour!
- facture hello
- hello
"""


def test_a_wrapped_sentence_is_one(classifier: EngineClassifier):
    """Lines that a program broke go on; a paragraph's end and a list's items do not."""
    found = explain(classifier, WRAPPED)
    places = sorted((x.start, x.end) for x in found.sentences)
    assert [WRAPPED[a:b] for a, b in places] == [
        "facture",
        "bonjour bonjour bonjour bonjour bonjour bonjour bonjour facture\nhello.",
        "Facture hello hello hello hello hello hello hello hello\nbonjour!",
        "- facture hello",
        "- hello",
    ]


def test_time_that_runs_out_leaves_parts_unweighed(classifier: EngineClassifier):
    """What was asked by then is told, and that it is not all."""
    ticks = count()
    found = explain(classifier, TEXT * 20, seconds=3, clock=lambda: float(next(ticks)))
    assert not found.complete
    assert found.sentences


class Recording(EngineClassifier):
    """Keeps how many tokens each question had."""

    asked: list[int]

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        found = super().predict(texts)
        self.asked.append(sum(x.tokens for x in found))
        return found


def test_long_mail_is_asked_about_little_by_little(tmp_path: Path):
    """The clock is looked at between questions, so that none may take long by itself."""
    artifact = tiny_artifact(tmp_path, reading=WINDOWS_MEAN, max_tokens=256)
    engine = OnnxEngine(ort.InferenceSession(str(tmp_path / MODEL)))
    classifier = Recording(artifact, engine, equal_length_groups)
    classifier.asked = []
    explain(classifier, "hello facture bonjour. " * 400)
    assert len(classifier.asked) > 2
    assert max(classifier.asked) <= GROUP_TOKENS


@given(st.text(st.characters(), max_size=200))
def test_any_text_is_explained(classifier: EngineClassifier, text: str):
    """Places lie inside the text, words do not overlap, the weightiest come first."""
    found = explain(classifier, text)
    places = sorted((x.start, x.end) for x in found.words)
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert all(first[1] <= second[0] for first, second in pairwise(places))
    weights = [abs(x.weight) for x in found.words]
    assert weights == sorted(weights, reverse=True)


def test_the_served_model_explains_a_normal_mail_within_a_second():
    """The processor's time, which other work beside it does not change."""
    classifier = load_classifier(DEFAULT_MODEL)
    mail = "Bonjour, ma voiture a été percutée hier soir sur le parking. " * 6
    started = time.process_time()
    found = explain(classifier, mail)
    assert time.process_time() - started < 1.0
    assert found.words


def test_the_command_gives_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """One JSON line a message."""
    tiny_artifact(tmp_path / "model")
    (tmp_path / "one.eml").write_bytes(b"Subject: facture\r\n\r\nHello there.\r\n")
    arguments = ["explain", "--model", str(tmp_path / "model"), str(tmp_path / "one.eml")]
    assert main(arguments) == 0
    row = orjson.loads(capsys.readouterr().out)
    assert (row["category"], row["words"][0]["text"]) == ("payment", "facture")
