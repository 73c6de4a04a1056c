"""Two deliveries of one mail have one fingerprint; two mails have two."""

import hashlib

from mail.fingerprint import fingerprint, header_block
from mail.limits import HEADER_BYTES

MAIL = b"Subject: sinistre\r\nMessage-ID: <a@b>\r\n\r\nReceived: in the body\r\n"


def test_trace_headers_do_not_count() -> None:
    """What each hop adds, folded lines included, leaves the fingerprint as it is."""
    trace = b"Return-Path: <a@b>\r\nreceived: from x\r\n\tby y;\r\n z\r\nARC-Seal: i=1\r\n"
    assert fingerprint(trace + MAIL) == fingerprint(MAIL)


def test_a_changed_byte_is_another_mail() -> None:
    """Subject, id and body all count, trace-like lines of the body too."""
    for old, new in ((b"sinistre", b"sinistrE"), (b"<a@b>", b"<a@c>"), (b"in the", b"in  the")):
        assert fingerprint(MAIL.replace(old, new)) != fingerprint(MAIL)


def test_what_the_parser_reads_counts() -> None:
    """A bare CR ends a trace field, and what has no header has no trace fields."""
    for made in (
        b"Received: x\rSubject: %b\nFrom: a@b\n\nbody",
        b"Received: x\rSubject: %b\rFrom: c@d\r\rbody",
        b"Received: x\r\r\n\r\r\nReceived: %b",
        b"Bonjour\nmon dossier\nReceived: %b\n\nCdt",
        b"\xff\xfeReceived: %b\n\nCdt",
    ):
        assert fingerprint(made % b"resilier") != fingerprint(made % b"payer")


def test_ordinary_mail_keeps_its_fingerprint() -> None:
    """Stored ones stay comparable: this is the value of the first release."""
    expected = hashlib.sha256(b"Subject: sinistre\r\nMessage-ID: <a@b>\n" + MAIL[36:]).digest()
    assert MAIL[36:].startswith(b"\r\n\r\n")
    assert fingerprint(b"Received: x\r\n\ty\r\n" + MAIL) == expected


def test_any_bytes_have_a_fingerprint() -> None:
    """32 bytes, for nothing at all as for a message without an end of headers."""
    for raw in (b"", b"\n", b"Received: x", b"Received: x\n" * 100_000, b"\0" * 10):
        assert len(fingerprint(raw)) == 32


def test_the_header_block_is_bounded() -> None:
    """It ends at the first blank line, or at the limit where there is none."""
    assert header_block(MAIL) == b"Subject: sinistre\r\nMessage-ID: <a@b>"
    assert len(header_block(b"a: b\n" * 100_000)) == HEADER_BYTES
