"""Twice the input costs at most about twice the work, counted in calls and not in seconds."""

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from mail.html import html_text
from mail.limits import HTML_DEPTH
from mail.parse import parse
from mail.segment import segment

_HEAD = b"From: a@b.fr\nTo: c@d.fr\n"
LINES = {
    "prose": "Bonjour, je vous écris au sujet du contrat 123.\n",
    "blank": "\n",
    "twelve dates and more": "Date : 12/03/2024\n",
    "subjects": "Objet : devis\n\n",
    "header blocks": "De : a@b.fr\nEnvoyé : 5 mars\nÀ : c@d.fr\nObjet : x\n",
    "half blocks": "De : a@b.fr\nEnvoyé : 5 mars\n",
    "on": "On\n",
    "le": "Le 5 mars 2024 à\n",
    "wrote": "On 5 Mar 2024, a@b.fr wrote:\n",
    "schrieb": "Am 5.3. schrieb\n",
    "colons": "1:\n",
    "quotes": "> \n>> x\n",
    "closings": "Cordialement\n\n",
    "devices": "Envoyé de mon iPhone\n",
    "dashes": "-- \n",
    "forwards": "---------- Forwarded message ---------\nFYI\n",
    "disclaimers": "Ce message est confidentiel\n\n",
}
RAW = {
    "headers": b"X-A: b\n",
    "folded header": b" b\n",
    "parts": b"--b\n\nx\n",
    "boundary-like lines": b"--x\n",
    "multiparts": b"Content-Type: multipart/mixed; boundary=b\n\n--b\n",
    "alternatives within alternatives": (
        b"Content-Type: multipart/alternative; boundary=b\n\n--b\n"
    ),
    "recipients": b"a@b.fr, ",
    "encoded words": b"=?utf-8?q?a?= ",
}
HTML = {
    "unclosed tags": "<a",
    "unclosed comments": "<!--",
    "nested": "<div>",
    "hidden depth": "<div><table></div></table>",
    "paragraphs": "<p>x",
    "quotes": "<blockquote>x</blockquote>",
}


def work(function: Callable[[], object]) -> int:
    """How many calls and lines of Python a function runs."""
    count = 0

    def trace(_frame: FrameType, _event: str, _argument: object) -> Callable[..., object]:
        nonlocal count
        count += 1
        return trace

    sys.settrace(trace)
    try:
        function()
    finally:
        sys.settrace(None)
    return count


def assert_linear(run: Callable[[int], object], times: int = 300) -> None:
    """Four times the input costs at most five times the work."""
    small, large = work(lambda: run(times)), work(lambda: run(4 * times))
    assert large <= 5 * small


@pytest.mark.parametrize("line", LINES.values(), ids=LINES.keys())
def test_segmenting_is_linear(line: str) -> None:
    """In the number of lines, whatever they pretend to be."""
    assert_linear(lambda times: segment(line * times).main)


@pytest.mark.parametrize("piece", RAW.values(), ids=RAW.keys())
def test_parsing_is_linear(piece: bytes) -> None:
    """In the bytes of headers and of structure."""
    head = (
        b"To: "
        if b"@" in piece or b"=?" in piece
        else b"Content-Type: multipart/mixed; boundary=b\n"
    )
    assert_linear(lambda times: parse(head + piece * times))


@pytest.mark.parametrize("piece", HTML.values(), ids=HTML.keys())
def test_reading_html_is_linear(piece: str) -> None:
    """In the length of the page, once it is past the depth that a tree is built for."""
    assert_linear(lambda times: html_text(piece * times), HTML_DEPTH + 1)
