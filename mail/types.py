"""What a message is once it has been read."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MachineKind(StrEnum):
    """Who wrote the message, when it was not a person asking for something."""

    AUTO_REPLY = "auto_reply"
    OUT_OF_OFFICE = "out_of_office"
    BOUNCE = "bounce"
    NEWSLETTER = "newsletter"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class Address:
    """A display name and an address, each on one line and either possibly empty."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came along: base name, lower-case media type, size in bytes once decoded.

    The size is computed without decoding, so it is exact for well-formed base64 only.
    """

    name: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Defect:
    """Something wrong, hidden or unusual in the message: a stable code and a detail for people."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Email:
    """A message as people would read it. Every string is storable text: no NUL, no surrogates.

    ``message_id`` is never empty (a missing one is derived from the content), ``date`` is aware
    and in UTC, ``headers`` and ``text`` are bounded by `mail.limits`.
    """

    message_id: str
    subject: str
    sender: Address | None
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    date: datetime | None
    headers: tuple[tuple[str, str], ...]
    text: str
    from_html: bool
    attachments: tuple[Attachment, ...]
    defects: tuple[Defect, ...]
    machine: MachineKind | None
    in_reply_to: str | None
    references: tuple[str, ...]
