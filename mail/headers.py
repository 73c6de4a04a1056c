"""The fields a person would call the head of the message, and what is wrong with them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from mail.addresses import addresses
from mail.clean import one_line
from mail.encoded_word import raw_text, value_text
from mail.fields import Fields
from mail.limits import REFERENCES
from mail.types import Address, Defect

_ID_CHARS = 998  # of a line (RFC 5322, 2.1.1), within which an id has to fit
_ID = re.compile(rf"<([^<>]{{1,{_ID_CHARS}}})>")
_UNIQUE = ("from", "subject", "message-id", "date", "content-type")
_EARLIEST_YEAR = 1980


@dataclass(frozen=True, slots=True)
class Head:
    """What the header block of a message says; ``message_id`` is empty when it says nothing."""

    message_id: str
    subject: str
    sender: Address | None
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    date: datetime | None
    headers: tuple[tuple[str, str], ...]
    in_reply_to: str | None
    references: tuple[str, ...]
    defects: tuple[Defect, ...]


def read_head(fields: Fields) -> Head:
    """The head of a message; a field that cannot be read is empty and named as a defect."""
    sender = addresses(fields.first("from")) or addresses(fields.first("sender"))
    date = parse_date(raw_text(fields.first("date")))
    message_id = first_id(raw_text(fields.first("message-id")))
    return Head(
        message_id=message_id,
        subject=value_text(fields.first("subject")),
        sender=sender[0] if sender else None,
        reply_to=addresses(fields.first("reply-to")),
        to=_recipients(fields, "to"),
        cc=_recipients(fields, "cc"),
        date=date,
        headers=tuple((name, value_text(value)) for name, value in fields.items),
        in_reply_to=first_id(raw_text(fields.first("in-reply-to"))) or None,
        references=ids(raw_text(fields.first("references"))),
        defects=_defects(fields, message_id, sender, date),
    )


def _recipients(fields: Fields, name: str) -> tuple[Address, ...]:
    return addresses(b", ".join(fields.all(name)))


def first_id(text: str) -> str:
    """A message id without its angles and stray brackets, spaces kept; empty when there is none."""
    if not text:
        return ""
    match = _ID.search(text)
    return one_line(match[1] if match else text.strip(" \t<>"), _ID_CHARS).strip("[] ")


def ids(text: str) -> tuple[str, ...]:
    """The newest `REFERENCES` ids of a References field, oldest first."""
    found = (one_line(match[1], _ID_CHARS) for match in _ID.finditer(text))
    return tuple(filter(None, found))[-REFERENCES:]


def parse_date(text: str) -> datetime | None:
    """An RFC 5322 or ISO 8601 date in UTC; without a zone it is taken as UTC."""
    text = text.strip()[:100]
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            return _utc(read(text))
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def _utc(date: datetime) -> datetime:
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)


def _defects(
    fields: Fields, message_id: str, sender: tuple[Address, ...], date: datetime | None
) -> tuple[Defect, ...]:
    counts = {name: len(fields.all(name)) for name in _UNIQUE}
    found = [Defect("duplicate_header", name) for name, count in counts.items() if count > 1]
    found += [Defect("no_headers")] if not fields.items else []
    found += [Defect("garbage_in_headers", f"{fields.garbage} lines")] if fields.garbage else []
    found += [Defect("headers_truncated")] if fields.truncated else []
    found += [] if message_id else [Defect("missing_message_id")]
    found += [] if sender and sender[0].address else [Defect("missing_sender")]
    return (*found, *_date_defects(counts["date"], date))


def _date_defects(count: int, date: datetime | None) -> list[Defect]:
    if date is None:
        return [Defect("unreadable_date" if count else "missing_date")]
    return [Defect("implausible_date", date.isoformat())] if date.year < _EARLIEST_YEAR else []
