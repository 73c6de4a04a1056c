"""Bytes to text, whatever they claim to be."""

import codecs
import re
from functools import lru_cache

from charset_normalizer import from_bytes

from mail.pattern import words

# What mail calls the encodings Python knows by another name, and names that understate:
# "ISO-8859-1" is written by programs that mean Windows-1252, "GB2312" by ones that mean GB18030.
_ALIASES = {
    "ascii": "utf_8",
    "us-ascii": "utf_8",
    "ansi_x3.4-1968": "utf_8",
    "8bit": "utf_8",
    "7bit": "utf_8",
    "unknown": "utf_8",
    "unknown-8bit": "utf_8",
    "x-unknown": "utf_8",
    "default_charset": "utf_8",
    "utf8mb4": "utf_8",
    "unicode": "utf_8",
    "unicode-1-1-utf-7": "utf_7",
    "unicode-1-1-utf-8": "utf_8",
    "ansi": "cp1252",
    "iso-8859": "cp1252",
    "x-ansi": "cp1252",
    "iso-8859-8-i": "iso8859_8",
    "iso-8859-6-i": "iso8859_6",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
}
_UNDERSTATED = {"iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874"}
_MULTIBYTE = words("gb18030 cp949 cp932 big5 big5hkscs euc_jp euc-jp euc_kr johab hz")
# Codecs that transform rather than decode, some of them slower than linear, are never looked up.
_REFUSED = words(
    "idna punycode unicode_escape unicode-escape raw_unicode_escape raw-unicode-escape "
    "undefined mbcs oem rot_13 rot13 hex uu base64 quopri bz2 zlib"
)
_NAME = re.compile(r"[a-z0-9][a-z0-9_.:+-]{0,40}")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GUESS_FROM = 64  # bytes; a shorter text is guessed worse than assumed
_GUESS_SAMPLE = 16 * 1024
_MOJIBAKE_PROOF = re.compile(
    "Ã[\u00a0-\u00bf\u2122\u0160\u2030\u00ab]|â€[\u2122\u0153\u009d\u201c\u00a6]"
)
_CONTINUATION = "".join(bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xC0))
_MOJIBAKE = re.compile(
    f"[\u00c2-\u00df][{re.escape(_CONTINUATION)}]|[\u00e0-\u00ef][{re.escape(_CONTINUATION)}]{{2}}"
    f"|\u00f0[{re.escape(_CONTINUATION)}]{{3}}"
)


@lru_cache(maxsize=512)
def codec(declared: str) -> str | None:
    """Python's name of a declared charset, mended where mail misspells it; None when unknown."""
    found = _NAME.search(declared.strip().strip("\"'").lower())
    if found is None:
        return None
    name = _ALIASES.get(found[0].rstrip(".:-"), found[0].rstrip(".:-"))
    try:
        known = codecs.lookup(name)
    except (LookupError, ValueError):
        return _mended(name)
    if known.name.replace("-", "_") in _REFUSED:
        return None
    return _UNDERSTATED.get(known.name, known.name)


def _mended(name: str) -> str | None:
    """``windows1252``, ``cp-1252``, ``iso88591``, ``utf-8http-equiv`` and their kin."""
    for pattern, result in _MISSPELT:
        if match := pattern.match(name):
            mended = match.expand(result)
            return codec(mended) if mended != name else None
    return None


_MISSPELT = (
    (re.compile(r"utf[_.:-]*(8|16|32)"), r"utf-\1"),
    (re.compile(r"(?:x-)?(?:windows|win|cp)[_.:-]*(\d{3,4})"), r"cp\1"),
    (re.compile(r"iso[_.:-]*8859[_.:-]*(1[0-6]|[1-9])"), r"iso-8859-\1"),
    (re.compile(r"(?:x-)?latin[_.:-]*(\d{1,2})"), r"latin\1"),
)


def decode(data: bytes, declared: str | None, *, guess: bool = True) -> tuple[str, str]:
    """Text of ``data`` and the name of the encoding that read it.

    A byte order mark wins, then valid UTF-8 that is not plain ASCII, then the declared charset,
    then a guess on texts long enough to guess from, unless ``guess`` is off (one costs as much as
    reading a small message), then Windows-1252. It always succeeds.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data.decode(name, "replace"), name
    wanted = codec(declared) if declared else None
    if wanted not in (None, "utf-8") and (text := _strict(data, wanted)) is not None:
        honest = _really_utf8(data, wanted)
        return (honest, "utf-8") if honest is not None else (text, wanted)
    text = _strict(data, "utf-8")
    if text is not None:
        return text, "utf-8"
    return _guessed(data, wanted, guess)


def _strict(data: bytes, name: str | None) -> str | None:
    try:
        return data.decode(name or "utf-8")
    except (LookupError, ValueError):
        return None


def _really_utf8(data: bytes, wanted: str) -> str | None:
    """The UTF-8 text of bytes declared otherwise, where chance cannot explain that it is valid."""
    if data.isascii() or wanted.startswith("utf"):
        return None
    text = _strict(data, "utf-8")
    if text is not None and wanted in _MULTIBYTE and max(text) < "\u0800":
        return None
    return text


def _guessed(data: bytes, wanted: str | None, guess: bool) -> tuple[str, str]:
    if wanted == "utf-8" and (text := _mostly_utf8(data)) is not None:
        return text, "utf-8"
    if guess and len(data) >= _GUESS_FROM and wanted is None:
        best = from_bytes(data[:_GUESS_SAMPLE], steps=3, preemptive_behaviour=False).best()
        if best is not None and (text := _strict(data, best.encoding)) is not None:
            return text, best.encoding
    return data.decode("cp1252", "replace").replace("\ufffd", "?"), "cp1252"


def _mostly_utf8(data: bytes) -> str | None:
    """UTF-8 with a few broken bytes (cut mid-character, a stray one) is still UTF-8."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    sound = sum(map(len, re.findall(r"[^\x00-\x7f\ufffd]+", text)))
    return text if sound > 4 * broken else None


def mend_mojibake(text: str) -> str:
    """``prÃ©nom`` back to ``prénom``, where the text proves it was decoded twice."""
    if text.isascii() or not _MOJIBAKE_PROOF.search(text):
        return text
    return _MOJIBAKE.sub(_undone, text)


def _undone(match: re.Match[str]) -> str:
    try:
        return match[0].encode("cp1252").decode("utf-8")
    except UnicodeError:
        return match[0]
