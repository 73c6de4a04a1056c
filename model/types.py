"""What the classifier gives and what a classifier is, for every other part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Prediction:
    """What one text was found to be.

    `scores` follow the classifier's `labels`, are calibrated and sum to 1; `confidence` is the
    score of `label`; `tokens` counts what the model read, after truncation, and `tokenise_seconds`
    is what finding them took. Where `in_scope` is false, the text belongs to none of the labels.
    """

    scores: tuple[float, ...]
    label: str
    confidence: float
    tokens: int
    in_scope: bool = True
    tokenise_seconds: float = field(default=0.0, compare=False)


class Classifier(Protocol):
    """Anything that sorts texts into `labels`."""

    @property
    def name(self) -> str:
        """Name of the model, for people."""

    @property
    def version(self) -> str:
        """Changes whenever a score may change."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Every category, in the order of `Prediction.scores`."""

    @property
    def profile(self) -> Mapping[str, Any]:
        """Its answers on mail it did not learn from, as its manifest has them; empty if unknown."""

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """One prediction a text, in the order of the texts; total over any string."""
