"""What a delivery writes above the mail leaves room for the mail's own header."""

from mail.parse import parse
from service.flow.trace import trace
from service.lmtp.delivery import traced
from service.lmtp.session import Recipient, Transaction

MAIL = (
    b"From: client@x.test\r\nSubject: resiliation\r\n"
    b"X-Aiguilleur-Id: 01234567-89ab-7def-8123-456789abcdef\r\n\r\nBonjour"
)


def test_a_thousand_recipients_hide_no_field() -> None:
    """Short or long: the mail reads the same, and its trace is seen."""
    for name in ("u", "u" * 480):
        recipients = tuple(Recipient(f"{name}{n}@x.test", "m") for n in range(1000))
        made = traced(Transaction("c", "s@x.test", recipients, False, MAIL), "m", "host") + MAIL
        email = parse(made)
        assert (email.subject, email.text) == ("resiliation", "Bonjour")
        assert email.sender is not None
        assert (trace(made).hops, len(trace(made).ids)) == (1, 1)
        assert made.count(b"Delivered-To: ") == 10


def test_another_mailbox_is_not_told() -> None:
    """Nobody learns by it who else got the mail."""
    recipients = (Recipient("a@x.test", "one"), Recipient("b@y.test", "two"))
    made = traced(Transaction("c", "s@x.test", recipients, False, MAIL), "two", "host")
    assert made.startswith(b"Return-Path: <s@x.test>\r\nDelivered-To: b@y.test\r\nReceived: ")
