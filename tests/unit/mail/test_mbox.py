"""Where messages of a mailbox file begin and end."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.mbox import begins, spans

LINE = b"From a@b.example Sat Nov 21 09:30:00 2026\n"


def messages(content: bytes) -> list[bytes]:
    file = io.BytesIO(content)
    return [content[offset : offset + length] for offset, length in list(spans(file))]


@pytest.mark.parametrize(
    "line",
    [
        LINE,
        b"From - Thu Jan  1 00:00:00 1970\n",
        b"From MAILER-DAEMON Fri Jul  8 12:08:34 2011\r\n",
        b"From a@b 2026-11-21 09:30:00\n",
        b"From a b c Sat Nov 21 09:30 2026 +0100\n",
    ],
)
def test_lines_before_a_message(line: bytes) -> None:
    """As mail programs write them."""
    assert begins(line)


@pytest.mark.parametrize(
    "line",
    [
        b"From now on please cancel.\n",
        b"From 2026 on the contract ends.\n",
        b"From 9:30 I am at home.\n",
        b"From: a@b.example\n",
        b">" + LINE,
        b"",
    ],
)
def test_lines_of_a_message(line: bytes) -> None:
    """What people write."""
    assert not begins(line)


def test_messages_are_what_lies_between() -> None:
    """Each without its line; a body's own `From ` ends nothing, nor does one without a blank."""
    one = b"Subject: a\n\nBonjour,\n\nFrom now on please cancel.\n" + LINE + b"goes on\n\n"
    two = b"Subject: b\n\nx"
    assert messages(LINE + one + LINE + two) == [one, two]


def test_a_file_that_is_no_mailbox_is_one_message() -> None:
    """Whatever it begins with."""
    assert messages(b"From now on\n\nplease") == [b"From now on\n\nplease"]
    assert messages(b"") == []
    assert messages(LINE) == []


def test_lines_of_any_length_are_passed_over() -> None:
    """A line longer than what is looked at begins no message in its middle."""
    long = b"x" * 999 + b"\n" + b"y" * 1000 + LINE + b"\n"
    assert messages(LINE[:-1] + b" " * 5000 + b"\n" + long) == [long]


@given(st.lists(st.sampled_from([LINE, b"\n", b"x\n", b"From a\n", b"y" * 1500])))
def test_no_byte_is_given_twice_or_invented(parts: list[bytes]) -> None:
    """All messages together are the file less lines that begin one."""
    content = b"".join(parts)
    found = messages(content)
    assert b"".join(found).replace(LINE, b"") == content.replace(LINE, b"")
    assert all(found)
