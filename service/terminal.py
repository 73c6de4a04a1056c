"""What others wrote, as a terminal may have it."""

import unicodedata

_KEPT, _INSTEAD = "\n\t", "\N{REPLACEMENT CHARACTER}"


def plain(text: str) -> str:
    """The same without control characters: a model's card or a server's word steers no terminal."""
    if text.isprintable():
        return text
    return "".join(x if x in _KEPT or _is_harmless(x) else _INSTEAD for x in text)


def _is_harmless(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs"}
