"""Bytes as mail programs write them: header folding, encoded words, transfer encodings.

Written out instead of asked of the standard library's mail package, whose folding differs between
Python versions: the built files must be the same everywhere.
"""

import base64
import binascii
import urllib.parse

CRLF = b"\r\n"


def _chunks(text: str, charset: str, room: int) -> list[str]:
    """Pieces of whole characters whose encoded form has at most `room` bytes."""
    pieces = [""]
    for character in text:
        if len((pieces[-1] + character).encode(charset)) > room:
            pieces.append("")
        pieces[-1] += character
    return pieces


def _q(data: bytes) -> str:
    plain = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    return "".join("_" if b == 32 else chr(b) if b in plain else f"={b:02X}" for b in data)


def encoded(text: str, charset: str = "utf-8", kind: str = "Q") -> str:
    """RFC 2047 encoded words, folded; the text itself when it is ASCII."""
    if text.isascii():
        return text
    words = []
    for piece in _chunks(text, charset, 18 if kind == "Q" else 40):
        data = piece.encode(charset)
        inside = _q(data) if kind == "Q" else base64.b64encode(data).decode()
        words.append(f"=?{charset}?{kind}?{inside}?=")
    return "\r\n ".join(words)


def address(text: str, charset: str = "utf-8", kind: str = "Q") -> str:
    """`Name <address>` with the name encoded, or quoted where it has special characters."""
    name, bracket, rest = text.partition("<")
    name = name.strip()
    if not name.isascii():
        name = encoded(name, charset, kind)
    elif any(character in '.,()@:;"' for character in name):
        name = f'"{name}"'
    return f"{name} {bracket}{rest}".strip() if bracket else text


def filename(text: str) -> str:
    """The filename parameter: quoted, or in the extended form of RFC 2231."""
    if text.isascii():
        return f'filename="{text}"'
    quoted = urllib.parse.quote(text, safe="")
    return f"filename*=UTF-8''{quoted}"


def transfer(data: bytes, coding: str) -> bytes:
    """The data in a content transfer encoding: `quoted-printable`, `base64`, or as it is."""
    if coding == "base64":
        text = base64.b64encode(data)
        return b"".join(text[at : at + 76] + CRLF for at in range(0, len(text), 76))
    if coding == "quoted-printable":
        return binascii.b2a_qp(data, istext=True)
    return data


def crlf(text: str) -> str:
    """The text with line ends of the wire."""
    return text.replace("\n", "\r\n")


def part(headers: list[str], body: bytes) -> bytes:
    """Header fields, a blank line, the body."""
    return CRLF.join(line.encode() for line in headers) + CRLF + CRLF + body


def multipart(subtype: str, boundary: str, parts: list[bytes]) -> tuple[str, bytes]:
    """The Content-Type value and the body of a multipart."""
    mark = b"--" + boundary.encode()
    body = b"".join(mark + CRLF + piece + CRLF for piece in parts) + mark + b"--" + CRLF
    return f'multipart/{subtype};\r\n boundary="{boundary}"', body
