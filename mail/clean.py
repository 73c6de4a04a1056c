"""Text made safe to store and to show: line endings, controls, invisible characters."""

import re
import unicodedata

# The C1 controls nobody sends: bytes of Windows-1252 that were decoded as ISO-8859-1.
_C1 = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
_DROPPED = [*range(0x20), 0x7F, 0xAD, 0x200B, 0x200E, 0x200F, 0xFEFF]
_BIDI = [0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
# Format characters and fillers that leave no mark: they split words unseen, or spell in secret.
_UNSEEN = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2060-\u2065\u206a-\u206f\u3164"
    "\ufe00-\ufe0d\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
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
_UNSAFE = re.compile(
    "[" + "".join(map(re.escape, map(chr, _TABLE))).replace("\\\n", "") + _UNSEEN + "]"
)
# The joiners shape Arabic, Indic and Mongolian letters and combine emoji; elsewhere they only hide.
_JOINED = "\u0600-\u109f\u1780-\u18af\u2600-\u27bf\ufe0f\U0001f000-\U0001faff"
_STRAY_JOINER = re.compile(f"(?<![{_JOINED}])[\u200c\u200d]|[\u200c\u200d](?![{_JOINED}])")
_SURROGATES = re.compile("[\ud800-\udfff]")
_DECOMPOSED = re.compile(r"[^\W\d_][\u0300-\u036f]{1,8}")
_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ")


def clean(text: str) -> str:
    """The same text with LF line ends, composed accents and nothing that cannot be stored.

    NUL, lone surrogates, control, direction-changing and invisible characters never come out:
    zero-width ones, tags, fillers. Joiners do between letters or emoji that they shape.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii():
        printable = text.replace("\n", "").replace("\t", "").isprintable()
        return text if printable else text.translate(_TABLE)
    text = _SURROGATES.sub("\ufffd", text)
    text = _UNSAFE.sub(lambda match: _TABLE.get(ord(match[0]), ""), text)
    if "\u200c" in text or "\u200d" in text:
        text = _STRAY_JOINER.sub("", text)
    return _DECOMPOSED.sub(lambda match: unicodedata.normalize("NFC", match[0]), text)


def one_line(text: str, limit: int) -> str:
    """Cleaned text on a single line of at most ``limit`` characters: no header can be injected."""
    text = text[: 4 * limit]
    if not (text.isascii() and text.isprintable()):
        text = clean(text).translate(_CONTROLS)
    elif "  " not in text:  # most are in order already
        return text.strip()[:limit].rstrip()
    return " ".join(text.split())[:limit].rstrip()
