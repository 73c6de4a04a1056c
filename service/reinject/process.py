"""`aiguilleur reinject`: one sender of mail, from settings to the end of the process."""

from service import log
from service.config import Settings
from service.errors import StartupError
from service.outbound.process import run_until_stopped
from service.outbound.sender import Limits, Sender
from service.outbound.verdict import Policy
from service.reinject import metrics
from service.reinject.attempt import Attempt
from service.reinject.smtp import Smtp, server
from service.routing_file import load as load_routing
from service.store import reinjections
from service.store.engine import make_engine
from service.store.migrate import require_served

_log = log.get(__name__)

_PLACES = 4  # connections to the mail server
_FIRST_SECONDS, _MOST_SECONDS = 10.0, 3600.0  # a mail server that is down is back within hours


def main(settings: Settings) -> int:
    """Hand mail on until SIGTERM or SIGINT; returns the exit status.

    Raises:
        StartupError: a sentence saying what is wrong.

    """
    if not settings.smtp_url:
        raise StartupError("AIGUILLEUR_SMTP_URL is missing: there is nowhere to hand mail on")
    smtp = Smtp(server(settings.smtp_url), settings.smtp_seconds)
    if not load_routing(settings.routing_path).reinjects:
        _log.warning("nothing_to_hand_on", detail="no queue in routing.yaml has `reinject`")
    # one connection for the sender's own thread, one for each place to load its mail
    engine = make_engine(
        settings.database_url, pool_size=_PLACES + 1, application="aiguilleur-reinject"
    )
    policy = Policy(settings.reinject_max_attempts, _FIRST_SECONDS, _MOST_SECONDS)
    try:
        require_served(engine)
        attempt = Attempt(engine, smtp.send, settings.smtp_sender, policy)
        sender = Sender(engine, reinjections, metrics.show, attempt, limits=_limits(settings))
        run_until_stopped(settings, sender)
    finally:
        engine.dispose()
    return 0


def _limits(settings: Settings) -> Limits:
    """A lease of which the second half lasts for a whole message."""
    return Limits(places=_PLACES, per_host=_PLACES, lease=4 * settings.smtp_seconds)
