"""Every knob of a training run, each with its reason; saved in the artifact."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipe:
    """Defaults are those of the shipped model."""

    max_tokens: int = 256  # nine in ten mails fit; beyond it twice the cost for little
    epochs: int = 8  # at most: validation stops earlier
    patience: int = 2  # epochs without a better validation result before stopping
    batch: int = 32
    rate: float = 1e-4  # higher than usual: the encoder is small
    head_factor: float = 20.0  # the head starts from nothing and must move faster
    weight_decay: float = 0.01
    warmup: float = 0.1  # share of all steps
    label_smoothing: float = 0.1  # keeps confidence honest before calibration
    masked: float = 0.15  # share of tokens hidden in training: no single word may decide
    frozen_words: bool = True  # words never met in training stay beside those that were
    balanced: bool = False  # rare categories count more in the loss, by the root of how rare
    clip: float = 1.0  # largest gradient norm
    seed: int = 20
    threads: int = 2  # sums depend on it, so it belongs to what makes a run reproducible
    bfloat16: bool = True  # 2.5 times faster where the processor has it, as good in the end
