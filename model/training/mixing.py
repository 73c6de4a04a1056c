"""Which form answers best on validation: the transformer, the linear model, or both together.

logits of both -> each calibrated -> shares of the sum tried -> the best macro-F1
"""

from dataclasses import dataclass

from model.artifact import Weights
from model.calibration import fit_temperature, softmax
from model.metrics import Floats, Ints, log_loss, macro_f1

SHARES = tuple(n / 20 for n in range(21))  # of the linear model; 0 and 1 are one part alone


@dataclass(frozen=True, slots=True)
class Mix:
    """`share` is the linear model's; `tried` maps shares to macro-F1 on validation.

    `linear_heat` is the temperature of the linear model alone, found on mail it did not learn from.
    """

    share: float
    weights: Weights
    tried: dict[float, float]
    linear_heat: float

    def sum(self, transformer: Floats | None, linear: Floats) -> Floats:
        """Logits as they are served."""
        if transformer is None:
            return self.weights.linear * linear
        return self.weights.transformer * transformer + self.weights.linear * linear

    @property
    def form(self) -> str:
        """What is served."""
        return {0.0: "transformer", 1.0: "linear"}.get(self.share, "ensemble")


def choose_mix(truth: Ints, transformer: Floats | None, linear: Floats) -> Mix:
    """The share of the best macro-F1, of equals the one of the best probabilities.

    Since the linear model alone is among those tried, nothing chosen is worse than it there.
    """
    scaled_linear = linear / (heat := fit_temperature(linear, truth))
    if transformer is None:
        score = macro_f1(truth, linear.argmax(axis=1), linear.shape[1])
        return Mix(1.0, Weights(0.0, 1 / heat), {1.0: score}, heat)
    own_heat = fit_temperature(transformer, truth)
    found: dict[float, tuple[float, float]] = {}
    for share in SHARES:
        logits = (1 - share) * transformer / own_heat + share * scaled_linear
        score = macro_f1(truth, logits.argmax(axis=1), logits.shape[1])
        loss = log_loss(truth, softmax(logits / fit_temperature(logits, truth)))
        found[share] = round(score, 4), -loss
    share = max(found, key=lambda x: found[x])
    weights = Weights((1 - share) / own_heat, share / heat)
    return Mix(share, weights, {share: score for share, (score, _) in found.items()}, heat)
