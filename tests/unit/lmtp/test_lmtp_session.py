"""RFC 2033 as a conversation: what each command is answered, and in which order."""

import pytest

from service.lmtp.session import Limits
from service.lmtp.wire import Bad
from tests.unit.lmtp.talking import HELLO, LIMITS, codes, talk

LHLO, MAIL, RCPT = b"LHLO c", b"MAIL FROM:<s@x.test>", b"RCPT TO:<a@x.test>"


def test_every_recipient_gets_its_own_reply() -> None:
    """Two recipients, two final replies; an unknown one was told before."""
    said = talk(
        b"LHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<a@x.test>\r\nRCPT TO:<nobody@x.test>\r\n"
        b"RCPT TO:<b@x.test>\r\nDATA\r\nhello\r\n.\r\n"
    ).codes
    assert said == [250, 250, 250, 550, 250, 354, 250, 250]


def test_lhlo_names_the_extensions() -> None:
    """The size is the deployment's limit."""
    (reply,) = talk(b"LHLO c\r\n").said
    assert set(reply.more) == {
        "PIPELINING",
        "SIZE 200",
        "8BITMIME",
        "SMTPUTF8",
        "ENHANCEDSTATUSCODES",
    }


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([b"EHLO c"], 500),  # RFC 2033, 4.1
        ([b"HELO c"], 500),
        ([b"LHLO"], 501),
        ([MAIL], 503),  # before LHLO
        ([LHLO, RCPT], 503),  # before MAIL
        ([LHLO, b"DATA"], 503),
        ([LHLO, MAIL, b"DATA"], 503),  # RFC 2033, 4.2: no recipient
        ([LHLO, MAIL, b"RCPT TO:<nobody@x.test>", b"DATA"], 503),
        ([LHLO, MAIL, MAIL], 503),
        ([LHLO, b"MAIL FROM:<s@x.test> SIZE=201"], 552),
        ([LHLO, b"MAIL FROM:<s@x.test> SIZE=" + b"9" * 60], 552),
        ([LHLO, b"MAIL FROM:<s@x.test> SIZE=200"], 250),
        ([LHLO, b"MAIL FROM:<s@x.test> SIZE=-1"], 501),
        ([LHLO, b"MAIL FROM:<s@x.test> BODY=8BITMIME"], 250),
        ([LHLO, b"MAIL FROM:<s@x.test> BODY=BINARYMIME"], 501),
        ([LHLO, b"MAIL FROM:<s@x.test> RET=FULL"], 555),
        ([LHLO, b"MAIL FROM:s@x.test"], 501),
        ([LHLO, b"MAIL FROM:<s@x.test"], 501),
        ([LHLO, b"MAIL FROM:<a\0b@x.test>"], 501),
        ([LHLO, b"MAIL FROM:<s>"], 501),
        ([LHLO, b"MAIL FROM:<ceo@bank.test,x@evil.test>"], 501),  # unquoted, some read a list
        ([LHLO, b"MAIL FROM:<ceo,x@evil.test>"], 501),
        ([LHLO, b"MAIL FROM:<a;b@x.test>"], 501),
        ([LHLO, b"MAIL FROM:<a(b)c@x.test>"], 501),
        ([LHLO, b"MAIL FROM:<a:b@x.test>"], 501),
        ([LHLO, b"MAIL FROM:<a@b@x.test>"], 501),
        ([LHLO, b'MAIL FROM:<"a"b@x.test>'], 501),
        ([LHLO, b'MAIL FROM:<"a;b,c"@x.test>'], 250),
        ([LHLO, b"MAIL FROM:<a+b=c@[192.0.2.1]>"], 250),
        ([LHLO, b'MAIL FROM:<"a>b"@x.test>'], 250),
        ([LHLO, b"MAIL FROM:<@relay.test:s@x.test>"], 250),
        ([LHLO, "MAIL FROM:<zoé@x.test>".encode()], 553),
        ([LHLO, "MAIL FROM:<zoé@x.test> SMTPUTF8".encode()], 250),
        ([LHLO, MAIL, "RCPT TO:<zoé@x.test>".encode()], 553),
        ([LHLO, MAIL + b" SMTPUTF8", "RCPT TO:<zoé@x.test>".encode()], 250),
        ([LHLO, MAIL, b"RCPT TO:<postmaster>"], 250),
        ([LHLO, MAIL, b"RCPT TO:<>"], 501),
        ([LHLO, MAIL, b"RCPT TO:<a@x.test> NOTIFY=NEVER"], 555),
        ([LHLO, MAIL, *[RCPT] * 6], 452),
        ([LHLO, MAIL, b"RSET", RCPT], 503),
        ([LHLO, MAIL, LHLO, RCPT], 503),
        ([b"\xff\xfe"], 500),
        ([b"x" * 101], 500),
        ([b""], 500),
        ([b"NOOP"], 250),
        ([b"VRFY a"], 252),
        ([b"HELP"], 214),
        ([b"QUIT"], 221),
        ([b"nonsense"] * 4, 421),
        ([b"NOOP"] * 106, 421),
    ],
)
def test_the_last_command_is_answered(lines: list[bytes], code: int) -> None:
    """One line a case."""
    assert codes(*lines)[-1] == code


def test_a_sender_that_is_refused_begins_no_transaction() -> None:
    """The next MAIL is the first."""
    assert codes(LHLO, b"MAIL FROM:<s@x.test> SIZE=999", MAIL) == [250, 552, 250]


def test_the_size_is_checked_while_reading() -> None:
    """Over it, every recipient is told, and the next message is taken."""
    big = HELLO + b"x" * 500 + b"\r\n.\r\n" + HELLO[8:] + b"ok\r\n.\r\n"
    made = talk(big)
    assert made.codes == [250, 250, 250, 354, 552, 250, 250, 354, 250]
    assert made.messages == [Bad.MESSAGE_TOO_LARGE, b"ok\r\n"]


def test_the_size_counts_no_stuffed_dots() -> None:
    """A message of dots alone is as large as its sender says."""
    dots = b"..\r\n" * 66  # 198 bytes once unstuffed
    assert talk(HELLO + dots + b".\r\n").messages == [b".\r\n" * 66]


def test_long_lines_are_accepted() -> None:
    """A line of the whole message's size, as real senders make them."""
    long = Limits(message_bytes=2_000_000)
    made = talk(HELLO + b"x" * 1_999_998 + b"\r\n.\r\n", long)
    assert (made.codes[-1], len(made.messages[0])) == (250, 2_000_000)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (b".\r\n", b""),
        (b"..\r\n.\r\n", b".\r\n"),
        (b"a\r\n..b\r\n.\r\n", b"a\r\n.b\r\n"),
        (b"a\r\n.b\r\n.\r\n", b"a\r\nb\r\n"),
        (b"a.\r\n.\r\n", b"a.\r\n"),
        (b"\r\n\r\n.\r\n", b"\r\n\r\n"),
        (b"a\0b\r\n.\r\n", b"a\0b\r\n"),
        (b"\xff\xfe\r\n.\r\n", b"\xff\xfe\r\n"),
    ],
)
def test_dots_are_unstuffed(sent: bytes, message: bytes) -> None:
    """RFC 5321, 4.5.2; all other bytes come through."""
    assert talk(HELLO + sent).messages == [message]


@pytest.mark.parametrize(
    "end",
    [
        b"\n.\n",
        b"\n.\r\n",
        b"\r\n.\n",
        b"\r.\r",
        b"\r\n.\r",
        b"\r.\r\n",
        b"\r\n\0.\r\n",
        b"\n.\r\r\n",
    ],
)
def test_nothing_but_crlf_dot_crlf_ends_a_message(end: bytes) -> None:
    """A second message hidden behind such an end stays part of the first (smuggling)."""
    hidden = b"MAIL FROM:<forged@x.test>\r\nRCPT TO:<b@x.test>\r\nDATA\r\nforged\r\n.\r\n"
    made = talk(HELLO + b"real" + end + hidden)
    assert len(made.messages) == 1
    assert b"forged" in made.messages[0]  # type: ignore[operator]


def test_a_bare_line_feed_ends_no_command() -> None:
    """What follows it is part of the same, wrong, command."""
    assert codes(b"LHLO c\nMAIL FROM:<s@x.test>", b"RCPT TO:<a@x.test>") == [250, 503]


def test_pipelined_transactions_keep_their_order() -> None:
    """Replies come in the order of commands (RFC 2920)."""
    twice = HELLO + b"1\r\n.\r\n" + HELLO[8:] + b"2\r\n.\r\nQUIT\r\nNOOP\r\n"
    made = talk(twice, LIMITS)
    assert made.messages == [b"1\r\n", b"2\r\n"]
    assert made.codes[-2:] == [250, 221]
