"""Words as the search sees them: what is stored of a mail, and what a query asks for. Pure.

Accents and case are folded here, because PostgreSQL has no extension for it. A number that people
write in groups ("AB-12 345.67") is found in groups and as one.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice

_MOST_CHARS = 20_000  # of a mail's text
_MOST_HEAD = 1_000  # of its sender and of its subject
_MOST_WORDS = 4_000  # of a mail
_MOST_ASKED = 12  # words of a query
_LONGEST = 60  # characters of a word
_PREFIX = 3  # a word as long as that finds longer ones
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae", "ø": "o", "Ø": "o"})
_WORD = re.compile(r"[^\W_]+")
_COMPOUND = re.compile(r"[^\W_]+(?:[-./][^\W_]+)*")
_DIGIT = re.compile(r"\d").search
_BETWEEN = "-./ "  # what may stand between the groups of a number
_MOST_GROUPS = 8


def fold(text: str) -> str:
    """Lower case, without accents."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    return "".join(c for c in parts if not unicodedata.combining(c)).casefold()


def stored(subject: str, sender: str, text: str) -> str:
    """The words to store of a mail, apart by one space, in their order; what is joined comes last.

    Bounded, and linear in its input.
    """
    folded = fold(f"{sender[:_MOST_HEAD]}\n{subject[:_MOST_HEAD]}\n{text[:_MOST_CHARS]}")
    words = [word[0][:_LONGEST] for word in islice(_WORD.finditer(folded), _MOST_WORDS)]
    joined = dict.fromkeys(islice(_joined(folded), _MOST_WORDS // 4))
    return " ".join([*words, *(word[:_LONGEST] for word in joined)])


def query(asked: str) -> str | None:
    """What was asked as a `tsquery` of letters and digits only, all words required; None if none.

    A word of three letters or more finds what begins with it.
    """
    terms = [_term(match[0]) for match in islice(_COMPOUND.finditer(fold(asked)), _MOST_ASKED)]
    return " & ".join(terms) or None


def _term(compound: str) -> str:
    """A word, or several that stand together, or these as one."""
    words = [_lexeme(word) for word in _WORD.findall(compound)[:_MOST_GROUPS]]
    if len(words) == 1:
        return words[0]
    phrase = " <-> ".join(words)
    whole = "".join(_WORD.findall(compound))
    return f"(({phrase}) | {_lexeme(whole)})" if _has_digit(whole) else f"({phrase})"


def _lexeme(word: str) -> str:
    word = word[:_LONGEST]
    return f"'{word}':*" if len(word) >= _PREFIX else f"'{word}'"


def _joined(text: str) -> Iterator[str]:
    """Numbers written in groups as one word: a short word of letters, then groups with digits."""
    lead = whole = ""
    end = -2
    for match in _WORD.finditer(text):
        word = match[0]
        if _DIGIT(word) is None:
            lead, whole = (word if len(word) <= _PREFIX else ""), ""
        else:
            start = match.start()
            near = start - end == 1 and text[end] in _BETWEEN
            if near and whole:
                yield whole + word
            if near and lead:
                yield lead + word
            lead = (lead + word)[:_LONGEST] if near and lead else ""
            whole = (whole + word if near else word)[:_LONGEST]
        end = match.end()


def _has_digit(word: str) -> bool:
    return _DIGIT(word) is not None
