"""Fitting the linear model every transformer must beat: TF-IDF and a support vector machine.

texts -> n-grams in at least two texts -> idf -> sparse matrix -> one hyperplane a label
"""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from model.examples import Labelled
from model.linear import LinearModel, Terms
from model.metrics import Floats, Ints, macro_f1
from model.ngrams import character_counts, word_counts
from model.progress import progress
from model.training.truth import truth

MOST_WORDS, MOST_CHARACTERS = 150_000, 200_000
MOST_WEIGHTS = 40_000_000  # 80 MB served; many labels get fewer terms
STRENGTHS = (0.1, 0.3, 1.0)  # of the fit to the examples; the middle one where nothing can choose
LEAST_TEXTS = 2

log = logging.getLogger("model.training")


@dataclass(frozen=True, slots=True)
class LinearRecipe:
    """What was chosen for the linear model."""

    strength: float = 1.0
    balanced: bool = False


def fit_linear(
    examples: Sequence[Labelled], labels: Sequence[str], recipe: LinearRecipe, seed: int
) -> LinearModel:
    """Learn from all examples; every label needs one."""
    texts = [x.text for x in examples]
    terms = _terms(texts, MOST_WEIGHTS // len(labels))
    return _fitted(terms, _matrix(terms, texts), truth(labels, examples), recipe, seed)


def choose_linear(
    train: Sequence[Labelled], validation: Sequence[Labelled], labels: Sequence[str], seed: int
) -> tuple[LinearModel, LinearRecipe]:
    """The strength, and whether rare labels weigh more, of the best macro-F1 on validation."""
    texts = [x.text for x in train]
    terms = _terms(texts, MOST_WEIGHTS // len(labels))
    matrix, learned = _matrix(terms, texts), truth(labels, train)
    held_out = [x.text for x in validation]
    best: tuple[float, LinearModel, LinearRecipe] | None = None
    for recipe in _recipes(learned):
        model = _fitted(terms, matrix, learned, recipe, seed)
        answers = model.logits(held_out).argmax(axis=1)
        score = macro_f1(truth(labels, validation), answers, len(labels))
        log.info("linear model, %s: macro-F1 %.4f", recipe, score)
        if best is None or score > best[0]:
            best = score, model, recipe
    assert best is not None
    return best[1:]


def _recipes(learned: Ints) -> list[LinearRecipe]:
    counts = np.bincount(learned)
    uneven = counts.max() > 1.5 * max(1, counts.min())
    return [LinearRecipe(c, b) for c in STRENGTHS for b in ((False, True) if uneven else (False,))]


def _terms(texts: Sequence[str], most: int) -> Terms:
    words, characters = min(MOST_WORDS, most // 2), min(MOST_CHARACTERS, most // 2)
    kinds = [
        _most_common(texts, word_counts, words),
        _most_common(texts, character_counts, characters),
    ]
    frequencies = np.asarray([n for kind in kinds for _, n in kind], dtype=np.float64)
    idf = 1 + np.log((1 + len(texts)) / (1 + frequencies))
    known = {term: column for column, (term, _) in enumerate(kinds[0])}
    pieces = {term: len(known) + column for column, (term, _) in enumerate(kinds[1])}
    return Terms(known, pieces, idf.astype(np.float32))


def _most_common(
    texts: Sequence[str], counts: Callable[[str], Counter[str]], most: int
) -> list[tuple[str, int]]:
    """Terms of at least two texts with their number of texts, most frequent first."""
    frequencies: Counter[str] = Counter()
    for text in progress(texts, "counting n-grams"):
        frequencies.update(counts(text).keys())
    kept = [(term, n) for term, n in frequencies.items() if n >= LEAST_TEXTS]
    return sorted(kept, key=lambda pair: (-pair[1], pair[0]))[:most]


def _matrix(terms: Terms, texts: Sequence[str]) -> csr_matrix:
    rows = [terms.columns(text) for text in progress(texts, "weighing n-grams")]
    ends = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    return csr_matrix(
        (np.concatenate([v for _, v in rows]), np.concatenate([c for c, _ in rows]), ends),
        shape=(len(texts), len(terms.idf)),
    )


def _fitted(
    terms: Terms, matrix: csr_matrix, learned: Ints, recipe: LinearRecipe, seed: int
) -> LinearModel:
    machine = LinearSVC(
        C=recipe.strength,
        class_weight="balanced" if recipe.balanced else None,
        random_state=seed,
        max_iter=3_000,
    ).fit(matrix, learned)
    weights, bias = _two_sided(machine.coef_, machine.intercept_)
    return LinearModel(
        terms, np.ascontiguousarray(weights.T, dtype=np.float16), bias.astype(np.float32)
    )


def _two_sided(weights: Floats, bias: Floats) -> tuple[Floats, Floats]:
    """Of two labels there is one hyperplane; each gets its side."""
    if len(bias) > 1:
        return weights, bias
    return np.concatenate([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
