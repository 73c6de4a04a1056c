"""From a text to the n-grams the linear model counts: words 1-2, characters 2-5 inside words.

The same function serves training and serving, so that both see one text alike. Linear in the text.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

_WORD = re.compile(r"\w\w+")
_SHORTEST, _LONGEST = 2, 5
_LONGEST_WORD = 40  # characters; what lies past them is a code, not a word


def word_counts(text: str) -> Counter[str]:
    """How often each word, and each pair of neighbours (joined by a space), occurs."""
    words = [word[:_LONGEST_WORD] for word in _WORD.findall(text.lower())]
    counts = Counter(words)
    counts.update(f"{first} {second}" for first, second in pairwise(words))
    return counts


def character_counts(text: str) -> Counter[str]:
    """How often each run of 2 to 5 characters occurs inside words, with a space at either end."""
    counts: Counter[str] = Counter()
    for word, number in Counter(text.lower().split()).items():
        for piece in _pieces(word[:_LONGEST_WORD]):
            counts[piece] += number
    return counts


@lru_cache(maxsize=20_000)
def _pieces(word: str) -> tuple[str, ...]:
    return tuple(_runs(f" {word} "))


def _runs(padded: str) -> Iterator[str]:
    for size in range(_SHORTEST, _LONGEST + 1):
        for start in range(len(padded) - size + 1):
            yield padded[start : start + size]
