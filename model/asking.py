"""Asking a classifier about many texts, with a bar where somebody watches."""

from collections.abc import Sequence

from model.progress import progress
from model.types import Classifier, Prediction

AT_ONCE = 32  # texts a question; an engine may run those of one length together


def answers(classifier: Classifier, texts: Sequence[str]) -> list[Prediction]:
    """One prediction a text, in order."""
    starts = range(0, len(texts), AT_ONCE)
    parts = (classifier.predict(texts[at : at + AT_ONCE]) for at in starts)
    return [x for part in progress(parts, "classifying", len(starts)) for x in part]
