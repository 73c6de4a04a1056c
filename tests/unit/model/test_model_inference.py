"""The served engine, on a classifier of a few hundred bytes."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_onnx import LABELS, TABLE, reseal, tiny_artifact

from model.artifact import MODEL, TOKENIZER, ArtifactError
from model.calibration import softmax
from model.classifier import EngineClassifier, InferenceError
from model.grouping import SHORT_GROUP, equal_length_groups, token_batches
from model.inference import load_classifier
from model.types import Classifier


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> EngineClassifier:
    path = tmp_path_factory.mktemp("tiny")
    tiny_artifact(path)
    return load_classifier(path)


def test_it_is_a_classifier(classifier: EngineClassifier):
    """The engine has what every other part expects of a classifier."""
    port: Classifier = classifier
    assert (port.name, port.labels) == ("tiny", LABELS)
    assert len(port.version) == 12


def test_predictions_keep_the_order_of_the_texts(classifier: EngineClassifier):
    """Grouping by length inside never shows outside."""
    texts = ["facture", "hello sinistre hello", "hello", "claim", "bonjour facture " * 20]
    labels = [p.label for p in classifier.predict(texts)]
    assert labels == ["payment", "claim", "other", "claim", "payment"]


def test_no_text_gives_no_prediction(classifier: EngineClassifier):
    """An empty list is answered with an empty list."""
    assert classifier.predict([]) == []


def test_scores_are_a_calibrated_softmax(classifier: EngineClassifier):
    """Scores sum to 1, the confidence is the label's own, the temperature is applied."""
    (prediction,) = classifier.predict(["claim hello"])
    assert prediction.scores == pytest.approx(tuple(softmax(np.asarray([4.0, 0.0, 1.0]))))
    assert prediction.confidence == max(prediction.scores)
    assert prediction.tokens == 2


def test_a_long_text_is_cut_to_max_tokens(classifier: EngineClassifier):
    """What the model reads is bounded however long the text is."""
    (prediction,) = classifier.predict(["hello " * 100_000])
    assert prediction.tokens == 64


@given(st.lists(st.text(st.characters(), max_size=60), max_size=6))
def test_any_string_is_answered(tmp_path_factory: pytest.TempPathFactory, texts: list[str]):
    """No text, empty, with NUL or lone surrogates, makes the engine raise."""
    path = tmp_path_factory.getbasetemp() / "any"
    if not path.exists():
        tiny_artifact(path)
    predictions = load_classifier(path).predict([*texts, "\ud800 claim \x00"])
    assert all(abs(sum(p.scores) - 1) < 1e-9 for p in predictions)


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_a_text_scores_the_same_alone_and_in_company(tmp_path: Path, precision: str):
    """A decision can be reproduced without the mails that happened to be beside it."""
    tiny_artifact(tmp_path, precision=precision)
    classifier = load_classifier(tmp_path)
    texts = ["claim hello", "facture bonjour", "hello", "sinistre claim facture"]
    together = classifier.predict(texts)
    assert together == [classifier.predict([text])[0] for text in texts]


def test_logits_that_are_no_numbers_are_refused(tmp_path: Path):
    """NaN from the engine is an error, never a stored score."""
    table = (*TABLE[:3], (float("nan"), 0, 0), *TABLE[4:])
    tiny_artifact(tmp_path, table=table)
    classifier = load_classifier(tmp_path)
    with pytest.raises(InferenceError, match="no numbers"):
        classifier.predict(["hello"])


def test_another_text_version_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    """A model that was trained on other texts than it will get still serves, with a warning."""
    tiny_artifact(tmp_path)
    load_classifier(tmp_path)
    assert "trained on text version of-old" in caplog.text


def test_a_model_of_other_width_is_refused(tmp_path: Path):
    """A label list that does not fit the weights stops at load, not at the first mail."""
    tiny_artifact(tmp_path, labels=("a", "b"))
    with pytest.raises(ArtifactError, match="3 logits for 2 labels"):
        load_classifier(tmp_path)


@pytest.mark.parametrize("name", [MODEL, TOKENIZER])
def test_files_that_are_of_no_use_are_refused(tmp_path: Path, name: str):
    """The hash may agree and the file still be no model: a sentence says so."""
    tiny_artifact(tmp_path)
    (tmp_path / name).write_bytes(b"neither")
    reseal(tmp_path, name)
    with pytest.raises(ArtifactError, match="cannot"):
        load_classifier(tmp_path)


@given(st.lists(st.integers(1, 40)))
def test_groups_hold_every_index_once_and_one_length(lengths: list[int]):
    """Grouping loses nothing, never pads, and leaves long texts alone."""
    groups = equal_length_groups(lengths, short=32)
    assert sorted(i for group in groups for i in group) == list(range(len(lengths)))
    assert all(len({lengths[i] for i in group}) == 1 for group in groups)
    assert all(len(g) <= (SHORT_GROUP if lengths[g[0]] <= 32 else 1) for g in groups)


@given(st.lists(st.integers(0, 40)), st.integers(1, 100))
def test_token_batches_hold_every_index_once_within_the_budget(lengths: list[int], budget: int):
    """What shares a run is of one length, and no more than fits; a longer text runs alone."""
    groups = token_batches(lengths, budget)
    assert sorted(i for group in groups for i in group) == list(range(len(lengths)))
    assert all(len({lengths[i] for i in group}) == 1 for group in groups)
    assert all(len(g) == 1 or len(g) * lengths[g[0]] <= budget for g in groups)
    assert len(groups) == sum(
        -(-lengths.count(n) // max(1, budget // max(1, n))) for n in set(lengths)
    )


def test_serving_imports_neither_torch_nor_transformers():
    """A serving process stays small: the engine's import pulls in no training library."""
    code = (
        "import sys, model.inference; "
        "sys.exit(bool({'torch', 'transformers', 'sklearn', 'onnx'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_reading_a_manifest_needs_no_engine():
    """The API process tells which model is served without loading ONNX Runtime."""
    code = "import sys, model.artifact; sys.exit('onnxruntime' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
