"""What a model was worth on one set of mail, as it is written down. Pure, on plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Of one model on one set.

    `set_hash` stands for the mails, their categories and their order; `by_chance` says that spot
    checks chose all of them. `truth` and `answers` are indices into `labels`, one a mail; `notes`
    are sentences on what to know before comparing.
    """

    version: str
    set_name: str
    set_hash: str
    by_chance: bool
    metrics: Mapping[str, Any]
    notes: tuple[str, ...]
    labels: tuple[str, ...]
    truth: tuple[int, ...]
    answers: tuple[int, ...]

    @property
    def emails(self) -> int:
        """How many mails the set has."""
        return len(self.truth)

    def named(self, indices: Sequence[int]) -> list[str]:
        """Truth or answers by the names of their labels."""
        return [self.labels[i] for i in indices]
