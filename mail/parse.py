"""From bytes or fields to an `Email`.

raw -> structure -> head, body, attachments, notes -> machine kind -> Email
"""

from collections.abc import Mapping

from mail import limits
from mail.addresses import addresses
from mail.attachments import leaves, read_attachments, read_notes, shown
from mail.body import joined, read_body
from mail.clean import one_line
from mail.field_form import message_of
from mail.fields import block_end, envelope, read_fields
from mail.fingerprint import fingerprint
from mail.fold import fold
from mail.headers import Head, read_head
from mail.machine import Evidence, machine_kind
from mail.structure import Part, as_lines, read_structure
from mail.types import Address, Defect, Email

_ARMOUR = "-----BEGIN PGP MESSAGE-----"
_OPENING_CHARS = 1500  # of the text, within which a machine says what it is


def parse(raw: bytes) -> Email:
    """The message in ``raw`` (RFC 5322 and whatever is sent in its place).

    Total: any bytes give an e-mail, with what is wrong listed as defects. Only the first
    `limits.MESSAGE_BYTES` are read, and what is kept is bounded by `mail.limits`.
    """
    truncated = [Defect("message_truncated")] if len(raw) > limits.MESSAGE_BYTES else []
    readable = as_lines(raw[: limits.MESSAGE_BYTES])
    structure = read_structure(readable)
    root = structure.root
    head = read_head(root.fields)
    body = read_body(readable, root)
    text = joined(body)
    found = [*truncated, *head.defects, *structure.defects, *body.defects, *read_notes(root)]
    return Email(
        message_id=head.message_id or synthetic_id(raw),
        subject=head.subject,
        sender=head.sender,
        reply_to=head.reply_to,
        to=head.to,
        cc=head.cc,
        date=head.date,
        headers=head.headers,
        text=text,
        from_html=body.from_html,
        attachments=read_attachments(readable, root),
        defects=_distinct([*found, *_unreadable(text)]),
        machine=machine_kind(_evidence(root, head, text)),
        in_reply_to=head.in_reply_to,
        references=head.references,
    )


def from_fields(fields: Mapping[str, object]) -> Email:
    """The e-mail a client describes by its fields instead of its bytes.

    Keys: subject, from, to and cc (string or list), date (ISO 8601 or RFC 5322), text, html,
    headers (mapping), attachments (list of names). What is missing or of another type is empty.
    """
    return parse(message_of(fields))


def sender_of(raw: bytes) -> Address | None:
    """The sender as `parse` reads it, from the header alone: no body can hold this up."""
    readable = as_lines(raw[: limits.MESSAGE_BYTES])
    start = envelope(readable)[1]
    stop, _ = block_end(readable, start, len(readable))
    fields = read_fields(readable[start : min(stop, start + limits.HEADER_BYTES + 1)])
    found = addresses(fields.first("from")) or addresses(fields.first("sender"))
    return found[0] if found else None


def synthetic_id(raw: bytes) -> str:
    """The id of a message without one: the same for every delivery of the same content."""
    return f"{fingerprint(raw).hex()[:32]}@missing.invalid"


def _unreadable(text: str) -> list[Defect]:
    start = text.lstrip()[: len(_ARMOUR)]
    if start == _ARMOUR:
        return [Defect("encrypted", "PGP within the text")]
    return [] if start else [Defect("no_text")]


def _distinct(defects: list[Defect]) -> tuple[Defect, ...]:
    """Each once; what they quote of the message is as storable as all else."""
    told = (Defect(d.code, one_line(d.detail, limits.DEFECT_CHARS)) for d in defects)
    return tuple(dict.fromkeys(told))[: limits.DEFECTS]


def _evidence(root: Part, head: Head, text: str) -> Evidence:
    parts = [part for part in leaves(root) if part.level == 0]
    return Evidence(
        fields=root.fields,
        media=tuple(part.media for part in parts),
        shown=tuple(part.media for part in shown(root) if part.level == 0),
        sender=head.sender.address.lower() if head.sender else "",
        subject=fold(head.subject),
        opening=fold(text[:_OPENING_CHARS]),
    )
