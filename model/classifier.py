"""From texts to predictions over any engine that runs the artifact's network.

texts -> token ids (cut to max_tokens) -> groups -> logits -> / temperature -> softmax
"""

import logging
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from mail.text import TEXT_VERSION
from model.artifact import TOKENIZER, Artifact, ArtifactError
from model.calibration import softmax
from model.types import Prediction

# A token of ordinary text has four to six characters; what lies past this is cut before tokenising.
CHARS_PER_TOKEN = 32

log = logging.getLogger(__name__)


class InferenceError(RuntimeError):
    """The engine gave something that is no prediction (NaN, infinity)."""


class Engine(Protocol):
    """Runs the network; one thread of the caller's at a time."""

    def run(self, ids: NDArray[np.int64]) -> NDArray[Any]:
        """Token ids of equally long texts, shape (texts, tokens), to logits (texts, labels)."""


class EngineClassifier:
    """A `Classifier` over an engine.

    Args:
        artifact: the model's folder.
        engine: runs its network.
        group: from the texts' lengths in tokens to the groups of indices that share a run, all
            texts of a group equally long.
        mark: appended to the version where this engine's scores differ from the artifact's own.

    """

    def __init__(
        self,
        artifact: Artifact,
        engine: Engine,
        group: Callable[[Sequence[int]], list[list[int]]],
        mark: str = "",
    ) -> None:
        self.name = artifact.manifest.name
        self.version = artifact.manifest.version + mark
        self.labels = artifact.manifest.labels
        self._temperature = artifact.calibration.temperature
        self._max_chars = artifact.manifest.max_tokens * CHARS_PER_TOKEN
        self._group = group
        self._engine = engine
        self._tokenizer = _tokenizer(artifact)

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """One prediction a text, in order; any string is answered, however long or odd."""
        ids = [self._ids(text) for text in texts]
        scores: list[NDArray[np.float64]] = [np.empty(0)] * len(ids)
        for group in self._group([len(x) for x in ids]):
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
        logits = np.asarray(self._engine.run(np.asarray(group, dtype=np.int64)), dtype=np.float64)
        if not np.isfinite(logits).all():
            raise InferenceError(
                f"Model {self.name} {self.version} gave logits that are no numbers."
            )
        return logits

    def _prediction(self, scores: NDArray[np.float64], tokens: int) -> Prediction:
        best = int(scores.argmax())
        return Prediction(tuple(scores.tolist()), self.labels[best], float(scores[best]), tokens)


def warmed(classifier: EngineClassifier, artifact: Artifact) -> EngineClassifier:
    """The same classifier after its first run, which allocates.

    Raises:
        ArtifactError: it cannot run, or gives a wrong number of logits: better now than at the
            first mail.

    """
    if artifact.manifest.text_version != TEXT_VERSION:
        log.warning(
            "model %s was trained on text version %s, this is %s: expect worse answers",
            artifact.manifest.name,
            artifact.manifest.text_version,
            TEXT_VERSION,
        )
    try:
        width = classifier.logits(["warm-up " * 50]).shape[1]
    except Exception as error:  # whatever the engine raises, the folder is at fault
        raise ArtifactError(f"The model in {artifact.path} cannot run: {error}") from error
    if width != len(classifier.labels):
        raise ArtifactError(
            f"The model in {artifact.path} gives {width} logits for "
            f"{len(classifier.labels)} labels."
        )
    return classifier


def _tokenizer(artifact: Artifact) -> Tokenizer:
    path = artifact.path / TOKENIZER
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises no narrower class
        raise ArtifactError(f"The tokenizer {path} cannot be loaded: {error}") from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(artifact.manifest.max_tokens)
    return tokenizer
