"""Real model folders of a few kilobytes: linear models that answer the label whose name they read.

    claim                 -> claim
    label:claim           -> claim

Folders of one seed have one version; another seed, another version.
"""

from pathlib import Path

import numpy as np

from model.artifact import LINEAR, Calibration
from model.linear import LinearModel, Terms, save_linear
from model.packing import Description, pack
from tests.support.fake_classifier import LABELS

_SURE = 8.0


def model_folder(
    path: Path,
    seed: int = 0,
    labels: tuple[str, ...] = LABELS,
    *,
    turned: int = 0,
    sure: float = _SURE,
) -> str:
    """Write and pack a model; returns its version.

    One that is `turned` answers the label so many places further on: it is always wrong. One
    that is not `sure` abstains.
    """
    path.mkdir(parents=True, exist_ok=True)
    width = len(labels)
    words = {label: column for column, label in enumerate(labels)}
    weights = sure * np.roll(np.eye(width, dtype=np.float16), turned, axis=1)
    bias = np.full(width, seed / 8, np.float32)
    terms = Terms(words, {}, np.ones(width, np.float32))
    save_linear(LinearModel(terms, weights, bias), path / LINEAR)
    metrics = {"served": {"examples": 100, "accuracy": 0.9 + seed / 100, "macro_f1": 0.8}}
    description = Description(
        "tiny", labels, 64, "fp32", "1", data_hash=f"data-{seed}", metrics=metrics
    )
    packed = pack(path, description, Calibration(1.0, None, {}), "# Tiny, version {version}\n")
    return packed.manifest.version
