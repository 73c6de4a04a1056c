"""The model folder: complete, hashed, and refused with a sentence when something is wrong."""

from pathlib import Path

import pytest
from tiny_onnx import LABELS, edit, reseal, tiny_artifact

from model.artifact import (
    CALIBRATION,
    CARD,
    MANIFEST,
    MODEL,
    TOKENIZER,
    ArtifactError,
    load,
    read_manifest,
)
from model.artifact import (
    LABELS as LABELS_FILE,
)

FILES = (MODEL, TOKENIZER, LABELS_FILE, CALIBRATION, CARD)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tiny_artifact(tmp_path)
    return tmp_path


def test_a_packed_folder_loads(folder: Path):
    """What was packed comes back: labels in order, calibration, manifest."""
    artifact = load(folder)
    assert artifact.manifest.labels == LABELS
    assert artifact.calibration.thresholds == dict.fromkeys(LABELS, 0.5)
    assert artifact.manifest == read_manifest(folder)


def test_equal_files_give_an_equal_version(folder: Path, tmp_path_factory: pytest.TempPathFactory):
    """The version says which scores to expect: same files same version, other labels another."""
    same = tiny_artifact(tmp_path_factory.mktemp("same"))
    other = tiny_artifact(tmp_path_factory.mktemp("other"), labels=("x", "y", "z"))
    assert load(folder).manifest.version == same.manifest.version != other.manifest.version


def test_the_card_names_the_version(folder: Path):
    """Whoever reads the card knows which weights it speaks of."""
    assert load(folder).manifest.version in (folder / "README.md").read_text()


def test_a_missing_folder_is_named(tmp_path: Path):
    """A wrong MODEL_PATH is answered with the path."""
    with pytest.raises(ArtifactError, match=r"no model folder at .*nowhere"):
        read_manifest(tmp_path / "nowhere")


@pytest.mark.parametrize("name", [*FILES, MANIFEST])
def test_a_missing_file_is_named(folder: Path, name: str):
    """Each file is needed; the sentence says which one is missing."""
    (folder / name).unlink()
    with pytest.raises(ArtifactError, match=f"lacks {name}"):
        load(folder)


@pytest.mark.parametrize("name", FILES)
def test_a_changed_byte_is_refused(folder: Path, name: str):
    """Every file is covered by a hash."""
    path = folder / name
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(ArtifactError, match=f"{name} is not the file its manifest describes"):
        load(folder)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"format": 4}, "has format 4; this version reads 1, 2, 3"),
        ({"format": None}, "has format None"),
        ({"format": [1]}, r"has format \[1\]"),
        ({"files": {MODEL: "0"}}, "a SHA-256 for each of"),
        ({"files": dict.fromkeys(FILES, 1)}, "a SHA-256 that is not text"),
        ({"name": ""}, "'name' as a text"),
        ({"name": "ours\nv1\tchampion"}, "'name' as a text of one line"),
        ({"name": "x" * 201}, "of 200 characters at most"),
        ({"text_version": 3}, "'text_version' as a text"),
        ({"max_tokens": 0}, "'max_tokens' between"),
        ({"max_tokens": True}, "'max_tokens' between"),
        ({"metrics": []}, "'metrics' as an object"),
    ],
)
def test_a_wrong_manifest_is_refused(folder: Path, changes: dict[str, object], sentence: str):
    """Each field is checked, and the sentence says which is wrong."""
    edit(folder / MANIFEST, **changes)
    with pytest.raises(ArtifactError, match=sentence):
        read_manifest(folder)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"temperature": 0}, "temperature above 0"),
        ({"temperature": "warm"}, "'warm' where a number belongs"),
        ({"temperature": True}, "True where a number belongs"),
        ({"thresholds": {"unheard": 0.5}}, "a label the model lacks"),
        ({"thresholds": {"claim": None}}, "None where a number belongs"),
    ],
)
def test_a_wrong_calibration_is_refused(folder: Path, changes: dict[str, object], sentence: str):
    """Scores would be nonsense: the folder is refused."""
    edit(folder / CALIBRATION, **changes)
    reseal(folder, CALIBRATION)
    with pytest.raises(ArtifactError, match=sentence):
        load(folder)


@pytest.mark.parametrize("labels", [[], ["one"], ["a", "a"], ["a", ""], "ab", [1, 2]])
def test_wrong_labels_are_refused(folder: Path, labels: object):
    """Labels are two or more texts, each once."""
    edit(folder / LABELS_FILE, labels=labels)
    reseal(folder, LABELS_FILE)
    with pytest.raises(ArtifactError, match="labels"):
        load(folder)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"text"', b"\xff"])
def test_a_manifest_that_is_no_object_is_refused(folder: Path, content: bytes):
    """Broken JSON is a sentence, not a traceback."""
    (folder / MANIFEST).write_bytes(content)
    with pytest.raises(ArtifactError, match=r"JSON"):
        read_manifest(folder)
