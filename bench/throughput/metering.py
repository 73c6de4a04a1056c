"""One measured span: wall clock and processor time of some families of processes."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bench import cpu


@dataclass(frozen=True, slots=True)
class Span:
    """How long the work took, and what it cost by part."""

    wall_seconds: float
    cpu: dict[str, float]


def measure(roots: Mapping[str, Iterable[int]], work: Callable[[], None]) -> Span:
    """Do the work; what the families cost meanwhile is its price."""
    before = cpu.by_part(roots)
    started = time.perf_counter()
    work()
    wall = time.perf_counter() - started
    after = cpu.by_part(roots)
    return Span(wall, {part: after[part] - before[part] for part in after})
