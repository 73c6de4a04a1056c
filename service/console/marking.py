"""The words and sentences that weighed, marked in the text that the model read. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

_MOST_WORDS, _MOST_SENTENCES = 10, 3
_LEAST_WORD, _LEAST_SENTENCE = 0.25, 0.5  # log-odds; what weighs less is chance
_SHARE_WORD, _SHARE_SENTENCE = 0.2, 0.3  # of the weightiest part's weight
_STRONG = 0.5
_MOST_QUOTED = 200  # characters of a sentence

Part = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a text: the side its word is on and its sentence is on, `for`, `against` or none."""

    text: str
    side: str = ""
    strong: bool = False
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Marked:
    """A text in pieces; the weighty words of each side, weightiest first, none twice."""

    pieces: Sequence[Piece]
    speak_for: Sequence[str]
    speak_against: Sequence[str]
    weightiest_sentence: str


def marked(text: str, words: Sequence[Part], sentences: Sequence[Part]) -> Marked:
    """Mark the weightiest parts, given by `start`, `end` and `weight`, in their text."""
    words, sentences = _within(text, words), _within(text, sentences)
    most = max((abs(part["weight"]) for part in (*words[:1], *sentences[:1])), default=0.0)
    weighty = _weighty(words, max(_LEAST_WORD, _SHARE_WORD * most))[:_MOST_WORDS]
    around = _weighty(sentences, max(_LEAST_SENTENCE, _SHARE_SENTENCE * most))[:_MOST_SENTENCES]
    first = next((text[s["start"] : s["end"]] for s in around if s["weight"] > 0), "")
    speak_for, speak_against = (
        _named(text, [word for word in weighty if _side(word) == side])
        for side in ("for", "against")
    )
    pieces = list(_pieces(text, weighty, around))
    return Marked(pieces, speak_for, speak_against, _quoted(first))


def _within(text: str, parts: Sequence[Part]) -> Sequence[Part]:
    """Those that lie in the text, weightiest first."""
    inside = [part for part in parts if 0 <= part["start"] < part["end"] <= len(text)]
    return sorted(inside, key=lambda part: -abs(float(part["weight"])))


def _weighty(parts: Sequence[Part], least: float) -> Sequence[Part]:
    return [part for part in parts if abs(part["weight"]) >= least]


def _pieces(text: str, words: Sequence[Part], sentences: Sequence[Part]) -> Iterator[Piece]:
    """The text, cut wherever a part begins or ends."""
    cuts = {0, len(text)}.union(*((p["start"], p["end"]) for p in (*words, *sentences)))
    for start, end in pairwise(sorted(cuts)):
        word, sentence = _around(start, words), _around(start, sentences)
        strong = word is not None and abs(word["weight"]) >= _STRONG * abs(words[0]["weight"])
        yield Piece(text[start:end], _side(word), strong, _side(sentence))


def _around(place: int, parts: Sequence[Part]) -> Part | None:
    return next((part for part in parts if part["start"] <= place < part["end"]), None)


def _side(part: Part | None) -> str:
    if part is None:
        return ""
    return "for" if part["weight"] > 0 else "against"


def _named(text: str, words: Sequence[Part]) -> Sequence[str]:
    named = (text[word["start"] : word["end"]] for word in words)
    return list({name.casefold(): name for name in named}.values())


def _quoted(sentence: str) -> str:
    line = " ".join(sentence.split())
    return line if len(line) <= _MOST_QUOTED else f"{line[:_MOST_QUOTED].rstrip()}…"
