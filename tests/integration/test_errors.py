"""Every documented error: what bad input gets, and that it stores nothing."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.client import Client, Reply
from tests.support.processes import Cluster
from tests.support.waiting import until

RFC822 = {"Content-Type": "message/rfc822"}
JSON = {"Content-Type": "application/json"}
UNKNOWN = "01a1fc1c-2377-7632-89b7-e6a013b4fdd2"


@pytest.fixture(scope="module")
def narrow(cluster: Cluster) -> Client:
    """A gateway that may use one mailbox and call back to nobody."""
    return Client(cluster.url, cluster.key("--client=narrow", "--role=gateway", "--mailbox=claims"))


@pytest.fixture(scope="module")
def small(
    postgres_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cluster]:
    """An API with tight limits and a backlog that is too old as soon as anything waits."""
    folder: Path = tmp_path_factory.mktemp("small")
    limits = {
        "AIGUILLEUR_MAX_MESSAGE_BYTES": "2000",
        "AIGUILLEUR_MAX_REQUEST_BYTES": "5000",
        "AIGUILLEUR_MAX_BACKLOG_AGE_SECONDS": "0.1",
    }
    with Cluster(folder, postgres_url, redis_url, **limits) as made:
        made.start("api")
        yield made


def check(reply: Reply, status: int, code: str) -> dict[str, Any]:
    assert (reply.status, reply.body["code"]) == (status, code), reply
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.body["status"] == status
    return dict(reply.body)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"emails": "\\ud800"}', b"[" * 5000])
def test_what_is_not_json_is_400(client: Client, body: bytes) -> None:
    """Broken, not UTF-8, a lone surrogate, nested too deep."""
    check(client.ask("POST", "/v1/batches", body, JSON), 400, "invalid_json")


@pytest.mark.parametrize(
    ("path", "sent"), [("/v1/batches", "text/plain"), ("/v1/emails", "application/json")]
)
def test_another_content_type_is_415(client: Client, path: str, sent: str) -> None:
    """The body is not guessed at."""
    reply = client.ask("POST", path, b"{}", {"Content-Type": sent})
    check(reply, 415, "unsupported_media_type")


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ([], ""),
        ({}, "emails"),
        ({"emails": []}, "emails"),
        ({"emails": {}}, "emails"),
        ({"emails": [1]}, "emails.0"),
        ({"emails": [{}] * 1001}, "emails"),
        ({"emails": [{"text": "x"}], "x": 1}, "x"),
    ],
)
def test_a_wrong_batch_is_422_with_the_fields_path(client: Client, value: Any, field: str) -> None:
    """One entry per fault."""
    problem = check(client.ask("POST", "/v1/batches", value), 422, "invalid_request")
    assert [e["field"] for e in problem["errors"]] == [field]


@pytest.mark.parametrize(
    ("item", "field", "code"),
    [
        ({}, "emails.0", "required"),
        ({"raw": "%%%"}, "emails.0.raw", "invalid"),
        ({"raw": ""}, "emails.0.raw", "invalid"),
        ({"raw": 1}, "emails.0.raw", "invalid"),
        ({"raw": "aGk=", "text": "x"}, "emails.0.text", "unknown_field"),
        ({"text": "x", "colour": 1}, "emails.0.colour", "unknown_field"),
        ({"text": "x", "id": "a b"}, "emails.0.id", "invalid"),
        ({"text": "x", "id": "a\0b"}, "emails.0.id", "invalid"),
        ({"text": "x", "id": "ab\n"}, "emails.0.id", "invalid"),
        ({"text": "x", "mailbox": "ab\n"}, "emails.0.mailbox", "invalid"),
        ({"text": "x", "priority": "now"}, "emails.0.priority", "invalid"),
        ({"text": "x", "mailbox": "a/b"}, "emails.0.mailbox", "invalid"),
        ({"text": "x", "to": "a@b.c"}, "emails.0.to", "invalid"),
        ({"text": "x", "headers": {"a": 1}}, "emails.0.headers.a.value", "invalid"),
        ({"text": "x", "callback_url": "ftp://h"}, "emails.0.callback_url", "invalid"),
    ],
)
def test_a_wrong_mail_says_what_is_wrong(
    client: Client, item: dict[str, Any], field: str, code: str
) -> None:
    """Alone it fails the request; the path leads to the fault."""
    problem = check(client.post(item), 422, "invalid_request")
    assert [(e["field"], e["code"]) for e in problem["errors"]] == [(field, code)]


def test_a_wrong_mail_keeps_no_other_out(client: Client) -> None:
    """The right ones of the batch are stored."""
    reply = client.post({"text": "label:claim"}, {"raw": "%"}, {"text": "label:other"})
    assert reply.status == 202
    assert reply.body["counts"] == {"total": 3, "accepted": 2, "duplicates": 0, "rejected": 1}
    assert reply.body["items"][1]["error"]["code"] == "invalid"
    page = client.ask("GET", reply.headers["Location"] + "?wait=20").body
    assert page["results"][1]["error"]["field"] == "emails.1.raw"
    assert page["counts"]["decided"] == 2


def test_a_bomb_is_refused_before_it_is_looked_into(client: Client) -> None:
    """A million wrong elements get one fault, and a short answer."""
    for bomb in ({"emails": [1] * 1_000_000}, {"emails": [{"text": "x", "to": [1] * 100_000}]}):
        problem = check(client.ask("POST", "/v1/batches", bomb), 422, "invalid_request")
        assert len(problem["errors"]) == 1


def test_an_unknown_method_is_refused_and_not_counted(client: Client) -> None:
    """Or anyone could make as many series as there are words."""
    check(client.ask("FOO", "/healthz"), 405, "method_not_allowed")


def test_an_atomic_batch_is_stored_whole_or_not_at_all(client: Client) -> None:
    """The right mail of a refused atomic batch can be posted again as new."""
    mail = {"text": "x", "id": "atomic-1"}
    check(client.post(mail, {"raw": "%"}, query="?atomic=true"), 422, "invalid_request")
    assert client.post(mail).body["counts"]["accepted"] == 1


def test_the_same_id_for_other_content_is_409(client: Client) -> None:
    """Nothing of it is stored."""
    client.post({"text": "one", "id": "conflict-1"})
    problem = check(client.post({"text": "two", "id": "conflict-1"}), 409, "id_conflict")
    assert problem["errors"][0]["field"] == "emails.0.id"


@pytest.mark.parametrize("header", [None, "", "Basic x", "Bearer", "Bearer aig_a_b", "Bearer é"])
def test_no_key_or_a_wrong_one_is_401(cluster: Cluster, header: str | None) -> None:
    """The answer names the scheme, not what was wrong with the key."""
    client = Client(cluster.url, "unused")
    value = {"Authorization": header.encode("latin-1").decode("latin-1")} if header else {}
    reply = client.ask("GET", f"/v1/emails/{UNKNOWN}", None, {"Authorization": "", **value})
    check(reply, 401, "unauthorized")
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_wrong_role_is_403(client: Client, supervisor: Client) -> None:
    """A gateway does not read queues, a supervisor does not post."""
    check(client.ask("GET", "/v1/queues"), 403, "forbidden")
    check(supervisor.post({"text": "x"}), 403, "forbidden")


def test_another_mailbox_is_refused(narrow: Client) -> None:
    """A key posts to its own mailboxes; with one only, that is the default."""
    problem = check(narrow.post({"text": "x", "mailbox": "sales"}), 403, "forbidden")
    assert problem["errors"][0]["code"] == "mailbox_forbidden"
    reply = narrow.ask("POST", "/v1/emails?mailbox=sales", b"A: b\n\nx", RFC822)
    check(reply, 403, "forbidden")
    assert narrow.email(narrow.post_texts("x")[0])["mailbox"] == "claims"


def test_a_batch_with_mail_of_another_mailbox_is_404(cluster: Cluster, client: Client) -> None:
    """For whoever may not read all of it, the client's own narrower key included."""
    path = client.post({"text": "x", "mailbox": "hr"}).headers["Location"]
    for owner, role in (("gateway", "gateway"), ("claims-team", "supervisor")):
        key = cluster.key(f"--client={owner}", f"--role={role}", "--mailbox=claims")
        check(Client(cluster.url, key).ask("GET", path), 404, "not_found")
        key = cluster.key(f"--client={owner}", f"--role={role}", "--mailbox=claims", "--mailbox=hr")
        assert Client(cluster.url, key).ask("GET", path).status == 200


def test_a_callback_to_a_host_that_is_not_listed_is_refused(client: Client) -> None:
    """A key's webhooks go where its operator said, and nowhere else."""
    item = {"text": "x", "callback_url": "https://evil.test/"}
    problem = check(client.post(item), 403, "forbidden")
    assert [(e["field"], e["code"]) for e in problem["errors"]] == [
        ("emails.0.callback_url", "callback_refused")
    ]
    reply = client.ask("POST", "/v1/emails?callback_url=https://evil.test/", b"A: b\n\nx", RFC822)
    check(reply, 403, "forbidden")


def test_another_clients_ids_are_404(client: Client, narrow: Client) -> None:
    """As if they did not exist."""
    reply = client.post({"text": "secret"})
    for path in (reply.headers["Location"], f"/v1/emails/{reply.body['items'][0]['id']}"):
        assert client.ask("GET", path).status == 200
        mine = check(narrow.ask("GET", path), 404, "not_found")
        unknown = check(narrow.ask("GET", path[: path.rindex("/") + 1] + UNKNOWN), 404, "not_found")
        assert mine == unknown


@pytest.mark.parametrize("path", ["/v1/emails/1", "/v1/nothing", "/", "/v1/batches/x?wait=1"])
def test_an_unknown_path_is_404(client: Client, path: str) -> None:
    """As a problem document too."""
    check(client.ask("GET", path), 404, "not_found")


def test_another_method_is_405(client: Client) -> None:
    """It says which ones there are."""
    reply = client.ask("DELETE", "/v1/batches")
    check(reply, 405, "method_not_allowed")
    assert "POST" in reply.headers["Allow"]


@pytest.mark.parametrize("query", ["wait=21", "wait=x", "limit=0", "limit=1001", "cursor=a"])
def test_a_wrong_query_is_422(client: Client, query: str) -> None:
    """The path is the parameter's name."""
    problem = check(client.ask("GET", f"/v1/batches/{UNKNOWN}?{query}"), 422, "invalid_request")
    assert problem["errors"][0]["field"] == query.split("=", maxsplit=1)[0]


def test_an_empty_message_is_422(client: Client) -> None:
    """There is nothing to store."""
    check(client.ask("POST", "/v1/emails", b"", RFC822), 422, "invalid_request")


def test_a_wrong_idempotency_key_is_400(client: Client) -> None:
    """Too long, or not visible."""
    for key in ("", "x" * 256, "a b"):
        check(client.post({"text": "x"}, Idempotency_Key=key), 400, "bad_request")


def test_too_large_is_413_and_names_the_limit(small: Cluster) -> None:
    """By the announced size, before the body is read whole; one mail of a batch, by itself."""
    client = Client(small.url, small.key("--client=big", "--role=gateway", "--mailbox=*"))
    request = check(client.ask("POST", "/v1/batches", b"x" * 6000, JSON), 413, "too_large")
    message = check(client.ask("POST", "/v1/emails", b"x" * 2001, RFC822), 413, "too_large")
    mail = client.post({"raw": base64.b64encode(b"x" * 2001).decode()})
    assert "5000" in request["detail"]
    assert "2000" in message["detail"]
    assert mail.body["errors"][0]["code"] == "too_large"


def test_an_old_backlog_is_429(small: Cluster, cluster: Cluster) -> None:
    """With a time to come back; what had been accepted before stays accepted."""
    client = Client(small.url, small.key("--client=busy", "--role=gateway", "--mailbox=*"))
    holder = Client(cluster.url, cluster.key("--client=busy", "--role=gateway", "--mailbox=*"))
    blocked = holder.post_texts("block")[0]

    def busy() -> Reply | None:
        reply = client.post({"text": "x"})
        return reply if reply.status == 429 else None

    refused = until(busy, "429")
    check(refused, 429, "too_busy")
    assert int(refused.headers["Retry-After"]) > 0
    cluster.gate.write_text("")
    holder.decision(blocked)
