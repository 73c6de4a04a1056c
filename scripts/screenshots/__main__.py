"""Takes the pictures of the docs anew: `make screenshots`.

Needs Chromium (Debian: `apt-get install chromium`) and what `requirements/dev.txt` installs. Look
at what it took before you commit it.
"""

import io
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from scripts.screenshots.house import ROOT, House, house
from scripts.screenshots.models import Story, tell
from scripts.screenshots.week import work
from service.store.engine import make_engine

_FOLDER = ROOT / "docs" / "images"
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_DESK: ViewportSize = {"width": 1280, "height": 720}
_TALL: ViewportSize = {"width": 1280, "height": 960}
_PHONE: ViewportSize = {"width": 390, "height": 844}
_CATEGORIES = (
    "account",
    "cancellation",
    "certificate",
    "claim",
    "complaint",
    "contract_change",
    "new_contract",
    "other",
    "payment",
)
_COLOURS = 160
_MOST_BYTES = 150_000
_PASSWORD = "for the pictures alone"  # noqa: S105  # of a house that is gone afterwards


class Photographer:
    """Signs in, takes pictures; `visit` gives a page of a new browser profile."""

    def __init__(self, browser: Browser, place: House) -> None:
        self._browser = browser
        self._place = place

    @contextmanager
    def visit(
        self, size: ViewportSize, language: str, login: str = "", password: str = ""
    ) -> Iterator[Page]:
        """Somebody at the console, by default the demo's own supervisor."""
        context = self._browser.new_context(
            viewport=size, locale=language, base_url=self._place.url, timezone_id="Europe/Paris"
        )
        page = context.new_page()
        page.goto("/console/sign-in")
        page.fill("#login", login or self._place.login)
        page.fill("#password", password or self._place.password)
        page.press("#password", "Enter")
        page.wait_for_selector("#queues, .tiles")
        yield page
        context.close()

    def take(self, page: Page, name: str, *, whole: bool = False) -> None:
        """One picture, with few colours, so that it is small."""
        page.wait_for_load_state("networkidle")
        with Image.open(io.BytesIO(page.screenshot(full_page=whole))) as taken:
            small = taken.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
        path = _FOLDER / f"{name}.png"
        small.save(path, optimize=True)
        size = path.stat().st_size
        sys.stdout.write(f"{path.relative_to(ROOT)}: {size // 1000} kB\n")
        if size > _MOST_BYTES:
            raise SystemExit(f"{path.name} is too large for the repository")


def remember(place: House) -> None:
    """Half a year of models."""
    engine = make_engine(place.database_url)
    tell(engine, Story(_CATEGORIES, lost=9), datetime.now(UTC))
    engine.dispose()


def read(page: Page, queue: str, place: int) -> None:
    """A queue, and in it a mail by its place, which then is there."""
    page.goto(f"/console/queues/{queue}")
    page.locator(".line a").nth(place).click()
    expect(page.locator(".what h2")).to_be_visible()


def a_colleague_at_work(photographer: Photographer) -> None:
    """Holds a mail, so that lists show it."""
    with photographer.visit(_DESK, "fr-FR", "lea", _PASSWORD) as page:
        read(page, "claims", 2)
        page.keyboard.press("c")
        expect(page.locator("[data-act=complete]")).to_be_visible()


def mail(photographer: Photographer) -> None:
    """The most urgent claim, taken."""
    with photographer.visit(_DESK, "en-GB") as page:
        page.goto("/console/queues/claims")
        page.keyboard.press("n")
        expect(page.locator("[data-act=complete]")).to_be_visible()
        photographer.take(page, "console-mail")


def words_that_decided(photographer: Photographer) -> None:
    """Marked, in French."""
    with photographer.visit(_DESK, "fr-FR") as page:
        read(page, "payments", 0)
        page.keyboard.press("w")
        expect(page.locator("#why mark").first).to_be_visible()
        photographer.take(page, "console-why")


def phone(photographer: Photographer) -> None:
    """A list and a mail, in French."""
    with photographer.visit(_PHONE, "fr-FR") as page:
        page.goto("/console/queues/claims")
        photographer.take(page, "console-phone-list")
        read(page, "claims", 1)
        photographer.take(page, "console-phone")


def overview(photographer: Photographer) -> None:
    """A supervisor's figures."""
    with photographer.visit(_DESK, "en-GB") as page:
        page.goto("/console/overview")
        photographer.take(page, "console-overview", whole=True)


def models(photographer: Photographer) -> None:
    """The cockpit: what fits on a tall screen."""
    with photographer.visit(_TALL, "en-GB") as page:
        page.goto("/console/models")
        photographer.take(page, "console-models")


SHOTS: tuple[Callable[[Photographer], None], ...] = (
    mail,
    words_that_decided,
    phone,
    overview,
    models,
)


def main() -> int:
    """Take all of them."""
    chromium = next(filter(None, map(shutil.which, _NAMES)), None)
    if chromium is None:
        raise SystemExit("There is no Chromium on this machine: apt-get install chromium")
    # its own sandbox needs an account that is not root
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with house() as place, sync_playwright() as playwright:
        work(place)
        remember(place)
        place.account("lea", "Léa Martin", _PASSWORD)
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        photographer = Photographer(browser, place)
        a_colleague_at_work(photographer)
        for shot in SHOTS:
            shot(photographer)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
