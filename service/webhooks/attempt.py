"""One attempt at one event: sign, send, judge, tell. Runs on the sender's pool of threads."""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from service import log
from service.outbound.verdict import Policy, Verdict
from service.store.outbox import Event
from service.webhooks import metrics, signing
from service.webhooks.types import Answer, Trouble, Undelivered
from service.webhooks.verdict import verdict

_log = log.get(__name__)

Post = Callable[[str, bytes, Mapping[str, str]], Answer]
SecretOf = Callable[[UUID], str]


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """Times and chance: `monotonic` in seconds, `now` aware in UTC, `jitter` from 0 to 1."""

    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = _utc_now
    jitter: Callable[[], float] = random.random


class Attempt:
    """Sends an event once and judges what came of it; never raises.

    Args:
        post: as `Transport.post`.
        secret_of: the secret of a client, as `signing.client_secret` makes it.
        policy: when to try again.
        clock: for tests.

    """

    def __init__(
        self, post: Post, secret_of: SecretOf, policy: Policy, clock: Clock | None = None
    ) -> None:
        self._post = post
        self._secret_of = secret_of
        self._policy = policy
        self._clock = clock or Clock()

    def __call__(self, event: Event, start_by: float) -> Verdict:
        """Send, unless it is later than `start_by` (monotonic): our lease may have passed then."""
        clock = self._clock
        started = clock.monotonic()
        if started > start_by:
            result: Answer | Undelivered = Undelivered(Trouble.INTERNAL, "the lease ran out")
        else:
            result = self._send(event)
        judged = verdict(
            result, event.attempts, self._policy, now=clock.now(), jitter=clock.jitter()
        )
        _tell(event, judged, clock.monotonic() - started)
        return judged

    def _send(self, event: Event) -> Answer | Undelivered:
        try:
            secret = self._secret_of(event.client_id)
            signed = signing.headers(secret, event.id, event.body, self._clock.now())
            return self._post(event.url, event.body, {**_HEADERS, **signed})
        except Undelivered as error:
            return error
        except Exception:  # noqa: BLE001  # one strange event must not end the sender
            _log.exception("webhook_crashed", event_id=str(event.id))
            return Undelivered(Trouble.INTERNAL, "a fault of the sender")


_HEADERS = {"content-type": "application/json", "user-agent": "aiguilleur-webhooks"}


def _tell(event: Event, judged: Verdict, seconds: float) -> None:
    metrics.DELIVERIES.labels(judged.outcome).inc()
    metrics.SECONDS.observe(seconds)
    _log.info(
        "webhook",
        event_id=str(event.id),
        email_id=str(event.email_id),
        client_id=str(event.client_id),
        host=event.host,
        attempt=event.attempts,
        outcome=judged.outcome,
        error=judged.error,
        dead=judged.dead,
        seconds=round(seconds, 4),
    )
