"""Mail of no category by its neighbours: logits whose direction no learned text had."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_onnx import LABELS, edit, reseal

from model.artifact import (
    CALIBRATION,
    LINEAR,
    MANIFEST,
    NEAREST,
    NEIGHBOURS,
    ArtifactError,
    Calibration,
    Scope,
    load,
)
from model.inference import load_classifier
from model.linear import LinearModel, Terms, save_linear
from model.neighbours import load_neighbours, neighbours, save_neighbours
from model.packing import Description, pack
from model.training.scoping import choose_scope

LEARNED = np.asarray([[4.0, 0.0, 0.0], [0.0, 4.0, 0.0], [0.0, 0.0, 4.0]])


def folder_with(path: Path, *, near: bool = True) -> Path:
    """A linear model that knows a word of each label, and how its texts look."""
    terms = Terms({"claim": 0, "invoice": 1, "hello": 2}, {}, np.ones(3, np.float32))
    save_linear(
        LinearModel(terms, np.eye(3, dtype=np.float16), np.zeros(3, np.float32)), path / LINEAR
    )
    if near:
        save_neighbours(neighbours(LEARNED), path / NEIGHBOURS)
    description = Description("near", LABELS, 64, "fp32", "1")
    pack(path, description, Calibration(0.1, None, {}, scope=Scope(NEAREST, 0.9)), "# Near\n")
    return path


def test_a_text_between_categories_is_out_of_scope(tmp_path: Path):
    """It has large logits, but no text that was learned from had two of them."""
    classifier = load_classifier(folder_with(tmp_path))
    found = classifier.predict(["claim", "hello hello", "claim invoice", "weather"])
    assert [x.in_scope for x in found] == [True, True, False, False]
    assert b'"format": 3' in (tmp_path / MANIFEST).read_bytes()


def test_the_version_follows_the_neighbours(tmp_path: Path):
    """They decide what goes to triage, so that other ones are another model."""
    one = load(folder_with(tmp_path)).manifest
    save_neighbours(neighbours(LEARNED[:2]), tmp_path / NEIGHBOURS)
    description = Description("near", LABELS, 64, "fp32", "1")
    scope = Scope(NEAREST, 0.9)
    two = pack(tmp_path, description, Calibration(0.1, None, {}, scope=scope), "# Near\n").manifest
    assert one.version != two.version
    assert NEIGHBOURS in two.files


def test_a_scope_without_its_neighbours_is_refused(tmp_path: Path):
    """Nothing would be recognised."""
    with pytest.raises(ArtifactError, match=r"needs neighbours\.npz"):
        folder_with(tmp_path, near=False)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (np.eye(4), "neighbours of another model"),
        (np.empty((0, 3)), "neighbours of another model"),
        (np.full((2, 3), np.nan), "are no numbers"),
        (None, "holds no neighbours"),
    ],
)
def test_neighbours_of_no_use_are_refused(tmp_path: Path, rows: np.ndarray | None, sentence: str):
    """The hash may agree and the file still be of no use."""
    folder_with(tmp_path)
    if rows is None:
        (tmp_path / NEIGHBOURS).write_bytes(b"none")
    else:
        save_neighbours(neighbours(rows), tmp_path / NEIGHBOURS)
    reseal(tmp_path, NEIGHBOURS)
    with pytest.raises(ArtifactError, match=sentence):
        load_classifier(tmp_path)


def test_an_older_format_knows_no_neighbours(tmp_path: Path):
    """A release that cannot use them would answer otherwise than was measured."""
    folder_with(tmp_path)
    edit(tmp_path / MANIFEST, format=2)
    with pytest.raises(ArtifactError, match="a SHA-256 for each of"):
        load(tmp_path)
    assert (tmp_path / CALIBRATION).is_file()


@given(st.lists(st.tuples(*[st.floats(-50, 50)] * 3), min_size=1, max_size=9))
def test_what_was_learned_is_nearest_to_itself(
    tmp_path_factory: pytest.TempPathFactory, rows: list
):
    """Saved and loaded, to the precision that is kept; never beyond 1."""
    path = tmp_path_factory.getbasetemp() / "neighbours"
    logits = np.asarray(rows)
    save_neighbours(neighbours(logits), path)
    found = load_neighbours(path, 3)
    near = found.nearest(logits)
    assert (found.directions == neighbours(logits).directions).all()
    assert (near <= 1 + 1e-2).all()
    assert all(x > 0.99 for x, row in zip(near, logits, strict=True) if np.linalg.norm(row) > 1e-6)


def test_nearness_is_chosen_where_it_finds_most():
    """Mail of no category may have the larger logits and as clear a lead: its others tell it."""
    generator = np.random.default_rng(0)
    inside = 6 * np.eye(3)[generator.integers(0, 3, 300)] + generator.normal(0, 0.1, (300, 3))
    outside = np.asarray([[12.0, 6.0, 6.0]]) + generator.normal(0, 0.1, (50, 3))
    right = np.ones(300, dtype=np.bool_)
    found = choose_scope(inside, right, outside, neighbours(LEARNED))
    assert (found.scope.method, found.auroc[NEAREST]) == (NEAREST, 1.0)
    assert choose_scope(inside, right, outside).scope.method != NEAREST
