"""Decided mail handed on by SMTP, on the real servers, to a mail server that behaves as told."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from service.store.engine import make_engine
from tests.support.client import Client
from tests.support.fake_classifier import categories
from tests.support.handing_over import hand_overs, make_due, state
from tests.support.processes import Cluster, Process
from tests.support.receivers import TLS
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
  claims: {title: Q, sla: 1h, reinject: team@help.test}
  payments: {title: R, sla: 1h}
  people: {title: P, sla: 1h, reinject: people@help.test}
"""
)
HEAD = b"Return-Path: <zoe@x.test>\r\nReceived: from a by b; now\r\nX-Aiguilleur-Queue: vip\r\n"


def mail(words: str = "label:claim", head: bytes = HEAD) -> bytes:
    return head + b"Message-ID: <%s@x.test>\r\n\r\n%s\r\n.dot \xe9\r\n" % (
        uuid4().hex.encode(),
        words.encode(),
    )


@pytest.fixture(scope="module")
def cluster(
    postgres_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cluster]:
    """An API and a worker; no sender of mail yet."""
    folder = tmp_path_factory.mktemp("cluster")
    routing = folder / "routing.yaml"
    routing.write_text(ROUTING)
    with Cluster(folder, postgres_url, redis_url, ROUTING_PATH=str(routing)) as made:
        started = [made.launch(name) for name in ("api", "worker", "sweep")]
        for process in started:
            process.ready()
        yield made


@pytest.fixture(scope="module")
def client(cluster: Cluster) -> Client:
    """A gateway that may use every mailbox."""
    return Client(cluster.url, cluster.key("--client=gateway", "--role=gateway", "--mailbox=*"))


@pytest.fixture
def database(postgres_url: str) -> Iterator[Engine]:
    """The table of hand-overs, empty."""
    engine = make_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM reinjections"))
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def server() -> Iterator[Sink]:
    """A mail server."""
    with Sink() as made:
        yield made


@pytest.fixture
def sink(server: Sink) -> Sink:
    """It, with nothing in it."""
    server.reset()
    return server


@pytest.fixture(scope="module")
def running(cluster: Cluster, server: Sink) -> Iterator[Process]:
    """A process that hands mail on to it."""
    process = cluster.start("reinject", AIGUILLEUR_SMTP_URL=server.url)
    yield process
    assert process.stop() == 0


@pytest.fixture
def sender(running: Process, sink: Sink, database: Engine) -> Process:
    """It, with nothing to do."""
    return running


@pytest.fixture
def other() -> Iterator[Sink]:
    """A mail server for a process of a test's own."""
    with Sink() as made:
        yield made


def post(client: Client, message: bytes) -> str:
    """Post a mail, wait for its decision; returns its id."""
    reply = client.ask("POST", "/v1/emails", message, {"Content-Type": "message/rfc822"})
    assert reply.status == 202, reply
    client.decision(reply.body["id"])
    return str(reply.body["id"])


# These come first: they have a sender of their own, which `running` would take mail from.


def test_a_server_that_is_away_is_asked_again(
    cluster: Cluster, client: Client, database: Engine
) -> None:
    """Nothing listens: the mail stays pending, and arrives once something does."""
    with Sink() as sink:
        url = sink.url
    process = cluster.start("reinject", AIGUILLEUR_SMTP_URL=url)
    post(client, mail())
    until(lambda: "Refused" in hand_overs(database)[0][3], "the failure")
    assert state(database) == "pending"
    assert process.stop() == 0


def test_a_server_that_hangs_costs_one_time_limit(
    cluster: Cluster, client: Client, other: Sink, database: Engine
) -> None:
    """The mail is tried again later."""
    other.answers = lambda verb: "" if verb == "MAIL" else None
    process = cluster.start(
        "reinject", AIGUILLEUR_SMTP_URL=other.url, AIGUILLEUR_SMTP_SECONDS="0.5"
    )
    post(client, mail())
    until(lambda: hand_overs(database)[0][3], "the failure")
    assert state(database) == "pending"
    assert process.stop() == 0


def test_a_sender_of_its_own(
    cluster: Cluster, client: Client, other: Sink, database: Engine
) -> None:
    """AIGUILLEUR_SMTP_SENDER, empty for none."""
    process = cluster.start("reinject", AIGUILLEUR_SMTP_URL=other.url, AIGUILLEUR_SMTP_SENDER="")
    post(client, mail())
    assert other.wait().sender == ""
    assert process.stop() == 0


def test_tls_is_verified(cluster: Cluster, client: Client, database: Engine) -> None:
    """A certificate of a known authority for the host's name, or nothing is sent."""
    with Sink(tls=True) as sink:
        url = f"smtps://localhost:{sink.port}"
        stranger = cluster.start("reinject", AIGUILLEUR_SMTP_URL=url)
        post(client, mail())
        until(lambda: "SSLCert" in hand_overs(database)[0][3], "the refusal")
        assert stranger.stop() == 0
        authority = str(TLS / "authority.pem")
        process = cluster.start("reinject", AIGUILLEUR_SMTP_URL=url, SSL_CERT_FILE=authority)
        make_due(database)
        assert sink.wait().recipients == ("team@help.test",)
        assert process.stop() == 0


def test_a_server_that_lets_nobody_in_kills_no_mail(
    cluster: Cluster, client: Client, other: Sink, database: Engine
) -> None:
    """A wrong password is ours to put right: the mail waits."""
    url = f"smtp://user:secret@127.0.0.1:{other.port}"
    process = cluster.start("reinject", AIGUILLEUR_SMTP_URL=url)
    post(client, mail())
    until(lambda: "let us in" in hand_overs(database)[0][3], "the failure")
    assert state(database) == "pending"
    assert process.stop() == 0
    assert b"secret" not in process.log.read_bytes()


def test_a_decided_mail_is_handed_on(client: Client, sink: Sink, sender: Process) -> None:
    """To its queue's address, from its own sender, with our fields and its own bytes."""
    message = mail()
    email_id = post(client, message)
    taken = sink.wait()
    assert (taken.sender, taken.recipients) == ("zoe@x.test", ("team@help.test",))
    assert "BODY=8BITMIME" in taken.parameters
    assert taken.header("X-Aiguilleur-Queue") == ["claims"]
    assert taken.header("X-Aiguilleur-Confidence") == ["0.9000"]
    assert taken.header("X-Aiguilleur-Id") == [email_id]
    assert taken.header("Return-Path") == []
    assert taken.content.endswith(message[message.index(b"Message-ID") :])


def test_a_queue_without_an_address_keeps_its_mail(
    client: Client, sink: Sink, database: Engine, sender: Process
) -> None:
    """Nor is mail handed on that was posted as fields: there is no message to hand on."""
    post(client, mail("label:payment"))
    client.decision(client.post_texts("label:claim")[0])
    assert hand_overs(database) == []


def test_our_own_mail_coming_back_goes_to_a_person(
    client: Client, sink: Sink, database: Engine, sender: Process
) -> None:
    """Triage hands on as well, but not this."""
    post(client, mail())
    returned = post(client, b"Received: from helpdesk\r\n" + sink.wait().content)
    decision = client.decision(returned)
    assert (decision["queue"], decision["reason"]) == ("people", "loop")
    assert [row[0] for row in hand_overs(database)].count(returned) == 0


def test_a_forged_id_is_no_loop(client: Client, sink: Sink, sender: Process) -> None:
    """Only ids that this deployment gave count: a stranger's field hides no mail, and goes."""
    forged = b"X-Loop: aiguilleur\r\nX-Aiguilleur-Id: %s\r\n" % str(uuid4()).encode()
    email_id = post(client, mail(head=forged))
    decision = client.decision(email_id)
    assert (decision["queue"], decision["reason"]) == ("claims", "model")
    assert sink.wait().header("X-Aiguilleur-Id") == [email_id]


def test_mail_that_passed_many_servers_goes_to_a_person(
    client: Client, database: Engine, sender: Process
) -> None:
    """Whoever sends it round, the circle ends here."""
    email_id = post(client, mail(head=b"Received: x\r\n" * 26))
    assert client.decision(email_id)["reason"] == "loop"
    assert hand_overs(database) == []


def test_unread_mail_is_handed_on_from_triage(client: Client, sink: Sink, sender: Process) -> None:
    """What nobody could place still reaches the people of triage."""
    post(client, mail("label:other unsure"))
    taken = sink.wait()
    assert taken.recipients == ("people@help.test",)
    assert taken.header("X-Aiguilleur-Reason") == ["below_threshold"]


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "."])
def test_a_temporary_refusal_is_tried_again(
    verb: str, client: Client, sink: Sink, database: Engine, sender: Process
) -> None:
    """After its wait, with the same bytes."""
    sink.answers = {verb: "451 4.3.0 later"}.get
    post(client, mail())
    until(lambda: "451" in hand_overs(database)[0][3], "the refusal")
    assert state(database) == "pending"
    sink.answers = {}.get
    make_due(database)
    sink.wait()
    until(lambda: state(database) == "delivered", "the record")


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "."])
def test_a_final_refusal_is_a_dead_letter(
    verb: str, cluster: Cluster, client: Client, sink: Sink, database: Engine, sender: Process
) -> None:
    """Until an operator replays it."""
    sink.answers = {verb: "550 5.1.1 no such user"}.get
    post(client, mail())
    until(lambda: state(database) == "dead", "the dead letter")
    assert "550 5.1.1 no such user" in hand_overs(database)[0][3]
    sink.answers = {}.get
    assert cluster.command("replay", "mail").startswith("1 ")
    sink.wait()


def test_the_log_names_no_address(
    client: Client, sink: Sink, database: Engine, sender: Process
) -> None:
    """Ids and outcomes only."""
    post(client, mail())
    sink.wait()
    until(lambda: any(e["event"] == "reinject" for e in sender.events()), "the event")
    assert b".test" not in sender.log.read_bytes()


def test_a_deployment_without_a_server_says_so(cluster: Cluster) -> None:
    """At start, in a sentence."""
    process = cluster.launch("reinject")
    until(lambda: not process.running, "the end")
    assert "AIGUILLEUR_SMTP_URL is missing" in process.log.read_text()
