"""A mail as the set of its words, each known by a hash alone, in `BYTES` bytes.

A hundred words of a language share a bit, and order, numbers and how often a word stands there are
lost: enough to tell two kinds of mail apart, too little to read one.
"""

import base64
import binascii
import re
import zlib
from collections.abc import Iterable, Sequence

BITS = 1024
BYTES = BITS // 8
_LONGEST = 30  # letters; what is longer is a code, not a word
_WORD = re.compile(r"[^\W\d_]{2,}")


def words_of(text: str) -> frozenset[str]:
    """The words of a text, in lower case: letters alone, so no number and no address."""
    return frozenset(word for word in _WORD.findall(text.lower()) if len(word) <= _LONGEST)


def bag_of(words: Iterable[str]) -> bytes:
    """The set, `BYTES` long."""
    bits = 0
    for word in words:
        bits |= 1 << (zlib.crc32(word.encode("utf-8", "replace")) % BITS)
    return bits.to_bytes(BYTES, "little")


def packed(bags: Sequence[bytes]) -> str:
    """Many of them as text for JSON."""
    return base64.b64encode(zlib.compress(b"".join(bags), 9)).decode("ascii")


def unpacked(raw: str, most: int) -> tuple[bytes, ...]:
    """The same back, `most` at most; ValueError where the text is none."""
    try:
        blob = zlib.decompressobj().decompress(base64.b64decode(raw, validate=True), most * BYTES)
    except (binascii.Error, zlib.error) as error:
        raise ValueError("no bags") from error
    if len(blob) % BYTES:
        raise ValueError("a bag that is cut off")
    return tuple(blob[at : at + BYTES] for at in range(0, len(blob), BYTES))
