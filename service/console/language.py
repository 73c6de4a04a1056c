"""The console's words, in English and French: one file a language, the same keys in each."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from flask import request

_FOLDER = Path(__file__).parent / "words"
LANGUAGES = ("en", "fr")
COOKIE = "aiguilleur-language"


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
