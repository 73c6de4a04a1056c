"""Which texts share one run of the engine.

Measured on one CPU thread: above about 32 tokens a batch is no faster than its texts one at a time,
and padding is always a loss. So longer texts run alone, short ones only with their equals.
"""

from collections import defaultdict
from collections.abc import Sequence

SHORT_TOKENS = 32
SHORT_GROUP = 16


def equal_length_groups(lengths: Sequence[int], short: int = SHORT_TOKENS) -> list[list[int]]:
    """Indices of `lengths`, each once, in groups of one length; alone when longer than `short`."""
    by_length: dict[int, list[int]] = defaultdict(list)
    for index, length in enumerate(lengths):
        by_length[length].append(index)
    return [
        group
        for length, indices in sorted(by_length.items())
        for group in _chunks(indices, SHORT_GROUP if length <= short else 1)
    ]


def _chunks(indices: list[int], size: int) -> list[list[int]]:
    return [indices[start : start + size] for start in range(0, len(indices), size)]
