"""What hurried people and small keyboards do to a text: pure functions of text and randomness."""

import random
import re
import unicodedata

from model.corpus.data import lists

# How often each kind of mess occurs; the rest is written with care.
_KINDS = (
    ("clean", 58),
    ("no_accents", 10),
    ("typos", 12),
    ("lower", 7),
    ("sms", 7),
    ("no_punctuation", 3),
    ("upper", 3),
)


def without_accents(text: str) -> str:
    """The text with every accent dropped and nothing else changed."""
    parts = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in parts if not unicodedata.combining(c)))


def _typo(word: str, rng: random.Random) -> str:
    if len(word) < 5 or not word.isalpha():
        return word
    at = rng.randrange(1, len(word) - 2)
    kind = rng.randrange(3)
    if kind == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    return word[:at] + word[at] + word[at:]


def typos(text: str, rng: random.Random, rate: float = 0.07) -> str:
    """Letters swapped, dropped or doubled in about `rate` of the longer words."""
    parts = re.split(r"(\W+)", text)
    return "".join(_typo(part, rng) if rng.random() < rate else part for part in parts)


def sms(text: str, language: str, rng: random.Random) -> str:
    """Abbreviations of text messages, each used or not."""
    for line in lists("phrases", language)["sms"]:
        long, short = line.split(" > ")
        if rng.random() < 0.75:
            text = re.sub(rf"\b{re.escape(long)}\b", short, text, flags=re.IGNORECASE)
    return text.lower()


def spoil(text: str, language: str, rng: random.Random) -> str:
    """The text as somebody in a hurry may have typed it; most often unchanged."""
    kind = rng.choices([name for name, _ in _KINDS], [weight for _, weight in _KINDS])[0]
    if kind == "no_accents":
        return without_accents(text)
    if kind == "typos":
        return typos(text, rng)
    if kind == "lower":
        return typos(text.lower(), rng, 0.02)
    if kind == "sms":
        return sms(text, language, rng)
    if kind == "no_punctuation":
        return re.sub(r"[.,;!] ?", " ", text).lower()
    return text.upper() if kind == "upper" else text
