"""What a model was worth on one set of mail, as it is written down. Pure, on plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# By their dotted paths, in the order in which people read them.
HEADLINES = (
    "accuracy",
    "macro_f1",
    "macro_auc",
    "lift.1",
    "lift.5",
    "lift.10",
    "ece",
    "coverage",
    "decided_accuracy",
)


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


def headline(metrics: Mapping[str, Any], name: str) -> float | None:
    """One figure by its dotted path; None where there is none."""
    found: Any = metrics
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return None if found is None else float(found)
