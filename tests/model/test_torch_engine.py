"""The engine for a GPU gives what ONNX Runtime gives, here on the CPU."""

from pathlib import Path

import numpy as np
import pytest
from tiny_networks import configurations, save_classifier

import model
from model.__main__ import main
from model.artifact import ArtifactError
from model.inference import load_classifier as load_onnx
from model.torch_engine import load_classifier

DEFAULT = Path(model.__file__).parent / "default"
TEXTS = ["sinistre", "facture merci bonjour", "constat accident hello", "", "merci " * 300]
MAILS = [
    "Bonjour, je souhaite résilier mon contrat d'assurance habitation au 31 décembre.",
    "Hello, my car was hit in the car park this morning. How do I report the accident?",
    "Could you please send me a certificate of insurance for my flat?",
    "ok",
]


# their relative positions take operations that the torch engine has not learnt
UNKNOWN = {"deberta", "deberta-v2"}


def exported(tmp_path: Path, architecture: str, precision: str) -> Path:
    source = save_classifier(tmp_path / architecture, architecture)
    out = tmp_path / "artifact"
    assert main(["export", "--from", str(source), "--out", str(out), "--precision", precision]) == 0
    return out


@pytest.mark.parametrize("architecture", sorted(configurations().keys() - UNKNOWN))
def test_an_architecture_answers_as_in_onnx_runtime(tmp_path: Path, architecture: str):
    """At every length, in full precision, the logits are the same."""
    folder = exported(tmp_path, architecture, "fp32")
    found = load_classifier(folder, "cpu", 4096).logits(TEXTS)
    assert np.abs(found - load_onnx(folder).logits(TEXTS)).max() < 1e-4


def test_a_graph_with_other_operations_is_refused(tmp_path: Path):
    """With the names of those that it lacks, at the worker's start."""
    with pytest.raises(ArtifactError, match=r"needs .*Tile.*lacks"):
        load_classifier(exported(tmp_path, "deberta", "fp32"), "cpu", 4096)


def test_the_shipped_model_gives_the_same_categories():
    """Its weights are int8 in both; only ONNX Runtime quantises what flows between them."""
    ours, onnx = load_classifier(DEFAULT, "cpu", 4096), load_onnx(DEFAULT)
    pairs = list(zip(ours.predict(MAILS), onnx.predict(MAILS), strict=True))
    assert [p.label for p, _ in pairs] == [q.label for _, q in pairs]
    assert max(abs(p.confidence - q.confidence) for p, q in pairs) < 0.15


def test_neighbours_change_no_score():
    """A text gives the same scores alone and in the company of others: decisions reproduce."""
    classifier = load_classifier(DEFAULT, "cpu", 4096)
    together = classifier.predict([*MAILS, *MAILS])
    alone = [classifier.predict([text])[0] for text in MAILS]
    for found, expected in zip(together, [*alone, *alone], strict=True):
        assert found.scores == pytest.approx(expected.scores, abs=1e-5)


def test_its_decisions_name_the_engine():
    """Scores differ from those of the int8 engine, so the version must."""
    assert load_classifier(DEFAULT, "cpu", 4096).version == load_onnx(DEFAULT).version + "+torch"


def test_a_device_that_is_not_there_is_named():
    """As at a worker's start on a machine without a GPU."""
    with pytest.raises(ArtifactError, match="nowhere"):
        load_classifier(DEFAULT, "nowhere", 4096)
