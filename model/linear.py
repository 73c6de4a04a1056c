"""The linear model as served: plain arrays in `linear.npz`, numpy alone, nothing pickled.

text -> n-grams -> columns -> (1 + log count) * idf, each kind of unit length -> weights -> logits
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.arrays import read_arrays
from model.ngrams import character_counts, word_counts

Floats = NDArray[np.float64]
_PARTS = ("words", "characters", "idf", "weights", "bias")
_SEPARATOR = "\n"  # no n-gram holds a line break


class LinearError(ValueError):
    """The file holds no linear model; the message is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Terms:
    """N-grams by column: words first, characters from column `len(words)` on; idf by column."""

    words: Mapping[str, int]
    characters: Mapping[str, int]
    idf: NDArray[np.float32]

    def columns(self, text: str) -> tuple[NDArray[np.int64], Floats]:
        """The columns a text has, and their values; both kinds have length 1 (Euclid)."""
        parts = [
            self._kind(self.words, word_counts(text)),
            self._kind(self.characters, character_counts(text)),
        ]
        found, values = zip(*parts, strict=True)
        return np.concatenate(found), np.concatenate(values)

    def _kind(
        self, known: Mapping[str, int], counts: Counter[str]
    ) -> tuple[NDArray[np.int64], Floats]:
        pairs = [(known[term], number) for term, number in counts.items() if term in known]
        table = np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
        values = (1 + np.log(table[:, 1])) * self.idf[table[:, 0]].astype(np.float64)
        unit: Floats = values / max(float(np.linalg.norm(values)), 1e-12)
        return table[:, 0], unit


@dataclass(frozen=True, slots=True)
class LinearModel:
    """`weights` is (terms, labels), `bias` (labels,)."""

    terms: Terms
    weights: NDArray[np.float16]
    bias: NDArray[np.float32]

    def logits(self, texts: Sequence[str]) -> Floats:
        """Distances from each label's hyperplane, shape (texts, labels); any string is answered."""
        rows = [self._row(text) for text in texts]
        return np.stack(rows) if rows else np.empty((0, len(self.bias)))

    def _row(self, text: str) -> Floats:
        columns, values = self.terms.columns(text)
        row: Floats = values @ self.weights[columns].astype(np.float64) + self.bias
        return row


def save_linear(model: LinearModel, path: Path) -> None:
    """Write arrays only; the same model gives the same bytes."""
    arrays = {
        "words": _joined(model.terms.words),
        "characters": _joined(model.terms.characters),
        "idf": model.terms.idf,
        "weights": model.weights,
        "bias": model.bias,
    }
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]  # its stub names one keyword


def load_linear(path: Path) -> LinearModel:
    """Read and check; `LinearError` where the arrays do not belong together."""
    try:
        arrays = read_arrays(path, _PARTS)
        words, characters = _terms(arrays["words"], 0), _terms(arrays["characters"], 0)
    except ValueError as error:
        raise LinearError(f"{path} holds no linear model: {error}.") from error
    characters = {term: column + len(words) for term, column in characters.items()}
    _check(path, arrays, len(words) + len(characters))
    return LinearModel(Terms(words, characters, arrays["idf"]), arrays["weights"], arrays["bias"])


def _check(path: Path, arrays: Mapping[str, NDArray[Any]], terms: int) -> None:
    idf, weights, bias = (arrays[name] for name in ("idf", "weights", "bias"))
    if idf.shape != (terms,) or bias.ndim != 1 or weights.shape != (terms, len(bias)):
        raise LinearError(f"{path} holds arrays that do not belong together.")
    if not all(x.dtype.kind == "f" and np.isfinite(x).all() for x in (idf, weights, bias)):
        raise LinearError(f"{path} holds weights that are no numbers.")


def _joined(terms: Mapping[str, int]) -> NDArray[np.uint8]:
    ordered = sorted(terms, key=terms.__getitem__)
    return np.frombuffer(_SEPARATOR.join(ordered).encode("utf-8", "replace"), dtype=np.uint8)


def _terms(blob: NDArray[np.uint8], start: int) -> dict[str, int]:
    text = blob.tobytes().decode("utf-8")
    found = text.split(_SEPARATOR) if text else []
    return {term: start + column for column, term in enumerate(found)}
