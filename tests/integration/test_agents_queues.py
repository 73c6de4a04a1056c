"""A key of certain queues, over HTTP: what lies elsewhere is a 404 to every verb and stays so."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.support.agent import Agent, code, held, mail
from tests.support.client import Client
from tests.support.processes import Cluster

LATER = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
LEASE = "the holder's own token"

# every verb on one mail, with a body that would do something
VERBS: list[tuple[str, str, dict[str, Any] | None]] = [
    ("GET", "/v1/emails/{email_id}", None),
    ("GET", "/v1/emails/{email_id}/work", None),
    ("GET", "/v1/emails/{email_id}/text", None),
    ("GET", "/v1/emails/{email_id}/explanation", None),
    ("GET", "/v1/emails/{email_id}/notes", None),
    ("POST", "/v1/emails/{email_id}/notes", {"text": "a word"}),
    ("GET", "/v1/emails/{email_id}/audit", None),
    ("POST", "/v1/emails/{email_id}/claim", {"take": True}),
    ("POST", "/v1/emails/{email_id}/renew", {"lease_token": LEASE}),
    ("POST", "/v1/emails/{email_id}/release", {"lease_token": LEASE}),
    ("POST", "/v1/emails/{email_id}/respond", {"lease_token": LEASE}),
    ("POST", "/v1/emails/{email_id}/complete", {"lease_token": LEASE}),
    (
        "POST",
        "/v1/emails/{email_id}/reroute",
        {"lease_token": LEASE, "queue": "claims", "reason": "mine"},
    ),
    ("POST", "/v1/emails/{email_id}/snooze", {"lease_token": LEASE, "until": LATER}),
    ("PUT", "/v1/emails/{email_id}/category", {"category": "claim", "move": True}),
    ("PUT", "/v1/emails/{email_id}/spot-check", {"category": "claim"}),
]
TABLES = ("queue_items", "done_items", "decisions", "labels", "notes", "audit", "spot_checks")


@pytest.fixture(scope="module")
def limited(cluster: Cluster) -> Agent:
    """A supervisor of one queue, so that no role stands in the way."""
    rights = ("--role=supervisor", "--mailbox=*", "--queue=claims")
    return Agent(Client(cluster.url, cluster.key("--client=few", *rights)), "lim")


@pytest.fixture(scope="module")
def outside(client: Client, boss: Agent) -> tuple[str, str]:
    """A mail of another queue, chosen for a spot check as all are, and its holder's token."""
    email_id = mail(client, "payment", text="label:payment ocarina")
    return email_id, held(boss, email_id, seconds=3600)["lease_token"]


def standing(postgres_url: str, email_id: str) -> list[list[Any]]:
    """All that is kept about a mail."""
    with psycopg.connect(postgres_url) as connection:
        return [
            connection.execute(
                f"SELECT t::text FROM {table} t WHERE email_id = %s ORDER BY 1", [email_id]
            ).fetchall()
            for table in TABLES
        ]


@pytest.mark.parametrize(("method", "path", "body"), VERBS, ids=[f"{m} {p}" for m, p, _ in VERBS])
def test_mail_elsewhere_is_not_there(
    limited: Agent,
    outside: tuple[str, str],
    postgres_url: str,
    method: str,
    path: str,
    body: dict[str, Any] | None,
) -> None:
    """Even for who knows its id and its holder's token; nothing changes, nothing is noted."""
    email_id, token = outside
    before = standing(postgres_url, email_id)
    sent = body and {k: token if v == LEASE else v for k, v in body.items()}
    reply = limited.ask(method, path.format(email_id=email_id), sent)
    assert code(reply) == (404, "not_found")
    assert reply.body == limited.ask(method, path.format(email_id=uuid4()), sent).body
    assert standing(postgres_url, email_id) == before


def test_no_verb_is_left_out(client: Client) -> None:
    """Whoever adds one to the API adds it above."""
    paths = client.ask("GET", "/openapi.json").body["paths"]
    found = {
        (method.upper(), path)
        for path, verbs in paths.items()
        for method in verbs.keys() & {"get", "post", "put", "delete", "patch"}
        if "{email_id}" in path
    }
    assert found == {(method, path) for method, path, _ in VERBS}


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("release", {}),
        ("complete", {}),
        ("reroute", {"queue": "claims", "reason": "mine"}),
        ("snooze", {"until": LATER}),
        ("correct", {"category": "claim", "move": True}),
    ],
)
def test_bulk_actions_do_not_find_it(
    limited: Agent, outside: tuple[str, str], postgres_url: str, action: str, body: dict[str, Any]
) -> None:
    """It is reported as mail that nobody knows, and stays as it is."""
    before = standing(postgres_url, outside[0])
    report = limited.bulk(action, [outside[0]], **body)
    assert [item["error"]["code"] for item in report["items"]] == ["not_in_queue"]
    assert standing(postgres_url, outside[0]) == before


def test_lists_do_not_show_it(limited: Agent, boss: Agent, outside: tuple[str, str]) -> None:
    """Queues, counts, pages, search, spot checks, batches; nor does a claim give it."""
    email_id = outside[0]
    assert [q["name"] for q in limited.ask("GET", "/v1/queues").body["queues"]] == ["claims"]
    assert limited.ask("GET", "/v1/queues/payments/emails").status == 404
    reply = limited.ask("POST", "/v1/claims", {"queues": ["claims", "payments"]})
    assert [error["code"] for error in reply.body["errors"]] == ["unknown_queue"]
    assert limited.ask("GET", "/v1/search?q=ocarina").body["items"] == []
    assert [m["id"] for m in boss.ask("GET", "/v1/search?q=ocarina").body["items"]] == [email_id]
    assert limited.ask("GET", "/v1/spot-checks").body["items"] == []
    batch = boss.client.email(email_id)["batch_id"]
    assert boss.ask("GET", f"/v1/batches/{batch}").status == 200
    assert limited.ask("GET", f"/v1/batches/{batch}").status == 404


def test_ones_own_queue_is_worked_as_ever(client: Client, limited: Agent) -> None:
    """Claimed, read, completed, looked at again, put back."""
    email_id = mail(client)
    lease = held(limited, email_id)
    assert limited.ask("GET", f"/v1/emails/{email_id}/text").status == 200
    assert limited.ask("GET", f"/v1/emails/{email_id}").body["decision"]["queue"] == "claims"
    assert limited.act(lease, "release").status == 200
    report = limited.bulk("complete", [email_id])
    assert limited.work(email_id)["state"] == "done"
    undone = limited.ask("POST", f"/v1/bulk/{report['id']}/undo")
    assert undone.body["done"] == 1
    assert limited.work(email_id)["state"] == "free"


def test_what_others_completed_is_out_of_sight(client: Client, limited: Agent, boss: Agent) -> None:
    """Out of the same queue, by another key."""
    email_id = mail(client)
    boss.bulk("complete", [email_id])
    assert limited.ask("GET", f"/v1/emails/{email_id}/work").status == 404


@pytest.mark.parametrize("verb", ["reroute", "correct"])
def test_sending_mail_on_ends_the_access(client: Client, limited: Agent, verb: str) -> None:
    """Into any queue; the answer is the last that is seen of it, and it is not taken back."""
    email_id = mail(client)
    body = {
        "reroute": {"queue": "payments", "reason": "theirs"},
        "correct": {"category": "payment", "move": True},
    }
    report = limited.bulk(verb, [email_id], **body[verb])
    assert (report["done"], report["undo_until"]) == (1, None)
    assert limited.ask("GET", f"/v1/emails/{email_id}/work").status == 404
    assert limited.ask("POST", f"/v1/bulk/{report['id']}/undo").status == 404


@pytest.mark.parametrize("roles", [("gateway", "agent"), ("admin",)], ids=" and ".join)
def test_whoever_posts_reads_what_they_posted(
    cluster: Cluster, client: Client, boss: Agent, roles: tuple[str, ...]
) -> None:
    """Wherever it lies; but as who posts it: who decided on it elsewhere, and why, is not told."""
    rights = (*(f"--role={role}" for role in roles), "--mailbox=*", "--queue=claims")
    both = Client(cluster.url, cluster.key(f"--client=posting-{roles[0]}", *rights))
    email_id = mail(both, "payment")
    assert boss.bulk("reroute", [email_id], queue="sales", reason="a secret")["done"] == 1
    decision = both.email(email_id)["decision"]
    assert decision["queue"] == "sales"
    assert not decision.keys() & {"by", "note"}
    assert both.email(mail(both))["decision"].keys() >= {"by", "note"}
    assert both.ask("GET", f"/v1/batches/{both.email(email_id)['batch_id']}").status == 200
    assert both.ask("GET", f"/v1/emails/{email_id}/work").status == 404
    assert both.ask("GET", f"/v1/emails/{mail(client, 'payment')}").status == 404


@pytest.mark.parametrize(
    "arguments",
    [
        ("key", "create", "--client=x", "--role=agent", "--mailbox=*", "--queue=clams"),
        ("account", "create", "--login=x", "--role=agent", "--mailbox=*", "--queue=clams"),
        ("account", "queues", "x", "--queue=clams"),
        ("account", "queues", "x", "--queue=*", "--queue=clams"),
    ],
    ids=lambda arguments: " ".join(arguments[:2]),
)
def test_a_queue_that_nobody_knows_is_refused(cluster: Cluster, arguments: tuple[str, ...]) -> None:
    """With a sentence that names those that there are."""
    said = cluster.refused(*arguments)
    assert re.search(r"has no queue clams\. It has .*claims, .*'\*' stands for all", said), said


def test_a_gateway_s_key_is_given_no_queues(cluster: Cluster) -> None:
    """They would limit nothing."""
    said = cluster.refused(
        "key", "create", "--client=x", "--role=gateway", "--mailbox=*", "--queue=claims"
    )
    assert "a gateway's key has no queues" in said
