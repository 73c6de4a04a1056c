"""What a contender is and what a round of it gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bench.corpus import Mail

CONNECTIONS = 32


@dataclass(frozen=True, slots=True)
class Round:
    """One measured run; `cpu` is in seconds by part, the load generator's left out."""

    mails: int
    wall_seconds: float
    cpu: Mapping[str, float]
    answer_seconds: Sequence[float]
    decided_seconds: Sequence[float] = ()
    extra: Mapping[str, float] = field(default_factory=dict)

    @property
    def cpu_per_mail(self) -> float:
        """Processor seconds for one mail, over all processes."""
        return sum(self.cpu.values()) / self.mails

    @property
    def mails_per_second(self) -> float:
        """From the first request to the last decision."""
        return self.mails / self.wall_seconds


class Contender(Protocol):
    """Something that classifies mail. Each round starts it anew."""

    @property
    def name(self) -> str:
        """As the table shows it."""

    def prepare(self) -> None:
        """Once, before the first round: what takes long and is not measured."""

    def round(self, mails: Sequence[Mail], mark: str) -> Round:
        """Start, warm, measure, stop."""
