"""`aiguilleur webhooks`: one sender, from settings to the end of the process."""

from functools import partial

from service.config import Settings
from service.errors import StartupError
from service.outbound.process import run_until_stopped
from service.outbound.sender import Sender
from service.outbound.verdict import Policy
from service.store import outbox
from service.store.engine import make_engine
from service.store.migrate import require_served
from service.webhooks import metrics, signing
from service.webhooks.attempt import Attempt
from service.webhooks.transport import Transport


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
        require_served(engine)
        sender = Sender(engine, outbox, metrics.show, _attempt(settings, secret))
        run_until_stopped(settings, sender)
    finally:
        engine.dispose()
    return 0


def _attempt(settings: Settings, secret: str) -> Attempt:
    transport = Transport(
        allow_http=settings.webhook_allow_http, networks=settings.webhook_private_networks
    )
    policy = Policy(settings.webhook_max_attempts)
    return Attempt(transport.post, partial(signing.client_secret, secret), policy)
