"""Signing in with the real browser, which minds policies and origins as no test client does."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.identity_provider import CLIENT, SECRET, identity_provider
from tests.support.person import PASSWORD
from tests.support.processes import Cluster, free_port

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def address(cluster: Cluster) -> Iterator[str]:
    """An API that knows where browsers reach it, with local accounts and a provider."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with identity_provider(f"{url}/console/sign-in/answer") as provider:
        provider.person = {"sub": "17", "name": "Inès", "groups": ["mail-agents"]}
        cluster.account("otto", "agent", PASSWORD)
        cluster.start(
            "api",
            AIGUILLEUR_HTTP_PORT=str(port),
            AIGUILLEUR_CONSOLE_URL=url,
            AIGUILLEUR_OIDC_ISSUER=provider.issuer,
            AIGUILLEUR_OIDC_CLIENT_ID=CLIENT,
            AIGUILLEUR_OIDC_CLIENT_SECRET=SECRET,
            AIGUILLEUR_OIDC_ROLES="mail-agents=agent",
            AIGUILLEUR_OIDC_MAILBOXES="mail-agents=*",
        )
        yield url


@pytest.fixture
def there(chromium: Browser, address: str) -> Iterator[Page]:
    """A browser at that console."""
    context = chromium.new_context(base_url=address, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(10_000)
    yield page
    context.close()


def test_a_password_opens_a_console_that_knows_its_address(there: Page) -> None:
    """And every form without script works there: language, sign-out."""
    there.goto("/console/sign-in")
    there.fill("#login", "otto")
    there.fill("#password", PASSWORD)
    there.press("#password", "Enter")
    expect(there.locator("#queues")).to_be_visible()
    there.click(".menu summary")
    there.click("button[lang=fr]")
    expect(there.locator(".places")).to_contain_text("Files")
    there.click(".menu summary")
    there.get_by_role("button", name="Se déconnecter").click()
    expect(there.locator("#password")).to_be_visible()


def test_the_way_through_the_provider_and_back(there: Page) -> None:
    """It lies on another origin, which the policy of our forms does not name."""
    there.goto("/console/sign-in")
    there.get_by_role("button", name="Sign in with your organisation").click()
    expect(there.locator(".who")).to_have_text("Inès")
    assert there.url.startswith(str(there.evaluate("location.origin")) + "/console/queues/")
