"""Events in the outbox, and senders that send them, for tests of webhooks."""

import base64
import ipaddress
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from uuid import UUID

from sqlalchemy import Engine, Row, text
from uuid_utils.compat import uuid7

from service.outbound.sender import Limits, Sender
from service.outbound.verdict import Policy
from service.store import engine as store
from service.store import outbox
from service.webhooks import metrics, signing
from service.webhooks.addresses import Network
from service.webhooks.attempt import Attempt
from service.webhooks.transport import Resolve, Timeouts, Transport, resolve

MASTER = "whsec_" + base64.b64encode(bytes(range(32))).decode()
CLIENT = UUID(int=7)
BODY = b'{"type":"email.decided","data":{"id":"1"}}'
LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)
AT_ONCE = Policy(max_attempts=12, first_seconds=0.0)
LATER = Policy(max_attempts=12, first_seconds=1000.0)

_POST = text("""
INSERT INTO outbox (id, email_id, client_id, url, body) VALUES (:id, :id, :client, :url, :body)
""")


def post(database: Engine, *urls: str) -> list[UUID]:
    """Put one event for each URL into the outbox; returns their ids."""
    ids = [uuid7() for _ in urls]
    with database.begin() as connection:
        for event_id, url in zip(ids, urls, strict=True):
            row = {"id": event_id, "client": CLIENT, "url": url, "body": BODY}
            connection.execute(_POST, row)
    return ids


def event(database: Engine, event_id: UUID) -> Row[tuple[object, ...]]:
    """One event as stored."""
    with database.connect() as connection:
        return connection.execute(
            text(
                "SELECT *, run_after - clock_timestamp() AS wait FROM outbox WHERE id = :id"
            ).bindparams(id=event_id)
        ).one()


def make_due(database: Engine) -> None:
    """Let every lease and every wait run out now, instead of waiting for it."""
    with database.begin() as connection:
        connection.execute(text("UPDATE outbox SET run_after = clock_timestamp()"))


def transport(
    networks: Sequence[Network] = LOOPBACK,
    total: float = 10.0,
    resolver: Resolve = resolve,
    tls: ssl.SSLContext | None = None,
) -> Transport:
    """A transport that may use http, to this machine unless told otherwise."""
    return Transport(
        allow_http=True,
        networks=networks,
        tls=tls,
        resolver=resolver,
        timeouts=Timeouts(connect=3.0, total=total),
    )


def sender(
    url: str,
    *,
    by: Transport | None = None,
    policy: Policy = LATER,
    limits: Limits | None = None,
) -> tuple[Sender[outbox.Event], Engine]:
    """A sender with a connection of its own."""
    engine = store.make_engine(url, pool_size=1)
    secret_of = partial(signing.client_secret, MASTER)
    attempt = Attempt((by or transport()).post, secret_of, policy)
    limits = limits or Limits(poll=0.05)
    return Sender(engine, outbox, metrics.show, attempt, limits=limits), engine


@contextmanager
def sending(
    url: str,
    *,
    by: Transport | None = None,
    policy: Policy = LATER,
    limits: Limits | None = None,
) -> Iterator[Sender[outbox.Event]]:
    """A sender that runs; on leaving, what is in flight has been recorded."""
    made, engine = sender(url, by=by, policy=policy, limits=limits)
    thread = threading.Thread(target=made.run)
    thread.start()
    try:
        yield made
    finally:
        made.stop()
        thread.join(30)
        engine.dispose()
        assert not thread.is_alive()
