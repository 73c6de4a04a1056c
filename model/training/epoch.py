"""What an epoch of training came to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Epoch:
    """One epoch's outcome on validation; `key` orders epochs, larger is better."""

    number: int
    loss: float
    macro_f1: float
    log_loss: float

    @property
    def key(self) -> tuple[float, float]:
        """Macro-F1 first; between equals the one whose probabilities are better."""
        return round(self.macro_f1, 4), -self.log_loss
