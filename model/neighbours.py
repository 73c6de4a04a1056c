"""How near a text lies to those a model learned from, by the direction of their logits.

A text of no category may well have one large logit, yet its logits as a whole seldom look like
those of any text that was learned from (Sun et al. 2022, with logits in the place of embeddings:
every form of a model has them).
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.arrays import read_arrays

Floats = NDArray[np.float64]
MOST_VALUES = 2_000_000  # kept: 4 MB, and some milliseconds for sixteen mails


class NeighboursError(ValueError):
    """The file holds no neighbours; the message is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """`directions` are the logits of texts learned from, each of length 1; (texts, labels)."""

    directions: NDArray[np.float32]

    def nearest(self, logits: Floats) -> Floats:
        """The cosine to the nearest of them, for each row of logits, from -1 to 1."""
        found: Floats = (_unit(logits) @ self.directions.T).max(axis=1).astype(np.float64)
        return found


def neighbours(logits: Floats) -> Neighbours:
    """Those of shape (texts, labels), as they are once they were saved."""
    return Neighbours(_unit(logits).astype(np.float16).astype(np.float32))


def save_neighbours(found: Neighbours, path: Path) -> None:
    """Write arrays only; the same neighbours give the same bytes."""
    with path.open("wb") as file:
        np.savez_compressed(file, directions=found.directions.astype(np.float16))


def load_neighbours(path: Path, labels: int) -> Neighbours:
    """Read and check; `NeighboursError` where they belong to another model."""
    try:
        directions = read_arrays(path, ["directions"])["directions"].astype(np.float32)
    except (TypeError, ValueError) as error:
        raise NeighboursError(f"{path} holds no neighbours: {error}.") from error
    if directions.ndim != 2 or not len(directions) or directions.shape[1] != labels:
        raise NeighboursError(f"{path} holds neighbours of another model.")
    if not np.isfinite(directions).all():
        raise NeighboursError(f"{path} holds neighbours that are no numbers.")
    return Neighbours(directions)


def _unit(logits: Floats) -> NDArray[np.float32]:
    lengths = np.linalg.norm(logits, axis=1, keepdims=True)
    result: NDArray[np.float32] = (logits / np.maximum(lengths, 1e-12)).astype(np.float32)
    return result
