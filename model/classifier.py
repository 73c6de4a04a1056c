"""From texts to predictions: over an engine that runs the network, a linear model, or both.

texts -> windows of token ids -> groups -> logits -> pooled -> / temperature -> softmax
      -> n-grams -> logits, added as the calibration weighs them;  in scope or not
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from mail.text import TEXT_VERSION
from model.artifact import LINEAR, NEIGHBOURS, TOKENIZER, Artifact, ArtifactError
from model.calibration import softmax
from model.linear import LinearError, LinearModel, load_linear
from model.neighbours import Neighbours, NeighboursError, load_neighbours
from model.reading import Reader
from model.scope import in_scope
from model.types import Prediction

Floats = NDArray[np.float64]
Grouping = Callable[[Sequence[int]], list[list[int]]]

log = logging.getLogger(__name__)


class InferenceError(RuntimeError):
    """The engine gave something that is no prediction (NaN, infinity)."""


class Engine(Protocol):
    """Runs the network; one thread of the caller's at a time."""

    def run(self, ids: NDArray[np.int64]) -> NDArray[Any]:
        """Token ids of equally long texts, shape (texts, tokens), to logits (texts, labels)."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text as the network reads it, by window; without a network, how many words it has."""

    windows: list[list[int]]
    tokens: int
    seconds: float = 0.0


class EngineClassifier:
    """A `Classifier` over an engine, and over the linear model where the artifact has one.

    Args:
        artifact: the model's folder.
        engine: runs its network; None where a linear model is all there is.
        group: from the texts' lengths in tokens to the groups of indices that share a run, all
            texts of a group equally long.
        mark: appended to the version where this engine's scores differ from the artifact's own.

    """

    def __init__(
        self,
        artifact: Artifact,
        engine: Engine | None,
        group: Grouping,
        mark: str = "",
    ) -> None:
        self.name = artifact.manifest.name
        self.version = artifact.manifest.version + mark
        self.labels = artifact.manifest.labels
        self.profile = artifact.manifest.profile
        self.thresholds = artifact.calibration.thresholds
        self._calibration = artifact.calibration
        self._group = group
        self._engine = engine
        self._reader = _reader(artifact) if engine else None
        self._near = _near(artifact) if NEIGHBOURS in artifact.manifest.files else None
        self._linear = _linear(artifact) if LINEAR in artifact.manifest.files else None

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """One prediction a text, in order; any string is answered, however long or odd."""
        if not texts:
            return []
        encoded = [self._encode(text) for text in texts]
        logits = self._logits(texts, encoded, self._group) / self._calibration.temperature
        known = in_scope(self._calibration.scope, logits, self._near)
        return [
            self._prediction(row, read, inside)
            for row, read, inside in zip(softmax(logits), encoded, known.tolist(), strict=True)
        ]

    def logits(self, texts: Sequence[str]) -> Floats:
        """Uncalibrated logits, shape (texts, labels): what evaluation and calibration need."""
        if not texts:
            return np.empty((0, len(self.labels)))
        return self._logits(texts, [self._encode(text) for text in texts], _one_by_one)

    def _logits(self, texts: Sequence[str], encoded: Sequence[Encoded], group: Grouping) -> Floats:
        """The weighted sum of the parts there are."""
        weights, total = self._calibration.weights, np.zeros((1, 1))
        if self._engine is not None and self._reader is not None:
            logits = _network(self._engine, self._reader, [x.windows for x in encoded], group)
            total = total + weights.transformer * logits
        if self._linear is not None:
            total = total + weights.linear * self._linear.logits(texts)
        if not np.isfinite(total).all():
            raise InferenceError(
                f"Model {self.name} {self.version} gave logits that are no numbers."
            )
        return total

    def _encode(self, text: str) -> Encoded:
        if self._reader is None:
            return Encoded([], len(text.split()))
        started = time.perf_counter()
        windows = self._reader.read(text)
        return Encoded(windows, sum(map(len, windows)), time.perf_counter() - started)

    def _prediction(self, scores: Floats, read: Encoded, inside: bool) -> Prediction:
        best = int(scores.argmax())
        label, confidence = self.labels[best], float(scores[best])
        given = tuple(scores.tolist())
        return Prediction(given, label, confidence, read.tokens, inside, read.seconds)


def _network(
    engine: Engine, reader: Reader, read: Sequence[list[list[int]]], group: Grouping
) -> Floats:
    """The network's logits, by text, however windows are put together."""
    windows = [window for text in read for window in text]
    rows: list[Floats] = [np.empty(0)] * len(windows)
    for indices in group([len(x) for x in windows]):
        found = engine.run(np.asarray([windows[i] for i in indices], dtype=np.int64))
        for index, row in zip(indices, np.asarray(found, dtype=np.float64), strict=True):
            rows[index] = row
    ends = np.cumsum([len(text) for text in read])[:-1]
    return np.stack([reader.pool(part) for part in np.split(np.stack(rows), ends)])


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


def _one_by_one(lengths: Sequence[int]) -> list[list[int]]:
    return [[index] for index in range(len(lengths))]


def _linear(artifact: Artifact) -> LinearModel:
    path, labels = artifact.path / LINEAR, artifact.manifest.labels
    try:
        model = load_linear(path)
    except LinearError as error:
        raise ArtifactError(str(error)) from error
    if len(model.bias) != len(labels):
        raise ArtifactError(f"{path} gives {len(model.bias)} logits for {len(labels)} labels.")
    return model


def _near(artifact: Artifact) -> Neighbours:
    try:
        return load_neighbours(artifact.path / NEIGHBOURS, len(artifact.manifest.labels))
    except NeighboursError as error:
        raise ArtifactError(str(error)) from error


def _reader(artifact: Artifact) -> Reader:
    path = artifact.path / TOKENIZER
    try:
        tokenizer = Tokenizer.from_file(str(path))
        return Reader(tokenizer, artifact.manifest.max_tokens, artifact.manifest.reading)
    except Exception as error:  # tokenizers raises no narrower class
        raise ArtifactError(f"The tokenizer {path} cannot be loaded: {error}") from error
