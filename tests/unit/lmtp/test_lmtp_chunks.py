"""How bytes are cut into packets makes no difference, whatever the bytes are."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.lmtp.talking import HELLO, LIMITS, Talk, talk

PIECES = st.sampled_from(
    [
        b"LHLO c\r\n",
        b"MAIL FROM:<s@x.test>\r\n",
        b"RCPT TO:<a@x.test>\r\n",
        b"RCPT TO:<b@x.test>\r\n",
        b"DATA\r\n",
        HELLO,
        b"hello",
        b"x" * 120,
        b"x" * 300,
        b"..\r\n" * 70,
        b"\r\n.\r\n",
        b".\r\n",
        b"\n.\n",
        b"\r",
        b"\n",
        b".",
        b"\0\xff",
        b"RSET\r\n",
    ]
)


@st.composite
def cut(draw: st.DrawFn) -> tuple[bytes, list[bytes]]:
    """A conversation, and the same in chunks."""
    data = b"".join(draw(st.lists(PIECES | st.binary(max_size=8), max_size=25)))
    if draw(st.booleans()):
        data = HELLO + data
    places = sorted(draw(st.lists(st.integers(0, len(data)), max_size=30)))
    edges = [0, *places, len(data)]
    return data, [data[a:b] for a, b in pairwise(edges)]


@given(cut())
@settings(max_examples=400, deadline=None)
def test_any_cut_gives_the_same_replies(case: tuple[bytes, list[bytes]]) -> None:
    """And the same messages."""
    data, chunks = case
    whole, cut_up = talk(data), Talk(chunks)
    assert cut_up.said == whole.said
    assert cut_up.messages == whole.messages


@given(cut())
@settings(max_examples=100, deadline=None)
def test_byte_by_byte_gives_the_same_replies(case: tuple[bytes, list[bytes]]) -> None:
    """The worst network there is."""
    data, _ = case
    whole = talk(data)
    slow = Talk([data[i : i + 1] for i in range(len(data))], LIMITS)
    assert (slow.said, slow.messages) == (whole.said, whole.messages)
