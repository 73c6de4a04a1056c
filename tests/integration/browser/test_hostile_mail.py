"""A mail that attacks its reader, in the real browser: it does nothing."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Frame, Page, expect

from tests.integration.browser.conftest import sign_in
from tests.support.agent import mail
from tests.support.client import Client
from tests.support.trap import Trap

pytestmark = pytest.mark.full

WORDS = "label:claim <script>window.pwned = 1</script><img src=x onerror='window.pwned = 1'>"


def attack(trap: str) -> str:
    """Everything at once: script, style, images, frames, links, a form, what htmx would read."""
    return f"""
<html><head><base href="{trap}/base/">
<style>@import "{trap}/style"; body {{ background: url({trap}/background) }}</style>
<link rel="stylesheet" href="{trap}/link"><link rel="prefetch" href="{trap}/prefetch">
<meta http-equiv="refresh" content="0;url={trap}/refresh">
<script src="{trap}/script"></script>
<script>window.pwned = 1; new Image().src = "{trap}/inline"; top.location = "{trap}/top"</script>
</head><body onload="window.pwned = 1">
<p>label:claim Bonjour, voici ma facture.</p>
<img src="{trap}/pixel.gif" srcset="{trap}/2x 2x" alt="the logo" onerror="window.pwned = 1">
<p style="background: url({trap}/css)">styled</p>
<table background="{trap}/table"><tr><td>cell</td></tr></table>
<svg onload="window.pwned = 1"><image href="{trap}/svg"/></svg>
<video src="{trap}/video" poster="{trap}/poster" autoplay></video>
<iframe src="{trap}/frame"></iframe><object data="{trap}/object"></object>
<a id="bad" href="javascript:window.pwned = 1; top.pwned = 1">a script link</a>
<a id="good" href="{trap}/clicked">an honest link</a>
<form action="{trap}/form"><input name="password" autofocus><button>Sign in</button></form>
<div hx-get="{trap}/htmx" hx-trigger="load" data-act="complete" data-key="e">x</div>
</body></html>"""


@pytest.fixture
def trap() -> Iterator[Trap]:
    """Where the mail wants its reader's browser to go."""
    with Trap() as made:
        yield made


def opened(page: Page, client: Client, trap: Trap) -> Frame:
    """The mail, open, with its HTML shown."""
    fields = {"from": f"{WORDS} <a@b.example>", "subject": WORDS, "text": WORDS}
    email_id = mail(client, html=attack(trap.url), **fields)
    sign_in(page)
    page.goto(f"/console/queues/claims/{email_id}")
    page.keyboard.press("h")
    handle = page.wait_for_selector("#frame iframe")
    frame = handle.content_frame()
    assert frame is not None
    frame.wait_for_selector("text=voici ma facture")
    return frame


def test_the_trap_works(page: Page, trap: Trap) -> None:
    """In a page without protection the same mail reaches it, else the next test proves nothing."""
    page.set_content(attack(trap.url))
    page.wait_for_url(f"{trap.url}/*")
    assert {path for path, _ in trap.came} & {"/top", "/refresh", "/pixel.gif", "/script"}


def test_a_hostile_mail_does_nothing(
    client: Client, page: Page, context: BrowserContext, trap: Trap
) -> None:
    """Nothing runs, loads, opens or leaves, whatever is clicked; its words can be read."""
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    frame = opened(page, client, trap)
    frame.get_by_text("a script link").click()
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if not url.startswith(client.url)] == []
    assert trap.came == []
    assert page.evaluate("window.pwned") is None
    assert len(context.pages) == 1
    assert frame.locator("form, input, button, script, style[src], svg, video, iframe").count() == 0
    expect(frame.get_by_alt_text("the logo")).to_be_visible()
    expect(page.locator(".what h2")).to_have_text(WORDS)


def test_the_frame_cannot_reach_the_console(client: Client, page: Page, trap: Trap) -> None:
    """It has an origin of its own, may run nothing, and is never shown by itself as a page."""
    opened(page, client, trap)
    frame = page.locator("#frame iframe")
    expect(frame).to_have_attribute("sandbox", "allow-popups allow-popups-to-escape-sandbox")
    assert page.evaluate("document.querySelector('#frame iframe').contentDocument") is None


def test_a_link_opens_elsewhere_and_tells_nothing(
    client: Client, page: Page, context: BrowserContext, trap: Trap
) -> None:
    """A window that knows neither who opened it nor from where."""
    frame = opened(page, client, trap)
    with context.expect_page() as opening:
        frame.get_by_text("an honest link").click()
    other = opening.value
    other.wait_for_load_state()
    assert other.evaluate("window.opener") is None
    assert [referrer for path, referrer in trap.came if path == "/clicked"] == [None]
