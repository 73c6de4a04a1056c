"""The files that came along, by name, type and size; none is decoded."""

import re
from collections.abc import Iterator

from mail.body import is_file
from mail.clean import one_line
from mail.encoded_word import value_text
from mail.limits import ATTACHMENTS
from mail.structure import Part
from mail.types import Attachment, Defect

_NAME_CHARS = 255
_UNNAMEABLE = re.compile(r'[<>:"|?*\x00-\x1f]')
_UNSTORED = frozenset(("message/delivery-status", "message/disposition-notification"))
_NOTES = {
    "application/ms-tnef": "tnef",
    "application/vnd.ms-tnef": "tnef",
    "application/pkcs7-mime": "smime_opaque",
    "application/x-pkcs7-mime": "smime_opaque",
    "multipart/signed": "signed",
    "multipart/encrypted": "encrypted",
    "message/partial": "partial_message",
    "message/external-body": "external_body",
}


def leaves(root: Part) -> Iterator[Part]:
    """Every part, depth first and in order, attached messages' included."""
    pending = [root]
    while pending:
        part = pending.pop()
        yield part
        pending += reversed(part.children)


def shown(root: Part) -> Iterator[Part]:
    """The root, alternatives of each other, and all parts that are not declared as files."""
    yield root
    for part in leaves(root):
        alternatives = part.media.value == "multipart/alternative"
        for child in part.children:
            if alternatives or child.disposition.value != "attachment":
                yield child


def read_attachments(raw: bytes, root: Part) -> tuple[Attachment, ...]:
    """The files of a message, at most `ATTACHMENTS`; an attached message is one file."""
    files = (_attachment(raw, part) for part in leaves(root) if _is_attachment(part, root))
    return tuple(file for file, _ in zip(files, range(ATTACHMENTS), strict=False))


def _is_attachment(part: Part, root: Part) -> bool:
    if part.media.value.startswith("message/") and part is not root:
        return part.media.value not in _UNSTORED
    return not part.is_multipart and not part.children and is_file(part)


def _attachment(raw: bytes, part: Part) -> Attachment:
    name = part.disposition.get("filename") or part.media.get("name")
    if not name and part.children:
        name = value_text(part.children[0].fields.first("subject"), 120)
    return Attachment(safe_name(name), part.media.value, _size(raw, part))


def safe_name(name: str) -> str:
    """The base name of a file: no folder, no device, no control character, extension kept."""
    base = _UNNAMEABLE.sub(
        "_", one_line(name.replace("\\", "/"), 4 * _NAME_CHARS).rpartition("/")[2]
    )
    stem, dot, extension = base.strip(" ").lstrip(".").rpartition(".")
    if dot and len(extension) <= 20:
        return f"{stem[: _NAME_CHARS - len(extension) - 1]}.{extension}"
    return base.strip(" ").lstrip(".")[:_NAME_CHARS]


def _size(raw: bytes, part: Part) -> int:
    if part.encoding != "base64":
        return max(0, part.end - part.start)
    breaks = raw.count(b"\n", part.start, part.end) + raw.count(b"\r", part.start, part.end)
    padding = raw.count(b"=", max(part.start, part.end - 8), part.end)
    return max(0, (part.end - part.start - breaks) * 3 // 4 - padding)


def _note(part: Part) -> str | None:
    """By the type, or by the name where a mail server wrote another type over it."""
    name = (part.disposition.get("filename") or part.media.get("name")).lower()
    if name == "winmail.dat":
        return "tnef"
    by_name = "smime_opaque" if name == "smime.p7m" else None
    return _NOTES.get(part.media.value, by_name)


def read_notes(root: Part) -> list[Defect]:
    """What hides content from a reader: encryption, TNEF, fragments; and what signs it."""
    found: dict[str, str] = {}
    for part in leaves(root):
        if code := _note(part):
            encrypted = code == "smime_opaque" and "signed" not in part.media.get("smime-type")
            found.setdefault("encrypted" if encrypted else code, part.media.value)
    return [Defect(code, detail) for code, detail in found.items()]
