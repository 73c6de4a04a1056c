"""Labels as numbers."""

from collections.abc import Sequence

import numpy as np

from model.examples import Labelled
from model.metrics import Ints


def truth(labels: Sequence[str], examples: Sequence[Labelled]) -> Ints:
    """Index of each example's label."""
    index = {label: i for i, label in enumerate(labels)}
    return np.asarray([index[x.label] for x in examples], dtype=np.int64)
