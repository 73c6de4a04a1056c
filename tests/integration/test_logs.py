"""Logs of every process: JSON lines, one id from gateway to decision, and nothing of anybody's."""

from collections.abc import Iterator
from dataclasses import dataclass

import orjson
import pytest

from tests.support.agent import Agent, held
from tests.support.client import Client, Reply
from tests.support.fake_classifier import categories
from tests.support.lmtp_client import LmtpClient, start_lmtp
from tests.support.person import Person
from tests.support.processes import Cluster
from tests.support.receivers import Receiver, answer
from tests.support.smtp_sink import Sink
from tests.support.waiting import until

ROUTING = (
    """\
version: "1"
triage: people
default_threshold: 0.5
"""
    + categories("payments", claim="claims")
    + """\
queues:
  claims: {title: Q, sla: 1h, reinject: quokka-team@help.test}
  payments: {title: R, sla: 1h}
  people: {title: P, sla: 1h}
mailboxes:
  one: [quokka-box@x.test]
"""
)
# A word that stands in everything that is somebody's: mail, addresses, names, notes, passwords.
SECRET = "quokka"
PASSWORD = "quokka horse battery"
HEAD = (
    "From: Zoe Quokka <zoe.quokka@x.test>\r\nTo: quokka-box@x.test\r\nSubject: quokka %(name)s\r\n"
    "Message-ID: <quokka-%(name)s@x.test>\r\nContent-Type: %(type)s; name=quokka.pdf\r\n\r\n"
)
RFC822 = {"Content-Type": "message/rfc822"}


@dataclass
class Story:
    """What was done, and by which ids it can be followed."""

    cluster: Cluster
    replies: dict[str, Reply]


def raw(name: str, words: str = "", content_type: str = "text/plain") -> bytes:
    """A mail whose every part holds the word."""
    head = HEAD % {"name": name, "type": content_type}
    return f"{head}label:claim {words} quokka 0612345678\r\n".encode()


@pytest.fixture(scope="module")
def story(
    postgres_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Story]:
    """Every way in, every person's action, every kind of failure; then the logs."""
    folder = tmp_path_factory.mktemp("cluster")
    routing = folder / "routing.yaml"
    routing.write_text(ROUTING)
    with (
        Sink() as sink,
        Receiver(answer(500)) as receiver,
        Cluster(folder, postgres_url, redis_url, ROUTING_PATH=str(routing)) as cluster,
    ):
        sink.answers = {"RCPT": "550 5.1.1 <quokka-team@help.test> unknown to zoe.quokka@x"}.get
        for process in [cluster.launch(name) for name in ("api", "worker", "sweep", "webhooks")]:
            process.ready()
        cluster.start("reinject", AIGUILLEUR_SMTP_URL=sink.url)
        rights = ["--role=gateway", "--mailbox=*", f"--callback-host=127.0.0.1:{receiver.port}"]
        client = Client(cluster.url, cluster.key("--client=gateway", *rights))
        replies = posted(client, receiver.url("/quokka?token=quokka"))
        receiver.wait()
        delivered(cluster)
        failed(client)
        worked(cluster, client)
        yield Story(cluster, replies)


def posted(client: Client, callback: str) -> dict[str, Reply]:
    """One by one, as a batch, twice, refused; with the gateway's own id."""
    named = {"X-Request-Id": "gateway-17"}
    one = client.ask("POST", "/v1/emails", raw("one"), RFC822 | named)
    client.ask("POST", "/v1/emails", raw("one"), RFC822)
    fields = {"from": "zoe.quokka@x.test", "subject": "quokka", "text": "label:claim quokka"}
    batch = client.post({**fields, "id": "b-1", "callback_url": callback}, X_Request_Id="b")
    assert "id" in batch.body["items"][0], batch
    for body in (b"{quokka", b'{"emails": [{"quokka": 1, "text": ["quokka"]}]}'):
        refused = client.ask("POST", "/v1/batches", body, {"Content-Type": "application/json"})
        assert refused.status in {400, 422}
    client.ask("GET", "/v1/emails/quokka@x.test?search=quokka")
    client.ask("GET", "/v1/emails", headers={"X-Request-Id": "zoe.quokka@x.test"})
    Client(client.url, "aig_quokka").ask("GET", "/v1/emails")
    client.decision(one.body["id"])
    client.wait_for_all()
    return {"one": one, "batch": batch}


def delivered(cluster: Cluster) -> None:
    """By LMTP: taken, and refused."""
    _, port = start_lmtp(cluster)
    with LmtpClient(port) as lmtp:
        assert lmtp.deliver(raw("lmtp"), "quokka-box@x.test")[0].code == 250
        assert lmtp.say("MAIL FROM:<zoe.quokka@x.test>").code == 250
        assert lmtp.say("RCPT TO:<no-quokka@y.test>").code == 550


def failed(client: Client) -> None:
    """The model raises on it; the parser meets nonsense."""
    for name, words, kind in (
        ("fail", "fail", "text/plain"),
        ("nonsense", "=?utf-8?q?=zz?=", "multipart/quokka; boundary=quokka"),
    ):
        reply = client.ask("POST", "/v1/emails", raw(name, words, kind), RFC822)
        client.decision(reply.body["id"])


def worked(cluster: Cluster, client: Client) -> None:
    """At the console and over HTTP: sign in, search, note, correct, hand over, forget."""
    cluster.account("quokka-agent", "agent", PASSWORD)
    person = Person(cluster.url)
    assert person.sign_in("quokka-agent", "wrong quokka pass").status != 303
    assert person.sign_in("quokka-agent", PASSWORD).status == 303
    assert person.get("/console/search?q=quokka").status == 200
    agent = Agent(Client(cluster.url, cluster.key("--client=desk", "--role=agent", "--mailbox=*")))
    email_id = client.post_texts("label:payment quokka")[0]
    client.decision(email_id)
    lease = held(agent, email_id)
    noted = agent.ask("POST", f"/v1/emails/{email_id}/notes", {"text": "quokka called"})
    assert noted.status == 201
    agent.ask("PUT", f"/v1/emails/{email_id}/category", {"category": "claim", "note": "quokka"})
    agent.act(lease, "reroute", queue="people", reason="quokka asked")
    cluster.command("erase", "--sender", "zoe.quokka@x.test")


def lines(cluster: Cluster) -> list[bytes]:
    """Every line that any process wrote."""
    return [line for log in cluster.folder.glob("*.log") for line in log.read_bytes().splitlines()]


def events(cluster: Cluster, name: str, **values: object) -> list[dict[str, object]]:
    """The events that have these values."""
    found = (orjson.loads(line) for line in lines(cluster) if line.startswith(b"{"))
    return [e for e in found if e["event"] == name and values.items() <= e.items()]


def test_nothing_of_anybodys_is_logged(story: Story) -> None:
    """No word of a mail, no address, name, note, search, URL's path, key or password."""
    until(lambda: events(story.cluster, "reinject"), "a mail refused by the other server")
    until(lambda: events(story.cluster, "webhook", dead=False), "a webhook refused")
    assert events(story.cluster, "model_failed")
    assert events(story.cluster, "sign_in_denied")
    told = [line for line in lines(story.cluster) if SECRET.encode() in line.lower()]
    assert told == []
    assert not [line for line in lines(story.cluster) if b"@" in line or b"0612345678" in line]


def test_every_line_is_an_event(story: Story) -> None:
    """JSON with a time, a level, the process and what happened, one a line."""
    for line in lines(story.cluster):
        assert {"time", "level", "process", "event"} <= orjson.loads(line).keys(), line


def test_a_mail_is_followed_from_the_gateway_to_its_decision(story: Story) -> None:
    """The gateway's own id leads to the mail's, which every later line has."""
    one, batch = story.replies["one"], story.replies["batch"]
    assert one.headers["X-Request-Id"] == "gateway-17"
    email_id = one.body["id"]
    assert events(story.cluster, "accepted", request_id="gateway-17", email_id=email_id)
    assert events(story.cluster, "decided", email_id=email_id)
    assert events(story.cluster, "reinject", email_id=email_id)
    batch_id, first = batch.body["id"], batch.body["items"][0]["id"]
    assert events(story.cluster, "accepted_batch", request_id="b", batch_id=batch_id)
    assert events(story.cluster, "decided", batch_id=batch_id, email_id=first)
    assert events(story.cluster, "webhook", email_id=first)
