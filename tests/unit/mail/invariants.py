"""What holds for every e-mail, whatever it was made from."""

from collections.abc import Iterator

from mail import limits
from mail.types import Address, Email


def strings(email: Email) -> Iterator[str]:
    """Every string of an e-mail that may be stored or put into a header again."""
    yield from (email.message_id, email.subject, email.in_reply_to or "", *email.references)
    people: tuple[Address, ...] = (*email.reply_to, *email.to, *email.cc)
    for person in (*people, *((email.sender,) if email.sender else ())):
        yield from (person.name, person.address)
    for name, value in email.headers:
        yield from (name, value)
    for file in email.attachments:
        yield from (file.name, file.content_type)
    for defect in email.defects:
        yield from (defect.code, defect.detail)


def assert_sound(email: Email) -> None:
    """Storable, bounded, on one line where it must be, and dated in UTC if at all."""
    for value in strings(email):
        assert "\n" not in value
        assert "\r" not in value
        assert_storable(value)
    assert_storable(email.text)
    assert email.message_id
    assert len(email.headers) <= limits.HEADER_COUNT
    assert len(email.attachments) <= limits.ATTACHMENTS
    assert len(email.text) <= limits.TEXT_CHARS
    assert email.date is None or email.date.utcoffset() is not None
    assert all("/" not in file.name for file in email.attachments)


def assert_storable(value: str) -> None:
    """PostgreSQL takes it: no NUL, no lone surrogate; nor any control a terminal obeys."""
    assert "\0" not in value
    value.encode("utf-8")
    assert not any(ord(char) < 32 and char not in "\n\t" for char in value[:100_000])
