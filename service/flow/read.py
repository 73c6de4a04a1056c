"""From a claimed mail's bytes to what the model and the routing look at. Pure and total."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from mail.field_form import message_of
from mail.parse import from_fields, parse
from mail.text import model_input
from mail.types import Address, Email
from service import log
from service.domain.routing import Facts
from service.domain.search import stored
from service.domain.types import Claimed, Kind

_log = log.get(__name__)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a mail says: the model's input, facts for the rules, fields and words to keep."""

    text: str
    facts: Facts
    fields: Mapping[str, object]
    link_key: bytes | None
    search: str


def read(claimed: Claimed) -> Reading:
    """Parse and summarise one mail."""
    email = parse_content(claimed.kind, claimed.content)
    sender = email.sender.address if email.sender else ""
    facts = Facts(
        mailbox=claimed.mailbox,
        priority=claimed.priority,
        machine=str(email.machine) if email.machine else None,
        sender_domain=sender.rpartition("@")[2].lower(),
    )
    named = f"{email.sender.name} {sender}" if email.sender else ""
    words = stored(email.subject, named, email.text)
    return Reading(model_input(email), facts, _fields(email), _link_key(email, sender), words)


def parse_content(kind: Kind, content: bytes) -> Email:
    """The e-mail that the stored content stands for."""
    return parse(content) if kind is Kind.RAW else from_fields(json.loads(content))


def text_or_none(email_id: UUID, kind: str, content: bytes) -> str | None:
    """What the model reads of a stored mail; None, after a line in the log, where that fails."""
    try:
        return model_input(parse_content(Kind(kind), bytes(content)))
    except Exception:  # noqa: BLE001  # as in deciding: one mail's fault stops no other
        _log.exception("read_failed", email_id=str(email_id))
        return None


def message_bytes(kind: Kind, content: bytes) -> bytes:
    """The stored content as a message: as it came, or as its fields are read."""
    return content if kind is Kind.RAW else message_of(json.loads(content))


def _fields(email: Email) -> dict[str, object]:
    return {
        "message_id": email.message_id or None,
        "subject": email.subject,
        "from": _address(email.sender) if email.sender else None,
        "to": [_address(a) for a in email.to],
        "cc": [_address(a) for a in email.cc],
        "date": email.date.isoformat() if email.date else None,
        "machine": str(email.machine) if email.machine else None,
        "attachments": [
            {"name": a.name, "content_type": a.content_type, "size": a.size}
            for a in email.attachments
        ],
        "defects": [{"code": d.code, "detail": d.detail} for d in email.defects],
    }


def _address(address: Address) -> dict[str, str]:
    return {"name": address.name, "address": address.address}


def _link_key(email: Email, sender: str) -> bytes | None:
    """What two mails share if one is probably the other again; never decides anything alone."""
    if not email.message_id:
        return None
    date = email.date.isoformat() if email.date else ""
    parts = (email.message_id, sender.lower(), date, email.text)
    return hashlib.sha256("\0".join(parts).encode()).digest()
