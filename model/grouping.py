"""Which texts share one run of the engine: always texts of one length, since nothing is padded.

Measured on one CPU thread: above about 32 tokens a batch is no faster than its texts one at a time,
and padding is always a loss. So longer texts run alone, short ones only with their equals.
"""

from collections import defaultdict
from collections.abc import Sequence

SHORT_TOKENS = 32
SHORT_GROUP = 16


def equal_length_groups(lengths: Sequence[int], short: int = SHORT_TOKENS) -> list[list[int]]:
    """Indices of `lengths`, each once, in groups of one length; alone when longer than `short`."""
    return [
        group
        for length, indices in _by_length(lengths)
        for group in _chunks(indices, SHORT_GROUP if length <= short else 1)
    ]


def token_batches(lengths: Sequence[int], budget: int) -> list[list[int]]:
    """Indices of `lengths`, each once, in groups of one length and at most `budget` tokens.

    A text that is longer than the budget runs alone. For engines that are the faster the more they
    have to do at once.
    """
    return [
        group
        for length, indices in _by_length(lengths)
        for group in _chunks(indices, max(1, budget // max(1, length)))
    ]


def _by_length(lengths: Sequence[int]) -> list[tuple[int, list[int]]]:
    found: dict[int, list[int]] = defaultdict(list)
    for index, length in enumerate(lengths):
        found[length].append(index)
    return sorted(found.items())


def _chunks(indices: list[int], size: int) -> list[list[int]]:
    return [indices[start : start + size] for start in range(0, len(indices), size)]
