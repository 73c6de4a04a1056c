"""What is read of a long text: bounded, the same for training and serving, the opening always."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_onnx import edit, tiny_artifact
from tokenizers import Tokenizer

from model.__main__ import DEFAULT_MODEL
from model.artifact import (
    HEAD,
    HEAD_TAIL,
    MANIFEST,
    READINGS,
    TOKENIZER,
    WINDOWS_MEAN,
    WINDOWS_SUREST,
    ArtifactError,
    load,
)
from model.inference import load_classifier
from model.reading import MOST_WINDOWS, Reader
from model.types import Prediction

TOKENS = 16


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    """Cuts by itself."""
    found = Tokenizer.from_file(str(DEFAULT_MODEL / TOKENIZER))
    found.enable_truncation(TOKENS)
    return found


@pytest.fixture(scope="module")
def readers(tokenizer: Tokenizer) -> dict[str, Reader]:
    return {way: Reader(tokenizer, TOKENS, way) for way in READINGS}


def reading(folder: Path, way: str, text: str) -> Prediction:
    tiny_artifact(folder / way, reading=way, max_tokens=8)
    (prediction,) = load_classifier(folder / way).predict([text])
    return prediction


@given(text=st.text(st.characters(), max_size=300))
def test_the_opening_is_what_the_tokenizer_itself_would_cut(
    readers: dict[str, Reader], tokenizer: Tokenizer, text: str
):
    """Models that were trained before there were other ways read as they did."""
    clean = text.encode("utf-8", "replace").decode()
    assert readers[HEAD].read(text) == [tokenizer.encode(clean).ids or [0]]


@pytest.mark.parametrize("way", READINGS)
@given(words=st.lists(st.sampled_from(("claim", "facture", "x", "")), max_size=200))
def test_windows_are_bounded_equal_and_never_none(
    readers: dict[str, Reader], way: str, words: list[str]
):
    """So that those of one text share a run, and any text is answered."""
    windows = readers[way].read(" ".join(words))
    assert 1 <= len(windows) <= (1 if way in {HEAD, HEAD_TAIL} else MOST_WINDOWS)
    assert len({len(x) for x in windows}) == 1
    assert len(windows[0]) <= TOKENS
    opening = readers[HEAD].read(" ".join(words))[0]
    assert windows[0][: TOKENS // 2] == opening[: TOKENS // 2]


@given(length=st.integers(1, 90))
def test_windows_leave_no_word_out(readers: dict[str, Reader], tokenizer: Tokenizer, length: int):
    """Neighbours overlap, and the last window ends with the text."""
    words = [str(number) for number in range(length)]  # each is one token
    ids = [tokenizer.token_to_id(word) for word in words]
    bodies = [x[1:-1] for x in readers[WINDOWS_MEAN].read(" ".join(words))]
    assert bodies[0] == ids[: len(bodies[0])]
    assert bodies[-1] == ids[-len(bodies[-1]) :]
    assert set().union(*bodies) == set(ids)
    assert all(set(one) & set(two) for one, two in pairwise(bodies))


def test_of_very_long_texts_the_beginning_is_read(readers: dict[str, Reader]):
    """The newest message is first, and windows are few, however long the text is."""
    assert len(readers[WINDOWS_SUREST].read("claim " * 20_000)) == MOST_WINDOWS


def test_the_end_counts_where_it_is_read(tmp_path: Path):
    """Nothing of the category stands in the opening; one manifest field decides."""
    text = "hello " * 40 + "facture " * 8
    found = {way: reading(tmp_path, way, text) for way in READINGS}
    assert {way: x.label for way, x in found.items()} == {
        HEAD: "other",
        HEAD_TAIL: "payment",
        WINDOWS_MEAN: "other",
        WINDOWS_SUREST: "payment",
    }
    assert [found[x].tokens for x in READINGS] == [8, 8, 56, 56]


def test_a_short_text_is_answered_alike_in_every_way(tmp_path: Path):
    """There is one window, whatever would be done with several."""
    found = [reading(tmp_path, way, "hello facture") for way in READINGS]
    assert len({x.scores for x in found}) == 1


def test_pooling_takes_the_mean_or_the_surest(readers: dict[str, Reader]):
    """Of logits of two windows."""
    logits = np.asarray([[1.0, 0.0], [0.0, 5.0]])
    assert readers[WINDOWS_MEAN].pool(logits).tolist() == [0.5, 2.5]
    assert readers[WINDOWS_SUREST].pool(logits).tolist() == [0.0, 5.0]


def test_the_way_of_reading_makes_another_version(tmp_path: Path):
    """Equal weights that read otherwise score otherwise; a release that cannot refuses them."""
    folders = {way: tiny_artifact(tmp_path / way, reading=way) for way in READINGS}
    assert len({x.manifest.version for x in folders.values()}) == len(READINGS)
    assert b'"format": 1' in (tmp_path / HEAD / MANIFEST).read_bytes()
    assert b'"format": 3' in (tmp_path / WINDOWS_MEAN / MANIFEST).read_bytes()
    assert load(tmp_path / WINDOWS_MEAN).manifest.reading == WINDOWS_MEAN


@pytest.mark.parametrize(("form", "way"), [(3, "backwards"), (1, WINDOWS_MEAN), (3, ["head"])])
def test_an_unknown_way_is_refused(tmp_path: Path, form: int, way: object):
    """A manifest of an older format knows the opening alone."""
    tiny_artifact(tmp_path)
    edit(tmp_path / MANIFEST, format=form, reading=way)
    with pytest.raises(ArtifactError, match="'reading' as one of head"):
        load(tmp_path)
