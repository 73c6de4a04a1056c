"""A leaf's bytes as text: transfer encoding and charset undone, within bounds."""

import binascii
import re

from mail.base64_body import defects_of, from_base64, text_below
from mail.charset import codec, decode, mend_mojibake
from mail.clean import clean
from mail.limits import PART_BYTES
from mail.structure import Part
from mail.types import Defect

_IDENTITY = frozenset(("", "7bit", "8bit", "binary"))
_UU_BEGIN = re.compile(rb"(?m)^begin [0-7]{3,4} [^\r\n]*\r?\n")
_META_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE
)
_META_WITHIN = 4096


def part_bytes(raw: bytes, part: Part) -> tuple[bytes, list[Defect]]:
    """The decoded bytes of a leaf, at most `PART_BYTES` of them."""
    cut = part.end - part.start > 2 * PART_BYTES
    data = raw[part.start : min(part.end, part.start + 2 * PART_BYTES)]
    data, defects = _decoded(data, part.encoding)
    if cut or len(data) > PART_BYTES:
        defects.append(Defect("part_truncated", f"{part.end - part.start} bytes as sent"))
    return data[:PART_BYTES], defects


def _decoded(data: bytes, encoding: str) -> tuple[bytes, list[Defect]]:
    if encoding == "base64":
        end = text_below(data)
        return from_base64(data[:end]), [Defect("bad_base64", d) for d in defects_of(data, end)]
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data), []
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return from_uuencode(data), []
    return data, [] if encoding in _IDENTITY else [Defect("unknown_transfer_encoding", encoding)]


def from_uuencode(data: bytes) -> bytes:
    """What a uuencoded file holds; lines that are not uuencode are left out."""
    begin = _UU_BEGIN.search(data)
    decoded = bytearray()
    for line in data[begin.end() if begin else 0 :].splitlines():
        if line.strip() in (b"end", b"`", b""):
            break
        decoded += _uu_line(line)
    return bytes(decoded)


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        return b""


def part_text(raw: bytes, part: Part) -> tuple[str, list[Defect]]:
    """The text of a leaf, cleaned, and what was wrong with its encoding."""
    data, defects = part_bytes(raw, part)
    declared = part.media.get("charset") or _meta_charset(data, part)
    text, used = decode(data, declared or None)
    defects += _charset_defects(declared, used, data)
    mended = mend_mojibake(text)
    defects += [Defect("mojibake_mended")] if mended != text else []
    return clean(mended), defects


def _meta_charset(data: bytes, part: Part) -> str:
    if part.media.value != "text/html":
        return ""
    match = _META_CHARSET.search(data, 0, _META_WITHIN)
    return match[1].decode("ascii") if match else ""


def _charset_defects(declared: str, used: str, data: bytes) -> list[Defect]:
    defects = [Defect("nul_bytes")] if b"\0" in data and not used.startswith("utf-16") else []
    if declared and codec(declared) is None:
        return [*defects, Defect("unknown_charset", declared[:40])]
    if declared and not data.isascii() and codec(declared) != used:
        defects.append(Defect("wrong_charset", f"{declared[:40]}, read as {used}"))
    elif not declared and not data.isascii():
        defects.append(Defect("no_charset", f"read as {used}"))
    return defects
