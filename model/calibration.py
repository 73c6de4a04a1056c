"""From logits to scores; temperature scaling makes confidence mean what it says."""

import numpy as np

from model.metrics import Floats, Ints, log_loss

# Beyond these, calibration data and model have nothing to do with each other.
LOWEST, HIGHEST = 0.05, 20.0


def softmax(logits: Floats) -> Floats:
    """Rows that sum to 1, safe for large logits."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    result: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return result


def fit_temperature(logits: Floats, truth: Ints) -> float:
    """The temperature of least log loss, by golden-section search over its logarithm."""
    ratio = (np.sqrt(5) - 1) / 2
    low, high = np.log(LOWEST), np.log(HIGHEST)
    while high - low > 1e-4:
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if _loss(logits, truth, left) < _loss(logits, truth, right):
            high = right
        else:
            low = left
    return round(float(np.exp((low + high) / 2)), 4)


def _loss(logits: Floats, truth: Ints, log_temperature: float) -> float:
    return log_loss(truth, softmax(logits / np.exp(log_temperature)))
