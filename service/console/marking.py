"""The words that weighed, marked in the text that the model read. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_MOST = 12  # words marked
_LEAST = 0.1  # log-odds; what weighs less is chance
_SHARE = 0.1  # of the weightiest word's weight
_STRONG = 0.5


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a text; `side` is `for`, `against` or nothing, `strong` what weighs most."""

    text: str
    side: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Marked:
    """A text in pieces; the weighty words of each side, weightiest first, none twice."""

    pieces: Sequence[Piece]
    speak_for: Sequence[str]
    speak_against: Sequence[str]


def marked(text: str, words: Sequence[Mapping[str, Any]]) -> Marked:
    """Mark the weightiest of some words, given by `start`, `end` and `weight`, in their text."""
    weighty = _weighty([word for word in words if 0 <= word["start"] < word["end"] <= len(text)])
    most = abs(weighty[0]["weight"]) if weighty else 0.0
    pieces: list[Piece] = []
    done = 0
    for word in sorted(weighty, key=lambda one: int(one["start"])):
        if word["start"] < done:
            continue
        strong = abs(word["weight"]) >= _STRONG * most
        pieces.append(Piece(text[done : word["start"]]))
        pieces.append(Piece(text[word["start"] : word["end"]], _side(word), strong))
        done = word["end"]
    pieces.append(Piece(text[done:]))
    sides = ("for", "against")
    named = (_named(text, (word for word in weighty if _side(word) == side)) for side in sides)
    return Marked([piece for piece in pieces if piece.text], *named)


def _weighty(words: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    ordered = sorted(words, key=lambda one: -abs(float(one["weight"])))
    least = max(_LEAST, _SHARE * abs(ordered[0]["weight"])) if ordered else 0.0
    return [word for word in ordered[:_MOST] if abs(word["weight"]) >= least]


def _side(word: Mapping[str, Any]) -> str:
    return "for" if word["weight"] > 0 else "against"


def _named(text: str, words: Iterable[Mapping[str, Any]]) -> Sequence[str]:
    named = (text[word["start"] : word["end"]] for word in words)
    return list({name.casefold(): name for name in named}.values())
