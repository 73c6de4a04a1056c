"""The real Postfix at both ends: SMTP -> Postfix -> LMTP -> decided -> Postfix -> helpdesk."""

import smtplib
from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.support.client import Client
from tests.support.fake_classifier import categories
from tests.support.postfix import Postfix, missing
from tests.support.processes import Cluster, Process, free_port
from tests.support.smtp_sink import Sink
from tests.support.waiting import until

pytestmark = [pytest.mark.full, pytest.mark.skipif(bool(missing()), reason=missing() or "-")]

ROUTING = (
    """\
version: "1"
triage: people
default_threshold: 0.5
"""
    + categories("payments", claim="claims")
    + """\
queues:
  claims: {title: Q, sla: 1h, reinject: claims@helpdesk.example}
  payments: {title: R, sla: 1h, reinject: payments@helpdesk.example}
  people: {title: P, sla: 1h}
mailboxes:
  sinistres: [sinistres@assureur.example]
  contact: [contact@assureur.example]
"""
)


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    """The helpdesk, and everyone else out there."""
    with Sink() as made:
        yield made


@pytest.fixture(scope="module")
def lmtp_port() -> int:
    """Where LMTP listens; settled before anyone starts."""
    return free_port()


@pytest.fixture(scope="module")
def postfix(sink: Sink, lmtp_port: int) -> Iterator[Postfix]:
    """The mail server in front and behind."""
    with Postfix(lmtp=lmtp_port, sink=sink.port) as made:
        yield made


@pytest.fixture(scope="module")
def cluster(
    postgres_url: str,
    redis_url: str,
    postfix: Postfix,
    lmtp_port: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Cluster]:
    """The whole service, with both of its mail processes."""
    folder = tmp_path_factory.mktemp("cluster")
    (folder / "routing.yaml").write_text(ROUTING)
    with Cluster(
        folder,
        postgres_url,
        redis_url,
        ROUTING_PATH=str(folder / "routing.yaml"),
        AIGUILLEUR_SMTP_URL=f"smtp://127.0.0.1:{postfix.back}",
        AIGUILLEUR_LMTP_LISTEN=f"127.0.0.1:{lmtp_port}",
    ) as made:
        started = [made.launch(name) for name in ("api", "worker", "sweep", "reinject")]
        for process in started:
            process.ready()
        yield made


@pytest.fixture(scope="module")
def lmtp(cluster: Cluster) -> Process:
    """The LMTP server."""
    return cluster.start("lmtp")


@pytest.fixture(scope="module")
def client(cluster: Cluster) -> Client:
    """Who may read what came by LMTP."""
    return Client(cluster.url, cluster.key("--client=lmtp", "--role=gateway", "--mailbox=*"))


def mail(body: bytes) -> bytes:
    head = b"From: Zoe <zoe@x.test>\r\nSubject: s\r\nMessage-ID: <%s@x.test>\r\n"
    kind = b"Content-Type: text/plain; charset=utf-8\r\nX-Aiguilleur-Queue: forged\r\n"
    return head % uuid4().hex.encode() + kind + b"\r\n" + body


def send(postfix: Postfix, message: bytes, *recipients: str) -> None:
    with smtplib.SMTP("127.0.0.1", postfix.incoming) as smtp:
        assert smtp.sendmail("zoe@x.test", recipients, message, ["BODY=8BITMIME"]) == {}


def stored(postfix: Postfix) -> int:
    """How many hand-overs Postfix knows to have succeeded."""
    return postfix.log.count("2.0.0 Stored as")


@pytest.mark.usefixtures("lmtp")
def test_a_mail_goes_all_the_way(postfix: Postfix, sink: Sink, client: Client) -> None:
    """Its body arrives byte for byte, with what was decided in its header."""
    body = "label:claim dégât\r\n.une ligne\r\n".encode() + b"x" * 30_000 + b"\r\n\r\nend \r\n"
    send(postfix, mail(body), "sinistres@assureur.example")
    taken = sink.wait()
    assert (taken.sender, taken.recipients) == ("zoe@x.test", ("claims@helpdesk.example",))
    assert taken.content.partition(b"\r\n\r\n")[2] == body
    assert taken.header("X-Aiguilleur-Queue") == ["claims"]
    (email_id,) = taken.header("X-Aiguilleur-Id")
    assert client.email(email_id)["mailbox"] == "sinistres"


@pytest.mark.usefixtures("lmtp", "client")
def test_two_recipients_in_one_transaction(postfix: Postfix, sink: Sink, client: Client) -> None:
    """Two mailboxes, two mails; Postfix is told of each, and delivers neither again."""
    before, message = stored(postfix), mail(b"label:payment\r\n")
    send(postfix, message, "sinistres@assureur.example", "contact@assureur.example")
    ids = [sink.wait().header("X-Aiguilleur-Id")[0] for _ in range(2)]
    assert {client.email(email_id)["mailbox"] for email_id in ids} == {"sinistres", "contact"}
    until(lambda: stored(postfix) == before + 2, "Postfix's record")


@pytest.mark.usefixtures("lmtp")
def test_an_unknown_recipient_is_bounced_by_postfix(postfix: Postfix, sink: Sink) -> None:
    """The others of the same mail are delivered."""
    message = mail(b"label:claim\r\n")
    send(postfix, message, "nobody@assureur.example", "contact@assureur.example")
    taken = {mail.recipients[0]: mail for mail in (sink.wait(), sink.wait())}
    assert taken.keys() == {"zoe@x.test", "claims@helpdesk.example"}
    assert b"550 5.1.1" in taken["zoe@x.test"].content


def test_postfix_keeps_what_it_cannot_hand_over(
    postfix: Postfix, sink: Sink, cluster: Cluster, lmtp: Process
) -> None:
    """The LMTP server is stopped, and started again: the mail arrives."""
    assert lmtp.stop() == 0
    send(postfix, mail(b"label:claim\r\n"), "contact@assureur.example")
    until(lambda: "Connection refused" in postfix.log, "the failure")
    cluster.start("lmtp")
    postfix.flush()
    assert sink.wait().recipients == ("claims@helpdesk.example",)


def test_a_mail_that_comes_round_stops_at_a_person(
    postfix: Postfix, sink: Sink, client: Client
) -> None:
    """The helpdesk sends it back to where it came from."""
    before = stored(postfix)
    send(postfix, mail(b"label:claim\r\n"), "contact@assureur.example")
    returned = sink.wait().content
    until(lambda: stored(postfix) == before + 1, "the record of the first")
    send(postfix, returned, "contact@assureur.example")
    last = until(lambda: stored(postfix) == before + 2 and postfix.log, "that of the second")
    email_id = last.rpartition("Stored as ")[2][:36]
    assert client.decision(email_id)["reason"] == "loop"
