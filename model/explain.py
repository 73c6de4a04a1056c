"""Which words and sentences made the decision: each is left out, and the score asked again.

text -> sentences -> score without each -> the weightiest ones -> score without each of their words
(Zeiler and Fergus 2014, occlusion. It asks the served classifier alone, whatever its form.)
"""

import math
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from mail.unwrap import unwrapped
from model.types import Classifier

MOST_SENTENCES, MOST_WORDS = 40, 60  # asked about; what a normal mail has
GROUP_TOKENS = 2_048  # a question, between two looks at the clock: some eight usual mails
SECONDS = 1.0  # of explaining at most; what was not asked by then has no weight

_SENTENCE = re.compile(r"[^\n.!?]+(?:[.!?]+|\n|$)")
_WORD = re.compile(r"\w[\w'’-]*")


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` of the text; `weight` is what the label's log-odds lose without
    them: above 0 they speak for the label, below 0 against it.
    """

    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why `label` was given, with the score it had; weightiest spans first."""

    label: str
    score: float
    sentences: tuple[Span, ...]
    words: tuple[Span, ...]
    complete: bool


def explain(
    classifier: Classifier,
    text: str,
    seconds: float = SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> Explanation:
    """Explain the label the classifier gives the text; at most about `seconds` long."""
    ends = clock() + seconds
    (whole,) = classifier.predict([text])
    at = classifier.labels.index(whole.label)
    size = max(1, GROUP_TOKENS // max(1, whole.tokens))

    def weights(places: Sequence[tuple[int, int]]) -> Iterator[Span]:
        for start in range(0, len(places), size):
            if clock() > ends:
                return
            group = places[start : start + size]
            without = classifier.predict([text[:a] + text[b:] for a, b in group])
            for (a, b), found in zip(group, without, strict=True):
                change = _log_odds(whole.scores[at]) - _log_odds(found.scores[at])
                yield Span(a, b, round(change, 4))

    # a sentence goes on where a program wrapped its line
    sentences = _places(_SENTENCE, unwrapped(text), 0, len(text))[:MOST_SENTENCES]
    weighed = _sorted(weights(sentences) if len(sentences) > 1 else iter(()))
    order = [(x.start, x.end) for x in weighed] or sentences
    words = [place for a, b in order for place in _places(_WORD, text, a, b)][:MOST_WORDS]
    found = _sorted(weights(words))
    complete = len(found) == len(words) and (len(sentences) < 2 or len(weighed) == len(sentences))
    return Explanation(whole.label, whole.confidence, weighed, found, complete)


def _places(pattern: re.Pattern[str], text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where the pattern is found, blanks at the ends left out."""
    places = []
    for match in pattern.finditer(text, start, end):
        piece = match[0]
        if stripped := piece.strip():
            first = match.start() + piece.index(stripped[0])
            places.append((first, first + len(stripped)))
    return places


def _sorted(spans: Iterator[Span]) -> tuple[Span, ...]:
    return tuple(sorted(spans, key=lambda x: -abs(x.weight)))


def _log_odds(score: float) -> float:
    kept = min(max(score, 1e-6), 1 - 1e-6)
    return math.log(kept / (1 - kept))
