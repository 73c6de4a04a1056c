"""The model on a model batch: all mails at once, or each alone when that fails."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from model.types import Classifier, Prediction
from service import log
from service.metrics import deciding as metrics
from service.metrics.common import FAILURES

_log = log.get(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model said of one mail, None where it failed on it; its share of the seconds."""

    prediction: Prediction | None
    seconds: float


def predict(classifier: Classifier, texts: Sequence[str]) -> list[Answer]:
    """One answer a text, in order; a text that makes the model fail does not spoil the others."""
    if not texts:
        return []
    started = time.perf_counter()
    predictions = _together(classifier, texts)
    seconds = time.perf_counter() - started
    metrics.INFERENCE_SECONDS.observe(seconds)
    tokens = _measured([p for p in predictions if p]) or 1
    return [Answer(p, seconds * p.tokens / tokens if p else 0.0) for p in predictions]


def _measured(predictions: Sequence[Prediction]) -> int:
    tokens = sum(p.tokens for p in predictions)
    metrics.MODEL_TOKENS.observe(tokens)
    metrics.TOKENISE_SECONDS.observe(sum(p.tokenise_seconds for p in predictions))
    return tokens


def _together(classifier: Classifier, texts: Sequence[str]) -> Sequence[Prediction | None]:
    try:
        return classifier.predict(texts)
    except Exception:  # noqa: BLE001  # whatever the engine raises: find out whose fault it is
        FAILURES.labels("model_batch").inc()
        _log.exception("model_batch_failed", emails=len(texts))
        return [_alone(classifier, text) for text in texts]


def _alone(classifier: Classifier, text: str) -> Prediction | None:
    try:
        return classifier.predict([text])[0]
    except Exception:  # noqa: BLE001  # this mail goes to a person, who is told `failed`
        FAILURES.labels("model").inc()
        _log.exception("model_failed", characters=len(text))
        return None
