"""Any Hugging Face sequence classifier becomes a folder that answers as it did."""

from pathlib import Path

import numpy as np
import orjson
import pytest
from tiny_networks import LABELS, configurations, mails, save_classifier, texts_of, tiny_network

from model.__main__ import main
from model.artifact import load
from model.examples import Labelled
from model.inference import load_classifier
from model.training.fit import predict_logits
from model.training.gate import GateError, gate
from model.training.served import describe, export

LONG = "sinistre facture bonjour " * 60


def exported(tmp_path: Path, architecture: str, *options: str) -> Path:
    source = save_classifier(tmp_path / architecture, architecture)
    out = tmp_path / "artifact"
    assert main(["export", "--from", str(source), "--out", str(out), *options]) == 0
    return out


@pytest.mark.parametrize("architecture", configurations())
def test_an_architecture_answers_as_in_torch(tmp_path: Path, architecture: str):
    """At every length, the longest included, ONNX in full precision gives torch's logits."""
    folder = exported(tmp_path, architecture, "--precision", "fp32")
    texts = ["sinistre", "facture merci bonjour", "unheard of", "", LONG]
    expected = predict_logits(tiny_network(tmp_path / "again", architecture), texts)
    assert np.abs(load_classifier(folder).logits(texts) - expected).max() < 1e-4


@pytest.mark.parametrize("architecture", ["bert", "camembert", "deberta-v2"])
def test_int8_stays_near(tmp_path: Path, architecture: str):
    """Quantised, the logits of random weights still go with torch's."""
    folder = exported(tmp_path, architecture)
    texts = texts_of(mails(12))
    expected = predict_logits(tiny_network(tmp_path / "again", architecture), texts)
    served = load_classifier(folder).logits(texts)
    assert np.corrcoef(served.ravel(), expected.ravel())[0, 1] > 0.9


def test_the_labels_keep_their_order(tmp_path: Path):
    """The artifact's labels are those of the configuration, by index."""
    assert load(exported(tmp_path, "distilbert")).manifest.labels == LABELS


def test_roberta_reads_fewer_tokens_than_it_has_positions(tmp_path: Path):
    """Its positions count from the padding index on: two of 66 are of no use."""
    assert load(exported(tmp_path, "roberta")).manifest.max_tokens == 64


def test_exporting_twice_gives_one_version(tmp_path: Path):
    """The version derives from what is served, so the same model keeps it."""
    first = load(exported(tmp_path, "bert")).manifest.version
    assert load(exported(tmp_path, "bert")).manifest.version == first


def test_an_export_with_data_is_gated_calibrated_and_measured(tmp_path: Path):
    """Half of the data sets temperature and thresholds, the other half gives the figures."""
    data = tmp_path / "mails.jsonl"
    rows = [{"text": f"{x.text} {x.group}", "category": x.label} for x in mails(60)]
    data.write_bytes(b"\n".join(map(orjson.dumps, rows)))
    artifact = load(exported(tmp_path, "bert", "--data", str(data), "--precision", "fp32"))
    assert set(artifact.calibration.thresholds) == set(LABELS)
    assert artifact.manifest.metrics["held_out"]["examples"] > 10


def test_data_of_other_categories_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """The sentence names the category the model does not have."""
    data = tmp_path / "mails.csv"
    data.write_text("text,category\nbonjour,greeting\n")
    source = save_classifier(tmp_path / "bert", "bert")
    assert main(["export", "--from", str(source), "--out", "x", "--data", str(data)]) == 2
    assert "no category greeting" in capsys.readouterr().err


def test_a_folder_without_a_model_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """The sentence says what is missing."""
    assert main(["export", "--from", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "lacks config.json" in capsys.readouterr().err


def test_the_gate_lets_equal_answers_pass():
    """An export that answers the same loses nothing."""
    logits = np.eye(3)[[0, 1, 2, 0]]
    verdict = gate(np.asarray([0, 1, 2, 0]), logits, logits * 2)
    assert (verdict.reference, verdict.exported, verdict.agreement) == (1.0, 1.0, 1.0)


def test_the_gate_refuses_a_loss():
    """More than half a point of macro-F1 lost: no artifact."""
    truth = np.arange(200) % 2
    reference, worse = np.eye(2)[truth], np.eye(2)[truth]
    worse[:2] = worse[:2, ::-1]
    with pytest.raises(GateError, match=r"falls from 1\.0000 to 0\.99"):
        gate(truth, reference, worse)


def test_the_gate_refuses_a_category_that_is_lost():
    """Macro-F1 may hold while one category of a hundred loses three of its four mails."""
    truth = np.concatenate([np.repeat(np.arange(99), 40), np.full(4, 99)])
    reference, worse = np.eye(100)[truth], np.eye(100)[truth]
    reference[:60] = np.eye(100)[99]
    worse[-3:] = np.eye(100)[0]
    with pytest.raises(GateError, match="4 mails of category '99' it finds 1, where 4"):
        gate(truth, reference, worse)


def test_the_gate_forgives_two_mails_of_a_category():
    """Of few mails two are within chance."""
    truth = np.concatenate([np.repeat(np.arange(99), 40), np.full(4, 99)])
    reference, other = np.eye(100)[truth], np.eye(100)[truth]
    reference[:60] = np.eye(100)[99]
    other[-2:] = np.eye(100)[0]
    assert gate(truth, reference, other).agreement < 1


def test_a_refused_export_leaves_no_described_folder(tmp_path: Path):
    """The gate compares with what the network itself answers."""
    network = tiny_network(tmp_path / "bert")
    wrong = [Labelled(x.text, LABELS[0]) for x in mails(9)]
    result = export(network, tmp_path / "out", describe(network, "x", "fp32"), wrong)
    assert result.verdict is not None
    assert result.verdict.agreement == 1.0
