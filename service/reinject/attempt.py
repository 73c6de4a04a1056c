"""One attempt to hand one mail on: load, rewrite, send, judge, tell. Runs on a thread."""

import random
import smtplib
import time
from collections.abc import Callable

from sqlalchemy import Engine

from service import log
from service.errors import Unavailable
from service.outbound.verdict import TIMEOUT, Policy, Verdict, back_off
from service.reinject import metrics
from service.reinject.message import rewrite
from service.reinject.smtp import Refused
from service.store import reinjections
from service.store.engine import run
from service.store.reinjections import HandOver

_log = log.get(__name__)

Send = Callable[[str, str, bytes], None]


class Attempt:
    """Hands one mail on and judges what came of it; never raises.

    Args:
        engine: mails are loaded here one by one, because they may be large.
        send: as `Smtp.send`.
        sender: the envelope sender; None for the mail's own.
        policy: when to try again.

    """

    def __init__(self, engine: Engine, send: Send, sender: str | None, policy: Policy) -> None:
        self._engine = engine
        self._send = send
        self._sender = sender
        self._policy = policy

    def __call__(self, event: HandOver, start_by: float) -> Verdict:
        """Send, unless it is later than `start_by` (monotonic): our lease may have passed then."""
        started = time.monotonic()
        fault = self._fault(event) if started <= start_by else _LATE
        judged = self._judge(event, fault)
        seconds = time.monotonic() - started
        metrics.HAND_OVERS.labels(judged.outcome).inc()
        metrics.SECONDS.observe(seconds)
        _log.info(
            "reinject",
            email_id=str(event.email_id),
            attempt=event.attempts,
            outcome=judged.outcome,
            # a server's own words may quote an address or the mail: those are kept with the event
            error=f"the server said {fault.code}" if isinstance(fault, Refused) else judged.error,
            dead=judged.dead,
            seconds=round(seconds, 4),
        )
        return judged

    def _fault(self, event: HandOver) -> Exception | None:
        """What went wrong, None where the server took the mail."""
        try:
            mail = run(self._engine, lambda c: reinjections.mail(c, event.email_id))
            if mail is None:
                return LookupError("the mail was deleted")
            made = rewrite(mail, event.email_id)
            own = made.sender if self._sender is None else self._sender
            self._send(own, event.address, made.content)
        except Exception as error:  # noqa: BLE001  # judged by its kind; one mail must not end all
            return error
        return None

    def _judge(self, event: HandOver, fault: Exception | None) -> Verdict:
        if fault is None:
            return Verdict("delivered")
        outcome, error, final = _describe(fault)
        wait = back_off(event.attempts, self._policy, random.random())  # noqa: S311
        dead = final or event.attempts >= self._policy.max_attempts
        return Verdict(outcome, error, wait, dead)


_LATE = TimeoutError("the lease ran out")


def _describe(fault: Exception) -> tuple[str, str, bool]:
    """Outcome, text without content or secrets, and whether trying again is pointless."""
    match fault:
        case Refused():
            outcome = "rejected" if fault.final else "deferred"
            return outcome, f"the server said {fault}", fault.final
        case LookupError():
            return "deleted", str(fault), True
        case Unavailable():
            return "database", fault.detail, False
    return (*_connection_fault(fault), False)


def _connection_fault(fault: Exception) -> tuple[str, str]:
    match fault:
        case TimeoutError():
            return TIMEOUT, "no answer in time"
        case smtplib.SMTPAuthenticationError() | smtplib.SMTPNotSupportedError():
            return "login", f"the server does not let us in: {type(fault).__name__}"
        case OSError():  # smtplib's own errors are among them
            return "connection", type(fault).__name__
    _log.error("reinject_crashed", exc_info=fault)
    return "internal", "a fault of the sender"
