"""`aiguilleur lmtp`: one LMTP server, from settings to the end of the process."""

import asyncio
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from sqlalchemy import Engine

from service import log, metrics_port
from service.config import Settings
from service.domain import backlog
from service.domain.mailboxes import Mailboxes
from service.domain.types import Principal, Role
from service.errors import StartupError, Unavailable
from service.flow.accept import Intake
from service.flow.admission import Admission
from service.flow.rates import Rates
from service.jobs import Waker
from service.lmtp.connection import Bounds
from service.lmtp.delivery import Delivery
from service.lmtp.server import Server
from service.lmtp.session import Limits, Session
from service.routing_file import load as load_routing
from service.store import engine as database
from service.store import keys
from service.store.engine import make_engine
from service.store.migrate import require_served

_log = log.get(__name__)


def main(settings: Settings) -> int:
    """Take mail until SIGTERM or SIGINT; returns the exit status.

    Raises:
        StartupError: a sentence saying what is wrong.

    """
    mailboxes = load_routing(settings.routing_path).mailboxes
    if not mailboxes:
        raise StartupError(
            f"{settings.routing_path} has neither `mailboxes` nor `default_mailbox`: "
            "no recipient could be accepted"
        )
    engine = make_engine(
        settings.database_url, pool_size=settings.lmtp_threads, application="aiguilleur-lmtp"
    )
    require_served(engine)
    threads = ThreadPoolExecutor(settings.lmtp_threads, "lmtp")
    server = _server(settings, engine, mailboxes, threads)
    with threads, metrics_port.serving(settings):
        asyncio.run(_serve(server, settings.lmtp_listen))
    _log.info("stopped")
    return 0


def _server(
    settings: Settings, engine: Engine, mailboxes: Mailboxes, threads: ThreadPoolExecutor
) -> Server:
    hostname = socket.getfqdn()
    most = backlog.Bounds(settings.max_backlog_emails, settings.max_backlog_age_seconds)
    intake = Intake(
        engine,
        Waker(settings.redis_url),
        Admission(engine, most),
        Rates(settings.redis_url, 0),  # the mail server before it knows who may send how much
        settings.model_batch_emails,
    )
    limits = Limits(settings.max_message_bytes, recipients=settings.lmtp_max_recipients)
    return Server(
        partial(Session, hostname, mailboxes.mailbox, limits),
        Delivery(intake, _principal(engine, settings.lmtp_client), hostname),
        threads,
        Bounds(settings.lmtp_max_connections, settings.lmtp_idle_seconds),
    )


def _principal(engine: Engine, name: str) -> Principal:
    """The client that the mail belongs to; whoever reaches the socket speaks for it."""
    try:
        client_id = database.run(engine, lambda c: keys.client(c, name))
    except Unavailable as error:
        raise StartupError(f"DATABASE_URL: {error.detail}") from error
    return Principal(
        "lmtp", client_id, name, frozenset({Role.GATEWAY}), frozenset("*"), frozenset()
    )


async def _serve(server: Server, listen: str) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        await server.serve(listen, stop, lambda: _log.info("ready", listen=listen))
    except (OSError, OverflowError) as error:
        raise StartupError(f"AIGUILLEUR_LMTP_LISTEN {listen}: {error}") from error
