"""What the network reads of a text that is longer than its window, and how answers become one.

text -> token ids -> windows of at most so many ids -> (the engine) -> logits of each -> one row

Training, evaluation and serving all read through this module, by what the manifest says.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from model.artifact import HEAD, HEAD_TAIL, READINGS, WINDOWS_SUREST

# A token of ordinary text has four to six characters; what lies past this is cut before tokenising.
CHARS_PER_TOKEN = 32
TAIL = 4  # one part in so many of the window is for the end of the text
OVERLAP = 8  # two windows share one part in so many, so that a sentence is whole in one of them
MOST_WINDOWS = 8  # what 8,000 characters fill, 256 tokens at a time

Floats = NDArray[np.float64]


class Reader:
    """Turns texts into windows of token ids, each with the marks that the network expects.

    Args:
        tokenizer: of the network; it is copied, and how it cuts is not looked at.
        tokens: the most that one window holds, marks included.
        reading: one of `READINGS`: the opening; the opening and the end; or windows over all of the
            text, of whose answers the mean counts, or the surest.

    """

    def __init__(self, tokenizer: Tokenizer, tokens: int, reading: str = HEAD):
        if reading not in READINGS:
            raise ValueError(f"{reading!r} is no way of reading; there are {', '.join(READINGS)}.")
        self._tokenizer = Tokenizer.from_str(tokenizer.to_str())
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._reading = reading
        self._before, self._after = _marks(self._tokenizer)
        self._room = max(1, tokens - len(self._before) - len(self._after))
        windows = 1 if reading in {HEAD, HEAD_TAIL} else MOST_WINDOWS
        self._chars = tokens * CHARS_PER_TOKEN * windows

    def read(self, text: str) -> list[list[int]]:
        """One window at least; those of one text are equally long, so that they share a run."""
        clean = self._cut(text).encode("utf-8", "replace").decode("utf-8")
        ids = self._tokenizer.encode(clean, add_special_tokens=False).ids
        return [[*self._before, *part, *self._after] or [0] for part in self._parts(ids)]

    def read_all(self, texts: Sequence[str]) -> list[list[list[int]]]:
        """The windows of each text."""
        return [self.read(text) for text in texts]

    def pool(self, logits: Floats) -> Floats:
        """One row of logits from those of a text's windows, shape (windows, labels)."""
        if self._reading == WINDOWS_SUREST:
            # the largest score of each: exp(0) over the sum, so the smallest sum is the surest
            doubt = np.exp(logits - logits.max(axis=1, keepdims=True)).sum(axis=1)
            surest: Floats = logits[int(doubt.argmin())]
            return surest
        mean: Floats = logits.mean(axis=0)
        return mean

    def _cut(self, text: str) -> str:
        if self._reading == HEAD_TAIL and len(text) > self._chars:
            half = self._chars // 2
            return text[:half] + text[-half:]
        return text[: self._chars]

    def _parts(self, ids: list[int]) -> Iterator[list[int]]:
        """The ids of each window, marks left out."""
        room = self._room
        if self._reading == HEAD or len(ids) <= room:
            yield ids[:room]
        elif self._reading == HEAD_TAIL:
            tail = room // TAIL
            yield ids[: room - tail] + ids[len(ids) - tail :]
        else:
            yield from (ids[start : start + room] for start in _starts(len(ids), room))


def _starts(length: int, room: int) -> list[int]:
    """Where windows begin: evenly, the last ending with the text, or where there are enough."""
    step = max(1, room - room // OVERLAP)
    length = min(length, room + (MOST_WINDOWS - 1) * step)
    windows = 1 + -(-(length - room) // step)
    return [round(place) for place in np.linspace(0, length - room, windows).tolist()]


def _marks(tokenizer: Tokenizer) -> tuple[list[int], list[int]]:
    """The ids that the tokenizer puts before and after any text."""
    found = tokenizer.encode("a")
    own = [place for place, mark in enumerate(found.special_tokens_mask) if not mark]
    if not own:
        return [], []
    return found.ids[: own[0]], found.ids[own[-1] + 1 :]
