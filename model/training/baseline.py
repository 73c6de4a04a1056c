"""The linear model every transformer must beat: TF-IDF and logistic regression."""

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline

from model.examples import Labelled
from model.metrics import Floats


class LinearBaseline:
    """Words 1-2 and characters 2-5, accents kept."""

    def __init__(self, labels: Sequence[str], seed: int):
        self._labels = tuple(labels)
        self._pipeline: Pipeline = make_pipeline(
            _features(), LogisticRegression(C=10.0, max_iter=300, random_state=seed)
        )

    def fit(self, examples: Sequence[Labelled]) -> "LinearBaseline":
        """Learn; every label of the model needs an example."""
        self._pipeline.fit([x.text for x in examples], [x.label for x in examples])
        return self

    def scores(self, texts: Sequence[str]) -> Floats:
        """Probabilities in the order of the labels given, shape (texts, labels)."""
        order = [list(self._pipeline.classes_).index(label) for label in self._labels]
        scores: Floats = self._pipeline.predict_proba(list(texts))[:, order]
        return np.asarray(scores, dtype=np.float64)


def _features() -> FeatureUnion:
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    characters = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=3, max_features=200_000
    )
    return FeatureUnion([("words", words), ("characters", characters)])
