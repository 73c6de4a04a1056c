"""Text as patterns see it: lower case, no accents, plain spaces, plain quotes and dashes."""

import unicodedata

_SPACES = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000"
_TABLE = {
    **{code: unicodedata.normalize("NFD", chr(code))[0] for code in range(0xC0, 0x250)},
    **dict.fromkeys(map(ord, _SPACES), " "),
    **dict.fromkeys(map(ord, "’‘ʼ´"), "'"),
    **dict.fromkeys(map(ord, "–—―‑"), "-"),
    **dict.fromkeys(map(ord, "“”«»"), '"'),
    ord("："): ":",
}


def fold(text: str) -> str:
    """``text`` in lower case without accents or typographic variants, as long as it was."""
    if text.isascii():
        return text.lower()
    return text.replace("İ", "I").lower().translate(_TABLE)
