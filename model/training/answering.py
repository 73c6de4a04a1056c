"""What the served engine answers while a model is being made; no torch.

folder -> engine -> logits
"""

import platform
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from model.artifact import Calibration
from model.examples import Labelled
from model.inference import load_classifier
from model.metrics import Floats
from model.progress import progress

FP32, INT8 = "fp32", "int8"
PLAIN = Calibration(temperature=1.0, target_precision=None, thresholds={})
LIBRARIES = ("torch", "transformers", "tokenizers", "onnx", "onnxruntime", "numpy", "scikit-learn")


def served_logits(folder: Path, examples: Sequence[Labelled]) -> Floats:
    """What the served engine answers, uncalibrated; shape (examples, labels)."""
    classifier = load_classifier(folder)
    rows = [classifier.logits([x.text]) for x in progress(examples, "asking the served model")]
    return np.concatenate(rows) if rows else classifier.logits([])


def libraries() -> dict[str, str]:
    """What a run depends on beside its data: of those below, what is installed."""
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found
