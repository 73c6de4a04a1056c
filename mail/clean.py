"""Text made safe to store and to show: line endings, controls, invisible characters."""

import re
import unicodedata

# The C1 controls nobody sends: bytes of Windows-1252 that were decoded as ISO-8859-1.
_C1 = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
_DROPPED = [*range(0x20), 0x7F, 0xAD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF]
_BIDI = [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_TABLE: dict[int, str] = {
    **dict.fromkeys([*_DROPPED, *_BIDI], ""),
    **_C1,
    ord("\t"): "\t",
    ord("\n"): "\n",
    0x0B: "\n",
    0x0C: "\n",
    0x2028: "\n",
    0x2029: "\n",
}
_UNSAFE = re.compile("[" + "".join(map(re.escape, map(chr, _TABLE))).replace("\\\n", "") + "]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_DECOMPOSED = re.compile(r"[^\W\d_][\u0300-\u036f]{1,8}")
_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ")


def clean(text: str) -> str:
    """The same text with LF line ends, composed accents and nothing that cannot be stored.

    NUL, lone surrogates, control, zero-width and direction-changing characters never come out.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii():
        return text if text.isprintable() else text.translate(_TABLE)
    text = _SURROGATES.sub("\ufffd", text)
    text = _UNSAFE.sub(lambda match: _TABLE[ord(match[0])], text)
    return _DECOMPOSED.sub(lambda match: unicodedata.normalize("NFC", match[0]), text)


def one_line(text: str, limit: int) -> str:
    """Cleaned text on a single line of at most ``limit`` characters: no header can be injected."""
    text = text[: 4 * limit]
    if not (text.isascii() and text.isprintable()):
        text = clean(text).translate(_CONTROLS)
    elif "  " not in text:  # most are in order already
        return text.strip()[:limit].rstrip()
    return " ".join(text.split())[:limit].rstrip()
