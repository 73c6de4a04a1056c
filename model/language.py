"""Which language a mail is mostly in, by the small words that no other language is full of.

Good enough to see that a mix moves, which is all that drift asks; a mail of three words may well be
`other`. Words that two of the languages share count for neither.
"""

import re
from collections import Counter
from collections.abc import Mapping

OTHER = "other"
_LETTERS = 4_000  # characters looked at
_LEAST = 2  # small words, below which nothing is said
_WORD = re.compile(r"[^\W\d_]+")
_SMALL: Mapping[str, str] = {
    "fr": "le la les des du une et est je vous nous pour pas que qui dans sur avec mon ma mes "
    "votre bonjour merci ce cette par ne au aux ai ont mais comme cordialement",
    "en": "the and is are was were you your my we our to of for with this that have has not it "
    "from please thank thanks hello regards would can be been will",
    "de": "der das und ist ich sie wir ein eine nicht mit auf von zu den dem bitte danke guten "
    "ihre haben mein meine werden sehr für",
    "es": "el los las y es yo usted nosotros una para con por mi mis su gracias hola pero este "
    "esta como ha he muy está estoy",
    "it": "il gli e è io voi noi una per con non che mio mia grazie buongiorno questo questa "
    "della del sono ho ha alla come",
    "nl": "het een en is ik u wij niet met op van voor mijn uw dank geachte graag heb heeft deze "
    "dit zijn naar",
}


def _owners() -> dict[str, str]:
    """Each small word with its language, those of several left out."""
    counted = Counter(word for words in _SMALL.values() for word in set(words.split()))
    return {
        word: language
        for language, words in _SMALL.items()
        for word in words.split()
        if counted[word] == 1
    }


_OWNER = _owners()


def language_of(text: str) -> str:
    """`fr`, `en`, `de`, `es`, `it`, `nl`, or `other`; of equals the first of these."""
    words = _WORD.findall(text[:_LETTERS].lower())
    found = Counter(_OWNER[word] for word in words if word in _OWNER)
    best = max(_SMALL, key=lambda language: found[language])
    return best if found[best] >= _LEAST else OTHER
