"""One folder, three forms: a transformer, a linear model, or both; and mail that fits no label."""

import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import orjson
import pytest
from tiny_onnx import LABELS, edit, reseal, tiny_artifact

from model.arrays import read_arrays
from model.artifact import (
    CALIBRATION,
    LINEAR,
    MANIFEST,
    MODEL,
    TOKENIZER,
    ArtifactError,
    Calibration,
    Scope,
    Weights,
    load,
)
from model.inference import load_classifier
from model.linear import LinearModel, Terms, load_linear, save_linear
from model.packing import Description, pack

PLAIN = Calibration(1.0, None, {})


def linear_model() -> LinearModel:
    """Knows a word of each label, and nothing else."""
    words = {"claim": 0, "invoice": 1, "hello": 2}
    terms = Terms(words, {}, np.ones(3, np.float32))
    return LinearModel(terms, np.eye(3, dtype=np.float16), np.zeros(3, np.float32))


def packed(folder: Path, calibration: Calibration = PLAIN) -> Path:
    """Complete a folder as training does."""
    pack(folder, Description("parts", LABELS, 64, "fp32", "1"), calibration, "# Parts\n")
    return folder


def with_linear(folder: Path, calibration: Calibration = PLAIN) -> Path:
    """The tiny transformer with a linear model beside it."""
    tiny_artifact(folder)
    save_linear(linear_model(), folder / LINEAR)
    return packed(folder, calibration)


def test_a_linear_model_is_served_without_a_transformer(tmp_path: Path):
    """No ONNX file, no tokenizer: a few arrays answer."""
    save_linear(linear_model(), tmp_path / LINEAR)
    classifier = load_classifier(packed(tmp_path))
    (prediction,) = classifier.predict(["my invoice of May"])
    assert (prediction.label, prediction.tokens) == ("payment", 4)


def test_an_ensemble_is_the_weighted_sum_of_its_parts(tmp_path: Path):
    """Each part counts as the calibration says."""
    folder = with_linear(tmp_path, Calibration(1.0, None, {}, Weights(0.5, 3.0)))
    transformer = np.asarray([4.0, 0.0, 0.0])
    expected = 0.5 * transformer + 3.0 * np.asarray([1.0, 0.0, 0.0])
    assert load_classifier(folder).logits(["claim"])[0] == pytest.approx(expected)


def test_a_saved_linear_model_answers_the_same(tmp_path: Path):
    """And the same model gives the same bytes, so that a version stays one."""
    for name in ("one", "two"):
        save_linear(linear_model(), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    texts = ["claim invoice", "", "\ud800 \x00 hello"]
    found = load_linear(tmp_path / "one").logits(texts)
    assert (found == linear_model().logits(texts)).all()


def test_a_mail_that_speaks_for_no_label_is_out_of_scope(tmp_path: Path):
    """Known words are inside, a text without any is not."""
    folder = tmp_path
    save_linear(linear_model(), folder / LINEAR)
    packed(folder, Calibration(0.1, None, {}, scope=Scope("confidence", 0.6)))
    inside = [x.in_scope for x in load_classifier(folder).predict(["claim", "weather today"])]
    assert inside == [True, False]


@pytest.mark.parametrize("method", ["energy", "largest_logit", "lead"])
def test_every_way_tells_known_from_unknown(tmp_path: Path, method: str):
    """Each gives the known text the larger number."""
    save_linear(linear_model(), tmp_path / LINEAR)
    packed(tmp_path, Calibration(0.1, None, {}, scope=Scope(method, 5.0)))
    inside = [x.in_scope for x in load_classifier(tmp_path).predict(["claim", "weather today"])]
    assert inside == [True, False]


def test_a_transformer_alone_keeps_the_first_format(tmp_path: Path):
    """Releases before this one go on reading it."""
    artifact = tiny_artifact(tmp_path)
    assert b'"format": 1' in (artifact.path / MANIFEST).read_bytes()


@pytest.mark.parametrize("missing", [MODEL, TOKENIZER, LINEAR])
def test_every_part_that_the_manifest_names_is_needed(tmp_path: Path, missing: str):
    """Half an ensemble would answer otherwise than what was measured."""
    folder = with_linear(tmp_path)
    (folder / missing).unlink()
    with pytest.raises(ArtifactError, match=f"lacks {missing}"):
        load(folder)


def test_a_tokenizer_that_cannot_read_is_refused(tmp_path: Path):
    """It loads, and fails at the first text."""
    folder = with_linear(tmp_path)
    raw = orjson.loads((folder / TOKENIZER).read_bytes())
    raw["model"] = {"type": "WordLevel", "vocab": {"claim": 0}, "unk_token": "[none]"}
    (folder / TOKENIZER).write_bytes(orjson.dumps(raw))
    reseal(folder, TOKENIZER)
    with pytest.raises(ArtifactError, match="tokenizer"):
        load_classifier(folder)


def npy(array: np.ndarray) -> bytes:
    file = BytesIO()
    np.save(file, array)
    return file.getvalue()


def archive(parts: dict[str, bytes]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as found:
        for name, content in parts.items():
            found.writestr(f"{name}.npy", content)
    return file.getvalue()


WHOLE = {
    "words": npy(np.frombuffer(b"a", np.uint8)),
    "characters": npy(np.empty(0, np.uint8)),
    "idf": npy(np.ones(1, np.float32)),
    "weights": npy(np.ones((1, 3), np.float16)),
    "bias": npy(np.zeros(3, np.float32)),
}


def test_a_file_that_unpacks_to_too_much_is_refused(tmp_path: Path):
    """Some kilobytes may unpack to more than the machine has; the bound is told."""
    (tmp_path / LINEAR).write_bytes(archive({"weights": npy(np.zeros(1_000_000))}))
    assert (tmp_path / LINEAR).stat().st_size < 20_000
    with pytest.raises(ValueError, match="unpacks to 8000128 bytes, and 8000000 are the most"):
        read_arrays(tmp_path / LINEAR, ["weights"], most=8_000_000)


PICKLED = npy(np.asarray([{"an": "object"}], dtype=object))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"neither", "holds no linear model"),
        (b"", "holds no linear model"),
        (npy(np.ones(3)), "holds no linear model"),
        (archive({**WHOLE, "idf": PICKLED}), "holds no linear model"),
        (archive(WHOLE).replace(b"\x08\x00", b"\x63\x00"), "holds no linear model"),
        (archive({**WHOLE, "bias": npy(np.asarray(["a", "b", "c"]))}), "are no numbers"),
        (None, "do not belong together"),
    ],
    ids=["text", "empty", "one array", "pickled", "compressed oddly", "words", "cut"],
)
def test_arrays_of_no_use_are_refused(tmp_path: Path, content: bytes | None, sentence: str):
    """The hash may agree and the file still be no model."""
    folder = with_linear(tmp_path)
    if content is None:
        whole = linear_model()
        save_linear(LinearModel(whole.terms, whole.weights[:2], whole.bias), folder / LINEAR)
    else:
        (folder / LINEAR).write_bytes(content)
    reseal(folder, LINEAR)
    with pytest.raises(ArtifactError, match=sentence):
        load_classifier(folder)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"weights": {"other": 1.0}}, "must weigh 'transformer' and 'linear' alone"),
        ({"weights": {"linear": "much"}}, "where a number belongs"),
        ({"scope": {"method": "oracle", "threshold": 1}}, "must give a scope by one of"),
        ({"scope": {"method": "energy"}}, "where a number belongs"),
    ],
)
def test_a_calibration_that_makes_no_sense_is_refused(
    tmp_path: Path, changes: dict[str, object], sentence: str
):
    """Weights and scope are checked as the rest is."""
    folder = with_linear(tmp_path)
    edit(folder / CALIBRATION, **changes)
    reseal(folder, CALIBRATION)
    with pytest.raises(ArtifactError, match=sentence):
        load(folder)
