"""Reading in the real browser: the words that decided, one view at a time, nothing too late."""

import pytest
from playwright.sync_api import Page, expect

from tests.integration.browser.conftest import hold, sign_in
from tests.integration.browser.test_keyboard import press
from tests.support.agent import mail
from tests.support.client import Client

pytestmark = pytest.mark.full

TEXT = "Good morning. It is about label:claim, thank you."


def read(page: Page, email_id: str, queue: str = "claims") -> None:
    page.goto(f"/console/queues/{queue}/{email_id}")
    page.wait_for_load_state("domcontentloaded")


def decoration(page: Page, side: str) -> str:
    """How a marked word is underlined."""
    script = """side => {
        const word = document.createElement('mark');
        document.querySelector('#why .marked').append(word);
        word.className = side;
        return getComputedStyle(word).textDecorationStyle;
    }"""
    return str(page.evaluate(script, side))


def test_a_key_shows_the_words_that_decided(client: Client, page: Page) -> None:
    """Marked in the mail's place, named in a region that is read out; and away again."""
    email_id = mail(client, subject="A dent", text=TEXT)
    sign_in(page)
    read(page, email_id)
    expect(page.locator("#why")).to_be_hidden()
    press(page, "w")
    expect(page.locator("#why .marked mark.strong", has_text="claim")).to_be_visible()
    said = page.get_by_role("status").filter(has_text="For “Déclaration et suivi de sinistre”:")
    expect(said).to_contain_text("claim")
    expect(page.locator("#words")).to_be_hidden()
    expect(page.locator("[data-shows=why]")).to_have_attribute("aria-expanded", "true")
    press(page, "w")
    expect(page.locator("#words")).to_be_visible()
    expect(page.locator("#why")).to_be_hidden()


def test_words_for_and_against_differ_without_colour(client: Client, page: Page) -> None:
    """By their underlining."""
    email_id = mail(client, text=TEXT)
    sign_in(page)
    read(page, email_id)
    press(page, "w")
    expect(page.locator("#why mark").first).to_be_visible()
    assert decoration(page, "for") == "solid"
    assert decoration(page, "against") == "dashed"


def test_one_view_is_shown_at_a_time(client: Client, page: Page) -> None:
    """The words, what decided, or the mail as it was sent."""
    email_id = mail(client, text=TEXT, html="<p>label:claim as sent</p>")
    sign_in(page)
    read(page, email_id)
    for keys, shown in (("h", "#frame"), ("w", "#why"), ("h", "#frame"), ("h", "#words")):
        press(page, keys)
        for view in ("#words", "#why", "#frame"):
            place = page.locator(view)
            expect(place).to_be_visible() if view == shown else expect(place).to_be_hidden()


def test_a_mail_is_read_while_its_words_are_weighed(client: Client, page: Page) -> None:
    """The answer comes when the next mail is open: it is not shown there."""
    first = mail(client, "payment", subject="First", text="label:payment first")
    mail(client, "payment", subject="Second", text="label:payment second")
    waiting = hold(page, "**/why")
    sign_in(page)
    read(page, first, "payments")
    press(page, "w")
    expect(page.locator("#why")).to_contain_text("Weighing the words")
    press(page, "j")
    expect(page.locator(".what h2")).to_have_text("Second")
    expect(page.locator("#words")).to_be_visible()
    with page.expect_response("**/why"):
        waiting[0].continue_()
    press(page, "w")
    expect(page.locator("#why")).to_contain_text("Weighing the words")
    assert page.locator("#why mark").count() == 0
    waiting[1].continue_()
    expect(page.locator("#why .marked")).to_contain_text("second")


def test_words_that_cannot_be_had_can_be_asked_for_again(client: Client, page: Page) -> None:
    """A sentence says so; opening the view again asks again."""
    email_id = mail(client, text=TEXT)
    sign_in(page)
    read(page, email_id)
    page.route("**/why", lambda route: route.abort())
    press(page, "w")
    expect(page.locator("#why")).to_contain_text("Try again in a moment")
    page.unroute("**/why")
    press(page, "w", "w")
    expect(page.locator("#why mark").first).to_be_visible()


def test_words_that_no_worker_weighed_can_be_asked_for_again(client: Client, page: Page) -> None:
    """By the button that stands in their place."""
    email_id = mail(client, text=TEXT)
    lack = f"""<div id="weighed-{email_id}" hx-swap-oob="innerHTML"><p>Not yet.</p></div>
    <button data-weighs>Try again</button>"""
    page.route("**/why", lambda route: route.fulfill(body=lack, content_type="text/html"))
    sign_in(page)
    read(page, email_id)
    press(page, "w")
    expect(page.get_by_role("status").filter(has_text="Not yet.")).to_be_visible()
    page.unroute("**/why")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#why mark").first).to_be_visible()
    expect(page.locator("#why")).to_be_focused()


def test_the_mail_that_was_chosen_last_is_shown(client: Client, page: Page) -> None:
    """However late the one before it comes."""
    mail(client, "account", subject="Slow")
    quick = mail(client, "account", subject="Quick")
    sign_in(page)
    page.goto("/console/queues/digital")
    links = page.locator(".line a")
    expect(links).to_have_count(2)
    slow = str(links.first.get_attribute("href"))
    waiting = hold(page, f"**{slow}")
    press(page, "j", "j")
    expect(page.locator(".what h2")).to_have_text("Quick")
    for route in waiting:
        route.continue_()
    page.wait_for_load_state("networkidle")
    expect(page.locator(".mail")).to_have_attribute("data-id", quick)


def test_who_does_not_see_it_is_told_which_mail_is_open(client: Client, page: Page) -> None:
    """In a region that is read out, and by the page's title; a key leads into the mail."""
    mail(client, "other", subject="$& Told")
    sign_in(page)
    page.goto("/console/queues/general")
    press(page, "j")
    expect(page.locator("#told")).to_have_text("Open: $& Told")
    expect(page).to_have_title("$& Told · Aiguilleur")
    press(page, "o")
    expect(page.locator("#pane")).to_be_focused()
    press(page, "Tab")
    expect(page.locator(".acts button").first).to_be_focused()
