"""The table of hard inputs: what kills mail services, and what must come of each."""

import time

import pytest

from mail import limits
from mail.parse import parse, sender_of
from mail.segment import segment
from mail.text import MODEL_CHARS, model_input
from mail.types import Email
from tests.unit.mail.hard import (
    depths,
    encodings,
    files,
    headers,
    meanings,
    pages,
    parts,
    sizes,
    structures,
)
from tests.unit.mail.hard.case import Case
from tests.unit.mail.invariants import assert_sound

TABLE = [
    case
    for module in (encodings, headers, structures, depths, parts, files, pages, sizes, meanings)
    for case in module.CASES
]
STORED = [case for case in TABLE if isinstance(case.raw, bytes) and b"\0\n" not in case.raw]
SECONDS = 10  # of processor time on a slow machine; each is far below on any


def test_the_table_is_complete() -> None:
    """More than 85 cases, no two of one name."""
    assert len({case.name for case in TABLE}) == len(TABLE) > 85


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.name)
def test_hard_input(case: Case) -> None:
    """It is read without an exception, in bounded time, and as the table says."""
    check(case, case.build())


@pytest.mark.parametrize("case", STORED, ids=lambda case: case.name)
def test_hard_input_as_smtp_delivers_it(case: Case) -> None:
    """With CRLF at the end of its lines it reads the same."""
    check(case, case.build().replace(b"\n", b"\r\n"))


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.name)
def test_the_sender_is_read_from_the_header_alone(case: Case) -> None:
    """The same as from the whole message."""
    raw = case.build()
    assert sender_of(raw) == parse(raw).sender


def check(case: Case, raw: bytes) -> None:
    """Read a message and compare it with the table."""
    started = time.process_time()
    email = parse(raw)
    read = model_input(email)
    assert time.process_time() - started < SECONDS
    assert len(read) <= MODEL_CHARS
    assert_sound(email)
    assert_fields(case, email)
    assert_text(case, email)


def assert_fields(case: Case, email: Email) -> None:
    """The head of the message, its files, its kind and its defects are as expected."""
    sender = email.sender
    found = {
        "subject": email.subject,
        "sender": sender.address if sender else "",
        "sender_name": sender.name if sender else "",
        "message_id": email.message_id,
        "year": email.date.year if email.date else None,
        "files": tuple(file.name for file in email.attachments),
    }
    expected = {name: getattr(case, name) for name in found if getattr(case, name) is not None}
    assert {name: found[name] for name in expected} == expected
    assert case.machine in ("", email.machine)
    assert set(case.defects) <= {defect.code for defect in email.defects}


def assert_text(case: Case, email: Email) -> None:
    """The text says and hides what it should; the message to act on is the right one."""
    assert [part for part in case.says if part not in email.text] == []
    assert [part for part in case.hides if part in email.text] == []
    assert len(email.text) <= limits.TEXT_CHARS
    found = segment(email.text, email.subject)
    if case.reads is not None:
        assert found.said(found.main).split() == case.reads.split()
    if case.customer is not None:
        assert found.customer is not None
        assert found.customer.address == case.customer
