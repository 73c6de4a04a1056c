"""Whether mail is mostly French, by words that no English mail is full of."""

from collections.abc import Sequence

from model.ngrams import word_counts

_FRENCH = frozenset(
    (
        *(
            "de",
            "la",
            "le",
            "les",
            "des",
            "du",
            "et",
            "je",
            "vous",
            "une",
            "un",
            "pour",
            "pas",
            "est",
            "que",
            "mon",
            "ma",
        ),
        *(
            "mes",
            "votre",
            "nous",
            "dans",
            "sur",
            "avec",
            "bonjour",
            "merci",
            "ne",
            "ce",
            "cette",
            "par",
            "au",
            "aux",
            "qui",
            "suis",
            "ai",
        ),
    )
)
SHARE = 0.12  # of all words; English lies below 3 in a hundred, French above 25


def mostly_french(texts: Sequence[str]) -> bool:
    """True where so many words are French that an English vocabulary should be extended."""
    hits = total = 0
    for text in texts:
        counts = {word: n for word, n in word_counts(text).items() if " " not in word}
        total += sum(counts.values())
        hits += sum(n for word, n in counts.items() if word in _FRENCH)
    return hits > SHARE * max(1, total)
