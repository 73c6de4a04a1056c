"""A real Chromium at the console. Where there is none, these tests are left out and say so."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

from tests.support.person import PASSWORD
from tests.support.processes import Cluster

_NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser of this machine (Debian: `apt-get install chromium`)."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    # its own sandbox needs an account that is not root
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def people(cluster: Cluster) -> None:
    """An agent, and a supervisor."""
    cluster.account("anna", "agent", PASSWORD)
    cluster.account("chef", "supervisor", PASSWORD)


@pytest.fixture
def context(chromium: Browser, cluster: Cluster, people: None) -> Iterator[BrowserContext]:
    """A browser without a past, on a small laptop, in English."""
    size = {"width": 1280, "height": 720}
    made = chromium.new_context(viewport=size, base_url=cluster.url, locale="en-GB")  # type: ignore[arg-type]
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page whose waits end with an error after ten seconds."""
    made = context.new_page()
    made.set_default_timeout(10_000)
    return made


def hold(page: Page, addresses: str, most: int = 10) -> list[Route]:
    """Keep the next few requests waiting, until each is told to `continue_`."""
    waiting: list[Route] = []

    def keep(route: Route) -> None:
        waiting.append(route)

    page.route(addresses, keep, times=most)
    return waiting


def sign_in(page: Page, login: str = "anna") -> None:
    """As a person with a mouse."""
    page.goto("/console/sign-in")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.click("button.main")
    page.wait_for_selector("#queues")
