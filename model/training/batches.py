"""Token ids in batches of like length: padding is wasted work."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

# Batches are cut from windows of this many batches sorted by length, so that they stay mixed.
WINDOW = 50


@dataclass(frozen=True, slots=True)
class Batch:
    """`input_ids`, `attention_mask`: (texts, longest); `rows`: indices of the texts."""

    rows: tuple[int, ...]
    input_ids: torch.Tensor
    attention_mask: torch.Tensor


def drawn(read: Sequence[list[list[int]]], seed: int) -> list[list[int]]:
    """One window of each text, by chance where it has several.

    An epoch of long mail costs what one of short mail does, and in the end every window was seen.
    """
    generator = np.random.default_rng(seed)
    return [x[int(generator.integers(len(x)))] if len(x) > 1 else x[0] for x in read]


def flat(read: Sequence[list[list[int]]]) -> tuple[list[list[int]], list[int]]:
    """All windows one after the other, and where each text's begin, the first text left out."""
    windows = [window for text in read for window in text]
    return windows, np.cumsum([len(text) for text in read])[:-1].tolist()


def shuffled(ids: Sequence[list[int]], size: int, pad_id: int, seed: int) -> Iterator[Batch]:
    """Every text once, in an order that depends on the seed alone."""
    generator = np.random.default_rng(seed)
    order = generator.permutation(len(ids)).tolist()
    groups: list[list[int]] = []
    for start in range(0, len(order), size * WINDOW):
        window = sorted(order[start : start + size * WINDOW], key=lambda i: len(ids[i]))
        groups.extend(window[at : at + size] for at in range(0, len(window), size))
    for index in generator.permutation(len(groups)):
        yield _batch(ids, groups[index], pad_id)


def by_length(ids: Sequence[list[int]], size: int, pad_id: int) -> Iterator[Batch]:
    """Every text once, shortest first: for prediction."""
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    for start in range(0, len(order), size):
        yield _batch(ids, order[start : start + size], pad_id)


def padded(ids: Sequence[list[int]], pad_id: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Ids and mask, shape (texts, longest)."""
    longest = max(map(len, ids))
    input_ids = torch.full((len(ids), longest), pad_id, dtype=torch.long)
    mask = torch.zeros((len(ids), longest), dtype=torch.long)
    for at, row in enumerate(ids):
        input_ids[at, : len(row)] = torch.tensor(row)
        mask[at, : len(row)] = 1
    return input_ids, mask


def _batch(ids: Sequence[list[int]], rows: list[int], pad_id: int) -> Batch:
    return Batch(tuple(rows), *padded([ids[row] for row in rows], pad_id))
