"""WCAG 2.2 AA, as far as a program can tell: axe-core on every page, by day and by night."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine, text

from scripts.screenshots.models import Story, tell
from service.console.cockpit_report import page
from service.console.language import Tongue
from service.flow.cockpit import look
from service.store.engine import make_engine
from tests.integration.browser.conftest import sign_in
from tests.support.agent import mail
from tests.support.client import Client
from tests.support.fake_classifier import LABELS

pytestmark = pytest.mark.full

AXE = (Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TEXT = "label:claim Bonjour,\nvoici.\n\nLe 3 mars 2026, A <a@b.fr> a écrit :\n> ancien\n"
LOOKS = [
    {"viewport": {"width": 1280, "height": 720}, "locale": "en-GB", "color_scheme": "light"},
    {"viewport": {"width": 1280, "height": 720}, "locale": "fr-FR", "color_scheme": "dark"},
    {"viewport": {"width": 390, "height": 844}, "locale": "fr-FR", "color_scheme": "light"},
]


@pytest.fixture(params=LOOKS, ids=["day", "night", "phone"])
def looked(request: pytest.FixtureRequest, chromium: Browser, client: Client) -> Iterator[Page]:
    """A page by day in English, by night in French, on a phone."""
    context = chromium.new_context(base_url=client.url, **request.param)
    made = context.new_page()
    made.set_default_timeout(10_000)
    yield made
    context.close()


@pytest.fixture
def engine(postgres_url: str) -> Iterator[Engine]:
    """The database behind the console, where no model was judged yet."""
    made = make_engine(postgres_url)
    with made.begin() as connection:
        connection.execute(text("TRUNCATE models, model_evaluations"))
    yield made
    made.dispose()


def faults(page: Page) -> list[str]:
    """What axe-core finds wrong, and where."""
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate(
        "tags => axe.run(document, {runOnly: tags, iframes: false})", TAGS
    )
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def overflow(page: Page) -> int:
    """By how much the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


@pytest.mark.usefixtures("people")
def test_no_page_has_a_fault(client: Client, looked: Page) -> None:
    """Sign-in, list, mail, dialogs, search, spot checks, figures, an error."""
    email_id = mail(client, text=TEXT, html="<p>a</p>", attachments=["photo.jpg"])
    mail(client, "payment", priority="urgent")
    looked.goto("/console/sign-in")
    assert faults(looked) == []
    sign_in(looked, "chef")
    for address in (
        "/console/queues/claims",
        "/console/queues/payments?view=snoozed",
        f"/console/queues/claims/{email_id}",
        "/console/search?q=bonjour",
        "/console/checks",
        "/console/overview",
        "/console/checks",
        "/console/queues/nowhere",
    ):
        looked.goto(address)
        assert faults(looked) == [], address
        assert overflow(looked) <= 0, address


@pytest.mark.usefixtures("people")
def test_the_page_of_models_has_no_fault(looked: Page, engine: Engine, tmp_path: Path) -> None:
    """Before any model was judged, with a history, with all of it unfolded; and its report."""
    sign_in(looked, "chef")
    looked.goto("/console/models")
    assert faults(looked) == []
    story = Story(LABELS, models=8, sets=3, emails=200, champions=((1, "a"), (3, "b"), (5, "c")))
    versions = tell(engine, replace(story, challenger=7, lost=6), datetime.now(UTC))
    looked.goto(f"/console/models?model={versions[6]}")
    looked.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
    assert faults(looked) == []
    assert overflow(looked) <= 0
    report = tmp_path / "models.html"
    report.write_text(page(look(engine), Tongue("fr"), str.title, datetime.now(UTC)), "utf-8")
    looked.goto(report.as_uri())
    expect(looked.locator("circle").first).to_be_visible()
    assert faults(looked) == []
    assert overflow(looked) <= 0


@pytest.mark.usefixtures("people")
def test_no_state_has_a_fault(client: Client, looked: Page) -> None:
    """A claimed mail with all of it unfolded, what decided, dialogs, a selection, what is said."""
    email_id = mail(client, text=TEXT, html="<p>a</p>")
    sign_in(looked, "chef")
    looked.goto(f"/console/queues/claims/{email_id}")
    looked.keyboard.press("c")
    expect(looked.locator("[data-act=complete]")).to_be_visible()
    looked.click(".older summary")
    looked.click(".trail summary")
    expect(looked.locator(".trail td").first).to_be_visible()
    looked.keyboard.press("x")
    assert faults(looked) == []
    looked.keyboard.press("x")
    looked.keyboard.press("w")
    expect(looked.locator("#why mark").first).to_be_visible()
    assert faults(looked) == []
    assert overflow(looked) <= 0
    for key, dialog in (("r", "#reroute"), ("s", "#snooze"), ("?", "#help")):
        looked.keyboard.press(key)
        expect(looked.locator(dialog)).to_be_visible()
        assert faults(looked) == [], dialog
        looked.keyboard.press("Escape")
    looked.keyboard.press("2")
    expect(looked.locator("#toast button")).to_be_visible()
    assert faults(looked) == []
    assert overflow(looked) <= 0


@pytest.mark.usefixtures("people")
def test_the_checks_find_faults(looked: Page) -> None:
    """Else the tests above could not fail."""
    looked.goto("/console/sign-in")
    looked.evaluate("document.querySelector('label[for=password]').remove()")
    looked.evaluate("document.querySelector('#main').append(document.createElement('img'))")
    assert {fault.partition(":")[0] for fault in faults(looked)} >= {"label", "image-alt"}


@pytest.mark.usefixtures("people")
def test_what_matters_is_on_a_small_screen(client: Client, chromium: Browser) -> None:
    """1280 x 720: queues, list, text and actions at once; a phone: one after the other."""
    email_id = mail(client, text=TEXT)
    context = chromium.new_context(base_url=client.url, viewport={"width": 1280, "height": 720})
    page = context.new_page()
    sign_in(page)
    page.goto(f"/console/queues/claims/{email_id}")
    for part in ("#queues", ".line", "#words .said", ".acts button", ".why"):
        box = page.locator(part).first.bounding_box()
        assert box is not None, part
        assert box["y"] < 700, part
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("#list")).to_be_hidden()
    page.click(".back")
    expect(page.locator(".line").first).to_be_visible()
    page.locator(".line a").first.click()
    expect(page.locator("#words .said").first).to_be_visible()
    context.close()
