"""The served engine: tokenizers and ONNX Runtime, without torch.

texts -> token ids (cut to max_tokens) -> groups of one length -> logits -> / temperature -> softmax
"""

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from tokenizers import Tokenizer

from mail.text import TEXT_VERSION
from model.artifact import MODEL, TOKENIZER, Artifact, ArtifactError, load
from model.calibration import softmax
from model.grouping import SHORT_TOKENS, equal_length_groups
from model.types import Prediction

# A token of ordinary text has four to six characters; what lies past this is cut before tokenising.
CHARS_PER_TOKEN = 32
KNOWN_INPUTS = frozenset({"input_ids", "attention_mask", "token_type_ids"})
FLOAT = "fp32"

log = logging.getLogger(__name__)


class InferenceError(RuntimeError):
    """The engine gave something that is no prediction (NaN, infinity)."""


class OnnxClassifier:
    """A `Classifier` over an ONNX session; one thread of the caller's at a time."""

    def __init__(self, artifact: Artifact, session: ort.InferenceSession, tokenizer: Tokenizer):
        self.name = artifact.manifest.name
        self.version = artifact.manifest.version
        self.labels = artifact.manifest.labels
        self._temperature = artifact.calibration.temperature
        self._max_chars = artifact.manifest.max_tokens * CHARS_PER_TOKEN
        # Dynamic int8 takes its scale over a whole run, so a text's scores would depend on the
        # texts beside it and no decision could be reproduced: each runs alone.
        self._short = SHORT_TOKENS if artifact.manifest.precision == FLOAT else 0
        self._session = session
        self._inputs = tuple(x.name for x in session.get_inputs())
        self._tokenizer = tokenizer

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """One prediction a text, in order; any string is answered, however long or odd."""
        ids = [self._ids(text) for text in texts]
        scores: list[NDArray[np.float64]] = [np.empty(0)] * len(ids)
        for group in equal_length_groups([len(x) for x in ids], self._short):
            for index, row in zip(group, self._scores([ids[i] for i in group]), strict=True):
                scores[index] = row
        return [self._prediction(row, len(x)) for row, x in zip(scores, ids, strict=True)]

    def logits(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Uncalibrated logits, shape (texts, labels): what evaluation and calibration need."""
        rows = [self._run([self._ids(text)])[0] for text in texts]
        return np.stack(rows) if rows else np.empty((0, len(self.labels)))

    def _ids(self, text: str) -> list[int]:
        clean = text[: self._max_chars].encode("utf-8", "replace").decode("utf-8")
        ids: list[int] = self._tokenizer.encode(clean).ids
        return ids or [0]

    def _scores(self, group: list[list[int]]) -> NDArray[np.float64]:
        return softmax(self._run(group) / self._temperature)

    def _run(self, group: list[list[int]]) -> NDArray[np.float64]:
        ids = np.asarray(group, dtype=np.int64)
        feeds = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
        }
        (output,) = self._session.run(None, {name: feeds[name] for name in self._inputs})
        logits = np.asarray(output, dtype=np.float64)
        if not np.isfinite(logits).all():
            raise InferenceError(
                f"Model {self.name} {self.version} gave logits that are no numbers."
            )
        return logits

    def _prediction(self, scores: NDArray[np.float64], tokens: int) -> Prediction:
        best = int(scores.argmax())
        return Prediction(tuple(scores.tolist()), self.labels[best], float(scores[best]), tokens)


def load_classifier(path: Path, threads: int = 1) -> OnnxClassifier:
    """Verify, load and warm the artifact in a folder; `ArtifactError` says what is wrong."""
    artifact = load(path)
    if artifact.manifest.text_version != TEXT_VERSION:
        log.warning(
            "model %s was trained on text version %s, this is %s: expect worse answers",
            artifact.manifest.name,
            artifact.manifest.text_version,
            TEXT_VERSION,
        )
    classifier = OnnxClassifier(artifact, _session(artifact, threads), _tokenizer(artifact))
    _warm(classifier, path)
    return classifier


def _session(artifact: Artifact, threads: int) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # lengths vary from run to run
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    path = artifact.path / MODEL
    try:
        session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its errors have no common class
        raise ArtifactError(f"ONNX Runtime cannot load {path}: {error}") from error
    unknown = {x.name for x in session.get_inputs()} - KNOWN_INPUTS
    if unknown or len(session.get_outputs()) != 1:
        raise ArtifactError(
            f"{path} must take input_ids and give logits alone; it is another model."
        )
    return session


def _tokenizer(artifact: Artifact) -> Tokenizer:
    path = artifact.path / TOKENIZER
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises no narrower class
        raise ArtifactError(f"The tokenizer {path} cannot be loaded: {error}") from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(artifact.manifest.max_tokens)
    return tokenizer


def _warm(classifier: OnnxClassifier, path: Path) -> None:
    """The first run allocates, and a wrong number of logits shows here, not at the first mail."""
    try:
        width = classifier.logits(["warm-up " * 50]).shape[1]
    except Exception as error:  # whatever the engine raises, the folder is at fault
        raise ArtifactError(f"The model in {path} cannot run: {error}") from error
    if width != len(classifier.labels):
        raise ArtifactError(
            f"The model in {path} gives {width} logits for {len(classifier.labels)} labels."
        )
