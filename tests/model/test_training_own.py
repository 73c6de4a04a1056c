"""`python -m model train`: from a user's labelled mail to a folder that is served."""

from pathlib import Path

import numpy as np
import orjson
import pytest
from commands import data, letters, rows
from tiny_networks import LABELS, WORDS, configurations, save_classifier

from model.__main__ import main
from model.artifact import LINEAR, MODEL, NEAREST, NEIGHBOURS, load
from model.inference import load_classifier
from model.neighbours import load_neighbours

SMALL = ("--epochs", "2", "--max-tokens", "32", "--threads", "1")


def train(tmp_path: Path, found: list[dict[str, object]], *options: str) -> int:
    out, work = str(tmp_path / "out"), str(tmp_path / "work")
    file = str(data(tmp_path, found))
    return main(["train", "--data", file, "--out", out, "--work", work, *SMALL, *options])


@pytest.mark.parametrize("architecture", configurations())
def test_any_base_is_trained(tmp_path: Path, architecture: str):
    """Random weights of every architecture: a folder comes out that answers."""
    base = save_classifier(tmp_path / architecture, architecture)
    assert train(tmp_path, rows(150), "--base", str(base), "--strategy", "full") == 0
    (prediction,) = load_classifier(tmp_path / "out").predict(["sinistre accident"])
    assert prediction.label in LABELS


def test_few_examples_are_learned_by_contrast(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    """Below some thirty mails a category the strategy is another, and is told."""
    base = save_classifier(tmp_path / "bert", "bert")
    with caplog.at_level("INFO"):
        assert train(tmp_path, rows(45), "--base", str(base)) == 0
    assert load(tmp_path / "out").manifest.training["strategy"] == "few"
    assert "few examples: contrast" in caplog.text


def test_it_is_never_worse_than_the_linear_model_on_validation(tmp_path: Path):
    """A transformer of random weights adds nothing here: what is served is as good as TF-IDF."""
    base = save_classifier(tmp_path / "bert", "bert")
    assert train(tmp_path, rows(150), "--base", str(base), "--strategy", "full") == 0
    tried = load(tmp_path / "out").manifest.training["macro_f1_by_share"]
    share = load(tmp_path / "out").manifest.training["linear_share"]
    assert tried[f"{share:.2f}"] >= tried["1.00"]


def test_a_linear_model_alone_is_a_folder_without_a_transformer(tmp_path: Path):
    """`--strategy linear` takes seconds, and serves without ONNX or tokenizer."""
    assert train(tmp_path, rows(90), "--strategy", "linear") == 0
    files = load(tmp_path / "out").manifest.files
    assert LINEAR in files
    assert MODEL not in files
    assert load_classifier(tmp_path / "out").predict(["facture invoice"])[0].label == "payment"


def test_the_same_data_and_seed_give_the_same_model(tmp_path: Path):
    """Version and figures: a run can be repeated."""
    base = str(save_classifier(tmp_path / "bert", "bert"))
    manifests = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        assert train(tmp_path / name, rows(120), "--base", base, "--strategy", "full") == 0
        manifests.append(load(tmp_path / name / "out").manifest)
    assert manifests[0].version == manifests[1].version
    assert manifests[0].metrics == manifests[1].metrics


def test_unlabelled_mail_is_read_first(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    """The encoder guesses hidden words of it before it sees a category."""
    base = save_classifier(tmp_path / "bert", "bert")
    old = tmp_path / "old.jsonl"
    old.write_bytes(b"\n".join(orjson.dumps({"text": x["text"]}) for x in rows(40, "merci")))
    with caplog.at_level("INFO"):
        options = ("--base", str(base), "--strategy", "full", "--unlabelled", str(old))
        assert train(tmp_path, rows(120), *options) == 0
    assert "reading on, epoch 2" in caplog.text


def test_mail_of_no_category_is_recognised(tmp_path: Path):
    """Examples of it set the threshold; it is no category of its own."""
    outside = [
        {"text": f"weather tomorrow {word} sunny", "category": "out_of_scope"}
        for word in ("paris", "rome", "oslo", "bern", "lima", "cairo", "delhi", "tokyo")
    ]
    assert train(tmp_path, [*rows(150), *outside], "--strategy", "linear") == 0
    assert load(tmp_path / "out").manifest.labels == tuple(sorted(LABELS))
    classifier = load_classifier(tmp_path / "out")
    found = classifier.predict(["sinistre accident constat", "weather in madrid tomorrow"])
    assert [x.in_scope for x in found] == [True, False]
    assert NEAREST in load(tmp_path / "out").manifest.training["scope_auroc"]


@pytest.mark.parametrize("strategy", ["full", "few", "linear"])
def test_a_model_may_know_its_neighbours(tmp_path: Path, strategy: str):
    """Whatever its form, the folder has those of the model that is served."""
    base = str(save_classifier(tmp_path / "bert", "bert"))
    words = " ".join(WORDS[x][0] for x in LABELS)
    outside = [{"text": f"{words} {letters(n)}", "category": "out_of_scope"} for n in range(12)]
    options = ("--base", base, "--strategy", strategy, "--scope", NEAREST)
    assert train(tmp_path, [*rows(90), *outside], *options) == 0
    artifact = load(tmp_path / "out")
    assert artifact.calibration.scope is not None
    assert artifact.calibration.scope.method == NEAREST
    assert NEIGHBOURS in artifact.manifest.files
    near = load_neighbours(tmp_path / "out" / NEIGHBOURS, len(LABELS))
    learned = [str(x["text"]) for x in rows(90)]
    logits = load_classifier(tmp_path / "out").logits(learned)
    assert np.median(near.nearest(logits)) > 0.999


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        ([], "holds no labelled mail"),
        ([{"text": f"mail {w}", "category": "claim"} for w in "abcdefgh"], "has 1 categories"),
        ([*rows(30), {"text": "one", "category": "rare"}], "add mails, merge them"),
        ([{"text": "x", "kind": "claim"}], "the row has text, kind"),
    ],
)
def test_data_that_cannot_be_learned_from_gets_a_sentence(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    found: list[dict[str, object]],
    sentence: str,
):
    """It says what is wrong and what to do; no folder appears."""
    assert train(tmp_path, found, "--strategy", "linear") == 2
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_card_says_what_its_figures_are_of(tmp_path: Path):
    """Of nine mails none can be kept apart, and the figures flatter."""
    base = str(save_classifier(tmp_path / "bert", "bert"))
    assert train(tmp_path, rows(9), "--base", base) == 0
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "Figures are of mails it also learned from" in card
    assert train(tmp_path, rows(90), "--strategy", "linear") == 0
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "Figures are of mails kept apart" in card


def test_rare_categories_can_be_left_out(tmp_path: Path):
    """The rest is learned."""
    found = [*rows(60), {"text": "one", "category": "rare"}]
    assert train(tmp_path, found, "--strategy", "linear", "--drop-rare") == 0
    assert "rare" not in load(tmp_path / "out").manifest.labels


def test_too_many_categories_get_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """A column of ids taken for categories is told as such."""
    found = [
        {"text": f"mail {w} {letters(n)}", "category": f"c{n}"}
        for n in range(1_001)
        for w in ("one", "two", "three")
    ]
    assert train(tmp_path, found, "--strategy", "linear") == 2
    assert "1001 categories, and 1000 are the most" in capsys.readouterr().err


def test_a_thousand_categories_are_learned(tmp_path: Path):
    """As many as an artifact holds."""
    found = [
        {"text": f"{w} {letters(n)}", "category": f"c{n}"}
        for n in range(1_000)
        for w in ("one", "two", "three", "four")
    ]
    assert train(tmp_path, found, "--strategy", "linear") == 0
    assert len(load(tmp_path / "out").manifest.labels) == 1_000


def test_a_mail_of_five_megabytes_is_read(tmp_path: Path):
    """Its opening is used as in serving; nothing is refused or exhausted."""
    found = rows(60)
    found[0]["text"] = f"{found[0]['text']} " + "word " * 1_000_000
    assert train(tmp_path, found, "--strategy", "linear") == 0


def test_a_base_that_is_no_model_gets_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """The folder lacks what makes it one."""
    (tmp_path / "empty").mkdir()
    assert train(tmp_path, rows(90), "--base", str(tmp_path / "empty")) == 2
    assert "is no Hugging Face model folder" in capsys.readouterr().err
