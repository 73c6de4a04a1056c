"""Mail that is longer than the window: taught, exported and served in one way of reading."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from commands import data, rows
from tiny_networks import save_classifier, tiny_network

from model.__main__ import main
from model.artifact import HEAD, HEAD_TAIL, READINGS, WINDOWS_MEAN, WINDOWS_SUREST, load
from model.inference import load_classifier
from model.packing import pack
from model.torch_engine import load_classifier as load_torch
from model.training.answering import FP32, PLAIN
from model.training.batches import drawn, flat
from model.training.fit import predict_logits
from model.training.network import sequence_classifier
from model.training.served import describe, write_served

TEXTS = ["sinistre", "bonjour " * 70 + "facture " * 30, "hello merci " * 200, ""]


@pytest.mark.parametrize("reading", READINGS)
def test_a_long_text_is_served_as_in_torch(tmp_path: Path, reading: str):
    """By ONNX Runtime and by the engine for GPUs, which puts windows together in a run."""
    network = replace(tiny_network(tmp_path / "bert"), reading=reading)
    write_served(network, tmp_path / "out", FP32, TEXTS)
    pack(tmp_path / "out", describe(network, "long", FP32), PLAIN, "# Long\n")
    expected = predict_logits(network, TEXTS)
    assert np.abs(load_classifier(tmp_path / "out").logits(TEXTS) - expected).max() < 1e-4
    on_device = load_torch(tmp_path / "out", "cpu", 4_096)
    scores = np.asarray([x.scores for x in on_device.predict(TEXTS)])
    assert (scores.argmax(axis=1) == expected.argmax(axis=1)).all()


def test_ways_of_reading_differ_on_long_texts_alone(tmp_path: Path):
    """Else there would be nothing to choose; the surest window may well be the opening."""
    network = tiny_network(tmp_path / "bert")
    found = {x: predict_logits(replace(network, reading=x), TEXTS) for x in READINGS}
    short = [0, 3]
    assert all(np.allclose(x[short], found[HEAD][short], atol=1e-5) for x in found.values())
    for way in (HEAD_TAIL, WINDOWS_MEAN):
        assert not np.allclose(found[way][1], found[HEAD][1])


@pytest.mark.parametrize("strategy", ["full", "few"])
def test_training_takes_the_way_along(tmp_path: Path, strategy: str):
    """The manifest says it, and the folder is served so."""
    base = save_classifier(tmp_path / "bert", "bert")
    long = [{**x, "text": str(x["text"]) + " bonjour hello merci" * 20} for x in rows(90)]
    out = tmp_path / "out"
    places = ["--out", str(out), "--work", str(tmp_path / "work"), "--base", str(base)]
    options = ["--strategy", strategy, "--long", WINDOWS_SUREST, "--epochs", "1", "--threads", "1"]
    file = str(data(tmp_path, long))
    assert main(["train", "--data", file, *places, *options]) == 0
    manifest = load(out).manifest
    wanted = HEAD if manifest.training["form"] == "linear" else WINDOWS_SUREST
    assert manifest.reading == wanted
    assert load_classifier(out).predict([str(long[0]["text"])])[0].label


def test_an_export_takes_the_way_along(tmp_path: Path):
    """Of a classifier that was trained elsewhere."""
    source, out = save_classifier(tmp_path / "bert", "bert"), tmp_path / "out"
    assert main(["export", "--from", str(source), "--out", str(out), "--long", WINDOWS_MEAN]) == 0
    assert load(out).manifest.reading == WINDOWS_MEAN


def test_every_window_is_seen_in_the_course_of_the_epochs():
    """One of each text at a time, the same for the same seed."""
    read = [[[1, 2], [3, 4], [5, 6]], [[7]]]
    seen = [drawn(read, seed) for seed in range(40)]
    assert {tuple(x[0]) for x in seen} == {(1, 2), (3, 4), (5, 6)}
    assert all(x[1] == [7] for x in seen)
    assert seen == [drawn(read, seed) for seed in range(40)]
    assert flat(read) == ([[1, 2], [3, 4], [5, 6], [7]], [3])


def test_reading_leaves_the_tokenizer_as_it_is(tmp_path: Path):
    """What is saved cuts as ever, so that a folder's files do not change."""
    network = sequence_classifier(save_classifier(tmp_path / "bert", "bert"))
    before = network.tokenizer.to_str()
    replace(network, reading=WINDOWS_MEAN).reader.read(TEXTS[1])
    assert network.tokenizer.to_str() == before
