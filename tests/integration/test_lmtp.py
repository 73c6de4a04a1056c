"""Mail by LMTP on the real servers: durable before it is answered, our own faults temporary."""

import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from service.local.servers import EmbeddedServers
from service.store.engine import make_engine
from tests.support.client import Client
from tests.support.fake_classifier import categories
from tests.support.lmtp_client import LmtpClient, start_lmtp
from tests.support.processes import Cluster
from tests.support.waiting import until

ROUTING = (
    """\
version: "1"
triage: people
default_threshold: 0.5
"""
    + categories("claims")
    + """\
queues:
  claims: {title: Q, sla: 1h}
  people: {title: P, sla: 1h}
mailboxes:
  one: [one@x.test, one-bis@x.test]
  two: [two.test]
"""
)


def mail(words: str = "label:claim") -> bytes:
    return b"Subject: s\r\nMessage-ID: <%s@x.test>\r\n\r\n%s" % (
        uuid4().hex.encode(),
        words.encode(),
    )


@pytest.fixture(scope="module")
def routing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two mailboxes, no default."""
    path = tmp_path_factory.mktemp("routing") / "routing.yaml"
    path.write_text(ROUTING)
    return path


@pytest.fixture(scope="module")
def cluster(
    own_servers: EmbeddedServers, routing: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cluster]:
    """An API and a worker, over servers that may be stopped."""
    folder = tmp_path_factory.mktemp("cluster")
    urls = own_servers.database_url, own_servers.redis_url
    with Cluster(folder, *urls, ROUTING_PATH=str(routing)) as made:
        started = [made.launch(name) for name in ("api", "worker", "sweep")]
        for process in started:
            process.ready()
        yield made


@pytest.fixture(scope="module")
def port(cluster: Cluster) -> int:
    """Where the module's LMTP server listens."""
    return start_lmtp(cluster)[1]


@pytest.fixture
def database(own_servers: EmbeddedServers) -> Iterator[Engine]:
    """A look at the tables."""
    engine = make_engine(own_servers.database_url)
    yield engine
    engine.dispose()


def stored(database: Engine) -> list[tuple[str, bytes]]:
    """Every mail's mailbox and bytes, oldest first."""
    with database.connect() as connection:
        rows = connection.execute(text("SELECT mailbox, content FROM emails ORDER BY id"))
        return [(row[0], bytes(row[1])) for row in rows]


def test_a_delivered_mail_is_decided(cluster: Cluster, port: int) -> None:
    """The reply names the mail, which an API key of the same client can read."""
    with LmtpClient(port) as lmtp:
        (reply,) = lmtp.deliver(mail(), "ONE+tag@x.test")
    client = Client(cluster.url, cluster.key("--client=lmtp", "--role=gateway", "--mailbox=*"))
    email_id = reply.text.split()[-1]
    assert reply.code == 250
    assert client.decision(email_id)["queue"] == "claims"
    assert client.email(email_id)["mailbox"] == "one"


def test_each_recipient_is_answered_and_each_mailbox_stored(port: int, database: Engine) -> None:
    """Three recipients in two mailboxes: three replies, two mails, envelopes kept apart."""
    message = mail()
    with LmtpClient(port) as lmtp:
        said = lmtp.deliver(message, "one@x.test", "a@two.test", "one-bis@x.test")
    assert [reply.code for reply in said] == [250, 250, 250]
    assert said[0].text == said[2].text != said[1].text
    (one, first), (two, second) = stored(database)[-2:]
    assert (one, two) == ("one", "two")
    assert first.startswith(
        b"Return-Path: <s@x.test>\r\nDelivered-To: one@x.test\r\nDelivered-To: "
    )
    assert b"two.test" not in first.split(b"Subject")[0]
    assert second.endswith(message + b"\r\n")


def test_an_unknown_recipient_is_refused(port: int) -> None:
    """By itself: the others are delivered."""
    with LmtpClient(port) as lmtp:
        lmtp.say("LHLO c")
        lmtp.say("MAIL FROM:<>")
        assert repr(lmtp.say("RCPT TO:<nobody@x.test>")).startswith("550 5.1.1")
        assert lmtp.say("RCPT TO:<one@x.test>").code == 250


def test_a_retry_is_a_duplicate(port: int, database: Engine) -> None:
    """Both get 250, one mail is stored."""
    before, message = len(stored(database)), mail()
    with LmtpClient(port) as lmtp:
        first, again = (lmtp.deliver(message, "one@x.test")[0] for _ in range(2))
    assert (first.code, again.code) == (250, 250)
    assert "before" in again.text
    assert first.text.split()[-1] == again.text.split()[-1]
    assert len(stored(database)) == before + 1


def test_a_server_killed_before_its_reply_was_read(cluster: Cluster, database: Engine) -> None:
    """The mail is there; the retry, at the next server, stores no second one."""
    process, port = start_lmtp(cluster)
    before, message = len(stored(database)), mail()
    with LmtpClient(port) as lmtp:
        lmtp.begin("one@x.test")
        lmtp.send(message + b"\r\n.\r\n")
        until(lambda: len(stored(database)) > before, "the commit")
        process.kill()
    _, port = start_lmtp(cluster)
    with LmtpClient(port) as lmtp:
        (reply,) = lmtp.deliver(message, "one@x.test")
    assert (reply.code, "before" in reply.text) == (250, True)
    assert len(stored(database)) == before + 1


def test_a_client_that_leaves_within_a_message_stores_nothing(port: int, database: Engine) -> None:
    """Half a message is none."""
    before = len(stored(database))
    with LmtpClient(port) as lmtp:
        lmtp.begin("one@x.test")
        lmtp.send(b"Subject: half\r\n\r\nlabel")
    with LmtpClient(port) as lmtp:
        lmtp.deliver(mail(), "one@x.test")
    assert len(stored(database)) == before + 1


def test_postgresql_down_is_temporary(
    port: int, own_servers: EmbeddedServers, database: Engine
) -> None:
    """451 while it is away, on a connection that lives on and delivers once it is back."""
    message = mail()
    with LmtpClient(port) as lmtp:
        lmtp.deliver(mail(), "one@x.test")
        own_servers.postgres.stop()
        refused = lmtp.deliver(message, "one@x.test", "a@two.test")
        own_servers.postgres.start()
        again = until(
            lambda: (r := lmtp.deliver(message, "one@x.test"))[0].code == 250 and r, "the retry"
        )
    assert [repr(r).split(" Cannot")[0] for r in refused] == ["451 4.3.0", "451 4.3.0"]
    assert "before" not in again[0].text


def test_a_backlog_is_temporary(cluster: Cluster, port: int, database: Engine) -> None:
    """452 while the oldest mail has waited too long."""
    with database.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO waiting (email_id, rank, received_at, priority, size, run_after) "
                "SELECT gen_random_uuid(), t, t - interval '1 day', 1, 1, t + interval '1 day' "
                "FROM clock_timestamp() AS t"
            )
        )
    _, own_port = start_lmtp(cluster, AIGUILLEUR_MAX_BACKLOG_AGE_SECONDS="60")
    with LmtpClient(own_port) as lmtp:
        (reply,) = lmtp.deliver(mail(), "one@x.test")
    with database.begin() as connection:
        connection.execute(text("DELETE FROM waiting WHERE size = 1"))
    assert repr(reply).startswith("452 4.3.1")


def test_sizes_are_limited(cluster: Cluster) -> None:
    """As announced at MAIL, and as read; the connection lives on."""
    _, port = start_lmtp(cluster, AIGUILLEUR_MAX_MESSAGE_BYTES="100000")
    with LmtpClient(port) as lmtp:
        assert "SIZE 100000" in lmtp.say("LHLO c").lines
        assert repr(lmtp.say("MAIL FROM:<> SIZE=100001")).startswith("552 5.3.4")
        said = lmtp.deliver(b"x" * 200_000, "one@x.test", "a@two.test")
        assert [repr(r)[:9] for r in said] == ["552 5.3.4", "552 5.3.4"]
        assert lmtp.deliver(mail(), "one@x.test")[0].code == 250


def test_a_large_mail_of_one_line_arrives_whole(port: int, database: Engine) -> None:
    """20 MB without a line's end, with NULs and bare line feeds."""
    message = b"Subject: long\r\n\r\n" + b"x\0\n.\ny" * 3_300_000 + uuid4().bytes.hex().encode()
    with LmtpClient(port) as lmtp:
        assert lmtp.deliver(message, "one@x.test")[0].code == 250
    assert stored(database)[-1][1].endswith(message + b"\r\n")


def test_it_drains_on_sigterm(cluster: Cluster, database: Engine) -> None:
    """The transaction under way is finished, the idle connection told 421, a new one not taken."""
    process, port = start_lmtp(cluster)
    with LmtpClient(port) as idle, LmtpClient(port) as busy:
        busy.begin("one@x.test")
        process.signal(signal.SIGTERM)
        assert idle.read().code == 421
        with pytest.raises(ConnectionError), socket.create_connection(("127.0.0.1", port)):
            pass
        busy.send(mail() + b"\r\n.\r\n")
        assert [busy.read().code, busy.read().code] == [250, 421]
    until(lambda: not process.running, "the end")
    assert process.stop() == 0


def test_connections_are_limited(cluster: Cluster) -> None:
    """One more than allowed is told to come back; one that ended makes room."""
    _, port = start_lmtp(cluster, AIGUILLEUR_LMTP_MAX_CONNECTIONS="2")
    with LmtpClient(port) as first, LmtpClient(port):
        with LmtpClient(port) as third:
            assert third.greeting.code == 421
        assert first.say("QUIT").code == 221

        def room() -> bool:
            with LmtpClient(port) as fourth:
                return fourth.greeting.code == 220

        until(room, "room for another")


def test_a_silent_client_is_let_go(cluster: Cluster) -> None:
    """After the idle time, with 421."""
    _, port = start_lmtp(cluster, AIGUILLEUR_LMTP_IDLE_SECONDS="0.2")
    with LmtpClient(port) as lmtp:
        assert repr(lmtp.read()).startswith("421 4.4.2")
        with pytest.raises(ConnectionError):
            lmtp.read()


def test_a_unix_socket_serves_as_well(cluster: Cluster, tmp_path: Path) -> None:
    """One left behind by a killed server does not stop the next."""
    path = str(tmp_path / "lmtp.sock")
    cluster.start("lmtp", AIGUILLEUR_LMTP_LISTEN=f"unix:{path}").kill()
    process = cluster.start("lmtp", AIGUILLEUR_LMTP_LISTEN=f"unix:{path}")
    with LmtpClient(path) as lmtp:
        assert lmtp.deliver(mail(), "one@x.test")[0].code == 250
    assert process.stop() == 0
    assert not Path(path).exists()


def test_the_log_names_no_address(cluster: Cluster) -> None:
    """Sizes, counts and reply codes only."""
    process, port = start_lmtp(cluster)
    with LmtpClient(port) as lmtp:
        lmtp.deliver(mail(), "one@x.test", "a@two.test")
    until(lambda: any(e["event"] == "lmtp" for e in process.events()), "the event")
    (event,) = [e for e in process.events() if e["event"] == "lmtp"]
    assert (event["recipients"], event["replies"]) == (2, {"250": 2})
    assert b"@x.test" not in process.log.read_bytes()
