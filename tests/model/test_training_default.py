"""The way of the shipped model from corpus to folder, with a corpus and network made for tests."""

import shutil
from pathlib import Path

import numpy as np
import orjson
import pytest
from tiny_networks import LABELS, mails, tiny_network

from model.__main__ import DEFAULT_MODEL
from model.artifact import CARD, MANIFEST, load, sha256
from model.corpus.types import CATEGORIES
from model.examples import Labelled
from model.metrics import macro_f1
from model.packing import Description
from model.place import replace_folder
from model.training.baseline import LinearBaseline
from model.training.corpus import Corpus, read_corpus
from model.training.default import Plan, describe_run, measure_anew
from model.training.engines import as_markdown, compare
from model.training.recipe import Recipe
from model.training.served import describe, export
from model.training.truth import truth


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return read_corpus(seed=1, per_category=40)


def groups(examples: list[Labelled]) -> set[str]:
    return {example.group for example in examples}


def test_no_skeleton_serves_two_parts(corpus: Corpus):
    """What is measured was never seen, what calibrates was not used to choose the epoch."""
    parts = [corpus.train, corpus.validation, corpus.calibration, corpus.test]
    union = set().union(*(groups(part) for part in parts))
    assert sum(len(groups(part)) for part in parts) == len(union)


def test_every_part_has_every_category(corpus: Corpus):
    """A figure over eight categories would be no figure of the nine."""
    for part in (corpus.train, corpus.validation, corpus.calibration, corpus.test):
        assert {example.label for example in part} == set(CATEGORIES)


def test_the_corpus_repeats_itself(corpus: Corpus):
    """Same seed and size, same texts."""
    assert read_corpus(seed=1, per_category=40) == corpus


def test_the_linear_baseline_beats_guessing(corpus: Corpus):
    """On unseen skeletons, from few examples, twice as good as one in nine."""
    scores = LinearBaseline(CATEGORIES, 0).fit(corpus.train).scores([x.text for x in corpus.test])
    assert macro_f1(truth(CATEGORIES, corpus.test), scores.argmax(axis=1), 9) > 0.22


def test_engines_are_compared_on_equal_terms(tmp_path: Path):
    """Torch comes first and is the measure; ONNX Runtime in full precision answers the same."""
    rows = compare(tiny_network(tmp_path / "bert"), mails(30), tmp_path)
    assert [row.engine.split()[0] for row in rows] == ["torch", "torch", "ONNX", "ONNX"]
    assert rows[2].agreement == rows[0].agreement == 1.0
    assert as_markdown(rows).count("\n") == 5


def test_a_run_is_described_in_its_artifact(tmp_path: Path):
    """Card and manifest tell the figures, the data and the recipe."""
    network = tiny_network(tmp_path / "bert")
    data = mails(60)
    parts = Corpus(data[:30], data[30:40], data[40:50], data[50:], data[50:], data[55:])
    description = describe(network, "tiny", "fp32")
    exported = export(network, tmp_path / "staging", description, parts.test, parts.calibration)
    baseline = LinearBaseline(LABELS, 0).fit(parts.train)
    plan = Plan(tmp_path / "out", tmp_path, Recipe())
    described, card = describe_run(plan, parts, description, baseline, exported, [])
    assert isinstance(described, Description)
    assert described.metrics["served"]["handwritten"]["examples"] == 10
    assert described.metrics["unsure"]["independent"]["half"]["mails"] == 5
    assert "30 training mails" in card
    assert "5 of them by" in card


def test_a_new_folder_takes_the_place_of_the_old(tmp_path: Path):
    """And leaves nothing beside it."""
    for name in ("staging", "out"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "which").write_text(name)
    for name in (MANIFEST, "labels.json"):  # what tells a model from other things
        (tmp_path / "out" / name).write_text("{}")
    replace_folder(tmp_path / "staging", tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out" / "which").read_text() == "staging"


def test_calibration_is_fitted_on_what_is_served(tmp_path: Path):
    """Random logits deserve little confidence: the temperature is far from cold."""
    network = tiny_network(tmp_path / "bert")
    description = describe(network, "tiny", "fp32")
    exported = export(network, tmp_path / "out", description, (), mails(60))
    assert exported.calibration.temperature > 1
    assert exported.verdict is None
    assert np.isfinite(list(exported.calibration.thresholds.values())).all()
    assert load(tmp_path / "out").manifest.labels == LABELS


def test_figures_are_told_anew_and_the_model_stays(tmp_path: Path):
    """Weights, version, profile and what the training cost are as before; the card is whole."""
    folder = tmp_path / "default"
    shutil.copytree(DEFAULT_MODEL, folder)
    manifest = orjson.loads((folder / MANIFEST).read_bytes())
    manifest["training"]["corpus"]["per_category"] = 30
    (folder / CARD).write_text("stale", encoding="utf-8")
    manifest["files"][CARD] = sha256(folder / CARD)
    (folder / MANIFEST).write_bytes(orjson.dumps(manifest))
    before = load(folder).manifest
    after = measure_anew(folder).manifest
    assert (after.version, after.data_hash) == (before.version, before.data_hash)
    assert load(folder).manifest.profile == before.profile
    assert after.training["history"] == before.training["history"]
    assert after.metrics["served"]["held_out_templates"]["examples"] < 270
    assert after.metrics["served"]["independent"]["examples"] == 291
    assert after.version in (folder / CARD).read_text(encoding="utf-8")
