"""Signing in through an identity provider: who it names gets in, who lies does not."""

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.agent import mail
from tests.support.client import Client
from tests.support.identity_provider import CLIENT, SECRET, IdentityProvider, identity_provider
from tests.support.person import Page, Person, words
from tests.support.processes import Cluster, free_port

AGENT = {"sub": "17", "preferred_username": "Ines", "name": "Inès", "groups": ["mail-agents"]}


@pytest.fixture(scope="module")
def consoles(cluster: Cluster) -> Iterator[tuple[str, IdentityProvider]]:
    """A second API over the same database, whose people come from a provider."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with identity_provider(f"{url}/console/sign-in/answer") as provider:
        cluster.start(
            "api",
            AIGUILLEUR_HTTP_PORT=str(port),
            AIGUILLEUR_CONSOLE_URL=url,
            AIGUILLEUR_CONSOLE_LOCAL_ACCOUNTS="false",
            AIGUILLEUR_OIDC_ISSUER=provider.issuer,
            AIGUILLEUR_OIDC_CLIENT_ID=CLIENT,
            AIGUILLEUR_OIDC_CLIENT_SECRET=SECRET,
            AIGUILLEUR_OIDC_ROLES="mail-agents=agent,mail-leads=supervisor,no-queue=agent",
            AIGUILLEUR_OIDC_MAILBOXES="mail-agents=*,mail-leads=*,no-queue=*",
            AIGUILLEUR_OIDC_QUEUES="mail-agents=claims,mail-agents=contracts,mail-leads=*",
        )
        yield url, provider


@pytest.fixture
def provider(consoles: tuple[str, IdentityProvider]) -> IdentityProvider:
    """The provider, honest, with an agent."""
    made = consoles[1]
    made.person, made.lie = dict(AGENT), {}
    return made


@pytest.fixture
def ines(consoles: tuple[str, IdentityProvider], provider: IdentityProvider) -> Person:
    """A browser at that console."""
    return Person(consoles[0])


def to_provider(person: Person) -> str:
    """Where the sign-in page sends the browser, by a page that goes on by itself."""
    person.get("/console/sign-in")
    form = {"form_token": person.form_token}
    page = person.ask("POST", "/console/sign-in/provider", form)
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.text)
    assert found is not None, page.text
    return html.unescape(found[1])


def answer(person: Person, address: str) -> str:
    """Where the provider sends it back to."""
    return Person(person.url).get(address).place


def through_provider(person: Person) -> Page:
    """All of it."""
    return person.get(answer(person, to_provider(person)))


def test_whom_the_provider_names_gets_in(ines: Person, client: Client) -> None:
    """With the roles of their groups, by the provider's name for them."""
    assert through_provider(ines).place == "/console"
    page = ines.get(f"/console/mails/{mail(client)}")
    assert "Inès" in words(page)
    assert ines.get("/console/overview").status == 403


def test_groups_count_anew_at_each_sign_in(ines: Person, provider: IdentityProvider) -> None:
    """Who leads from now on sees the figures; who left their group is not let in."""
    through_provider(ines)
    provider.person["groups"] = ["mail-leads"]
    through_provider(Person(ines.url))
    assert ines.get("/console/overview").status == 200
    provider.person["groups"] = ["others"]
    denied = through_provider(Person(ines.url))
    assert denied.status == 403
    assert "gave you no role here" in words(denied)


def test_groups_give_queues(
    ines: Person, provider: IdentityProvider, client: Client, cluster: Cluster
) -> None:
    """Those of all groups together; who gets none is not let in, where groups give queues."""
    through_provider(ines)
    elsewhere = mail(client, "payment")
    assert ines.get("/console/queues/contracts").status == 200
    assert ines.get("/console/queues/payments").status == 404
    assert ines.get(f"/console/mails/{elsewhere}").status == 404
    provider.person["groups"] = ["mail-agents", "mail-leads"]
    through_provider(Person(ines.url))
    assert ines.get(f"/console/mails/{elsewhere}").status == 200
    provider.person["groups"] = ["no-queue"]
    denied = through_provider(Person(ines.url))
    assert denied.status == 403
    assert "no queue" in words(denied)
    lacks = [line.get("lacks") for line in cluster.events("api") if line.get("reason") == "no_role"]
    assert lacks[-1] == ["queues"]


def test_queues_of_groups_must_exist(cluster: Cluster) -> None:
    """The start ends with a sentence that names those that there are."""
    process = cluster.launch(
        "api",
        AIGUILLEUR_HTTP_PORT=str(free_port()),
        AIGUILLEUR_OIDC_QUEUES="mail-agents=clams",
    )
    assert process.wait() != 0
    said = process.log.read_text(encoding="utf-8")
    assert "AIGUILLEUR_OIDC_QUEUES" in said
    assert "has no queue clams. It has" in said


@pytest.mark.parametrize(
    "lie",
    [
        {"key": True},
        {"iss": "https://other.example"},
        {"aud": "another"},
        {"aud": [CLIENT, "another"]},
        {"azp": "another"},
        {"exp": 1_700_000_000},
        {"nonce": "of another sign-in"},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_us_opens_nothing(
    ines: Person, provider: IdentityProvider, lie: dict[str, Any]
) -> None:
    """Another key, issuer, audience, time or sign-in."""
    provider.lie = lie
    assert through_provider(ines).status == 502
    assert ines.get("/console").place == "/console/sign-in"


def test_new_keys_of_the_provider_are_believed_at_once(
    ines: Person, provider: IdentityProvider
) -> None:
    """It changes them when it likes."""
    assert through_provider(ines).status == 303
    provider.key, provider.other_key = provider.other_key, provider.key
    assert through_provider(Person(ines.url)).status == 303


def test_an_answer_belongs_to_the_browser_that_asked(ines: Person) -> None:
    """Nobody is signed in as somebody else by a link."""
    link = answer(ines, to_provider(ines))
    assert Person(ines.url).get(link).status == 400


def test_an_answer_counts_once(ines: Person) -> None:
    """The code is used up, and so is the state."""
    link = answer(ines, to_provider(ines))
    assert ines.get(link).status == 303
    ines.cookies.pop("aiguilleur-session")
    assert ines.get(link).status == 400


def test_a_code_needs_its_verifier(ines: Person, provider: IdentityProvider) -> None:
    """PKCE: a code that was caught on its way is of no use."""
    link = answer(ines, to_provider(ines))
    code = list(provider.codes.values())[-1]
    assert code.code_challenge_method == "S256"
    code.code_challenge = "x" * 43
    assert ines.get(link).status == 502


@pytest.mark.parametrize("query", ["", "?state=x", "?state=x&code=y", "?error=access_denied"])
def test_an_answer_to_no_question_is_refused(ines: Person, query: str) -> None:
    """With a page, and the way back to the beginning."""
    denied = ines.get(f"/console/sign-in/answer{query}")
    assert denied.status == 400
    assert "Try again" in words(denied)


def test_passwords_open_nothing_where_they_are_off(ines: Person) -> None:
    """Even with an account."""
    assert ines.sign_in("anna").status == 403


def test_who_is_disabled_here_stays_out(ines: Person, cluster: Cluster) -> None:
    """Whatever the provider says."""
    through_provider(ines)
    [row] = [r for r in cluster.command("account", "list").splitlines() if "\tines\t" in r]
    cluster.command("account", "disable", row.split("\t")[0])
    assert ines.get("/console/queues/claims").place == "/console/sign-in"
    assert through_provider(Person(ines.url)).status == 403


def test_cookies_are_for_this_host_alone_where_there_is_https(cluster: Cluster) -> None:
    """`__Host-` and `Secure`: no neighbouring host sets or gets them."""
    port = free_port()
    settings = {"AIGUILLEUR_CONSOLE_URL": "https://mail.example", "AIGUILLEUR_HTTP_PORT": str(port)}
    cluster.start("api", **settings)
    page = Person(f"http://127.0.0.1:{port}").get("/console/sign-in")
    [cookie] = page.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-aiguilleur-opening=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
