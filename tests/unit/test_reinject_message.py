"""What changes in a message that is handed on: header fields of ours, and nothing else."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.fingerprint import header_block
from service.flow.trace import trace
from service.reinject.message import rewrite
from service.store.reinjections import Mail

ID = UUID(int=7)


def mail(content: bytes, **changed: object) -> Mail:
    values = {"category": "claim", "confidence": 0.5, "queue": "claims", "reason": "model"}
    return Mail(content, **{**values, "model": "m/1", **changed})  # type: ignore[arg-type]


OURS = (
    b"X-Aiguilleur-Category: claim\r\nX-Aiguilleur-Confidence: 0.5000\r\n"
    b"X-Aiguilleur-Queue: claims\r\nX-Aiguilleur-Reason: model\r\nX-Aiguilleur-Model: m/1\r\n"
    b"X-Aiguilleur-Id: 00000000-0000-0000-0000-000000000007\r\n"
)


def test_the_fields_come_first_and_the_rest_as_it_was() -> None:
    """Byte for byte, with odd line lengths and bytes."""
    rest = b"Received: from a\r\n\tby b\r\nSubject: =?x?=\r\n\r\n.\r\n\xff\0" + b"y" * 5000
    assert rewrite(mail(rest), ID).content == OURS + rest


@pytest.mark.parametrize(
    ("header", "kept"),
    [
        (b"X-Aiguilleur-Queue: vip\r\nSubject: s\r\n", b"Subject: s\r\n"),
        (
            b"Subject: s\r\nx-aiguilleur-id : 1\r\n 2\r\n\t3\r\nTo: a\r\n",
            b"Subject: s\r\nTo: a\r\n",
        ),
        (b"X-AIGUILLEUR-NEW:\r\nX-Aiguilleur-: x\r\nTo: a\r\n", b"To: a\r\n"),
        (b"X-Aiguilleurs: mine\r\n", b"X-Aiguilleurs: mine\r\n"),
        (b"Return-Path: <a@b>\r\nDelivered-To: c\r\nReceived: x\r\n", b"Received: x\r\n"),
        (b"Received: x\r\nDelivered-To: c\r\n", b"Received: x\r\nDelivered-To: c\r\n"),
        (b"From a@b Mon Jan 1\r\nSubject: s\r\n", b"Subject: s\r\n"),
        (b"\0X-Aiguilleur-Queue: vip\r\nSubject: s\r\n", b"Subject: s\r\n"),
        (b"X-Aiguil\x80leur-Queue: vip\r\n 2\r\nSubject: s\r\n", b"Subject: s\r\n"),
        (b" evil\r\n\tX-A: b\r\nSubject: s\r\n", b"Subject: s\r\n"),
        (b"From a@b Mon Jan 1\r\n evil\r\nSubject: s\r\n", b"Subject: s\r\n"),
        (b"Subject: a\r\n X-Aiguilleur-Queue: b\r\n", b"Subject: a\r\n X-Aiguilleur-Queue: b\r\n"),
        (b"", b""),
    ],
)
def test_forged_and_used_up_fields_go(header: bytes, kept: bytes) -> None:
    """With their continuation lines, in any case; the body may say what it likes."""
    body = b"\r\nX-Aiguilleur-Queue: in the body\r\n"
    assert rewrite(mail(header + body), ID).content == OURS + kept + body


def test_bare_line_ends_become_crlf() -> None:
    """As SMTP demands; a message with none of them keeps its bytes."""
    made = rewrite(mail(b"Subject: s\n\na\n.\nb\rc\r\nd"), ID).content
    assert made == OURS + b"Subject: s\r\n\r\na\r\n.\r\nb\r\nc\r\nd"


def test_cr_cr_lf_is_one_line_end() -> None:
    """So the header goes on below it, as it does for the parser."""
    made = rewrite(mail(b"X-Foo: bar\r\r\nSubject: s\r\nTo: a\r\r\r\n\r\r\nbody\r\r\n"), ID).content
    assert made == OURS + b"X-Foo: bar\r\nSubject: s\r\nTo: a\r\n\r\nbody\r\n"


@pytest.mark.parametrize(
    ("content", "sender"),
    [
        (b"Return-Path: <zoe@x.test>\r\nReceived: x\r\n\r\n", "zoe@x.test"),
        (b"Delivered-To: c\r\nreturn-path:<zoe@x.test>\r\n\r\n", "zoe@x.test"),
        (b"Return-Path: <>\r\n\r\n", ""),
        (b"Received: x\r\nReturn-Path: <forged@x.test>\r\n\r\n", ""),
        (b"Return-Path: <a@b> c@d\r\nSubject: s\r\n\r\n", "a@b"),
        (b"Return-Path: <a@b c>\r\n\r\n", ""),
        (b"Return-Path: <ceo@bank.test,x@evil.test>\r\n\r\n", ""),
        (b'Return-Path: <"a;b"@x.test>\r\n\r\n', '"a;b"@x.test'),
        (b"Subject: s\r\n\r\nReturn-Path: <body@x.test>\r\n", ""),
    ],
)
def test_the_sender_is_what_the_last_delivery_wrote(content: bytes, sender: str) -> None:
    """Only at the top, where the author of a mail cannot write."""
    assert rewrite(mail(content), ID).sender == sender


def test_values_are_one_ascii_word() -> None:
    """No value can begin a field of its own."""
    made = rewrite(mail(b"\r\n", category="é\r\nBcc: x@y", model="a\0b" * 200), ID).content
    block = made.split(b"\r\n\r\n")[0]
    assert block.isascii()
    assert all(line.startswith(b"X-Aiguilleur-") for line in block.split(b"\r\n"))
    assert b"Category: ???Bcc:?x@y" in block


def test_no_confidence_gives_no_field() -> None:
    """As with rules, which ask no model."""
    assert b"Confidence" not in rewrite(mail(b"\r\n", confidence=None), ID).content


@given(st.binary(max_size=200) | st.text("XAr-: \r\n\t.<>@", max_size=80).map(str.encode))
def test_it_is_total(content: bytes) -> None:
    """Any bytes give a message that names its id once, with CRLF alone at line ends."""
    made = rewrite(mail(content), ID).content
    assert ID in trace(made).ids
    assert header_block(made).lower().count(b"x-aiguilleur-id") == 1
    assert set(b"\r\n").isdisjoint(made.replace(b"\r\n", b""))


def test_a_trace_ends_lines_as_the_parser_does() -> None:
    """At a bare CR too, and not where CR CR LF is one line's end."""
    own = b"X-Aiguilleur-Id: %s" % str(ID).encode()
    assert trace(b"X-A: b\r" + own + b"\r\n\r\n").ids == {ID}
    assert trace(b"X-A: b\r\r\n\r\r\n" + own + b"\r\n").ids == set()


def test_a_trace_counts_servers_and_reads_ids() -> None:
    """In the header alone, and only well-formed ones."""
    own = str(ID).encode()
    raw = b"Received: 1\r\nreceived : 2\r\nX-Aiguilleur-ID: %s\r\nX-Aiguilleur-Id: %s\r\n\r\n" % (
        own,
        b"-" * 36,
    )
    found = trace(raw + b"Received: 3\r\n")
    assert (found.hops, found.ids) == (2, {ID})
