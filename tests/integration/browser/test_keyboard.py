"""An agent's day without a mouse."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.integration.browser.conftest import hold, sign_in
from tests.support.agent import Agent, mail, trail
from tests.support.client import Client
from tests.support.person import PASSWORD
from tests.support.waiting import until

pytestmark = pytest.mark.full


def press(page: Page, *keys: str) -> None:
    """Once the page listens: its script runs when all of the page is there."""
    page.wait_for_load_state("domcontentloaded")
    for key in keys:
        page.keyboard.press(key)


def test_from_sign_in_to_done_by_keyboard_alone(client: Client, page: Page, boss: Agent) -> None:
    """Sign in, claim, read, correct, complete; then the next mail is open."""
    first = mail(client, subject="First", text="label:claim The very words.", priority="urgent")
    second = mail(client, subject="Second")
    page.goto("/console")
    expect(page.locator("#login")).to_be_focused()  # the page does it, soon after it has come
    page.keyboard.type("anna")
    press(page, "Tab")
    page.keyboard.type(PASSWORD)
    press(page, "Enter")
    expect(page.locator("#list h2")).to_have_text("Sinistres")
    press(page, "n")
    expect(page.locator(".what h2")).to_have_text("First")
    expect(page.locator("#words")).to_contain_text("The very words.")
    press(page, "6")
    expect(page.locator('[data-category="payment"]')).to_have_attribute("aria-pressed", "true")
    press(page, "e")
    expect(page.locator(".what h2")).to_have_text("Second")
    expect(page.locator("#toast")).to_contain_text("1 done.")
    done = [action for action, by in trail(boss, first) if by == "console/anna"]
    assert done == ["claimed", "read", "corrected", "completed"]
    assert client.email(first)["decision"]["category"] == "payment"
    assert boss.work(second)["state"] == "free"


def test_every_other_action_by_keyboard(client: Client, page: Page, boss: Agent) -> None:
    """Note, first answer, snooze, undo, re-route with a reason."""
    email_id = mail(client, "cancellation")
    sign_in(page)
    page.goto("/console/queues/contracts")
    press(page, "j")
    expect(page.locator(".what h2")).to_be_visible()
    press(page, "c")
    expect(page.locator("[data-act=complete]")).to_be_visible()
    press(page, "t")
    page.keyboard.type("called back")
    press(page, "Tab", "Enter")
    expect(page.locator("#notes")).to_contain_text("called back")
    page.locator("#pane").focus()
    press(page, "a")
    expect(page.locator("#toast")).to_contain_text("1 noted as answered.")
    expect(page.locator(".standing")).to_contain_text("answered")
    expect(page.locator("[data-act=respond]")).to_have_count(0)
    press(page, "s", "Tab", "Enter")  # the second choice: in four hours
    expect(page.locator("#toast")).to_contain_text("1 put aside.")
    until(lambda: boss.work(email_id)["state"] == "snoozed", "snoozed")
    press(page, "z")
    expect(page.locator("#toast")).to_contain_text("1 put back.")
    expect(page.locator(".what h2")).to_be_visible()
    press(page, "c")
    expect(page.locator("[data-act=complete]")).to_be_visible()
    press(page, "r", "ArrowDown", "Tab")
    page.keyboard.type("for them")
    press(page, "Enter")
    expect(page.locator("#toast")).to_contain_text("1 sent on.")
    assert ("rerouted", "console/anna") in trail(boss, email_id)


def test_no_key_is_lost(client: Client, page: Page, boss: Agent) -> None:
    """Who types faster than the network has all of it done, in order."""
    email_id = mail(client, "complaint")
    sign_in(page)
    page.goto("/console/queues/complaints")
    press(page, "j")
    expect(page.locator(".what h2")).to_be_visible()
    press(page, "c")
    expect(page.locator("[data-act=respond]")).to_be_visible()
    waiting = hold(page, "**/actions/*", 1)
    with page.expect_request("**/actions/correct"):
        press(page, "1", "a", "e")
    waiting[0].continue_()
    expect(page.locator("#toast")).to_contain_text("1 done.")
    done = [action for action, by in trail(boss, email_id) if by == "console/anna"]
    assert done == ["read", "claimed", "corrected", "responded", "completed"]


def test_who_presses_twice_does_it_once(client: Client, page: Page, boss: Agent) -> None:
    """The way back stays in sight, until Escape puts it away; the next mail is left alone."""
    first = mail(client, "other", subject="First")
    second = mail(client, "other", subject="Second")
    sign_in(page)
    page.goto("/console/queues/general")
    press(page, "n")
    expect(page.locator(".what h2")).to_have_text("First")
    waiting = hold(page, "**/actions/*")
    with page.expect_request("**/actions/complete"):
        press(page, "e", "e")
    waiting[0].continue_()
    expect(page.locator(".what h2")).to_have_text("Second")
    page.wait_for_load_state("networkidle")
    expect(page.locator("#toast")).to_contain_text("1 done.")
    assert len(waiting) == 1
    assert [boss.work(one)["state"] for one in (first, second)] == ["done", "free"]
    press(page, "Escape")
    expect(page.locator("#toast")).to_be_empty()


def test_digits_are_keys_on_french_keyboards_too(client: Client, page: Page) -> None:
    """There, the keys of the digits type other signs."""
    email_id = mail(client, "complaint")
    sign_in(page)
    page.goto(f"/console/queues/complaints/{email_id}")
    page.wait_for_load_state("domcontentloaded")
    page.evaluate(
        """document.body.dispatchEvent(new KeyboardEvent("keydown",
        {key: "&", code: "Digit1", bubbles: true, cancelable: true}))"""
    )
    expect(page.locator('[data-category="claim"]')).to_have_attribute("aria-pressed", "true")


def test_who_lost_a_mail_sees_who_has_it(client: Client, page: Page, boss: Agent) -> None:
    """As soon as an action is refused; the buttons of its holder go."""
    email_id = mail(client, "cancellation")
    sign_in(page)
    page.goto(f"/console/queues/contracts/{email_id}")
    press(page, "c")
    expect(page.locator("[data-act=complete]")).to_be_visible()
    assert boss.claim(email_id, take=True).status == 200
    press(page, "a")
    expect(page.locator("#toast")).to_contain_text("Somebody else works on this mail.")
    expect(page.locator(".standing")).to_contain_text("with team/boss")
    expect(page.locator("[data-act=complete]")).to_have_count(0)


def test_lists_and_search_by_keyboard(client: Client, page: Page) -> None:
    """Up and down, one action on two that are selected, searching, help."""
    for name in ("one", "two", "three"):
        mail(client, "certificate", subject=f"{name} zebra", text=f"label:certificate {name}")
    sign_in(page)
    page.goto("/console/queues/certificates")
    subject = page.locator(".what h2")
    press(page, "j")
    expect(subject).to_have_text("one zebra")
    press(page, "x", "j")
    expect(subject).to_have_text("two zebra")
    press(page, "x")
    expect(page.locator("#bulk-count")).to_have_text("2 selected")
    press(page, "k")
    expect(subject).to_have_text("one zebra")
    press(page, "e")
    expect(page.locator("#toast")).to_contain_text("2 done.")
    expect(page.locator("#bulk")).to_be_hidden()
    press(page, "z")
    expect(page.locator("#toast")).to_contain_text("2 put back.")
    press(page, "?")
    expect(page.locator("#help")).to_be_visible()
    press(page, "Escape", "/")
    page.keyboard.type("three zebra")
    press(page, "Enter")
    expect(page.locator(".line")).to_have_count(1)
    press(page, "j")
    expect(subject).to_have_text("three zebra")


def test_keys_can_be_turned_off(client: Client, page: Page) -> None:
    """For those who speak to their computer (WCAG 2.1.4)."""
    mail(client, "payment")
    sign_in(page)
    page.goto("/console/queues/payments")
    press(page, "?")
    page.uncheck("#shortcuts")
    press(page, "Escape", "j")
    page.reload()
    press(page, "j")
    expect(page.locator("#pane .empty")).to_be_visible()
    page.click("[data-opens=help]")
    page.check("#shortcuts")
    press(page, "Escape", "j")
    expect(page.locator(".what h2")).to_be_visible()


def test_lists_are_live(client: Client, page: Page, boss: Agent) -> None:
    """What a colleague claims is marked without a touch, and what came is counted."""
    email_id = mail(client, "account", subject="Live")
    sign_in(page)
    page.goto("/console/queues/digital")
    row = page.locator(f'.line[data-id="{email_id}"]')
    expect(row).not_to_contain_text("boss")
    boss.claim(email_id)
    expect(row).to_contain_text("boss", timeout=15_000)
    mail(client, "account")
    count = page.locator('#queues a[href$="/digital"] .count')
    expect(count).to_contain_text(re.compile(r"^2"), timeout=15_000)


def test_a_session_that_ended_leads_to_the_sign_in_page(client: Client, page: Page) -> None:
    """From a piece of a page too."""
    mail(client, "other")
    sign_in(page)
    page.goto("/console/queues/general")
    page.context.clear_cookies()
    press(page, "j")
    expect(page.locator("#password")).to_be_visible()
