"""A regular expression that carries its own proof: what it must and must not match."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from mail.fold import fold


def words(text: str) -> frozenset[str]:
    """A set written as a line of words."""
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Pattern:
    """An expression over folded text (see `mail.fold`) with examples; the tests try them all.

    Two plain conditions come before the expression, since most lines of most mail fail them:
    the text begins with one of ``starts``, and contains one of ``hints``; none means any.
    """

    name: str
    matches: tuple[str, ...]
    spares: tuple[str, ...]
    starts: tuple[str, ...]
    hints: tuple[str, ...]
    found: Callable[[str], re.Match[str] | None]

    def hinted(self, folded: str) -> bool:
        """Whether a folded text, a whole message maybe, contains one of the hints."""
        return not self.hints or any(map(folded.__contains__, self.hints))

    def holds(self, folded: str) -> bool:
        """Whether text that is folded already holds the pattern."""
        if self.starts and not folded.startswith(self.starts):
            return False
        return self.hinted(folded) and self.found(folded) is not None

    def found_in(self, text: str) -> bool:
        """Whether ``text``, folded first, holds the pattern."""
        return self.holds(fold(text))


def pattern(
    name: str,
    *alternatives: str,
    matches: tuple[str, ...],
    spares: tuple[str, ...],
    starts: tuple[str, ...] = (),
    hints: tuple[str, ...] = (),
    anywhere: bool = False,
) -> Pattern:
    """A pattern that any of the alternatives satisfies, at the start of a text or anywhere in it.

    Neither list of examples may be empty.
    """
    if not matches or not spares:
        raise ValueError(f"pattern {name} has no examples")
    compiled = re.compile("|".join(alternatives))
    found = compiled.search if anywhere else compiled.match
    return Pattern(name, matches, spares, starts, hints, found)
