"""A regular expression that carries its own proof: what it must and must not match."""

import re
from dataclasses import dataclass


def words(text: str) -> frozenset[str]:
    """A set written as a line of words."""
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Pattern:
    """A case-insensitive expression with examples; the tests try every one of them."""

    name: str
    expression: str
    matches: tuple[str, ...]
    spares: tuple[str, ...]
    compiled: re.Pattern[str]

    def search(self, text: str) -> re.Match[str] | None:
        """The first match in ``text``."""
        return self.compiled.search(text)

    def match(self, text: str) -> re.Match[str] | None:
        """A match at the start of ``text``."""
        return self.compiled.match(text)


def pattern(
    name: str, expression: str, *, matches: tuple[str, ...], spares: tuple[str, ...]
) -> Pattern:
    """A pattern, compiled once. Neither list of examples may be empty."""
    if not matches or not spares:
        raise ValueError(f"pattern {name} has no examples")
    return Pattern(name, expression, matches, spares, re.compile(expression, re.IGNORECASE))
