"""What a model's answers look like as a crowd: by category, by confidence, by length.

Taken once on mail that the model did not learn from, and kept in its manifest with what that mail
itself looks like (`model.contents`); drift of today's is measured against both
(`service.domain.drift`).
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from model import contents as of_mail
from model.contents import Contents, count_of
from model.types import Prediction

# Upper ends, the last of each open. Confidence is spread unevenly, and so are its ends.
CONFIDENCE_ENDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
TOKEN_ENDS = (8, 16, 32, 64, 96, 128, 192, 256, 384)


@dataclass(frozen=True, slots=True)
class Answer:
    """What drift looks at of one prediction; `label` is the model's, whatever a rule made of it."""

    label: str
    confidence: float
    tokens: int


def answer(prediction: Prediction) -> Answer:
    """What drift looks at of it."""
    return Answer(prediction.label, prediction.confidence, prediction.tokens)


@dataclass(frozen=True, slots=True)
class Profile:
    """Counts of answers; `confidence` and `tokens` by the ends above, one count more than ends.

    `contents` are None in the manifest of an older model: what they tell cannot be compared then.
    """

    labels: Mapping[str, int]
    confidence: tuple[int, ...]
    tokens: tuple[int, ...]
    contents: Contents | None = None

    @property
    def emails(self) -> int:
        """How many answers were counted."""
        return sum(self.labels.values())


def profile(
    labels: Iterable[str], answers: Sequence[Answer], contents: Contents | None = None
) -> Profile:
    """Count answers; a label that nobody got is counted as 0."""
    counted = Counter(answer.label for answer in answers)
    return Profile(
        {label: counted[label] for label in dict.fromkeys([*labels, *counted])},
        _spread([answer.confidence for answer in answers], CONFIDENCE_ENDS),
        _spread([answer.tokens for answer in answers], TOKEN_ENDS),
        contents,
    )


def as_json(found: Profile) -> dict[str, Any]:
    """What a manifest keeps, with the ends that it was counted by."""
    plain = {
        "labels": dict(found.labels),
        "confidence": list(found.confidence),
        "tokens": list(found.tokens),
        "confidence_ends": list(CONFIDENCE_ENDS),
        "token_ends": list(TOKEN_ENDS),
    }
    return plain | ({"contents": of_mail.as_json(found.contents)} if found.contents else {})


def from_json(raw: Mapping[str, Any]) -> Profile | None:
    """The profile of a manifest; None where there is none, or one counted by other ends."""
    if (raw.get("confidence_ends"), raw.get("token_ends")) != (
        list(CONFIDENCE_ENDS),
        list(TOKEN_ENDS),
    ):
        return None
    try:
        return Profile(
            {str(label): count_of(count) for label, count in raw["labels"].items()},
            _counts(raw["confidence"], CONFIDENCE_ENDS),
            _counts(raw["tokens"], TOKEN_ENDS),
            of_mail.from_json(raw.get("contents")),
        )
    except (KeyError, AttributeError, TypeError, ValueError, OverflowError):
        return None


def _counts(raw: Sequence[Any], ends: Sequence[float]) -> tuple[int, ...]:
    if len(raw) != len(ends) + 1:
        raise ValueError("one count more than ends")
    return tuple(count_of(count) for count in raw)


def _spread(values: Sequence[float], ends: Sequence[float]) -> tuple[int, ...]:
    counted = Counter(bisect_left(ends, value) for value in values)
    return tuple(counted[place] for place in range(len(ends) + 1))
