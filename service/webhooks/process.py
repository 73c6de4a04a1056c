"""`aiguilleur webhooks`: one sender, from settings to the end of the process."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType

from service import log, metrics_port
from service.config import Settings
from service.errors import StartupError
from service.store.engine import make_engine
from service.store.migrate import require_current
from service.webhooks import signing
from service.webhooks.attempt import Attempt
from service.webhooks.sender import Sender
from service.webhooks.transport import Transport
from service.webhooks.verdict import Policy

_log = log.get(__name__)


def main(settings: Settings) -> int:
    """Send webhooks until SIGTERM or SIGINT; returns the exit status.

    Raises:
        StartupError: a sentence saying what is wrong.

    """
    secret = settings.webhook_secret
    if not secret:
        raise StartupError("AIGUILLEUR_WEBHOOK_SECRET is missing: webhooks cannot be signed")
    signing.check(secret)
    engine = make_engine(settings.database_url, pool_size=1, application="aiguilleur-webhooks")
    try:
        require_current(engine)
        sender = Sender(engine, _attempt(settings, secret))
        with metrics_port.serving(settings), _signals(sender):
            _log.info("ready")
            sender.run()
    finally:
        engine.dispose()
    _log.info("stopped")
    return 0


def _attempt(settings: Settings, secret: str) -> Attempt:
    transport = Transport(
        allow_http=settings.webhook_allow_http, networks=settings.webhook_private_networks
    )
    policy = Policy(settings.webhook_max_attempts)
    return Attempt(transport.post, partial(signing.client_secret, secret), policy)


@contextmanager
def _signals(sender: Sender) -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        sender.stop()

    kept = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
