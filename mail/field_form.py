"""An e-mail given as fields, written as the message it would have been.

One way to read mail is easier to trust than two, so the field form takes the same path.
"""

import hashlib
from collections.abc import Iterable, Mapping

from mail.limits import ATTACHMENTS, HEADER_COUNT, HEADER_VALUE_BYTES, PART_BYTES

_DIRECT = ("Subject", "From", "Date")
_LISTS = ("To", "Cc")


def message_of(fields: Mapping[str, object]) -> bytes:
    """A MIME message in UTF-8 that says what the fields say; total for any mapping."""
    parts = [*_texts(fields), *_files(fields)]
    content = b"".join(parts)
    boundary = b"=_" + hashlib.sha256(content).hexdigest()[:32].encode("ascii")
    head = [*_named(fields), *_others(fields), b"MIME-Version: 1.0"]
    head.append(b'Content-Type: multipart/mixed; boundary="' + boundary + b'"')
    divider = b"\n--" + boundary
    body = b"".join(divider + b"\n" + part for part in parts)
    return b"\n".join(head) + b"\n" + body + divider + b"--\n"


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _field(name: str, value: str) -> bytes:
    line = " ".join(value[:HEADER_VALUE_BYTES].split())
    return _encoded(f"{name}: {line}".replace("\0", ""))


def _named(fields: Mapping[str, object]) -> list[bytes]:
    found = [_field(name, _text(fields, name.lower())) for name in _DIRECT]
    found += [_field(name, ", ".join(_strings(fields.get(name.lower())))) for name in _LISTS]
    return [line for line in found if not line.endswith(b": ")]


def _others(fields: Mapping[str, object]) -> list[bytes]:
    """The client's own headers, without those that say how the bytes are laid out."""
    headers = fields.get("headers")
    if not isinstance(headers, Mapping):
        return []
    given = {name.lower() for name in (*_DIRECT, *_LISTS) if fields.get(name.lower())}
    return [
        _field(str(name).strip(), str(value))
        for name, value in list(headers.items())[:HEADER_COUNT]
        if _is_allowed(str(name).strip(), given)
    ]


def _is_allowed(name: str, given: set[str]) -> bool:
    lower = name.lower()
    layout = lower.startswith("content-") or lower == "mime-version"
    printable = name.isascii() and name.isprintable() and not set(name) & {":", " "}
    return bool(name) and len(name) <= 200 and printable and not layout and lower not in given


def _texts(fields: Mapping[str, object]) -> list[bytes]:
    """The plain text and the HTML: alternatives of each other where both are given."""
    leaves = [
        b"Content-Type: " + kind + b"; charset=utf-8\n\n" + _encoded(text[: 2 * PART_BYTES])
        for name, kind in (("text", b"text/plain"), ("html", b"text/html"))
        if (text := _text(fields, name))
    ]
    if len(leaves) < 2:
        return leaves
    boundary = b"=_" + hashlib.sha256(b"".join(leaves)).hexdigest()[32:].encode("ascii")
    head = b'Content-Type: multipart/alternative; boundary="' + boundary + b'"\n'
    divider = b"\n--" + boundary
    return [head + b"".join(divider + b"\n" + leaf for leaf in leaves) + divider + b"--\n"]


def _files(fields: Mapping[str, object]) -> list[bytes]:
    names = _strings(fields.get("attachments"))[:ATTACHMENTS]
    return [
        b"Content-Type: application/octet-stream\n"
        + _field("Content-Disposition", f'attachment; filename="{_quotable(name)}"')
        + b"\n\n"
        for name in names
    ]


def _quotable(name: str) -> str:
    return name[:1000].replace("\\", "/").replace('"', "_")


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Iterable) and not isinstance(value, bytes | Mapping):
        return [item for item in value if isinstance(item, str)]
    return []
