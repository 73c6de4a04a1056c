"""A regular expression that carries its own proof: what it must and must not match."""

import re
from dataclasses import dataclass

from mail.fold import fold


def words(text: str) -> frozenset[str]:
    """A set written as a line of words."""
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Pattern:
    """An expression over folded text (see `mail.fold`) with examples; the tests try them all."""

    name: str
    matches: tuple[str, ...]
    spares: tuple[str, ...]
    compiled: re.Pattern[str]

    def found_in(self, text: str) -> bool:
        """Whether ``text``, folded first, holds the pattern."""
        return self.compiled.search(fold(text)) is not None


def pattern(
    name: str, *alternatives: str, matches: tuple[str, ...], spares: tuple[str, ...]
) -> Pattern:
    """A pattern that any of the alternatives satisfies; neither list of examples is empty."""
    if not matches or not spares:
        raise ValueError(f"pattern {name} has no examples")
    return Pattern(name, matches, spares, re.compile("|".join(alternatives)))
