"""Two models side by side, from what is written of each. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of both models, None where one of them lacks it."""

    name: str
    first: float | None
    second: float | None

    @property
    def difference(self) -> float | None:
        """How much higher the second one's is."""
        if self.first is None or self.second is None:
            return None
        return self.second - self.first


def figures(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[Figure]:
    """Every number in either model's metrics by its dotted path, in the first one's order."""
    one, other = dict(_numbers(first)), dict(_numbers(second))
    return [Figure(name, one.get(name), other.get(name)) for name in dict.fromkeys([*one, *other])]


def _numbers(values: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, float]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _numbers(value, f"{path}{name}.")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield f"{path}{name}", float(value)
