r"""Contract numbers, which each house writes its own way: patterns from the configuration.

A pattern is what is safe of a regular expression: characters, `\d`, classes such as `[A-Z]`, each
as it is or with `?`, `{n}` or `{m,n}`. Nothing may repeat without bound and nothing may nest, so
that no text makes one slow. Instead of alternatives, give several patterns.
"""

import re
from collections.abc import Iterator, Sequence

from mail.masking.found import AFTER, BEFORE, Finder, Found

MOST_PATTERNS = 20
_MOST_CHARS = 64  # of what a pattern matches
_LEAST_CHARS, _LEAST_DIGITS = 5, 3
_MOST_WAYS = 100  # to read one text
_ATOM = re.compile(
    r"(?P<one>\\d|\\[-./\\ ]|\[(?:[A-Za-z0-9](?:-[A-Za-z0-9])?|[ ./-]){1,20}\]|[A-Za-z0-9 /_:#-])"
    r"(?:(?P<maybe>\?)|\{(?P<low>\d{1,2})(?:,(?P<high>\d{1,2}))?\})?"
)
_DIGITS = re.compile(r"\\d|[0-9]|\[(?:[0-9](?:-[0-9])?)+\]")


class PatternError(ValueError):
    """A pattern is refused; the message says why and what to do."""


def finder(patterns: Sequence[str]) -> Finder:
    """Finds what any of the patterns matches whole, in capitals or not.

    Raises:
        PatternError: one of them is dangerous, too broad, or none at all.

    """
    if len(patterns) > MOST_PATTERNS:
        raise PatternError(f"there are {len(patterns)} patterns; give at most {MOST_PATTERNS}")
    compiled = [re.compile(_checked(p), re.IGNORECASE | re.ASCII) for p in patterns]

    def contracts(text: str) -> Iterator[Found]:
        for one in compiled:
            for match in one.finditer(text):
                yield Found("contract", *match.span())

    return contracts


def _checked(pattern: str) -> str:
    place = least = most = digits = 0
    ways = 1
    while place < len(pattern):
        atom = _ATOM.match(pattern, place)
        if atom is None:
            raise PatternError(
                rf"`{pattern}` is not understood from `{pattern[place : place + 20]}` on: use "
                r"characters, \d, classes such as [A-Z], and {n}, {m,n} or ? behind them; instead "
                "of alternatives, give several patterns"
            )
        _check_class(atom["one"], pattern)
        low, high = _times(atom, pattern)
        least, most, ways = least + low, most + high, ways * (high - low + 1)
        digits += low if _DIGITS.fullmatch(atom["one"]) else 0
        place = atom.end()
    _check_size(pattern, least, most, digits, ways)
    return f"{BEFORE}{pattern}{AFTER}"


def _check_class(one: str, pattern: str) -> None:
    for low, high in re.findall(r"([A-Za-z0-9])-([A-Za-z0-9])", one) if one[0] == "[" else ():
        if low > high:
            raise PatternError(f"`{pattern}` has a range that runs backwards: {low}-{high}")


def _times(atom: re.Match[str], pattern: str) -> tuple[int, int]:
    if atom["maybe"]:
        return 0, 1
    low = int(atom["low"] or 1)
    high = int(atom["high"] or low)
    if low > high:
        raise PatternError(f"`{pattern}` repeats from {low} to {high} times: swap the numbers")
    return low, high


def _check_size(pattern: str, least: int, most: int, digits: int, ways: int) -> None:
    if least < _LEAST_CHARS or digits < _LEAST_DIGITS:
        raise PatternError(
            f"`{pattern}` is too broad: it must match at least {_LEAST_CHARS} characters, "
            f"{_LEAST_DIGITS} of them digits"
        )
    if most > _MOST_CHARS:
        raise PatternError(f"`{pattern}` may match {most} characters: at most {_MOST_CHARS}")
    if ways > _MOST_WAYS:
        raise PatternError(
            f"`{pattern}` may be read in {ways} ways, so that some text would make it slow: "
            "give several patterns with fixed lengths"
        )
