"""The webhook sender on a real PostgreSQL, with real receivers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.engine import make_url
from standardwebhooks import Webhook

from service.outbound.sender import Limits
from service.outbound.verdict import Policy
from service.store import outbox
from service.store.engine import make_engine, run
from service.webhooks.signing import client_secret
from tests.support.outbox import (
    AT_ONCE,
    BODY,
    CLIENT,
    MASTER,
    event,
    make_due,
    post,
    sender,
    sending,
    transport,
)
from tests.support.receivers import Receiver, Request, answer, each
from tests.support.waiting import until

ACCEPT = answer(204)


@pytest.fixture
def database(postgres_url: str) -> Iterator[Engine]:
    """The test's own connections, to an empty outbox."""
    engine = make_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE outbox"))
    yield engine
    engine.dispose()


def test_an_event_arrives_signed(postgres_url: str, database: Engine) -> None:
    """The receiver can verify the very bytes of the outbox; the event is then delivered."""
    with Receiver(ACCEPT) as receiver:
        [event_id] = post(database, receiver.url("/hook?x=1"))
        with sending(postgres_url):
            [request] = receiver.wait()
    assert request.body == BODY
    assert request.path == "/hook?x=1"
    assert request.headers["content-type"] == "application/json"
    assert request.event_id == str(event_id)
    Webhook(client_secret(MASTER, CLIENT)).verify(request.body, request.headers)
    assert event(database, event_id).state == "delivered"


def test_a_failed_event_is_sent_again_with_the_same_id(postgres_url: str, database: Engine) -> None:
    """500, then 204: two attempts of one event, delivered."""
    with Receiver(each(answer(500), ACCEPT)) as receiver:
        [event_id] = post(database, receiver.url())
        with sending(postgres_url, policy=AT_ONCE):
            first, second = receiver.wait(2)
    assert first.event_id == second.event_id
    row = event(database, event_id)
    assert (row.state, row.attempts, row.last_error) == ("delivered", 2, None)


def test_gone_ends_the_event(postgres_url: str, database: Engine) -> None:
    """410 makes a dead letter at once; a replay sends it again."""
    with Receiver(each(answer(410), ACCEPT)) as receiver:
        [event_id] = post(database, receiver.url())
        with sending(postgres_url, policy=AT_ONCE):
            receiver.wait()
            until(lambda: event(database, event_id).state == "dead", "a dead letter")
            assert run(database, outbox.counts) == {"pending": 0, "dead": 1}
            assert run(database, lambda c: outbox.replay(c, event_id)) == 1
            receiver.wait()
    assert event(database, event_id).state == "delivered"


def test_an_event_is_given_up_after_the_last_attempt(postgres_url: str, database: Engine) -> None:
    """Three attempts allowed, three made."""
    with Receiver(answer(500)) as receiver:
        [event_id] = post(database, receiver.url())
        with sending(postgres_url, policy=Policy(3, first_seconds=0.0)):
            until(lambda: event(database, event_id).state == "dead", "a dead letter")
        assert receiver.count == 3
    assert "500" in event(database, event_id).last_error


def test_retry_after_is_honoured(postgres_url: str, database: Engine) -> None:
    """A receiver that asks for an hour is left alone for an hour."""
    with Receiver(answer(429, Retry_After="3600")) as receiver:
        [event_id] = post(database, receiver.url())
        with sending(postgres_url, policy=AT_ONCE):
            receiver.wait()
    assert 3590 < event(database, event_id).wait.total_seconds() <= 3600


def test_a_redirect_is_not_followed(postgres_url: str, database: Engine) -> None:
    """A receiver cannot point the sender at another server, not even at a permitted address."""
    with Receiver(ACCEPT) as inner, Receiver(answer(307, Location=inner.url())) as receiver:
        [event_id] = post(database, receiver.url())
        with sending(postgres_url):
            receiver.wait()
        assert inner.count == 0
    row = event(database, event_id)
    assert (row.state, row.attempts) == ("pending", 1)
    assert "redirect" in row.last_error


def test_a_closed_connection_is_tried_again(postgres_url: str, database: Engine) -> None:
    """A receiver that hangs up without a word gets the event again."""
    with Receiver(each(lambda _handler, _request: None, ACCEPT)) as receiver:
        [event_id] = post(database, receiver.url())
        with sending(postgres_url, policy=AT_ONCE):
            receiver.wait(2)
    assert event(database, event_id).state == "delivered"


def test_a_name_that_leads_to_loopback_is_refused(postgres_url: str, database: Engine) -> None:
    """Without the operator's leave nothing is sent to this machine, whatever the name says."""
    with Receiver(ACCEPT) as receiver:
        [event_id] = post(database, receiver.url(host="localhost"))
        with sending(postgres_url, by=transport(networks=())):
            until(lambda: event(database, event_id).state == "dead", "a dead letter")
        assert receiver.count == 0
    assert "not allowed" in event(database, event_id).last_error


def test_two_senders_never_make_the_same_attempt(postgres_url: str, database: Engine) -> None:
    """200 events, two senders at once: each event is sent once."""
    with Receiver(ACCEPT) as receiver:
        ids = post(database, *[receiver.url()] * 200)
        with sending(postgres_url), sending(postgres_url):
            requests = receiver.wait(200)
        assert receiver.count == 200
    assert {r.event_id for r in requests} == {str(i) for i in ids}
    assert run(database, outbox.counts) == {"pending": 0, "dead": 0}


def test_a_slow_receiver_delays_nobody_else(postgres_url: str, database: Engine) -> None:
    """While one host answers nothing and has 300 older events, another's five arrive."""
    gate = threading.Event()

    def hold(handler: BaseHTTPRequestHandler, request: Request) -> None:
        gate.wait(20)
        ACCEPT(handler, request)

    with Receiver(hold) as slow, Receiver(ACCEPT) as fast:
        post(database, *[slow.url(f"/{n}") for n in range(300)], *[fast.url()] * 5)
        with sending(postgres_url, limits=Limits(places=4, per_host=2, poll=0.05)):
            fast.wait(5)
            assert slow.count <= 2
            gate.set()
            slow.wait(300)
    assert run(database, outbox.counts) == {"pending": 0, "dead": 0}


def test_stopping_finishes_what_is_in_flight(postgres_url: str, database: Engine) -> None:
    """After `stop` the answer that is under way is still recorded, and nothing new is begun."""
    gate = threading.Event()

    def hold(handler: BaseHTTPRequestHandler, request: Request) -> None:
        gate.wait(20)
        ACCEPT(handler, request)

    with Receiver(hold) as receiver:
        first, second = post(database, *[receiver.url()] * 2)
        with sending(postgres_url, limits=Limits(places=1, poll=0.05)) as running:
            receiver.wait()
            running.stop()
            gate.set()
        assert receiver.count == 1
    assert event(database, first).state == "delivered"
    assert event(database, second).attempts == 0


def test_a_database_outage_sends_nothing_twice(postgres_url: str, database: Engine) -> None:
    """The answer comes while the database is away and the lease runs out: still sent once."""
    role = f"sender_{uuid4().hex}"

    def cut(handler: BaseHTTPRequestHandler, request: Request) -> None:
        _shut_out(database, role)
        make_due(database)
        ACCEPT(handler, request)

    with Receiver(cut) as receiver, _run_as(role, postgres_url, database) as tries:
        [event_id] = post(database, receiver.url())
        receiver.wait()
        until(lambda: len(tries) > 3, "attempts to connect")
        _admin(database, f"ALTER ROLE {role} LOGIN")
        until(lambda: event(database, event_id).state == "delivered", "the record")
    assert receiver.count == 1


@contextmanager
def _run_as(role: str, postgres_url: str, database: Engine) -> Iterator[list[object]]:
    """A sender with a role of its own, which can be shut out; yields its attempts to connect."""
    _admin(database, f"CREATE ROLE {role} LOGIN SUPERUSER PASSWORD 'sender'")
    url = make_url(postgres_url).set(username=role, password="sender")
    running, engine = sender(url.render_as_string(hide_password=False))
    tries: list[object] = []
    sqlalchemy_event.listen(engine, "do_connect", lambda *args: tries.append(args))
    thread = threading.Thread(target=running.run)
    thread.start()
    try:
        yield tries
    finally:
        running.stop()
        thread.join(30)
        engine.dispose()
        _admin(database, f"DROP ROLE {role}")


def _shut_out(database: Engine, role: str) -> None:
    """What a sender sees when the database goes away."""
    _admin(database, f"ALTER ROLE {role} NOLOGIN")
    _admin(
        database,
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{role}'",
    )


def _admin(database: Engine, statement: str) -> None:
    with database.begin() as connection:
        connection.execute(text(statement))
