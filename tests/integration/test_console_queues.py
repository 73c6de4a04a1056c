"""An account of certain queues at the console: lists, counts, live parts, search, direct links."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.support.agent import Agent, held, mail
from tests.support.client import Client
from tests.support.person import PASSWORD, Person, words
from tests.support.processes import Cluster


@pytest.fixture(scope="module")
def few(cluster: Cluster) -> Iterator[Person]:
    """A supervisor of one queue, signed in."""
    cluster.account("few", "supervisor", PASSWORD, queues=("claims",))
    person = Person(cluster.url)
    person.sign_in("few")
    yield person
    assert "\tfew\t" in cluster.command("account", "list")


@pytest.fixture(scope="module")
def outside(client: Client, boss: Agent) -> str:
    """A mail of another queue, which somebody holds."""
    email_id = mail(client, "payment", subject="Bandoneon", text="label:payment bandoneon")
    held(boss, email_id)
    return email_id


def test_only_ones_queues_are_shown(few: Person, client: Client, outside: str) -> None:
    """On the page, in its live parts and in the figures; home is among them."""
    mail(client)
    assert few.get("/console").place == "/console/queues/claims"
    pages = ("/console/queues/claims", "/console/live/queues?live=1", "/console/overview")
    for path in pages:
        page = few.get(path)
        assert page.status == 200
        assert "/console/queues/payments" not in page.text
    rows = few.get("/console/overview").text.partition('id="waiting"')[2].partition("</table>")[0]
    assert "Sinistres" in rows
    assert rows.count("<tr>") == 2
    assert "Bandoneon" not in words(few.get("/console/search?q=bandoneon"))


@pytest.mark.parametrize(
    "path",
    [
        "/console/queues/payments",
        "/console/queues/payments/{id}",
        "/console/queues/claims/{id}",
        "/console/live/queues/payments?live=1",
        "/console/mails/{id}",
        "/console/mails/{id}/head",
        "/console/mails/{id}/html",
        "/console/mails/{id}/raw",
        "/console/mails/{id}/trail",
        "/console/mails/{id}/why",
    ],
)
@pytest.mark.parametrize("headers", [{}, {"HX_Request": "true"}], ids=["page", "piece"])
def test_links_to_what_lies_elsewhere_lead_nowhere(
    few: Person, outside: str, path: str, headers: dict[str, str]
) -> None:
    """As if it did not exist."""
    page = few.get(path.format(id=outside), **headers)
    assert page.status == 404
    assert "Bandoneon" not in page.text


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/console/mails/{id}/claim", {"take": "true"}),
        ("/console/mails/{id}/renew", {"lease_token": "0" * 32}),
        ("/console/mails/{id}/notes", {"text": "a word"}),
        ("/console/checks/{id}", {"category": "claim"}),
        ("/console/actions/correct", {"ids": "{id}", "category": "claim"}),
    ],
)
def test_forms_for_it_do_nothing(
    few: Person, boss: Agent, outside: str, path: str, form: dict[str, str]
) -> None:
    """A 404, and the mail as it was."""
    before = boss.work(outside), boss.ask("GET", f"/v1/emails/{outside}/audit").body
    filled = {name: value.format(id=outside) for name, value in form.items()}
    assert few.post(path.format(id=outside), **filled).status == 404
    assert (boss.work(outside), boss.ask("GET", f"/v1/emails/{outside}/audit").body) == before


@pytest.mark.parametrize("name", ["complete", "reroute", "snooze", "release", "respond"])
def test_actions_pass_it_by(few: Person, boss: Agent, outside: str, name: str) -> None:
    """And say that it is in no queue."""
    before = boss.work(outside)
    form = {"reason": "x", "queue": "claims", "until": "2100-01-01T00:00:00Z"}
    until = before["item"]["due_at"] if name == "snooze" else form["until"]
    acted = few.post(f"/console/actions/{name}", ids=outside, **{**form, "until": until})
    assert acted.events["acted"]["refused"] == [outside], acted
    assert boss.work(outside) == before


def test_mail_that_is_sent_on_leaves_the_page(few: Person, client: Client) -> None:
    """Without an undo that could not be kept; within one's queues there is one."""
    for name, form in (
        ("reroute", {"queue": "payments", "reason": "theirs"}),
        ("correct", {"category": "payment", "move": "true"}),
    ):
        acted = few.post(f"/console/actions/{name}", ids=mail(client), **form)
        assert acted.events["acted"]["gone"] is True
        assert "/console/undo/" not in acted.text
    acted = few.post("/console/actions/correct", ids=mail(client), category="payment")
    assert acted.events["acted"]["gone"] is False
    assert "/console/undo/" in acted.text


def test_other_queues_count_from_the_next_request_on(cluster: Cluster) -> None:
    """No new sign-in is needed; who is left without a queue that exists is told so."""
    cluster.account("mover", "agent", PASSWORD, queues=("claims",))
    person = Person(cluster.url)
    person.sign_in("mover")
    cluster.command("account", "queues", "mover", "--queue=payments", "--queue=contracts")
    assert person.get("/console/queues/claims").status == 404
    assert person.get("/console/queues/payments").status == 200
    cluster.command("account", "queues", "mover", "--queue=*")
    assert person.get("/console/queues/claims").status == 200
    listed = cluster.command("account", "list").splitlines()
    assert [row.split("\t")[-1] for row in listed if "\tmover\t" in row] == ["*"]


def test_who_has_no_queue_left_is_told(cluster: Cluster, postgres_url: str) -> None:
    """`routing.yaml` may have lost those that they had."""
    cluster.account("stranded", "agent", PASSWORD, queues=("claims",))
    person = Person(cluster.url)
    person.sign_in("stranded")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("UPDATE accounts SET queues = '{gone}' WHERE login = 'stranded'")
    page = person.get("/console")
    assert page.status == 403
    assert "None of your queues" in words(page)
    assert 'action="/console/sign-out"' in page.text
    piece = person.get("/console", HX_Request="true")
    assert piece.events["refused"]["code"] == "no_queues"
    assert person.get("/console/search?q=x").status == 200
