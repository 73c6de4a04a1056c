"""The console's words, in English and French: one file a language, the same keys in each."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import request

_FOLDER = Path(__file__).parent / "words"
LANGUAGES = ("en", "fr")
COOKIE = "aiguilleur-language"


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language, also where no browser asks: its words, and how it writes numbers."""

    name: str

    def say(self, key: str, **values: object) -> str:
        """The words of a key, `{name}` filled in."""
        return words(self.name)[key].format(**values)

    def number(self, value: float | None, digits: int, *, sign: bool = False) -> str:
        """With so many decimals; a dash where there is none."""
        if value is None:
            return "–"
        near = round(value, digits) + 0.0  # what rounds to nothing has no sign
        text = f"{near:{'+' if sign and near else ''}.{digits}f}"
        return (text.replace(".", ",") if self.name == "fr" else text).replace("-", "−")

    def share(self, value: float | None, *, digits: int = 1) -> str:
        """A share from 0 to 1, in percent."""
        if value is None:
            return "–"
        unit = "\u00a0%" if self.name == "fr" else "%"
        return self.number(100 * value, digits) + unit

    def points(self, value: float | None) -> str:
        """A difference of shares, in points of a hundred."""
        return self.number(None if value is None else 100 * value, 1, sign=True)


@cache
def words(language: str) -> Mapping[str, str]:
    """All words of a language by their keys."""
    text = (_FOLDER / f"{language}.json").read_text(encoding="utf-8")
    found: dict[str, str] = json.loads(text)
    return found


def language() -> str:
    """What this browser's user reads: what they chose, else what the browser prefers."""
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(LANGUAGES) or "en"


def say(key: str, **values: object) -> str:
    """The words of a key in this request's language, `{name}` filled in."""
    return words(language())[key].format(**values)


def maybe(key: str, otherwise: str) -> str:
    """The same, for a key that comes from elsewhere and may have no words."""
    return words(language()).get(key, otherwise)
